"""What editors type about tags, audiences and series, and how they put an article among the others."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.text import fold, sort_key

from ..models import ArrangedArticle, Article, Audience, LegalDocument, Series, Tag, free_slug
from .addressing import AddressesField, NamesField
from .overtaken import SeenForm
from .shared import SLUG_HELP, WIDE

LINES = {"rows": 6, "class": "vLargeTextField"}


class ListedForm(SeenForm):
    """Something that is said by lists of other things: it has no day of its last change, what it says is its mark."""

    @classmethod
    def mark_of(cls, thing: Any) -> str:
        """Return what tells what the lists say now from what they said before."""
        return sha256(repr(cls.said_by(thing)).encode()).hexdigest()[:32]

    @classmethod
    def said_by(cls, thing: Any) -> dict[str, str]:
        """Return what the saved thing says, field by field, in lines."""
        raise NotImplementedError

    def words_of(self, thing: Any) -> Mapping[str, Any]:
        """Return what the saved thing says."""
        return self.said_by(thing)

    def _shown(self, name: str, value: Any) -> Any:
        return value if isinstance(value, str) else _lines(value)


def _lines(things: Iterable[Any]) -> str:
    """Return names, or things by the names that people know them by, a line for each."""
    return "\n".join(map(str, things))


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


class SeriesForm(ListedForm, AddressedForm):
    """A series as editors write it, with its articles in order. Refuses to overwrite what somebody saved meanwhile."""

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

    def labels(self) -> Mapping[str, Any]:
        """Return what is said of a series."""
        return {name: self.fields[name].label for name in ("title", "slug", "summary", "articles")}

    @classmethod
    def said_by(cls, thing: Series) -> dict[str, str]:
        """Return what the saved series says, its articles in their order."""
        parts = thing.parts.select_related("article")
        return {
            **{name: getattr(thing, name) for name in ("title", "slug", "summary")},
            "articles": _lines(part.article for part in parts),
        }


class ArrangeForm(ListedForm):
    """Where an article stands and what it is related to. Refuses to overwrite what somebody saved meanwhile."""

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

    LISTS = ("audiences", "tags", "documents", "related")

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

    def labels(self) -> Mapping[str, Any]:
        """Return what is said beside an article."""
        return {name: self.fields[name].label for name in self.LISTS}

    @classmethod
    def said_by(cls, thing: Article) -> dict[str, str]:
        """Return what the saved article is put beside, in an order that does not depend on who typed it."""
        return {name: _lines(sorted(map(str, getattr(thing, name).all()))) for name in cls.LISTS}

    def _shown(self, name: str, value: Any) -> Any:
        return value if isinstance(value, str) else _lines(sorted(map(str, value)))
