"""The ground floor as a Django app, and Django's admin as ours."""

import contextlib
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

# People, their sessions and rights, what was done and mailed: no public page shows any of it by itself.
UNSEEN = (
    "hanoi_portal_user",
    "hanoi_portal_user_groups",
    "hanoi_portal_user_user_permissions",
    "hanoi_portal_emptysearch",
    "hanoi_portal_historyentry",
    "hanoi_portal_importrun",
    "hanoi_portal_outgoingmail",
    "hanoi_portal_searchword",  # counted anew each hour; a spelling that comes a minute late is no untruth
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
)


class PortalConfig(AppConfig):
    """Roles, checks, accounts and the permissions of the ground floor."""

    name = "hanoi_portal"
    verbose_name = _("Cổng thông tin")

    def ready(self) -> None:
        """Register checks, roles, mails and the first step of the demonstration."""
        from . import accounts, checks, organisation, roles  # noqa: F401  (checks register themselves)
        from .accounts import mails
        from .accounts.demo import make_accounts
        from .page_cache import purging
        from .registry import registry
        from .search import demo, misses
        from .search import index as search_index

        purging.listen()
        registry.add_unseen_tables(*UNSEEN)
        search_index.listen()
        for verb in ("add", "change", "view"):
            registry.grant(roles.ADMINISTRATOR, f"hanoi_portal.{verb}_user")
        registry.grant(roles.ADMINISTRATOR, "hanoi_portal.view_historyentry")
        for verb in ("view", "change"):
            registry.grant(roles.ADMINISTRATOR, f"hanoi_portal.{verb}_organisation")
        for role in (roles.ADMINISTRATOR, roles.COORDINATOR):
            registry.grant(
                role, "hanoi_portal.view_outgoingmail", "hanoi_portal.resend_outgoingmail"
            )
        registry.history_words |= accounts.HISTORY_WORDS | organisation.HISTORY_WORDS
        registry.mail_words |= mails.WORDS
        registry.mail_renderers[mails.INVITATION] = mails.render_invitation
        registry.mail_renderers[mails.FORGOTTEN_PASSWORD] = mails.render_forgotten_password
        for role in (roles.EDITOR, roles.PUBLISHER, roles.ADMINISTRATOR):
            registry.grant(role, "hanoi_portal.view_emptysearch")
        registry.add_card(misses.misses_card, order=60)
        registry.add_card(organisation.missing_card, order=70)
        registry.add_demo_step(90, "Dựng chỉ mục tìm kiếm", demo.index_everything)
        registry.add_demo_step(10, "Tạo tài khoản dùng thử cho từng vai trò", make_accounts)
        post_migrate.connect(roles.sync_roles, dispatch_uid="sync_roles")
        _make_folders()


class PortalAdminConfig(AdminConfig):
    """Django's admin, with our own site object, and without the pages that nobody needs."""

    default_site = "hanoi_portal.admin_site.PortalAdminSite"

    def ready(self) -> None:
        """Collect the apps' pages and leave out what libraries add and nobody here needs."""
        super().ready()
        from django.contrib import admin

        from .admin_site import HIDDEN_MODELS

        for model, page in list(admin.site._registry.items()):
            type(
                page
            ).show_facets = admin.ShowFacets.NEVER  # a count for every choice of every filter
            if model._meta.label in HIDDEN_MODELS:
                admin.site.unregister(model)


def _make_folders() -> None:
    """Make the folders that libraries expect to find; where nothing may be written, nothing needs them."""
    broker = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    wanted = [
        broker.get("data_folder_in"),
        broker.get("control_folder"),
        *settings.STATICFILES_DIRS,
    ]
    for folder in filter(None, wanted):
        with contextlib.suppress(OSError):
            Path(str(folder)).mkdir(parents=True, exist_ok=True)
