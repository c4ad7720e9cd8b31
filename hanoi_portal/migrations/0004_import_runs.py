"""Files that are loaded in the admin: what was confirmed, and what came of it."""

import django.db.models.deletion
import django.utils.timezone
import encrypted_fields.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hanoi_portal", "0003_search_tags"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "loads",
                    models.CharField(editable=False, max_length=60, verbose_name="loại dữ liệu"),
                ),
                (
                    "content",
                    encrypted_fields.fields.EncryptedTextField(
                        blank=True, editable=False, null=True, verbose_name="tệp, nén"
                    ),
                ),
                ("chosen", models.JSONField(default=dict, editable=False, verbose_name="lựa chọn")),
                ("expected", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Đang nạp hoặc chờ nạp"),
                            ("done", "Đã nạp"),
                            ("refused", "Không nạp được, có lý do"),
                            ("failed", "Bỏ dở"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="số lần thử"
                    ),
                ),
                ("told", models.TextField(blank=True, editable=False, verbose_name="kết quả")),
                (
                    "address",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="nơi xem"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="xác nhận lúc",
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="xong lúc"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người nạp",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần nạp tệp",
                "verbose_name_plural": "những lần nạp tệp",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["created_at"],
                        name="import_waiting",
                    )
                ],
            },
        ),
    ]
