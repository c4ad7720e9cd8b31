"""What editors type: an article. Shape of input only."""

from collections.abc import Mapping
from typing import Any

from ckeditor_uploader.widgets import CKEditorUploadingWidget
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.html import clean_html
from hanoi_portal.models import User

from .. import rules
from ..differences import FIELDS
from ..models import RESERVED_SLUGS, Article, free_slug
from .addressing import AddressField
from .overtaken import SeenForm
from .shared import MOMENT_FORMATS, SLUG_HELP, WIDE, day_widget, moment_widget

BODY_MAX = 200_000  # characters of HTML: some sixty printed pages


class BodyField(forms.CharField):
    """An editor's HTML, cleaned as it will be stored."""

    widget = CKEditorUploadingWidget

    def to_python(self, value: Any) -> str:
        """Return the cleaned HTML; empty if a reader would see nothing."""
        return clean_html(super().to_python(value) or "")


class ArticleForm(SeenForm):
    """An article as its editor writes it. Refuses to overwrite what somebody else saved meanwhile."""

    title = LineField(label=_("Tiêu đề"), max_length=250, widget=forms.TextInput(attrs=WIDE))
    slug = forms.SlugField(
        label=_("Địa chỉ"),
        max_length=120,
        required=False,
        help_text=SLUG_HELP,
        widget=forms.TextInput(attrs=WIDE),
    )
    summary = ParagraphsField(
        label=_("Tóm tắt"),
        max_length=500,
        help_text=_("Một đến ba câu, tối đa 500 ký tự; đứng đầu bài và trong danh sách."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )
    body = BodyField(
        label=_("Nội dung"),
        max_length=BODY_MAX,
        error_messages={
            "max_length": _(
                "Nội dung dài quá %(limit_value)d ký tự, điện thoại khó mở. Xin chia thành tuyến bài."
            )
        },
    )
    author_name = LineField(
        label=_("Tác giả"), max_length=120, required=False, widget=forms.TextInput(attrs=WIDE)
    )
    source_name = LineField(
        label=_("Nguồn"),
        max_length=200,
        required=False,
        help_text=_("Nơi đăng đầu tiên, nếu là bài dẫn lại."),
        widget=forms.TextInput(attrs=WIDE),
    )
    owner = forms.ModelChoiceField(
        label=_("Người phụ trách"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Người soạn"),
        help_text=_("Người được nhắc khi bài đến ngày xem lại."),
    )
    review_on = forms.DateField(
        label=_("Ngày xem lại"),
        required=False,
        widget=day_widget(),
        help_text=_("Ngày cần xem nội dung có còn đúng không. Cổng nhắc trước một tuần."),
    )
    expires_at = forms.DateTimeField(
        label=_("Hết hạn lúc"),
        required=False,
        input_formats=MOMENT_FORMATS,
        widget=moment_widget(),
        help_text=_(
            "Đến giờ này bài tự rời khỏi danh sách; địa chỉ của bài nói rõ bài đã hết hạn."
        ),
    )
    successor = AddressField(
        Article.objects.all(),
        label=_("Bài thay thế"),
        required=False,
        help_text=_(
            "Địa chỉ chép từ trang của bài kia. Khi bài này hết hạn hoặc bị rút, người đọc được dẫn sang đó."
        ),
        widget=forms.TextInput(attrs=WIDE),
    )

    class Meta:
        model = Article
        fields = [
            *("title", "slug", "category", "summary", "body", "author_name", "source_name"),
            *("owner", "review_on", "expires_at", "successor"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "seen" not in self.fields:
            return  # shown to read only
        writers = User.objects.with_perm(rules.WRITE, include_superusers=False)
        # What was kept of an unsaved form (`?ban-tu-luu=1`) is text already.
        if not isinstance(self.initial.get("successor"), str):
            self.initial["successor"] = self.instance.successor
        chooser: Any = self.fields["owner"]
        chooser.queryset = writers.filter(is_staff=True, is_active=True).order_by("full_name")

    def clean_expires_at(self) -> Any:
        """Take only an hour that is still to come, if it was changed."""
        at = self.cleaned_data["expires_at"]
        if at is not None and "expires_at" in self.changed_data and at <= timezone.now():
            raise ValidationError(gettext("Xin chọn giờ hết hạn sau lúc này."))
        return at

    def clean_review_on(self) -> Any:
        """Take only a day that is still to come, if it was changed."""
        day = self.cleaned_data["review_on"]
        if day is not None and "review_on" in self.changed_data and day <= timezone.localdate():
            raise ValidationError(gettext("Xin chọn ngày xem lại sau hôm nay."))
        return day

    def clean_successor(self) -> Article | None:
        """Refuse an article that takes its own place."""
        successor: Article | None = self.cleaned_data["successor"]
        if successor is not None and successor.pk == self.instance.pk:
            raise ValidationError(gettext("Bài không tự thay thế chính nó. Xin chọn bài khác."))
        return successor

    def clean_slug(self) -> str:
        """Return the address typed, or one made of the title."""
        slug: str = self.cleaned_data["slug"]
        if not slug:
            return self.instance.slug or free_slug(Article, self.cleaned_data.get("title", ""))
        if slug in RESERVED_SLUGS:
            raise ValidationError(_("Địa chỉ này dành riêng cho cổng. Xin đặt địa chỉ khác."))
        return slug

    @staticmethod
    def mark_of(thing: Article) -> str:
        """Return what tells one saved text of the article from the next, its working copy too."""
        return thing.edit_mark

    def words_of(self, thing: Article) -> Mapping[str, Any]:
        """Return what editors work on."""
        return thing.text()

    def labels(self) -> Mapping[str, Any]:
        """Return what an article says."""
        return FIELDS
