from typing import Any

import django.utils.timezone
from django.db import migrations, models


def add_organisation(apps: Any, schema_editor: Any) -> None:
    """Add the one row, with what the portal's own pages say already."""
    apps.get_model("hanoi_portal", "Organisation").objects.create(
        name="Sở Thông tin và Truyền thông Hà Nội",
        name_en="Department of Information and Communications of Hà Nội",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("hanoi_portal", "0004_import_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="tên")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=200, verbose_name="tên tiếng Anh"),
                ),
                (
                    "functions",
                    models.TextField(
                        blank=True, max_length=1500, verbose_name="chức năng, nhiệm vụ"
                    ),
                ),
                (
                    "functions_en",
                    models.TextField(
                        blank=True, max_length=1500, verbose_name="chức năng, nhiệm vụ (tiếng Anh)"
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="địa chỉ")),
                (
                    "address_en",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="địa chỉ (tiếng Anh)"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="điện thoại")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="thư điện tử"),
                ),
                (
                    "hours",
                    models.CharField(blank=True, max_length=200, verbose_name="giờ làm việc"),
                ),
                (
                    "hours_en",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="giờ làm việc (tiếng Anh)"
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="sửa lúc"
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị quản lý cổng",
                "verbose_name_plural": "đơn vị quản lý cổng",
                "default_permissions": ("view", "change"),
            },
        ),
        migrations.RunPython(add_organisation, migrations.RunPython.noop),
    ]
