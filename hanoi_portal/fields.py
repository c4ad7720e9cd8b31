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
