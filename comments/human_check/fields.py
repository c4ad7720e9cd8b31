"""The form field of the human check.

`captcha_0` is the key, `captcha_1` what was typed, `captcha_2` the number that the browser found by working (`work`).
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from captcha.conf import settings as captcha_settings
from captcha.fields import CaptchaAnswerInput, CaptchaHiddenInput
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import codes, question, sound
from .picture import HEIGHT, WIDTH


class Answer(NamedTuple):
    """An answer not yet looked at: `codes.spend(*answer)` does, once."""

    key: str
    text: str
    number: str = ""


class HumanCheckInput(forms.MultiWidget):
    """Picture, sound, question, box and "Lấy lại mã". Makes a code only when it is drawn, never for a mere check."""

    template_name = "captcha/picture.html"
    use_fieldset = False  # one box with one label, although two values are sent

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([CaptchaHiddenInput(), CaptchaAnswerInput(), forms.HiddenInput()], attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Return the three values; there is no initial answer."""
        return [None, None, None]

    def id_for_label(self, id_: str) -> str:
        """Return the id of the box."""
        return f"{id_}_1" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows, with a code that can still be answered.

        It is the one that was sent with what was typed, as long as it is not spent: another field was wrong then.
        """
        kept = read_answer(value)
        challenge = codes.find_challenge(kept.key)
        if challenge is None:
            kept = Answer(codes.issue(), "")
            challenge = codes.find_challenge(kept.key) or ""
        context = super().get_context(name, [kept.key, kept.text, kept.number], attrs)
        box = context["widget"]["subwidgets"][1]
        box["attrs"] |= {"inputmode": "numeric"}
        context["widget"]["subwidgets"][2]["attrs"]["data-work"] = settings.COMMENT_WORK_BITS
        return context | {
            "key": kept.key,
            "width": WIDTH,
            "height": HEIGHT,
            "length": codes.LENGTH,
            "question": question.ask(kept.key, challenge),
            "has_sound": sound.espeak() is not None,
            "minutes": captcha_settings.CAPTCHA_TIMEOUT,
        }


class HumanCheckField(forms.Field):
    """Asks for the code. Cleaning only reads the answer; the form spends it when all else is right."""

    widget = HumanCheckInput
    default_error_messages = {"required": _("Xin nhập mã xác nhận.")}

    def clean(self, value: Any) -> Answer:
        """Return the answer as an `Answer`, its digits plain."""
        answer = read_answer(value)
        if not answer.text and not answer.number:
            raise ValidationError(self.error_messages["required"], code="required")
        return answer


def read_answer(value: Any) -> Answer:
    """Return what came from the widget, without spaces, full-width digits as plain ones."""
    key, text, number = value or ("", "", "")
    plain = " ".join(unicodedata.normalize("NFKC", text or "").split())
    if plain.replace(" ", "").isdigit():
        plain = plain.replace(" ", "")
    return Answer(key or "", plain, number or "")


def typed_answer(data: Mapping[str, Any], name: str = "captcha") -> Answer:
    """Return the answer in a request's data, unchecked."""
    return read_answer(tuple(data.get(f"{name}_{part}") for part in range(3)))
