"""Reads comments of the city's old site from a table (CSV, XLSX). A bad file is refused whole, with every error.

The same columns as `export` writes, so that what one portal exports another one reads.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.models import Article
from hanoi_portal.spreadsheet import unescape_within
from hanoi_portal.table_files import (
    BadFile,
    Problem,
    TableColumn,
    TableRow,
    read_moment,
    read_table,
)
from hanoi_portal.text import clean_line, clean_paragraphs, fold

from .forms import WordsForm
from .models import Comment, HouseRule
from .phone import normalize_phone

COLUMNS = (
    TableColumn("number", gettext_lazy("Số"), is_required=True),
    TableColumn("article", gettext_lazy("Bài"), is_required=True),
    TableColumn("parent", gettext_lazy("Trả lời bình luận số")),
    TableColumn("name", gettext_lazy("Họ tên"), is_required=True),
    TableColumn("phone", gettext_lazy("Số điện thoại")),
    TableColumn("title", gettext_lazy("Tiêu đề"), is_required=True),
    TableColumn("content", gettext_lazy("Nội dung"), is_required=True),
    TableColumn("state", gettext_lazy("Trạng thái")),
    TableColumn("created_at", gettext_lazy("Gửi lúc"), is_required=True),
    TableColumn("decided_at", gettext_lazy("Xử lý lúc")),
    TableColumn("rule", gettext_lazy("Quy tắc")),
    TableColumn("reason", gettext_lazy("Lý do không đăng")),
)
NUMBER_MAX = 64
REASON_MAX = 500
FIRST_YEAR = 1997  # Việt Nam came to the internet that year
_ADDRESS = re.compile(r"(?:https?://[^/\s]+)?/huong-dan/([-\w]+)/?")


@dataclass(frozen=True)
class CommentDraft:
    """A comment as a file has it; `phone` is normalised or empty, `article` a key, `parent` a number of the file."""

    number: str
    article: int
    parent: str
    name: str
    phone: str
    title: str
    content: str
    state: str
    created_at: datetime
    decided_at: datetime | None
    rule: int | None
    reason: str


def read_comments(content: bytes, *, with_phones: bool) -> list[CommentDraft]:
    """Return the comments of a file, in its order; BadFile tells every error by row and column."""
    reader = _Reader(with_phones)
    drafts = [reader.draft(row) for row in read_table(content, COLUMNS)]
    reader.check_parents()
    if reader.problems:
        raise BadFile(reader.problems)
    return [draft for draft in drafts if draft is not None]


class _Reader:
    """Reads row after row and gathers what is wrong; knows the articles, the rules and what is already there."""

    def __init__(self, with_phones: bool) -> None:
        self.problems: list[Problem] = []
        self.with_phones = with_phones
        self.rows: dict[str, tuple[TableRow, CommentDraft]] = {}
        self.fields = WordsForm.base_fields
        self.rules = set(HouseRule.objects.values_list("number", flat=True))
        self.states = {fold(str(label)): value for value, label in Comment.State.choices}
        self.states |= {value: value for value in Comment.State.values}
        self.slugs: dict[str, int] = {}
        self.titles: dict[str, list[int]] = {}
        for pk, slug, title in Article.objects.order_by().values_list("pk", "slug", "title"):
            self.slugs[slug] = pk
            self.titles.setdefault(fold(title), []).append(pk)

    def draft(self, row: TableRow) -> CommentDraft | None:
        """Return the row as a draft, or None when something is wrong with it."""
        before = len(self.problems)
        state = self._state(row)
        created_at = self._moment(row, "created_at", is_required=True)
        draft = CommentDraft(
            number=self._number(row),
            article=self._article(row),
            parent=clean_line(row.text("parent")),
            name=self._words(row, "name"),
            phone=self._phone(row),
            title=self._words(row, "title"),
            content=self._words(row, "content"),
            state=state,
            created_at=created_at or timezone.now(),
            decided_at=self._decided_at(row, state, created_at),
            rule=self._rule(row, state),
            reason=self._reason(row, state),
        )
        if draft.number:
            self.rows.setdefault(draft.number, (row, draft))
        return draft if len(self.problems) == before else None

    def check_parents(self) -> None:
        """Look at every reply: what it replies to is in the file or was imported, and is itself no reply."""
        replies = [(row, draft) for row, draft in self.rows.values() if draft.parent]
        known = _imported({draft.parent for _row, draft in replies} - self.rows.keys())
        for row, draft in replies:
            if draft.parent in self.rows:
                parent = self.rows[draft.parent][1]
                place = (parent.article, bool(parent.parent))
            elif draft.parent in known:
                place = known[draft.parent]
            else:
                told = {"number": draft.parent}
                self._wrong(row, "parent", _("không có bình luận nào mang số «%(number)s».") % told)
                continue
            if place[1]:
                self._wrong(row, "parent", _("bình luận ấy cũng là trả lời; chỉ trả lời một bậc."))
            elif place[0] != draft.article:
                self._wrong(row, "parent", _("bình luận ấy ở dưới một bài khác."))

    def _wrong(self, row: TableRow, key: str, text: str) -> None:
        self.problems.append(row.problem(key, text))

    def _number(self, row: TableRow) -> str:
        number = clean_line(row.text("number"))
        if not number:
            self._wrong(row, "number", _("không được để trống."))
        elif len(number) > NUMBER_MAX:
            self._wrong(row, "number", _("dài quá %(longest)s ký tự.") % {"longest": NUMBER_MAX})
        elif number in self.rows:
            line = self.rows[number][0].line
            self._wrong(row, "number", _("số này đã có ở dòng %(line)s.") % {"line": line})
        return number

    def _article(self, row: TableRow) -> int:
        text = clean_line(row.text("article"))
        address = _ADDRESS.fullmatch(text)
        slug = address[1] if address else text
        found = [self.slugs[slug]] if slug in self.slugs else self.titles.get(fold(text), [])
        if not text:
            self._wrong(row, "article", _("không được để trống."))
        elif not found:
            told = _("không có bài nào có địa chỉ hoặc tên «%(text)s».") % {"text": text[:200]}
            self._wrong(row, "article", told)
        elif len(found) > 1:
            told = _("có %(n)s bài cùng tên này; xin ghi địa chỉ của bài.") % {"n": len(found)}
            self._wrong(row, "article", told)
        return found[0] if found else 0

    def _words(self, row: TableRow, name: str) -> str:
        """Return what readers will see, judged as the comment form judges it."""
        try:
            return str(self.fields[name].clean(unescape_within(row.text(name))))
        except ValidationError as error:
            self._wrong(row, name, " ".join(error.messages))
            return ""

    def _phone(self, row: TableRow) -> str:
        text = clean_line(row.text("phone")) if self.with_phones else ""
        if not text:
            return ""
        number = normalize_phone(text)
        if number is None and isinstance(row.cells["phone"], int | float):
            number = normalize_phone(f"0{text}")  # spreadsheet programs drop the leading zero
        if number is None:
            self._wrong(row, "phone", _("số điện thoại chưa đúng; xin sửa, hoặc để trống."))
        return number or ""

    def _state(self, row: TableRow) -> str:
        text = clean_line(row.text("state"))
        state = self.states.get(fold(text)) if text else Comment.State.PUBLISHED
        if state is None:
            known = ", ".join(str(label) for label in Comment.State.labels)
            self._wrong(row, "state", _("phải là một trong: %(known)s.") % {"known": known})
        return state or Comment.State.WAITING

    def _moment(self, row: TableRow, key: str, *, is_required: bool = False) -> datetime | None:
        value = row.cells.get(key)
        moment = read_moment(value)
        if moment is None and (is_required or value is not None):
            told = _("phải là ngày giờ, viết như 14:20 14/04/2018 hoặc 2018-04-14 14:20.")
            self._wrong(row, key, told)
        elif moment is not None and moment > timezone.now():
            self._wrong(row, key, _("ngày giờ này chưa tới."))
        elif moment is not None and moment.year < FIRST_YEAR:
            self._wrong(row, key, _("ngày giờ này sớm quá, chắc là gõ nhầm."))
        return moment

    def _decided_at(
        self, row: TableRow, state: str, created_at: datetime | None
    ) -> datetime | None:
        decided_at = self._moment(row, "decided_at")
        if decided_at and created_at and decided_at < created_at:
            self._wrong(row, "decided_at", _("phải sau lúc gửi."))
        if state in {Comment.State.WAITING, Comment.State.WITHDRAWN}:
            return None
        return decided_at or created_at

    def _rule(self, row: TableRow, state: str) -> int | None:
        text = clean_line(row.text("rule"))
        if state != Comment.State.DECLINED:
            return None
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
        if number not in self.rules:
            known = ", ".join(str(each) for each in sorted(self.rules))
            told = _("bình luận không đăng phải nêu một quy tắc: %(known)s.") % {"known": known}
            self._wrong(row, "rule", told)
        return number

    def _reason(self, row: TableRow, state: str) -> str:
        reason = clean_paragraphs(unescape_within(row.text("reason")))
        if state != Comment.State.DECLINED:
            return ""
        if not reason:
            self._wrong(row, "reason", _("bình luận không đăng phải có lý do."))
        elif len(reason) > REASON_MAX:
            self._wrong(row, "reason", _("dài quá %(longest)s ký tự.") % {"longest": REASON_MAX})
        return reason


def _imported(numbers: Iterable[str]) -> dict[str, tuple[int, bool]]:
    """Return of what was imported before: its article, and whether it is a reply."""
    found: Any = Comment.objects.filter(old_number__in=numbers)
    return {
        number: (article, parent is not None)
        for number, article, parent in found.values_list("old_number", "article", "parent")
    }
