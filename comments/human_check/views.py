"""The picture, the sound and "another code". Nothing here needs a session or sets a cookie."""

import logging
import subprocess
from io import BytesIO

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from ranged_response import RangedFileResponse  # type: ignore[import-untyped]

from .. import limits
from . import codes, picture, question, sound

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def show_picture(request: HttpRequest, key: str) -> HttpResponse:
    """Draw the code; 410 when it is spent or has expired."""
    challenge = codes.find_challenge(key)
    if challenge is None:
        return HttpResponse(status=410)
    return HttpResponse(picture.draw_once(key, challenge), content_type="image/png")


@require_safe
@never_cache
def play_sound(request: HttpRequest, key: str) -> HttpResponse:
    """Speak the code; in parts if the browser asks for parts, as Safari does."""
    challenge = codes.find_challenge(key)
    if challenge is None:
        return HttpResponse(status=410)
    if not limits.is_within("sounds", request):
        return _too_many()
    try:
        spoken = sound.speak_once(key, challenge, get_language() or "vi")
    except (OSError, subprocess.SubprocessError):
        logger.exception("espeak-ng failed")
        spoken = None
    if spoken is None:
        return HttpResponse(status=404)
    response: HttpResponse = RangedFileResponse(request, BytesIO(spoken), content_type="audio/wav")
    response.headers["Accept-Ranges"] = "bytes"
    return response


@require_safe
@never_cache
def refresh(request: HttpRequest) -> HttpResponse:
    """Make another code for the form that is open: its key, its question, and where its picture and sound are."""
    if not limits.is_within("codes", request):
        return _too_many()
    key = codes.issue()
    return JsonResponse(
        {
            "key": key,
            "question": question.ask(key, codes.find_challenge(key) or ""),
            "image_url": reverse("captcha-image", args=[key]),
            "audio_url": reverse("captcha-audio", args=[key]) if sound.espeak() else None,
        }
    )


def _too_many() -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": str(limits.seconds_left())})
