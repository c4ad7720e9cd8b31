"""The campaigns app, and what it offers to the pages of others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """Units, plans, assignments."""

    name = "campaigns"
    verbose_name = _("Kế hoạch và phân công")
