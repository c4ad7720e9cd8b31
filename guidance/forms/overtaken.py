"""Two people at one form: who saves second is told, sees what differs, and decides."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..differences import FieldDifference, differences


class SeenForm(forms.ModelForm):
    """A form that knows which saved text it was opened with, and refuses once to overwrite a newer one.

    It then carries the newer one's mark: saving again is a decision, after seeing what differs (`overtaken`).
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.overtaken: list[FieldDifference] = []
        if self.instance.pk and "seen" in self.fields:
            self.fields["seen"].initial = self.mark_of(self.instance)

    @staticmethod
    def mark_of(thing: Any) -> str:
        """Return what tells one saved text of the thing from the next."""
        mark: str = thing.changed_at.isoformat()
        return mark

    def locked(self) -> Any:
        """Return the row as it is now, locked until this request has saved it."""
        return type(self.instance).objects.select_for_update().get(pk=self.instance.pk)

    def words_of(self, thing: Any) -> Mapping[str, Any]:
        """Return what the saved thing says, field by field."""
        return {name: getattr(thing, name) for name in self.labels()}

    @abstractmethod
    def labels(self) -> Mapping[str, Any]:
        """Return the fields that are held against each other, with what they are called."""

    def clean(self) -> dict[str, Any]:
        """Look whether the thing still is what was opened; in the admin's transaction."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.instance.pk:
            return cleaned
        now = self.locked()
        if cleaned.get("seen") == self.mark_of(now):
            return cleaned
        typed = {
            name: self._shown(name, cleaned[name]) for name in self.labels() if name in cleaned
        }
        said = self.words_of(now)
        saved = {name: self._shown(name, said[name]) for name in typed}
        self.overtaken = differences(saved, typed, self.labels())
        carried: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        carried[self.add_prefix("seen")] = self.mark_of(now)
        self.data = carried
        raise ValidationError(
            _(
                "Có người vừa lưu sau khi ông/bà mở trang này. Chữ ông/bà viết vẫn còn dưới đây; chỗ khác "
                "nhau được ghi ở đầu trang. Xin đưa chữ của người kia vào nếu cần, rồi bấm lưu lần nữa."
            )
        )

    def _shown(self, name: str, value: Any) -> Any:
        """Return a chosen value as its word."""
        field = self.fields[name]
        if isinstance(field, forms.TypedChoiceField):
            return dict(field.choices).get(value, value)  # type: ignore[arg-type]
        return value
