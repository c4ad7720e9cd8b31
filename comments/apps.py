"""The comments app, and what it offers to the pages of others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    """Reader comments and their moderation."""

    name = "comments"
    verbose_name = _("Bình luận")
