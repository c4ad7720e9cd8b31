"""What staff type about a category."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hanoi_portal.fields import LineField

from ..models import Category, free_slug
from .shared import SLUG_HELP, WIDE


class CategoryForm(forms.ModelForm):
    """A category as staff write it."""

    name = LineField(label=_("Tên"), max_length=100, widget=forms.TextInput(attrs=WIDE))
    slug = forms.SlugField(
        label=_("Địa chỉ"),
        max_length=80,
        required=False,
        help_text=SLUG_HELP,
        widget=forms.TextInput(attrs=WIDE),
    )
    summary = LineField(
        label=_("Giới thiệu"), max_length=300, required=False, widget=forms.TextInput(attrs=WIDE)
    )

    class Meta:
        model = Category
        fields = ["name", "slug", "summary", "position"]

    def clean_slug(self) -> str:
        """Return the address typed, or one made of the name."""
        slug: str = self.cleaned_data["slug"]
        return slug or self.instance.slug or free_slug(Category, self.cleaned_data.get("name", ""))
