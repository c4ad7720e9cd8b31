"""What editors type: articles, categories, why one is withdrawn, legal documents. Shape of input only."""

from typing import Any

from ckeditor_uploader.widgets import CKEditorUploadingWidget
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.document_number import DocumentNumberField
from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.html import clean_html
from hanoi_portal.uploads import PDF, CheckedFile, check

from .models import RESERVED_SLUGS, Article, Category, LegalDocument, free_slug

WIDE = {"class": "vLargeTextField"}  # the admin's own class for wide fields
SLUG_HELP = _("Chữ thường không dấu, nối bằng gạch ngang. Để trống thì cổng đặt theo tên.")


class BodyField(forms.CharField):
    """An editor's HTML, cleaned as it will be stored."""

    widget = CKEditorUploadingWidget

    def to_python(self, value: Any) -> str:
        """Return the cleaned HTML; empty if a reader would see nothing."""
        return clean_html(super().to_python(value) or "")


class ArticleForm(forms.ModelForm):
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
    body = BodyField(label=_("Nội dung"))
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
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Article
        fields = ["title", "slug", "category", "summary", "body", "author_name", "source_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen" in self.fields:
            self.fields["seen"].initial = self.instance.changed_at.isoformat()

    def clean_slug(self) -> str:
        """Return the address typed, or one made of the title."""
        slug: str = self.cleaned_data["slug"]
        if not slug:
            return self.instance.slug or free_slug(Article, self.cleaned_data.get("title", ""))
        if slug in RESERVED_SLUGS:
            raise ValidationError(_("Địa chỉ này dành riêng cho cổng. Xin đặt địa chỉ khác."))
        return slug

    def clean(self) -> dict[str, Any]:
        """Look whether the article still is what the editor opened; in the admin's transaction."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk:
            # The row stays locked until this request has saved it.
            now = Article.objects.select_for_update().only("changed_at").get(pk=self.instance.pk)
            if cleaned.get("seen") != now.changed_at.isoformat():
                raise ValidationError(
                    _(
                        "Có người vừa lưu bài này sau khi ông/bà mở. Chữ ông/bà viết vẫn còn dưới đây: "
                        "xin chép lại, mở bài trong cửa sổ khác rồi đưa chỗ sửa vào bản mới."
                    )
                )
        return cleaned


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


class WithdrawForm(forms.Form):
    """Why an article is withdrawn: readers see it."""

    reason = ParagraphsField(
        label=_("Lý do rút bài"),
        max_length=1000,
        help_text=_("Người đọc thấy lý do này ở địa chỉ của bài. Tối đa 1.000 ký tự."),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
    )


class LegalDocumentForm(forms.ModelForm):
    """A legal document as an editor enters it; its file is judged by content."""

    number = DocumentNumberField(
        label=_("Số, ký hiệu"), help_text=_("Như ghi trên văn bản: 24/2018/QH14, 30/2020/NĐ-CP.")
    )
    title = LineField(
        label=_("Trích yếu"),
        max_length=500,
        help_text=_("Tên luật, hoặc trích yếu như ghi trên văn bản."),
        widget=forms.TextInput(attrs=WIDE),
    )
    issuer = LineField(
        label=_("Cơ quan ban hành"), max_length=200, widget=forms.TextInput(attrs=WIDE)
    )
    slug = forms.SlugField(
        label=_("Địa chỉ"),
        max_length=120,
        required=False,
        help_text=_("Chữ thường không dấu, nối bằng gạch ngang. Để trống thì cổng đặt theo số."),
        widget=forms.TextInput(attrs=WIDE),
    )
    abstract = ParagraphsField(
        label=_("Tóm tắt"),
        max_length=2000,
        required=False,
        help_text=_("Văn bản nói gì với người dân, bằng lời của cổng. Tối đa 2.000 ký tự."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
    )
    new_file = forms.FileField(
        label=_("Tải tệp văn bản lên"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        help_text=_("Tệp PDF; thay tệp đang có. Ai cũng tải được khi văn bản được công khai."),
    )
    source_url = forms.URLField(
        label=_("Địa chỉ nguồn"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_(
            "Trang của cơ quan ban hành hoặc Công báo, bắt đầu bằng https:// hoặc http://."
        ),
        widget=forms.URLInput(attrs=WIDE),
    )

    class Meta:
        model = LegalDocument
        fields = [
            *("number", "slug", "kind", "title", "issuer", "issued_on", "effective_on"),
            *("status", "abstract", "source_url", "amends"),
        ]

    def clean_slug(self) -> str:
        """Return the address typed, or one made of the number."""
        slug: str = self.cleaned_data["slug"]
        number = self.cleaned_data.get("number", "")
        return slug or self.instance.slug or free_slug(LegalDocument, number)

    def clean_source_url(self) -> str:
        """Take web addresses only: readers follow it."""
        address: str = self.cleaned_data["source_url"]
        if address and not address.startswith(("https://", "http://")):
            raise ValidationError(gettext("Địa chỉ phải bắt đầu bằng https:// hoặc http://."))
        return address

    def clean_new_file(self) -> CheckedFile | None:
        """Refuse what is no whole PDF."""
        upload = self.cleaned_data["new_file"]
        if not upload:
            return None
        checked = check(upload)
        if checked.content_type != PDF.content_type:
            raise ValidationError(gettext("Tệp văn bản phải là tệp PDF."))
        return checked

    def clean_amends(self) -> Any:
        """Refuse a document that amends itself."""
        amends = self.cleaned_data["amends"]
        if self.instance.pk and self.instance in amends:
            raise ValidationError(gettext("Văn bản không tự sửa đổi, bổ sung chính nó."))
        return amends

    def clean(self) -> dict[str, Any]:
        """Hold the status against the day of effect."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        effective_on, status = cleaned.get("effective_on"), cleaned.get("status")
        if effective_on is None:
            return cleaned
        is_here = effective_on <= timezone.localdate()
        if status == LegalDocument.Status.UPCOMING and is_here:
            self.add_error("status", gettext("Ngày có hiệu lực đã đến, xin chọn tình trạng khác."))
        elif status == LegalDocument.Status.IN_FORCE and not is_here:
            self.add_error(
                "status", gettext("Chưa đến ngày có hiệu lực, xin chọn “Chưa có hiệu lực”.")
            )
        return cleaned
