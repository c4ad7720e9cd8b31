"""What editors type about tags, audiences and series, and how they put an article among the others."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.text import clean_line, fold, sort_key

from ..models import ArrangedArticle, Article, Audience, LegalDocument, Series, Tag, free_slug
from .shared import SLUG_HELP, WIDE

LINES = {"rows": 6, "class": "vLargeTextField"}


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

    widget = forms.Textarea

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


def _slug_in(address: str) -> str:
    """Return the last part of an address of ours, whole or without its beginning."""
    return re.split(r"[?#]", address)[0].rstrip("/").rpartition("/")[2]


class AddressedForm(forms.ModelForm):
    """Something with a name and an address of its own; an empty address is made of the name."""

    named_by = "name"

    slug = forms.SlugField(
        label=_("Địa chỉ"),
        max_length=70,
        required=False,
        help_text=SLUG_HELP,
        widget=forms.TextInput(attrs=WIDE),
    )

    def clean_slug(self) -> str:
        """Return the address typed, or one made of the name."""
        slug: str = self.cleaned_data["slug"]
        name = self.cleaned_data.get(self.named_by, "")
        return slug or self.instance.slug or free_slug(type(self.instance), name)


class TagForm(AddressedForm):
    """A tag as staff write it."""

    name = LineField(label=_("Tên"), max_length=60, widget=forms.TextInput(attrs=WIDE))

    def clean_name(self) -> str:
        """Refuse a name that another tag has already but for its capital letters."""
        name: str = self.cleaned_data["name"]
        same = Tag.objects.filter(order_key=sort_key(name)).exclude(pk=self.instance.pk)
        for tag in same:
            if fold(tag.name) == fold(name):
                raise ValidationError(gettext("Đã có thẻ “%(name)s”.") % {"name": tag.name})
        return name

    class Meta:
        model = Tag
        fields = ["name", "slug"]


class AudienceForm(AddressedForm):
    """An audience as staff write it."""

    name = LineField(label=_("Tên"), max_length=60, widget=forms.TextInput(attrs=WIDE))
    summary = LineField(
        label=_("Giới thiệu"), max_length=300, required=False, widget=forms.TextInput(attrs=WIDE)
    )

    class Meta:
        model = Audience
        fields = ["name", "slug", "summary", "position"]


class SeriesForm(AddressedForm):
    """A series as editors write it, with its articles in order."""

    named_by = "title"

    title = LineField(label=_("Tên tuyến bài"), max_length=200, widget=forms.TextInput(attrs=WIDE))
    summary = ParagraphsField(
        label=_("Giới thiệu"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )
    articles = AddressesField(
        Article.objects.all(),
        label=_("Các bài, theo thứ tự"),
        required=False,
        help_text=_(
            "Mỗi dòng một địa chỉ, chép từ trang của bài; đổi thứ tự dòng là đổi thứ tự bài. Bài đang ở "
            "tuyến khác sẽ chuyển sang tuyến này."
        ),
        widget=forms.Textarea(attrs=LINES),
    )

    class Meta:
        model = Series
        fields = ["title", "slug", "summary"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "articles" in self.fields:
            parts = self.instance.parts.select_related("article")
            self.fields["articles"].initial = [part.article for part in parts]


class ArrangeForm(forms.ModelForm):
    """Where an article stands and what it is related to."""

    tags = NamesField(
        label=_("Thẻ"),
        max_length=60,
        required=False,
        help_text=_("Cách nhau dấu phẩy: tin giả, mật khẩu. Thẻ chưa có thì cổng tự thêm."),
        widget=forms.TextInput(attrs=WIDE),
    )
    documents = AddressesField(
        LegalDocument.objects.all(),
        label=_("Văn bản liên quan"),
        required=False,
        help_text=_("Mỗi dòng một văn bản: số, ký hiệu (24/2018/QH14) hoặc địa chỉ trên cổng."),
        widget=forms.Textarea(attrs=LINES),
    )
    related = AddressesField(
        Article.objects.all(),
        label=_("Bài liên quan"),
        required=False,
        help_text=_("Mỗi dòng một địa chỉ, chép từ trang của bài. Hai bài liên quan lẫn nhau."),
        widget=forms.Textarea(attrs=LINES),
    )

    class Meta:
        model = ArrangedArticle
        fields = ["audiences", "tags", "documents", "related"]
        widgets = {"audiences": forms.CheckboxSelectMultiple}

    def clean_related(self) -> list[Article]:
        """Refuse an article that is related to itself."""
        related: list[Article] = self.cleaned_data["related"]
        if any(each.pk == self.instance.pk for each in related):
            raise ValidationError(gettext("Bài không tự liên quan đến chính nó."))
        return related
