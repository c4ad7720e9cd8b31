"""Comments of the city's old site from a file, in the admin: seen beforehand, then confirmed."""

from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_safe

from guidance.models import Article
from hanoi_portal.errors import DomainError
from hanoi_portal.import_pages import ImportForm, ImportPages, ImportPreview, file_response
from hanoi_portal.import_runs import Progress
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.spreadsheet import csv_bytes

from .. import actions, rules
from ..loading import COLUMNS, read_comments
from ..models import Comment

SHOWN = 20  # of the new comments, in the preview
PHONES_KEPT, PHONES_DROPPED = "keep", "drop"


class CommentImportForm(ImportForm):
    """The file, and what becomes of phone numbers in it."""

    max_bytes = 5 * 1024 * 1024
    phones = forms.ChoiceField(
        label=_("Số điện thoại trong tệp"),
        choices=[
            (PHONES_DROPPED, _("Bỏ, không đọc đến")),
            (PHONES_KEPT, _("Giữ dưới dạng mã hóa: người gửi đã đồng ý ở trang cũ")),
        ],
        initial=PHONES_DROPPED,
        help_text=_("Số được giữ cũng bị xóa sau thời gian như mọi số khác, tính từ lúc gửi."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        must = ", ".join(str(column.label) for column in COLUMNS if column.is_required)
        may = ", ".join(str(column.label) for column in COLUMNS if not column.is_required)
        told = gettext(
            "CSV hoặc XLSX, không quá 5 MB; dòng đầu là tên cột. Phải có: %(must)s. Có thể có: %(may)s. Cột Bài ghi "
            "địa chỉ hoặc tên bài. Chưa có gì thay đổi cho đến khi xác nhận."
        )
        self.fields["file"].help_text = told % {"must": must, "may": may}


class CommentFiles(ImportPages):
    """What the admin of comments does with files of the old site."""

    accept = ".xlsx,.csv"
    import_form = CommentImportForm

    def may_import(self, user: User) -> bool:
        """Tell whether the user may bring comments in."""
        return rules.can_import(user)

    def file_urls(self) -> list[URLPattern]:
        """Return the addresses of the import and of an empty file to fill in."""
        wrap = self.admin_site.admin_view
        return [
            *self.import_urls(),
            path("nap/mau.csv", wrap(self.give_empty_file), name="comments_comment_import_empty"),
        ]

    @method_decorator(sensitive_post_parameters())
    def import_file(self, request: HttpRequest) -> HttpResponse:
        """As of every import; what the page held is not for an error report."""
        return super().import_file(request)

    @method_decorator(sensitive_post_parameters())
    def import_progress(self, request: HttpRequest, number: int) -> HttpResponse:
        """As of every import."""
        return super().import_progress(request, number)

    @sensitive_variables()
    def preview_import(self, content: bytes, chosen: dict[str, Any]) -> ImportPreview:
        """Return what the file would bring in."""
        drafts = read_comments(content, with_phones=_keeps_phones(chosen))
        change = actions.preview_comments(drafts)
        articles = Counter(draft.article for draft in change.new)
        titles = dict(Article.objects.filter(pk__in=articles).values_list("pk", "title"))
        states = Counter(draft.state for draft in change.new)
        groups = [
            (
                gettext("Theo trạng thái"),
                [
                    f"{label}: {states[value]}"
                    for value, label in Comment.State.choices
                    if states[value]
                ],
            ),
            (
                gettext("Theo bài"),
                [f"{titles[pk]}: {count}" for pk, count in articles.most_common()],
            ),
            (
                gettext("Những bình luận đầu tiên sẽ nhập"),
                [f"{draft.number}. {draft.title} ({draft.name})" for draft in change.new[:SHOWN]],
            ),
        ]
        return ImportPreview(
            headline=_in_words(change),
            changes=[(name, words) for name, words in groups if words],
            refusal="",
            is_empty=not change.new,
            fingerprint=change.fingerprint,
        )

    @sensitive_variables()
    def save_import(
        self,
        content: bytes,
        chosen: dict[str, Any],
        *,
        by: User,
        expected: str,
        on_progress: Progress,
    ) -> tuple[str, str]:
        """Bring the comments in."""
        if _keeps_phones(chosen) and not rules.can_import(by, with_phones=True):
            raise DomainError(gettext("Tài khoản này không có quyền nhập số điện thoại."))
        drafts = read_comments(content, with_phones=_keeps_phones(chosen))
        change = actions.import_comments(
            drafts, by=by, via=HistoryEntry.Via.WEB, expected=expected, on_progress=on_progress
        )
        told = gettext("Đã nhập. %(what)s") % {"what": _in_words(change)}
        return told, reverse("admin:comments_comment_changelist") + "?state=all"

    @method_decorator(require_safe)
    def give_empty_file(self, request: HttpRequest) -> HttpResponse:
        """Give a file that has the headings and nothing else."""
        if not rules.can_import(request.user):
            raise PermissionDenied
        return file_response(
            csv_bytes([[str(column.label) for column in COLUMNS]]),
            "text/csv; charset=utf-8",
            "binh-luan-mau.csv",
        )


def _keeps_phones(chosen: dict[str, Any]) -> bool:
    return chosen.get("phones") == PHONES_KEPT


def _in_words(change: actions.ImportChange) -> str:
    """Return what an import brings, in a sentence or three."""
    new = len(change.new)
    told = [
        ngettext("%(n)d bình luận mới.", "%(n)d bình luận mới.", new) % {"n": new},
        gettext("%(n)d bình luận đã nhập trước đó, giữ nguyên.") % {"n": change.same},
    ]
    if change.phones_kept or change.phones_past:
        text = gettext(
            "Số điện thoại: %(kept)d được mã hóa và giữ, %(past)d bỏ vì đã quá thời gian giữ."
        )
        told.append(text % {"kept": change.phones_kept, "past": change.phones_past})
    return " ".join(told)
