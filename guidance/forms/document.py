"""What editors type about a legal document. Shape of input only."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.document_number import DocumentNumberField
from hanoi_portal.fields import LineField, ParagraphsField
from hanoi_portal.uploads import PDF, CheckedFile, check

from ..models import LegalDocument, free_slug
from .addressing import AddressesField
from .overtaken import SeenForm
from .shared import WIDE

COMPARED = (
    *("number", "slug", "kind", "title", "issuer", "issued_on", "effective_on"),
    *("status", "abstract", "source_url"),
)


class LegalDocumentForm(SeenForm):
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
    amends = AddressesField(
        LegalDocument.objects.all(),
        label=_("Sửa đổi, bổ sung cho"),
        required=False,
        help_text=_("Mỗi dòng một văn bản: số, ký hiệu (24/2018/QH14) hoặc địa chỉ trên cổng."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
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

    def labels(self) -> Mapping[str, Any]:
        """Return what is said of a document."""
        return {name: self.fields[name].label for name in COMPARED}

    def clean(self) -> dict[str, Any]:
        """Hold the status against the day of effect, after looking whether somebody else has saved meanwhile."""
        cleaned = super().clean()
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
