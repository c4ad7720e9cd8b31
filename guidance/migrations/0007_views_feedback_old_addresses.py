"""Views and answers added up by day, and addresses that pages once had."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("guidance", "0006_tags_audiences_series"),
    ]

    operations = [
        migrations.CreateModel(
            name="OldAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=200, unique=True, verbose_name="địa chỉ cũ")),
                ("new_path", models.CharField(max_length=200, verbose_name="địa chỉ mới")),
            ],
            options={
                "verbose_name": "địa chỉ cũ",
                "verbose_name_plural": "địa chỉ cũ",
                "ordering": ["path"],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="ngày")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("co", "Có"),
                            ("chua", "Chưa"),
                            ("kho-hieu", "Khó hiểu"),
                            ("thieu", "Thiếu điều cần biết"),
                            ("da-cu", "Thông tin đã cũ"),
                            ("khac", "Không đúng điều đang tìm"),
                        ],
                        max_length=10,
                        verbose_name="trả lời",
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0, verbose_name="số người")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="guidance.article",
                        verbose_name="bài",
                    ),
                ),
            ],
            options={
                "verbose_name": "đánh giá hữu ích",
                "verbose_name_plural": "đánh giá hữu ích",
                "ordering": ["-day", "article", "answer"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "day", "answer"), name="feedback_answer_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ViewCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="ngày")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="lượt xem")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="view_counts",
                        to="guidance.article",
                        verbose_name="bài",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt xem",
                "verbose_name_plural": "lượt xem",
                "ordering": ["-day", "article"],
                "constraints": [
                    models.UniqueConstraint(fields=("article", "day"), name="view_count_a_day")
                ],
            },
        ),
    ]
