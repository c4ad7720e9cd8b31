"""The admin site: Django's own, named as ours, signed in to through /dang-nhap/."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    """The staff's workplace at /quan-tri/."""

    site_header = _("Hà Nội ứng xử văn minh trên mạng")
    site_title = _("Quản trị cổng 722")
    index_title = _("Bàn làm việc")
    site_url = "/"
