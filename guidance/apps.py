"""The guidance app, and what it offers to the pages of others."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class GuidanceConfig(AppConfig):
    """Articles, categories and legal documents."""

    name = "guidance"
    verbose_name = _("Bài hướng dẫn")

    def ready(self) -> None:
        """Register articles at home, the newsroom's cards and mails, search, sitemaps, permissions, the demo."""
        from hanoi_portal.registry import registry
        from hanoi_portal.roles import ADMINISTRATOR, EDITOR, PUBLISHER

        from . import (
            actions,
            addresses,
            audiences,
            blocks,
            cards,
            demo,
            document_actions,
            mails,
            search,
            sitemaps,
        )

        post_migrate.connect(audiences.add_audiences, sender=self, dispatch_uid="audiences")
        registry.add_block("home", blocks.newest, order=20)
        registry.add_card(cards.mine, order=20)
        registry.add_card(cards.waiting, order=21)
        registry.add_card(cards.due_for_review, order=22)
        registry.add_card(cards.most_read, order=24)
        registry.add_card(cards.least_useful, order=25)
        registry.movers.append(addresses.find_moved)
        registry.search_sources += [search.ARTICLES, search.DOCUMENTS]
        registry.search_facets += [search.CATEGORIES, search.AUDIENCES, search.TAGS]
        registry.sitemaps["guidance"] = sitemaps.GuidanceSitemap
        registry.sitemaps["articles"] = sitemaps.ArticleSitemap
        registry.sitemaps["documents"] = sitemaps.DocumentSitemap
        # How a text came to be; what readers get of it is written to the article itself.
        registry.add_unseen_tables(
            "guidance_feedback",
            "guidance_viewcount",
            "guidance_autosave",
            "guidance_previewlink",
            "guidance_remark",
            "guidance_revision",
        )
        registry.mail_renderers[mails.EDITORIAL] = mails.render
        registry.mail_words |= mails.MAIL_WORDS
        registry.history_words |= actions.HISTORY_WORDS | document_actions.HISTORY_WORDS
        registry.grant(ADMINISTRATOR, "guidance.view_article", "guidance.view_legaldocument")
        for role in (EDITOR, PUBLISHER):
            for model in ("article", "legaldocument"):
                registry.grant(
                    role, *(f"guidance.{verb}_{model}" for verb in ("view", "add", "change"))
                )
            registry.grant(role, "guidance.view_category", "guidance.view_audience")
            for model in ("tag", "series"):
                registry.grant(
                    role, *(f"guidance.{verb}_{model}" for verb in ("view", "add", "change"))
                )
        for role in (ADMINISTRATOR, PUBLISHER):
            verbs = ("view", "add", "change", "delete")
            for model in ("category", "tag"):
                registry.grant(role, *(f"guidance.{verb}_{model}" for verb in verbs))
            registry.grant(role, *(f"guidance.{verb}_audience" for verb in verbs[:3]))
        registry.grant(ADMINISTRATOR, "guidance.view_series")
        registry.grant(PUBLISHER, "guidance.delete_series")
        registry.grant(PUBLISHER, "guidance.publish_article", "guidance.publish_legaldocument")
        registry.add_demo_step(30, "Đăng văn bản pháp luật", demo.publish_documents)
        registry.add_demo_step(31, "Đăng bài hướng dẫn", demo.publish_articles)
        registry.add_demo_step(32, "Xếp tuyến bài", demo.publish_series)
        registry.add_demo_step(33, "Để lại vài bài đang làm", demo.bring_drafts_along)
