"""Small middleware of the portal: clean input, the language of the path, the admin's policy."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]


class AdminContentSecurityPolicy:
    """Loosen the policy under /quan-tri/ alone, where django-ckeditor writes inline scripts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the admin's policy under /quan-tri/."""
        response = self.get_response(request)
        if request.path.startswith("/quan-tri/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response


class CleanInputMiddleware:
    """Refuse what no browser sends and a database cannot store: NUL in an address, odd charsets in a form."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 for such a request."""
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return HttpResponseBadRequest("Địa chỉ không hợp lệ.")
        charset = (
            request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
        )
        if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
            return HttpResponseBadRequest("Chỉ nhận biểu mẫu bằng UTF-8.")
        return self.get_response(request)


class PathLanguageMiddleware:
    """The language comes from the path alone (/en/…), so no cookie and no Vary is needed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the path's language."""
        language = "en" if request.path.startswith("/en/") else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
