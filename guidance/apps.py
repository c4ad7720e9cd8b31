"""The guidance app, and what it offers to the pages of others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidanceConfig(AppConfig):
    """Articles and categories."""

    name = "guidance"
    verbose_name = _("Bài hướng dẫn")
