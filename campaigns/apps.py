"""The campaigns app, and what it offers to the pages of others."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    """Units, plans, assignments."""

    name = "campaigns"
    verbose_name = _("Kế hoạch và phân công")

    def ready(self) -> None:
        """Register permissions, letters, what other pages show, and the steps of the demonstration."""
        from hanoi_portal.registry import registry
        from hanoi_portal.roles import ADMINISTRATOR, COORDINATOR

        from . import addresses, asking, blocks, demo, letters, search, sitemaps, words
        from .digests import DIGEST_KIND
        from .notices import MAIL_KIND

        seen = ("unit", "plan", "measure", "task", "tasktarget", "assignment", "notice")
        for role in (ADMINISTRATOR, COORDINATOR):
            registry.grant(role, *(f"campaigns.view_{model}" for model in seen))
            registry.grant(role, "campaigns.add_unit", "campaigns.change_unit")
            for model in ("unitcontact", "membership"):
                verbs = ("view", "add", "change")
                registry.grant(role, *(f"campaigns.{verb}_{model}" for verb in verbs))
            registry.grant(role, "campaigns.delete_unitcontact")
            registry.grant(role, "campaigns.view_reminder", "campaigns.view_extensionrequest")
            for verb in ("view", "add", "change", "delete"):
                registry.grant(role, f"campaigns.{verb}_holiday")
        for verb in ("view", "add", "change", "delete"):
            registry.grant(COORDINATOR, f"campaigns.{verb}_unitgroup")
        registry.grant(ADMINISTRATOR, "campaigns.view_unitgroup")
        registry.grant(COORDINATOR, "campaigns.change_plan")
        registry.grant(COORDINATOR, "campaigns.issue_plan", "campaigns.follow_up")
        registry.add_unseen_tables(
            "campaigns_calendarfeed",
            "campaigns_draftfile",
            "campaigns_extensionrequest",
            "campaigns_membership",
            "campaigns_notice",
            "campaigns_notice_assignments",
            "campaigns_remark",
            "campaigns_reminder",
            "campaigns_reportdraft",
            "campaigns_unitcontact",
        )
        registry.mail_renderers[MAIL_KIND] = letters.render
        registry.mail_batches[MAIL_KIND] = letters.prepare
        registry.mail_words[MAIL_KIND] = _("Thông báo giao việc")
        registry.mail_renderers[DIGEST_KIND] = letters.render_digest
        registry.mail_words[DIGEST_KIND] = _("Thư tổng hợp hằng ngày")
        registry.add_block("home", blocks.plan_progress, order=50)
        registry.add_card(blocks.waiting_card, order=10)
        registry.add_card(asking.waiting_requests_card, order=11)
        registry.add_card(blocks.overdue_card, order=11)
        registry.add_card(blocks.not_through_card, order=12)
        registry.refusal_listeners.append(addresses.note_refused)
        registry.acceptance_listeners.append(addresses.note_accepted)
        registry.add_card(blocks.long_overdue_card, order=12)
        registry.add_card(blocks.orphaned_card, order=12)
        registry.add_card(blocks.holidays_card, order=13)
        registry.search_sources.append(search.PLANS)
        registry.sitemaps["plans"] = sitemaps.PlanSitemap
        registry.history_words.update(words.VERBS | words.STATES)
        registry.add_demo_step(20, "Nạp 62 đơn vị và địa chỉ dùng thử", demo.load_units)
        registry.add_demo_step(21, "Nạp Kế hoạch 722/KH-STTTT", demo.load_plan_722)
        registry.add_demo_step(19, "Nạp ngày nghỉ lễ", demo.load_holidays)
        registry.add_demo_step(22, "Ghi cán bộ đầu mối của các đơn vị", demo.add_members)
