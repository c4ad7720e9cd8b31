"""Editors' pictures: taken from django-ckeditor's dialog, judged by content, stored without what a camera adds.

django-ckeditor's own upload view trusts names, answers 500 for a broken file and writes a query parameter into a
script; this one uses only its naming and its storage with thumbnails (see docs/decisions/0006-ckeditor.md).
"""

import json
import warnings
from io import BytesIO
from pathlib import PurePath

from ckeditor_uploader.backends import get_backend
from ckeditor_uploader.utils import storage
from ckeditor_uploader.views import browse, get_upload_filename
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from PIL import Image, ImageOps, ImageSequence

from hanoi_portal.errors import DomainError
from hanoi_portal.text import slugify

from . import rules

SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif"}
LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 25_000_000


@csrf_exempt  # CKEditor sends no token; _refuse_others stands in its place
@xframe_options_sameorigin  # the dialog reads the answer in a frame of its own page
@never_cache
@require_POST
def upload_picture(request: HttpRequest) -> HttpResponse:
    """Store the picture and tell CKEditor its address, or why it was not taken."""
    _refuse_others(request)
    try:
        address = store_picture(request.FILES.get("upload"), request)
    except DomainError as error:
        return _answer(request, "", str(error))
    return _answer(request, address, "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])  # POST: its search box
def choose_picture(request: HttpRequest) -> HttpResponse:
    """Show the pictures that are there, to put one into the text."""
    if not rules.can_upload_picture(request.user):
        raise PermissionDenied
    response: HttpResponse = browse(request)
    return response


def store_picture(file: UploadedFile | None, request: HttpRequest) -> str:
    """Store an uploaded picture under public/editor/ and return its address; DomainError if it is none."""
    if file is None:
        raise DomainError(_("Xin chọn một tệp ảnh."))
    if (file.size or 0) > LARGEST_BYTES:
        raise DomainError(_("Ảnh lớn quá 5 MB. Xin thu nhỏ rồi tải lại."))
    content, suffix = _redrawn(file)
    stem = slugify(PurePath(file.name or "").stem, 60) or "anh"
    path = get_upload_filename(f"{stem}{suffix}", request)
    saved = get_backend()(storage, ContentFile(content, name=f"{stem}{suffix}")).save_as(path)
    return str(storage.url(saved))


def _redrawn(file: UploadedFile) -> tuple[bytes, str]:
    """Return the picture written anew from its pixels: nothing hidden in the file comes along, nor a place (GPS)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(file, formats=list(SUFFIXES))
            if image.width * image.height > LARGEST_PIXELS:
                raise DomainError(_("Ảnh quá nhiều điểm ảnh. Xin thu nhỏ rồi tải lại."))
            kind = str(image.format)
            frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning) as error:
        # SyntaxError is what Pillow raises for a broken PNG.
        raise DomainError(_("Tệp này không phải ảnh JPEG, PNG hoặc GIF đọc được.")) from error
    out = BytesIO()
    if kind == "GIF":
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    else:
        upright = ImageOps.exif_transpose(frames[0])
        upright.info.clear()
        upright.save(out, kind, **({"quality": 85} if kind == "JPEG" else {"optimize": True}))
    return out.getvalue(), SUFFIXES[kind]


def _refuse_others(request: HttpRequest) -> None:
    """Only who writes articles, and only from our own pages (the session cookie is SameSite=Lax besides)."""
    if not rules.can_upload_picture(request.user):
        raise PermissionDenied
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise PermissionDenied


def _answer(request: HttpRequest, address: str, problem: str) -> HttpResponse:
    number = request.GET.get("CKEditorFuncNum", "")
    if number.isascii() and number.isdigit():
        words = json.dumps([address, problem]).replace("<", "\\u003c")
        call = f"window.parent.CKEDITOR.tools.callFunction({number}, ...{words});"
        return HttpResponse(f"<!doctype html><script>{call}</script>")
    if problem:
        return JsonResponse({"uploaded": 0, "error": {"message": problem}})
    return JsonResponse({"uploaded": 1, "fileName": PurePath(address).name, "url": address})
