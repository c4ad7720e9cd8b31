"""The pages of the comments app that search engines may find."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse


class RulesSitemap(Sitemap):
    """The house rules."""

    changefreq = "yearly"

    def items(self) -> list[str]:
        """Return the names of the addresses."""
        return ["comment-rules"]

    def location(self, item: str) -> str:
        """Return the address."""
        return reverse(item)
