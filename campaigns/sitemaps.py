"""The pages of the campaigns app that search engines may find."""

from django.contrib.sitemaps import Sitemap

from .models import Plan


class PlanSitemap(Sitemap):
    """The list of plans, and the public plans."""

    changefreq = "daily"

    def items(self) -> list[str]:
        """Return the addresses."""
        plans = Plan.objects.public().only("slug", "number")
        return ["/ke-hoach/", *(plan.get_absolute_url() for plan in plans)]

    def location(self, item: str) -> str:
        """Return the address."""
        return item
