"""Phones and addresses stay encrypted in what `dumpdata` writes. Nothing changes in the database."""

from django.db import migrations

import comments.models.contact_field


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0006_comment_language"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="comment",
                    name="mail",
                    field=comments.models.contact_field.ContactField(
                        blank=True, max_length=200, null=True, verbose_name="thư điện tử"
                    ),
                ),
                migrations.AlterField(
                    model_name="comment",
                    name="phone",
                    field=comments.models.contact_field.ContactField(
                        blank=True, max_length=30, null=True, verbose_name="số điện thoại"
                    ),
                ),
            ],
        ),
    ]
