"""Fields in which things of ours are typed as people know them: names with commas, addresses, numbers of documents."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext

from hanoi_portal.text import clean_line, fold

from ..models import LegalDocument


class NamesField(forms.CharField):
    """Names with commas between them: a list without doubles. `max_length` is that of one name."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.longest = max_length
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show what is kept as it is typed."""
        return value if isinstance(value, str | None) else ", ".join(map(str, value))

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # the stubs know text alone
        """Return the cleaned names."""
        names = [clean_line(name) for name in (value or "").split(",")]
        if any(len(name) > self.longest for name in names):
            text = gettext("Mỗi tên dài tối đa %(limit)s ký tự.") % {"limit": self.longest}
            raise ValidationError(text)
        return list({fold(name): name for name in names if fold(name)}.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as typed."""
        return (self.prepare_value(initial) or "") != (data or "")


class AddressesField(forms.CharField):
    """Things of ours, one on each line: by the address of their page, or a document by its number."""

    widget: Any = forms.Textarea

    def __init__(self, queryset: QuerySet[Any], **kwargs: Any) -> None:
        self.queryset = queryset
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show what is kept as addresses."""
        if isinstance(value, str | None):
            return value
        return "\n".join(each.get_absolute_url() for each in value)

    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]  # the stubs know text alone
        """Return what stands at the addresses, in their order, without doubles; say of each line what is wrong."""
        lines = [line for line in map(clean_line, (value or "").splitlines()) if line]
        slugs = {line: _slug_in(line) for line in lines}
        by_slug = {each.slug: each for each in self.queryset.filter(slug__in=slugs.values())}
        by_number = {}
        if self.queryset.model is LegalDocument:
            numbered = self.queryset.filter(number__in=lines).order_by("issued_on")
            by_number = {each.number: each for each in numbered}
        found: dict[int, Any] = {}
        wrong = []
        for line in lines:
            each = by_number.get(line) or by_slug.get(slugs[line])
            if each is None:
                wrong.append(gettext("Không có trên cổng: “%(line)s”.") % {"line": line[:200]})
            else:
                found[each.pk] = each
        if wrong:
            raise ValidationError(wrong)
        return list(found.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as typed."""
        before = (self.prepare_value(initial) or "").split()
        return before != (data or "").split()


class AddressField(AddressesField):
    """One thing of ours, by the address of its page; None where nothing is typed."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        """Show what is kept as its address."""
        return value if isinstance(value, str | None) else value.get_absolute_url()

    def to_python(self, value: Any) -> Any:
        """Return what stands at the address."""
        found = super().to_python(value)
        return found[0] if found else None


def _slug_in(address: str) -> str:
    """Return the last part of an address of ours, whole or without its beginning."""
    return re.split(r"[?#]", address)[0].rstrip("/").rpartition("/")[2]
