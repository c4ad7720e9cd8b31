"""What is looked at before a text goes to readers: what must hold blocks, what should hold warns, each with what to do.

Accessibility after WCAG 2.2: alternative text (1.1.1), headings (1.3.1, 2.4.6), links (2.4.4), tables (1.3.1).
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _

from hanoi_portal.html import plain_text

from .models import Article

TITLE_BEST = (10, 110)
SUMMARY_BEST = (50, 350)
MUST, SHOULD = "must", "should"

# What Word writes before the lines of a list, where its list was not taken over as one.
_FALSE_BULLET = re.compile(r"^(?:[·•§▪◦●○■\uf0b7\uf0a7]|o(?=\s)|[-–+*](?=\s))\s*\S")
_FALSE_NUMBER = re.compile(r"^(?:\d{1,2}|[a-zđ])[.)]\s+\S", re.I)
_FIELD_CODE = re.compile(r"\bMERGEFIELD\b|\bHYPERLINK \"|Error! (?:Bookmark|Reference)|\bMso[A-Z]")
_EMPTY_LINK_WORDS = frozenset({"tại đây", "ở đây", "đây", "bấm vào đây", "xem thêm", "click here"})


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must, or should, be; and what to do."""

    level: str
    text: str

    @property
    def is_blocking(self) -> bool:
        """Whether the text may not go to readers like this."""
        return self.level == MUST


@dataclass
class _Part:
    """A heading, paragraph, link or table while it is read."""

    tag: str
    words: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    has_header: bool = False
    has_picture: bool = False

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def is_all_bold(self) -> bool:
        return bool(self.text) and " ".join("".join(self.bold).split()) == self.text


class _Reader(HTMLParser):
    """Reads a cleaned body: its headings, paragraphs, links, tables, pictures without words or without a picture."""

    TRACKED = frozenset({"h2", "h3", "h4", "p", "a", "table"})

    def __init__(self, body: str) -> None:
        super().__init__()
        self.parts: list[_Part] = []
        self.silent_pictures = 0
        self.lost_pictures = 0
        self._open: list[_Part] = []
        self._bold = 0
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.TRACKED:
            self._open.append(_Part(tag))
            self.parts.append(self._open[-1])
        elif tag == "img":
            alt = dict(attrs).get("alt") or ""
            if not dict(attrs).get("src"):
                self.lost_pictures += 1
            else:
                self.silent_pictures += not alt.strip()
            for part in self._open:
                part.has_picture = True
                part.words.append(alt)
        elif tag in {"b", "strong"}:
            self._bold += 1
        elif tag == "th":
            for part in self._open:
                part.has_header = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"b", "strong"}:
            self._bold = max(0, self._bold - 1)
        elif self._open and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for part in self._open:
            part.words.append(data)
            if self._bold:
                part.bold.append(data)

    def of(self, *tags: str) -> list[_Part]:
        """Return the parts of these tags, in order."""
        return [part for part in self.parts if part.tag in tags]


def findings(article: Article) -> list[Finding]:
    """Return what is not as it must or should be in the text that editors work on; what blocks comes first."""
    text = article.text()
    found = [*_words(text), *_body(text["body"]), *_keeping(article)]
    return sorted(found, key=lambda each: each.level != MUST)


def _words(text: dict[str, Any]) -> list[Finding]:
    found = []
    if not (text["summary"].strip() and plain_text(text["body"])):
        found.append(Finding(MUST, _("Bài chưa có tóm tắt hoặc nội dung nên chưa xuất bản được.")))
    if not text["title"].strip():
        found.append(Finding(MUST, _("Bài chưa có tiêu đề.")))
    for name, (least, most), short, long in (
        (
            "title",
            TITLE_BEST,
            _("Tiêu đề có %(n)s ký tự, ngắn quá để hiểu bài nói gì."),
            _(
                "Tiêu đề có %(n)s ký tự; quá %(most)s ký tự thì bị cắt trong danh sách và khi chia sẻ."
            ),
        ),
        (
            "summary",
            SUMMARY_BEST,
            _("Tóm tắt có %(n)s ký tự, ngắn quá: nên nói bài giúp người đọc việc gì."),
            _("Tóm tắt có %(n)s ký tự; nên gọn trong %(most)s ký tự."),
        ),
    ):
        length = len(text[name].strip())
        numbers = {"n": length, "most": most}
        if 0 < length < least:
            found.append(Finding(SHOULD, short % numbers))
        elif length > most:
            found.append(Finding(SHOULD, long % numbers))
    return found


