"""The guidance app, and what it offers to the pages of others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidanceConfig(AppConfig):
    """Articles and categories."""

    name = "guidance"
    verbose_name = _("Bài hướng dẫn")

    def ready(self) -> None:
        """Register the newest articles, the publishers' card, search, sitemaps, permissions, the demonstration."""
        from hanoi_portal.registry import registry
        from hanoi_portal.roles import ADMINISTRATOR, EDITOR, PUBLISHER

        from . import actions, blocks, demo, search, sitemaps

        registry.add_block("home", blocks.newest, order=20)
        registry.add_card(blocks.drafts_card, order=20)
        registry.search_sources.append(search.find_articles)
        registry.sitemaps["guidance"] = sitemaps.GuidanceSitemap
        registry.sitemaps["articles"] = sitemaps.ArticleSitemap
        registry.history_words |= actions.HISTORY_WORDS
        registry.grant(ADMINISTRATOR, "guidance.view_article")
        for role in (EDITOR, PUBLISHER):
            registry.grant(
                role, *(f"guidance.{verb}_article" for verb in ("view", "add", "change"))
            )
            registry.grant(role, "guidance.view_category")
        for role in (ADMINISTRATOR, PUBLISHER):
            verbs = ("view", "add", "change", "delete")
            registry.grant(role, *(f"guidance.{verb}_category" for verb in verbs))
        registry.grant(PUBLISHER, "guidance.publish_article")
        registry.add_demo_step(30, "Đăng bài hướng dẫn", demo.publish_articles)
