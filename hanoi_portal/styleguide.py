"""The living style guide at /phong-cach/: every component in every state, with how it is called.

For staff, and for everybody when DEBUG is on. Its samples are the real partials, so what breaks shows here first.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

COLOURS = (
    "page", "surface", "raised", "ink", "ink-soft", "line", "line-strong", "accent", "accent-wash",
    "action", "band", "trim", "mark", "danger", "warning", "success", "info",
)  # fmt: skip
STATES = (
    ("none", _("Chưa giao")),
    ("issued", _("Đã giao")),
    ("acknowledged", _("Đã tiếp nhận")),
    ("in_progress", _("Đang thực hiện")),
    ("returned", _("Trả lại")),
    ("reported", _("Đã báo cáo")),
    ("completed", _("Hoàn thành")),
    ("overdue", _("Quá hạn")),
    ("recalled", _("Đã thu hồi")),
    ("unknown", _("Chưa rõ đã đến chưa")),
)
ICONS = (
    "search", "arrow", "back", "alert", "check", "clock", "file", "print", "refresh", "sound",
    "talk", "building", "person", "lock", "close",
)  # fmt: skip
# Ten of the thirty districts are enough to see every state beside every other.
TILES = (
    ("UBND huyện Sóc Sơn", "Sóc Sơn", 5, 0, "done", 4),
    ("UBND huyện Mê Linh", "Mê Linh", 4, 1, "doing", 1),
    ("UBND huyện Ba Vì", "Ba Vì", 0, 2, "none", 0),
    ("UBND huyện Đan Phượng", "Đan Phượng", 3, 2, "late", 1),
    ("UBND quận Bắc Từ Liêm", "Bắc Từ Liêm", 4, 2, "reported", 2),
    ("UBND quận Tây Hồ", "Tây Hồ", 5, 2, "done", 4),
    ("UBND quận Nam Từ Liêm", "Nam Từ Liêm", 3, 3, "doing", 2),
    ("UBND quận Ba Đình", "Ba Đình", 5, 3, "reported", 3),
    ("UBND huyện Chương Mỹ", "Chương Mỹ", 2, 4, "late", 0),
    ("UBND quận Hai Bà Trưng", "Hai Bà Trưng", 6, 4, "none", 0),
)
TILE_WORDS = {
    "none": _("chưa bắt đầu"),
    "doing": _("đang thực hiện"),
    "reported": _("đã báo cáo, chờ xem xét"),
    "done": _("hoàn thành"),
    "late": _("quá hạn"),
}


class SampleForm(forms.Form):
    """Every kind of control the portal uses."""

    name = forms.CharField(label=_("Họ tên"), max_length=100)
    phone = forms.CharField(
        label=_("Số điện thoại"), required=False, help_text=_("Không bao giờ hiện công khai.")
    )
    content = forms.CharField(
        label=_("Nội dung"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    state = forms.ChoiceField(
        label=_("Tình hình"),
        choices=(("doing", _("Đang thực hiện")), ("done", _("Đã xong"))),
        widget=forms.RadioSelect,
    )
    measure = forms.ChoiceField(
        label=_("Giải pháp"), choices=(("1", _("Tài liệu")), ("2", _("Báo chí")))
    )
    due = forms.DateField(
        label=_("Ngày đề nghị"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    percent = forms.IntegerField(label=_("Đã làm được (%)"), min_value=0, max_value=100)
    evidence = forms.FileField(
        label=_("Minh chứng"), required=False, help_text=_("PDF, DOCX, XLSX hoặc ảnh.")
    )
    consent = forms.BooleanField(label=_("Tôi đồng ý với cách cổng lưu dữ liệu nói trên."))


class WrongForm(SampleForm):
    """The same with everything wrong, under its own ids."""

    prefix = "sai"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the style guide to staff; others are not told that it is here."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    return render(request, "styleguide/styleguide.html", samples())


def samples() -> dict[str, Any]:
    """Return what the style guide's page shows."""
    then = datetime(2018, 4, 14, 7, 20, tzinfo=UTC)
    return {
        "colours": COLOURS,
        "states": STATES,
        "icons": ICONS,
        "form": SampleForm(),
        "wrong_form": WrongForm({"sai-content": "x", "sai-percent": "140"}),
        "then": then,
        "page_of_many": Paginator(range(95), 10).page(3),
        "parts": [
            {"key": "done", "word": _("Hoàn thành"), "count": 41},
            {"key": "reported", "word": _("Đã báo cáo"), "count": 22},
            {"key": "doing", "word": _("Đang thực hiện"), "count": 60},
            {"key": "late", "word": _("Quá hạn"), "count": 14},
            {"key": "none", "word": _("Chưa bắt đầu"), "count": 30},
        ],
        "tiles": [
            {
                "name": name,
                "short_name": short,
                "grid_x": x,
                "grid_y": y,
                "state": state,
                "word": TILE_WORDS[state],
                "done": done,
                "total": 4,
                "url": "#ban-do",
            }
            for name, short, x, y, state, done in TILES
        ],
        "facts": [
            (_("Đơn vị chủ trì"), "UBND quận Ba Đình"),
            (_("Sản phẩm đầu ra"), _("Báo cáo kèm số lượt tuyên truyền")),
            (_("Hạn"), "31/12/2018"),
        ],
        "entries": [
            {
                "at": then + timedelta(days=40),
                "who": "Nguyễn Thị Ánh",
                "what": _("trả lại báo cáo"),
                "note": _("Thiếu danh sách người tham dự."),
            },
            {"at": then, "who": "Trần Văn Hữu", "what": _("tiếp nhận nhiệm vụ"), "note": ""},
        ],
        "tabs": [
            {"word": _("Quá hạn"), "url": "#the", "count": 2, "is_current": True},
            {"word": _("Đến hạn tuần này"), "url": "#the", "count": 5, "is_current": False},
            {"word": _("Tất cả"), "url": "#the", "count": None, "is_current": False},
        ],
    }