def _body(body: str) -> list[Finding]:
    read = _Reader(body)
    found = []
    if read.lost_pictures:
        said = _(
            "%(n)s ảnh chép từ Word hoặc trang khác không theo vào được. Xin xóa chỗ ấy, rồi tải ảnh lên bằng nút Ảnh."
        )
        found.append(Finding(MUST, said % {"n": read.lost_pictures}))
    if read.silent_pictures:
        said = _(
            "%(n)s ảnh chưa có mô tả thay thế: người không nhìn thấy ảnh sẽ không biết ảnh có gì."
        )
        found.append(Finding(MUST, said % {"n": read.silent_pictures}))
    found += _headings(read)
    for part in read.of("a"):
        if part.text.casefold().strip(" .:…»") in _EMPTY_LINK_WORDS:
            said = _("Liên kết “%(words)s” không nói dẫn đến đâu.") % {"words": part.text}
            found.append(Finding(SHOULD, said))
    if any(not part.has_header for part in read.of("table")):
        found.append(Finding(SHOULD, _("Bảng chưa có hàng hoặc cột tiêu đề.")))
    return found + _leftovers(read)


def _headings(read: _Reader) -> list[Finding]:
    found = []
    level = 1  # the article's title
    for part in read.of("h2", "h3", "h4"):
        if not part.text and not part.has_picture:
            found.append(Finding(MUST, _("Có một đề mục trống. Xin xóa hoặc điền chữ.")))
            continue
        own = int(part.tag[1])
        if own > level + 1 and level == 1:
            said = _("Đề mục đầu tiên, “%(words)s”, là cấp %(own)s. Xin bắt đầu từ cấp 1.")
            found.append(Finding(SHOULD, said % {"words": part.text[:60], "own": own - 1}))
        elif own > level + 1:
            said = _("Đề mục “%(words)s” nhảy cấp: cấp %(own)s đứng ngay sau cấp %(level)s.")
            numbers = {"words": part.text[:60], "own": own - 1, "level": level - 1}
            found.append(Finding(SHOULD, said % numbers))
        level = own
    return found


def _leftovers(read: _Reader) -> list[Finding]:
    found = []
    lines = [part for part in read.of("p") if part.text]
    if sum(bool(_FALSE_BULLET.match(part.text)) for part in lines) > 1:
        said = _("Có dòng mang dấu đầu dòng gõ tay (thường từ Word). Xin dùng nút danh sách.")
        found.append(Finding(SHOULD, said))
    if sum(bool(_FALSE_NUMBER.match(part.text)) for part in lines) > 2:
        said = _("Có dòng đánh số gõ tay (thường từ Word). Xin dùng nút danh sách có số.")
        found.append(Finding(SHOULD, said))
    headings = [part for part in lines if part.is_all_bold and len(part.text) <= 120]
    if headings:
        said = _("Dòng đậm “%(words)s” trông như đề mục. Xin chọn định dạng đề mục.")
        found.append(Finding(SHOULD, said % {"words": headings[0].text[:60]}))
    if any(_FIELD_CODE.search(part.text) for part in lines):
        found.append(Finding(SHOULD, _("Có mã của Word còn sót trong chữ.")))
    return found


def _keeping(article: Article) -> list[Finding]:
    found = []
    if article.owner_id is None:
        found.append(Finding(SHOULD, _("Bài chưa có người phụ trách.")))
    if article.review_on is None:
        found.append(Finding(SHOULD, _("Bài chưa có ngày xem lại.")))
    return found
