"""The pages of the comments app that search engines may find."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse


class CommentsSitemap(Sitemap):
    """The house rules and the monthly figures."""

    changefreq = "monthly"

    def items(self) -> list[str]:
        """Return the names of the addresses."""
        return ["comment-rules", "comment-figures"]

    def location(self, item: str) -> str:
        """Return the address."""
        return reverse(item)
