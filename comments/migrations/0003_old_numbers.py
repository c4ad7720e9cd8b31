"""The number that a comment had on the old site, from where it was imported: the same one never comes twice."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0002_replies"),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="old_number",
            field=models.CharField(
                blank=True,
                editable=False,
                max_length=64,
                null=True,
                unique=True,
                verbose_name="mã ở trang cũ",
            ),
        ),
    ]
