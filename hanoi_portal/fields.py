"""Form fields that clean what is typed (see `text.py`): use these instead of `forms.CharField`."""

from typing import Any

from django import forms

from .text import clean_line, clean_paragraphs


class LineField(forms.CharField):
    """One line of text. "Required" means that a reader would see something."""

    def to_python(self, value: Any) -> str:
        """Return the cleaned line."""
        return clean_line(super().to_python(value) or "")


class ParagraphsField(forms.CharField):
    """Several lines of text."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the cleaned paragraphs."""
        return clean_paragraphs(super().to_python(value) or "")


class SharedFields(dict[str, forms.Field]):
    """The fields of a form that is sent often: its forms share them, where Django would copy each for each form.

    For a form that changes none of its fields, nor their widgets: `Form.base_fields = SharedFields(Form.base_fields)`.
    """

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        """Return the same fields in a dict of its own, which a form may put in another order."""
        return dict(self)
