"""The admin site: Django's own, named as ours; its doors (sign in, sign out, password) are the portal's."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

# Pages that libraries register and nobody here needs. Groups are the roles: `roles.sync_roles` writes them.
HIDDEN_MODELS = frozenset(
    {
        "auth.Group",
        "account.EmailAddress",
        "account.EmailConfirmation",
        "mfa.Authenticator",
    }
)


class PortalAdminSite(AdminSite):
    """The staff's workplace at /quan-tri/."""

    site_header = _("Hà Nội ứng xử văn minh trên mạng")
    site_title = _("Quản trị cổng 722")
    index_title = _("Bàn làm việc")
    site_url = "/"

    login = method_decorator(secure_admin_login)(AdminSite.login)

    def logout(  # type: ignore[override]  # the stubs know only the page, not a redirect
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """End the session, as /dang-xuat/ does."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        logout(request)
        return HttpResponseRedirect("/")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the one page where passwords are changed."""
        return HttpResponseRedirect("/mat-khau/doi/")
