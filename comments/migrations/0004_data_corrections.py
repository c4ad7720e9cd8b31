"""Corrections among the requests about personal data: another name, which staff put above the comment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0003_old_numbers"),
    ]

    operations = [
        migrations.AddField(
            model_name="datarequest",
            name="new_name",
            field=models.CharField(
                blank=True, editable=False, max_length=100, verbose_name="họ tên đề nghị"
            ),
        ),
        migrations.AlterField(
            model_name="datarequest",
            name="kind",
            field=models.CharField(
                choices=[
                    ("copy", "Xin bản sao"),
                    ("correction", "Yêu cầu sửa"),
                    ("erasure", "Yêu cầu xóa"),
                ],
                editable=False,
                max_length=10,
                verbose_name="yêu cầu",
            ),
        ),
    ]
