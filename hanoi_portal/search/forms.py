"""By what results are narrowed: kind, what the apps offer (category …), and days. All of it may be left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..registry import registry
from .find import KIND, Narrowing

SINCE, UNTIL = "tu", "den"
# All parameters that results may be narrowed by: the page cache is told before the apps have registered theirs.
PARAMETERS = (KIND, SINCE, UNTIL, "chuyen-muc", "doi-tuong", "the")
# A browser's own date field writes the first; people without one write the others.
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]


class NarrowingForm(forms.Form):
    """Its fields are what the registry holds when it is made; a choice that no longer exists is no error."""

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="loc-%s", label_suffix="")
        kinds = [(source.kind, source.label) for source in registry.search_sources]
        self._add_choice(KIND, _("Loại"), kinds)
        for facet in registry.search_facets:
            self._add_choice(facet.name, facet.label, facet.choices())
        self._add_day(SINCE, _("Từ ngày"))
        self._add_day(UNTIL, _("Đến ngày"))

    def full_clean(self) -> None:
        """Check; what was typed and is no day stays to be seen: a date field would show nothing of it."""
        super().full_clean()
        for name in self.errors:
            self.fields[name].widget.input_type = "text"

    def clean(self) -> None:
        """Say it where the days stand the wrong way round; the first then narrows alone."""
        since, until = self.cleaned_data.get(SINCE), self.cleaned_data.get(UNTIL)
        if since and until and until < since:
            self.add_error(UNTIL, _("Ngày này đứng trước “Từ ngày”."))

    def narrowing(self) -> Narrowing:
        """Return what was chosen; a day that cannot be read narrows nothing, and says so beside its field."""
        self.is_valid()
        cleaned = self.cleaned_data
        chosen = [(name, cleaned[name]) for name in self._choices if cleaned.get(name)]
        return Narrowing(tuple(chosen), cleaned.get(SINCE), cleaned.get(UNTIL))

    def as_parameters(self) -> dict[str, str]:
        """Return what was chosen, as it stands in the address."""
        self.is_valid()
        return {
            name: str(value) for name, value in self.cleaned_data.items() if value not in ("", None)
        }

    @property
    def _choices(self) -> list[str]:
        return [name for name in self.fields if name not in {SINCE, UNTIL}]

    def _add_choice(self, name: str, label: Any, choices: Any) -> None:
        self.fields[name] = _Choice(
            label=label, required=False, choices=[("", _("Tất cả")), *choices]
        )

    def _add_day(self, name: str, label: Any) -> None:
        self.fields[name] = forms.DateField(
            label=label,
            required=False,
            input_formats=DAY_FORMATS,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("Xin nhập ngày đúng dạng 31/12/2018.")},
        )


class _Choice(forms.ChoiceField):
    """A choice of which an unknown one counts as none: an old address still answers."""

    def to_python(self, value: Any) -> str:
        """Return the choice if there is such a one."""
        text = super().to_python(value)
        return text if self.valid_value(text) else ""
