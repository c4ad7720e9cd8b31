"""Comments as a table for staff: what was written and decided. Never a phone, never an address."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.spreadsheet import csv_bytes

from .models import Comment


def export_csv(comments: Iterable[Comment]) -> bytes:
    """Return CSV that a spreadsheet program opens without running anything in it."""
    return csv_bytes(_rows(comments), by_strangers=True)


def _rows(comments: Iterable[Comment]) -> Iterator[list[object]]:
    yield [
        _("Số"),
        _("Bài"),
        _("Trả lời bình luận số"),
        _("Họ tên"),
        _("Tiêu đề"),
        _("Nội dung"),
        _("Trạng thái"),
        _("Gửi lúc"),
        _("Xử lý lúc"),
        _("Quy tắc"),
        _("Lý do không đăng"),
    ]
    for comment in comments:
        yield [
            comment.pk,
            comment.article.title,
            comment.parent_id or "",
            comment.name,
            comment.title,
            comment.content,
            str(comment.get_state_display()),
            _moment(comment.created_at),
            _moment(comment.decided_at),
            comment.rule.number if comment.rule else "",
            comment.reason,
        ]


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
