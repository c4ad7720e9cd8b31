"""Whether articles were useful: how many readers said so, and why not. Nothing about who said it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .article import Article


class Answer(models.TextChoices):
    """What a reader may answer. After a "no" the reasons are asked for; each is counted beside it."""

    YES = "co", _("Có")
    NO = "chua", _("Chưa")
    UNCLEAR = "kho-hieu", _("Khó hiểu")
    INCOMPLETE = "thieu", _("Thiếu điều cần biết")
    OUTDATED = "da-cu", _("Thông tin đã cũ")
    OTHER_SUBJECT = "khac", _("Không đúng điều đang tìm")


REASONS = (Answer.UNCLEAR, Answer.INCOMPLETE, Answer.OUTDATED, Answer.OTHER_SUBJECT)


class Feedback(models.Model):
    """So many readers gave this answer about the article on one day."""

    article = models.ForeignKey(
        Article, verbose_name=_("bài"), on_delete=models.CASCADE, related_name="feedback"
    )
    day = models.DateField(_("ngày"))
    answer = models.CharField(_("trả lời"), max_length=10, choices=Answer.choices)
    count = models.PositiveIntegerField(_("số người"), default=0)

    class Meta:
        verbose_name = _("đánh giá hữu ích")
        verbose_name_plural = _("đánh giá hữu ích")
        ordering = ["-day", "article", "answer"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "day", "answer"], name="feedback_answer_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.day:%d/%m/%Y} {self.answer}: {self.count}"
