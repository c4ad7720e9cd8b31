"""The files of an article as editors send and name them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.fields import LineField
from hanoi_portal.uploads import ACCEPT, CheckedFile, check, limit_in_megabytes

from ..models import Attachment
from ..models.attachment import TITLE_MAX


class AttachmentForm(forms.ModelForm):
    """One file: a new one needs its bytes; one that is there may get others under the same address."""

    title = LineField(
        label=_("Tên"),
        max_length=TITLE_MAX,
        required=False,
        widget=forms.TextInput(attrs={"size": 50}),
    )
    upload = forms.FileField(
        label=_("Tải lên, hoặc thay"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    position = forms.IntegerField(
        label=_("Thứ tự"), min_value=1, max_value=99, required=False, widget=forms.NumberInput
    )

    class Meta:
        model = Attachment
        fields = ["title", "upload", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].help_text = gettext("PDF, DOCX, XLSX, ảnh; tối đa %(limit)s MB.") % {
            "limit": limit_in_megabytes()
        }

    def clean_upload(self) -> CheckedFile | None:
        """Judge what was sent by its content; a new row has to send something."""
        upload = self.cleaned_data["upload"]
        if upload:
            return check(upload)
        if not self.instance.pk:
            raise ValidationError(gettext("Xin chọn một tệp."))
        return None
