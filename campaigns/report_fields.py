"""What only a report asks for: pages published elsewhere, guidance that was used, numbers as Vietnamese write them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from guidance.models import Article
from hanoi_portal.text import clean_line

MOST_PAGES = 30
BLANK_ROWS = 1
TITLE_LENGTH = 300
URL_LENGTH = 500
MOST_ARTICLES = 20

_is_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Cited:
    """A page that the unit names: where it is, what it is called, when it was published."""

    url: str
    title: str = ""
    published_on: date | None = None


class CitedInput(forms.Widget):
    """Rows of title, address and day; what was filled in, and blank ones for more."""

    template_name = "campaigns/widgets/cited.html"
    use_fieldset = True
    rows_at_least = 0

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[list[str]]:
        """Return the rows that are not blank, each [address, title, day], as typed."""
        columns = [_values(data, f"{name}_{part}") for part in ("url", "title", "day")]
        length = max(map(len, columns))
        filled = [column + [""] * (length - len(column)) for column in columns]
        rows = [[clean_line(value) for value in row] for row in zip(*filled, strict=True)]
        return [[url, title, _iso(day)] for url, title, day in rows if url or title or day]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """A form without a single row names no page."""
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the rows: what there is, and blank ones."""
        context = super().get_context(name, value, attrs)
        filled = list(value or [])[:MOST_PAGES]
        count = max(len(filled) + BLANK_ROWS, self.rows_at_least)
        blank = [["", "", ""]] * (min(count, MOST_PAGES) - len(filled))
        rows = [dict(zip(("url", "title", "day"), row, strict=False)) for row in [*filled, *blank]]
        context["widget"].update(rows=rows, most=MOST_PAGES)
        return context


class CitedField(forms.Field):
    """Pages published elsewhere; gives a list of `Cited`. What is wrong is said with the number of its row."""

    widget = CitedInput

    def clean(self, value: Any) -> list[Cited]:
        """Judge every row."""
        rows: Sequence[Sequence[str]] = value or []
        if len(rows) > MOST_PAGES:
            text = _("Xin ghi tối đa %(limit)s bài, trang; đang có %(count)s.")
            raise ValidationError(text % {"limit": MOST_PAGES, "count": len(rows)})
        cited, errors, seen = [], [], set()
        for number, (url, title, day) in enumerate(rows, start=1):
            try:
                page = Cited(_address(url), title[:TITLE_LENGTH], parse_day(day) if day else None)
            except ValidationError as error:
                words = _("Dòng %(number)s: %(what)s")
                errors += [words % {"number": number, "what": each} for each in error.messages]
                continue
            if page.url not in seen:  # the same page twice is one page
                seen.add(page.url)
                cited.append(page)
        if errors:
            raise ValidationError(errors)
        return cited


class ArticlesInput(forms.Widget):
    """The guidance that was chosen, and a box to look for more. `found` is what a search without JavaScript found."""

    template_name = "campaigns/widgets/articles.html"
    use_fieldset = True
    found: Sequence[Article] = ()
    words = ""
    is_asked = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return the chosen articles' slugs."""
        return [clean_line(value)[:200] for value in _values(data, name)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """A form without a ticked box names no article."""
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the chosen articles by title, and what was found beside them."""
        context = super().get_context(name, value, attrs)
        slugs = [each.slug if isinstance(each, Article) else each for each in value or []]
        chosen = published(slugs) if slugs else []
        found = [each for each in self.found if each.slug not in slugs]
        context["widget"].update(
            chosen=chosen, found=found, words=self.words, is_asked=self.is_asked
        )
        return context


class ArticlesField(forms.Field):
    """Guidance that was used; gives published articles. One withdrawn meanwhile is left out: nobody can mend that."""

    widget = ArticlesInput

    def clean(self, value: Any) -> list[Article]:
        """Return the articles."""
        slugs = list(dict.fromkeys(value or []))
        if len(slugs) > MOST_ARTICLES:
            text = _("Xin chọn tối đa %(limit)s bài; đang có %(count)s.")
            raise ValidationError(text % {"limit": MOST_ARTICLES, "count": len(slugs)})
        return published(slugs) if slugs else []


class VietnameseDecimalField(forms.DecimalField):
    """A number as Vietnamese write it: 1.250,5. A dot before three digits parts thousands, a comma the fraction.

    At most twelve digits before the comma and two after it, as the database keeps.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(localize=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the number, None for nothing."""
        text = clean_line(str(value)) if value not in self.empty_values else ""
        if not text:
            return None
        text = text.replace(" ", "")
        if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?", text):
            text = text.replace(".", "")
        text = text.replace(",", ".")
        if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", text):
            raise ValidationError(_("Xin nhập một số, ví dụ 1.250 hoặc 12,5."))
        return Decimal(text)


def parse_day(text: str) -> date:
    """Return the day of 31/12/2018, or of 2018-12-31 as browsers send it; ValidationError for anything else."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  a day alone has no time zone
        except ValueError:
            continue
        if day > timezone.localdate():
            raise ValidationError(_("ngày đăng không thể sau hôm nay."))
        if day.year < 1990:
            raise ValidationError(_("xin xem lại năm của ngày đăng."))
        return day
    raise ValidationError(_("xin ghi ngày đúng dạng 31/12/2018."))


def _iso(text: str) -> str:
    """Return the day as a browser's date box wants it; as it was typed if it is none."""
    try:
        return parse_day(text).isoformat()
    except ValidationError:
        return text


def published(slugs: Sequence[str]) -> list[Article]:
    """Return the published articles of these slugs, in their order."""
    rows = Article.objects.published(timezone.now()).filter(slug__in=slugs).linked()
    by_slug = {each.slug: each for each in rows}
    return [by_slug[slug] for slug in slugs if slug in by_slug]


def _address(text: str) -> str:
    if not text:
        raise ValidationError(_("xin ghi địa chỉ của bài."))
    url = text if "://" in text else f"https://{text}"
    try:
        _is_address(url)
        is_whole = bool(urlsplit(url).hostname)
    except (ValidationError, ValueError):
        is_whole = False
    if not is_whole or len(url) > URL_LENGTH:
        raise ValidationError(_("địa chỉ phải có dạng https://…"))
    return url


def _values(data: Any, name: str) -> list[str]:
    """Return all values of a name, from what a browser sent or from a plain mapping."""
    if hasattr(data, "getlist"):
        return [str(each) for each in data.getlist(name)]
    value = data.get(name) if isinstance(data, Mapping) else None
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]
