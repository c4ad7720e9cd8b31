"""The ground floor as a Django app, and Django's admin as ours."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Roles, checks and the permissions of the ground floor."""

    name = "hanoi_portal"
    verbose_name = _("Cổng thông tin")

    def ready(self) -> None:
        """Register checks and roles."""
        from . import checks, roles  # noqa: F401  (checks register themselves)
        from .accounts import mails
        from .accounts.demo import make_accounts
        from .registry import registry

        for verb in ("add", "change", "view"):
            registry.grant(roles.ADMINISTRATOR, f"hanoi_portal.{verb}_user")
        registry.grant(roles.ADMINISTRATOR, "hanoi_portal.view_historyentry")
        for role in (roles.ADMINISTRATOR, roles.COORDINATOR):
            registry.grant(
                role, "hanoi_portal.view_outgoingmail", "hanoi_portal.resend_outgoingmail"
            )
        registry.add_demo_step(10, "Tạo tài khoản dùng thử cho từng vai trò", make_accounts)
        registry.mail_renderers[mails.INVITATION] = mails.render_invitation
        registry.mail_renderers[mails.FORGOTTEN_PASSWORD] = mails.render_forgotten_password
        post_migrate.connect(roles.sync_roles, dispatch_uid="sync_roles")


class PortalAdminConfig(AdminConfig):
    """Django's admin, with our own site object."""

    default_site = "hanoi_portal.admin_site.PortalAdminSite"
