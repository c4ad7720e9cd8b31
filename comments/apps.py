"""The comments app, and what it offers to the pages of others."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    """Reader comments and their moderation."""

    name = "comments"
    verbose_name = _("Bình luận")

    def ready(self) -> None:
        """Register the thread, the moderators' card, permissions and the house rules."""
        from hanoi_portal.registry import registry
        from hanoi_portal.roles import ADMINISTRATOR, MODERATOR

        from . import blocks, demo, house_rules, sitemaps, words
        from .actions import tell

        registry.add_block("article.after", blocks.thread, order=50)
        registry.add_block("privacy.contacts", blocks.contacts_kept)
        registry.add_card(blocks.moderation_card, order=30)
        registry.add_card(blocks.appeals_card, order=31)
        registry.add_card(blocks.data_requests_card, order=32)
        registry.add_card(blocks.reports_card, order=33)
        registry.add_demo_step(40, "Gửi vài bình luận mẫu", demo.write_comments)
        registry.mail_renderers[tell.DECIDED] = tell.render_decision
        registry.mail_words[tell.DECIDED] = _("Trả lời người bình luận")
        registry.history_words |= words.VERBS
        registry.sitemaps["comments"] = sitemaps.CommentsSitemap
        registry.grant(
            MODERATOR,
            "comments.view_comment",
            "comments.moderate_comment",
            "comments.view_phone",
            "comments.answer_comment",
            "comments.view_houserule",
            "comments.view_phonekeeping",
            "comments.view_appeal",
            "comments.view_datarequest",
        )
        for verb in ("add", "change", "delete", "view"):
            registry.grant(MODERATOR, f"comments.{verb}_watchedword")
        for verb in ("add", "change", "view"):
            registry.grant(MODERATOR, f"comments.{verb}_threadsetting")
            registry.grant(ADMINISTRATOR, f"comments.{verb}_houserule")
        registry.grant(ADMINISTRATOR, "comments.add_phonekeeping", "comments.view_phonekeeping")
        registry.add_unseen_tables(
            "captcha_captchastore",
            "comments_appeal",
            "comments_commentreport",
            "comments_datarequest",
            "comments_watchedword",
        )
        registry.add_unseen_inserts("comments_comment", unless="published")
        post_migrate.connect(
            house_rules.add_house_rules, sender=self, dispatch_uid="add_house_rules"
        )
