"""The pages of the campaigns app that search engines may find."""

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from .models import Plan


class PlanSitemap(Sitemap):
    """The public plans."""

    changefreq = "daily"

    def items(self) -> QuerySet[Plan]:
        """Return the plans."""
        return Plan.objects.public().only("slug", "number")
