"""How long phones are kept becomes what staff set; what the environment said until now stays in force."""

import os
from datetime import UTC, datetime
from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def keep_days_of_environment(apps: Any, _schema_editor: Any) -> None:
    """Write the days that `COMMENT_PHONE_DAYS` named, once, as what has held from the first comment on."""
    named = os.environ.get("COMMENT_PHONE_DAYS", "").strip()
    if named.isascii() and named.isdecimal() and int(named) != 90:
        days = min(max(int(named), 7), 365)
        apps.get_model("comments", "PhoneKeeping").objects.create(
            days=days, since=datetime(2018, 1, 1, tzinfo=UTC)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0004_data_corrections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PhoneKeeping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="số ngày giữ")),
                (
                    "since",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="từ lúc"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người đặt",
                    ),
                ),
            ],
            options={
                "verbose_name": "thời gian giữ số điện thoại",
                "verbose_name_plural": "thời gian giữ số điện thoại",
                "ordering": ["-since", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (7, 365))), name="phone_keeping_days"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_days_of_environment, migrations.RunPython.noop),
    ]
