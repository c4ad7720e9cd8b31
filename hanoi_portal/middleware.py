"""Small middleware of the portal: clean input, the language of the path, who may keep a copy, the admin's policy."""

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import translation
from django.utils.http import escape_leading_slashes

from . import english

GetResponse = Callable[[HttpRequest], HttpResponse]

ADMIN = "/quan-tri/"
DESK = "/can-bo/"


class ContentSecurityPolicyMiddleware:
    """The portal's policy on every answer, looser under /quan-tri/ alone, where django-ckeditor writes inline scripts.

    Both are written out by django-csp once in a process; its own middleware does so twice for each answer.
    """

    HEADER = "Content-Security-Policy"

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = build_policy()
        self.admin_policy = build_policy(replace=settings.ADMIN_CONTENT_SECURITY_POLICY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy of the place, unless the view has set one of its own."""
        response = self.get_response(request)
        is_admin = request.path.startswith(ADMIN)
        response.headers.setdefault(self.HEADER, self.admin_policy if is_admin else self.policy)
        return response


class CleanInputMiddleware:
    """Refuse what no browser sends and no database stores: NUL in an address, odd charsets in a form.

    Texts inside a form are cleaned by the fields (`hanoi_portal.fields`), which can say so beside the field.
    """

    CHARSETS = frozenset({"utf-8", "utf8"})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 for such a request."""
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            raise BadRequest("NUL in the address")
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in self.CHARSETS:
            raise BadRequest("A form in another charset than UTF-8")
        return self.get_response(request)


class PathLanguageMiddleware:
    """The language comes from the path alone (/en/…), so no cookie and no Vary is needed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the path's language; below /en/ every address that is built stays below it."""
        language, prefix = settings.LANGUAGE_CODE, get_script_prefix()
        path = english.below_prefix(request.path_info)
        if path is not None:
            if not english.is_offered(path) or request.path_info == english.PREFIX:
                return HttpResponseRedirect(_address_in_english_or_not(request, path))
            language = english.CODE
            request.path_info = path
            set_script_prefix(f"{prefix.removesuffix('/')}{english.PREFIX}/")
        try:
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = self.get_response(request)
        finally:
            set_script_prefix(prefix)
        response.headers.setdefault("Content-Language", language)
        return response


def _address_in_english_or_not(request: HttpRequest, path: str) -> str:
    """Return where an address below /en/ leads: the home page in English, or the same page in Vietnamese."""
    query = request.META.get("QUERY_STRING", "")
    target = f"{english.PREFIX}/" if path == "/" else escape_leading_slashes(path)
    return f"{target}?{query}" if query else target


class PrivateResponseMiddleware:
    """What depends on a cookie, or sets one, is for one person: nobody on the way may keep it.

    Stands outside the sessions and the form tokens, which by then have said `Vary: Cookie`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, private and unstored where a cookie is involved."""
        response = self.get_response(request)
        varies = {name.strip().lower() for name in response.get("Vary", "").split(",")}
        if "cookie" in varies or response.cookies:
            response.headers["Cache-Control"] = "private, no-store"
        return response


class RequireSecondFactorMiddleware:
    """Where it is required, staff without a second factor are led to set one up before they work."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead there."""
        if (
            settings.IS_SECOND_FACTOR_REQUIRED
            and request.path.startswith((ADMIN, DESK))
            and request.user.is_authenticated
            and request.user.is_staff
            and not is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
        ):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)
