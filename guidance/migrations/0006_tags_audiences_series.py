"""Tags, audiences and series, and what an article is related to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("guidance", "0005_preview_links"),
    ]

    operations = [
        migrations.CreateModel(
            name="Audience",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="tên")),
                ("slug", models.SlugField(max_length=70, unique=True, verbose_name="địa chỉ")),
                (
                    "summary",
                    models.CharField(blank=True, max_length=300, verbose_name="giới thiệu"),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="thứ tự")),
            ],
            options={
                "verbose_name": "đối tượng",
                "verbose_name_plural": "đối tượng",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "title",
                    models.CharField(max_length=200, unique=True, verbose_name="tên tuyến bài"),
                ),
                ("slug", models.SlugField(max_length=120, unique=True, verbose_name="địa chỉ")),
                (
                    "summary",
                    models.TextField(blank=True, max_length=500, verbose_name="giới thiệu"),
                ),
            ],
            options={
                "verbose_name": "tuyến bài",
                "verbose_name_plural": "tuyến bài",
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="tên")),
                ("slug", models.SlugField(max_length=70, unique=True, verbose_name="địa chỉ")),
                ("order_key", models.CharField(editable=False, max_length=400)),
            ],
            options={
                "verbose_name": "thẻ",
                "verbose_name_plural": "thẻ",
                "ordering": ["order_key", "pk"],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="documents",
            field=models.ManyToManyField(
                blank=True,
                related_name="articles",
                to="guidance.legaldocument",
                verbose_name="văn bản liên quan",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="related",
            field=models.ManyToManyField(
                blank=True, to="guidance.article", verbose_name="bài liên quan"
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="audiences",
            field=models.ManyToManyField(
                blank=True, related_name="articles", to="guidance.audience", verbose_name="dành cho"
            ),
        ),
        migrations.CreateModel(
            name="SeriesPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="thứ tự")),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="series_part",
                        to="guidance.article",
                        verbose_name="bài",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="guidance.series",
                        verbose_name="tuyến bài",
                    ),
                ),
            ],
            options={
                "verbose_name": "bài trong tuyến",
                "verbose_name_plural": "bài trong tuyến",
                "ordering": ["position", "article_id"],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="tags",
            field=models.ManyToManyField(
                blank=True, related_name="articles", to="guidance.tag", verbose_name="thẻ"
            ),
        ),
        migrations.CreateModel(
            name="ArrangedArticle",
            fields=[],
            options={
                "verbose_name": "xếp bài",
                "verbose_name_plural": "xếp bài: thẻ, đối tượng, liên quan, tệp kèm",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("guidance.article",),
        ),
    ]
