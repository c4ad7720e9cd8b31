"""The form field of the human check: `captcha_0` is the key of the picture, `captcha_1` what was typed."""

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from captcha.fields import CaptchaAnswerInput, CaptchaHiddenInput
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import codes, sound
from .picture import HEIGHT, WIDTH


class Answer(NamedTuple):
    """An answer not yet looked at: `codes.spend(*answer)` does, once."""

    key: str
    text: str


class HumanCheckInput(forms.MultiWidget):
    """Picture, sound, box and "Lấy lại mã". Makes a code only when it is drawn, and never for a mere validation."""

    template_name = "captcha/picture.html"
    use_fieldset = False  # one box with one label, although two values are sent

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([CaptchaHiddenInput(), CaptchaAnswerInput()], attrs)
        self._kept: Answer | None = None

    def keep(self, answer: Answer) -> None:
        """Draw the form with this code and what was typed: another field was wrong, the code is still good."""
        self._kept = answer

    def decompress(self, value: Any) -> list[Any]:
        """Return the two values; there is no initial answer."""
        return [None, None]

    def id_for_label(self, id_: str) -> str:
        """Return the id of the box."""
        return f"{id_}_1" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows, with a code that can still be answered."""
        kept = self._kept
        if kept is None or codes.find_challenge(kept.key) is None:
            kept = Answer(codes.issue(), "")
        context = super().get_context(name, [kept.key, kept.text], attrs)
        box = context["widget"]["subwidgets"][1]
        box["attrs"] |= {"inputmode": "numeric", "size": codes.LENGTH}
        return context | {
            "key": kept.key,
            "width": WIDTH,
            "height": HEIGHT,
            "length": codes.LENGTH,
            "has_sound": sound.espeak() is not None,
        }


class HumanCheckField(forms.Field):
    """Asks for the code. Cleaning only reads the answer; the form spends it when all else is right."""

    widget = HumanCheckInput
    default_error_messages = {"required": _("Xin nhập mã xác nhận.")}

    def clean(self, value: Any) -> Answer:
        """Return the answer as an `Answer`, its digits plain."""
        answer = read_answer(value)
        if not answer.text:
            raise ValidationError(self.error_messages["required"], code="required")
        return answer


def read_answer(value: Any) -> Answer:
    """Return what came from the widget, without spaces, full-width digits as plain ones."""
    key, text = value or ("", "")
    return Answer(key or "", "".join(unicodedata.normalize("NFKC", text or "").split()))


def typed_answer(data: Mapping[str, Any], name: str = "captcha") -> Answer:
    """Return the answer in a request's data, unchecked."""
    return read_answer((data.get(f"{name}_0"), data.get(f"{name}_1")))
