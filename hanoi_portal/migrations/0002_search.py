from django.db import migrations, models

from hanoi_portal.search.schema import drop, make


class Migration(migrations.Migration):
    dependencies = [
        ("hanoi_portal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("folded", models.CharField(max_length=90, unique=True)),
                ("written", models.CharField(max_length=90)),
                ("entries", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "từ của kho bài",
                "verbose_name_plural": "từ của kho bài",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="EmptySearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("folded", models.CharField(max_length=100, verbose_name="tìm gì")),
                ("day", models.DateField(verbose_name="lần gần nhất")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="số lần")),
            ],
            options={
                "verbose_name": "lần tìm không ra",
                "verbose_name_plural": "tìm không ra",
                "ordering": ["-day", "-count", "folded"],
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["day"], name="empty_search_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("folded", "day"), name="empty_search_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("title", models.CharField(max_length=700)),
                ("url", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("date", models.DateTimeField(null=True)),
                ("has_time", models.BooleanField(default=False)),
                ("shown_from", models.DateTimeField(null=True)),
                ("shown_until", models.DateTimeField(null=True)),
                ("digest", models.CharField(max_length=32)),
            ],
            options={
                "verbose_name": "mục tìm kiếm",
                "verbose_name_plural": "mục tìm kiếm",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="search_entry_once")
                ],
            },
        ),
        migrations.RunPython(make, drop),
    ]
