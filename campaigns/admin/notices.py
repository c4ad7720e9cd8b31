"""The ledger of notices: who was told of what, when, in how many tries, and the mail server's last words."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.admin import ReadOnlyAdmin
from hanoi_portal.models import OutgoingMail

from ..models import Notice
from .folded_search import FoldedSearch


class MailFilter(admin.SimpleListFilter):
    """How the sending stands, "no address" included."""

    title = _("thư")
    parameter_name = "thu"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the states of a mail, and its absence."""
        return [("khong", _("Chưa có địa chỉ")), *OutgoingMail.State.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the notices whose mail stands so."""
        if self.value() == "khong":
            return queryset.filter(mail=None)
        return queryset.filter(mail__state=self.value()) if self.value() else queryset


@admin.register(Notice)
class NoticeAdmin(FoldedSearch, ReadOnlyAdmin):
    """Notices are written by actions, and mails change only as they are sent."""

    list_display = (
        "unit",
        "event",
        "plan",
        "created_at",
        "mail_state",
        "sent_at",
        "tries",
        "last_words",
    )
    list_filter = (MailFilter, "event", "plan", "unit__kind")
    show_facets = admin.ShowFacets.NEVER
    list_select_related = ("plan", "unit", "mail")
    list_per_page = 100
    search_fields = ("unit__name_folded",)
    search_help_text = _("Tên hoặc mã đơn vị, có dấu hay không dấu đều được.")
    date_hierarchy = "created_at"
    fields = (
        "event",
        "plan",
        "unit",
        "created_at",
        "about",
        "words",
        "mail_state",
        "recipients",
        "tries",
        "sent_at",
        "last_words",
        "message_id",
    )
    readonly_fields = fields

    @admin.display(description=_("thư"), ordering="mail__state")
    def mail_state(self, notice: Notice) -> str:
        """How the sending stands, with the way to the mail itself."""
        if notice.mail is None:
            return gettext("chưa có địa chỉ nhận")
        word = notice.mail.get_state_display()
        url = reverse("admin:hanoi_portal_outgoingmail_change", args=[notice.mail.pk])
        return format_html('<a href="{}">{}</a>', url, word)

    @admin.display(description=_("số lần thử"), ordering="mail__tries")
    def tries(self, notice: Notice) -> int | None:
        """How often it was handed to the server."""
        return notice.mail.tries if notice.mail else None

    @admin.display(description=_("gửi lúc"), ordering="mail__sent_at")
    def sent_at(self, notice: Notice) -> Any:
        """When the server accepted it."""
        return notice.mail.sent_at if notice.mail else None

    @admin.display(description=_("máy chủ trả lời"))
    def last_words(self, notice: Notice) -> str:
        """What the mail server said last."""
        return notice.mail.last_response if notice.mail else ""

    @admin.display(description=_("gửi tới"))
    def recipients(self, notice: Notice) -> str:
        """The addresses."""
        return ", ".join(notice.mail.recipients) if notice.mail else ""

    @admin.display(description="Message-ID")
    def message_id(self, notice: Notice) -> str:
        """The header by which the unit's mail server knows it."""
        return notice.mail.message_id if notice.mail else ""

    @admin.display(description=_("về các nhiệm vụ"))
    def about(self, notice: Notice) -> str:
        """The assignments it lists."""
        assignments = notice.assignments.select_related("task").order_by("task__code_sort")
        return ", ".join(
            f"{each.task.code} ({each.get_role_display().lower()})" for each in assignments
        )
