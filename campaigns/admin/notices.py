"""The ledger of notices: who was told of what, in how many tries, the server's last words, when it was acknowledged.

Nothing is typed into it; its buttons call `campaigns.actions.notices` and `campaigns.actions.links`.
"""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from hanoi_portal.admin import ReadOnlyAdmin
from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.models import OutgoingMail, User

from .. import links, sheet
from ..actions.links import revoke_link
from ..actions.notices import mark_told, resend_notice
from ..forms import ToldForm
from ..models import Notice
from ..rules import can_follow_up, can_mark_told, can_resend_notice, can_revoke_link
from ..timeliness import day_of
from .folded_search import FoldedSearch


class MailFilter(admin.SimpleListFilter):
    """How the sending stands, "no address" included."""

    title = _("thư")
    parameter_name = "thu"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the states of a mail, and its absence."""
        return [
            ("can-xem", _("Chưa chắc đã tới")),
            ("khong", _("Chưa có địa chỉ")),
            ("cach-khac", _("Đã báo bằng cách khác")),
            *OutgoingMail.State.choices,
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the notices whose mail stands so."""
        if self.value() == "can-xem":
            return queryset.not_through()
        if self.value() == "khong":
            return queryset.filter(mail=None, digest_items=None)
        if self.value() == "cach-khac":
            return queryset.filter(told_at__isnull=False)
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
        "acknowledged",
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
        "acknowledged",
        "link",
        "told",
    )
    readonly_fields = fields
    actions = ("resend_selected",)
    change_form_template = "admin/campaigns/notice/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """Count what was acknowledged in the same query."""
        rows: Any = super().get_queryset(request)
        return rows.with_acknowledged().prefetch_related("digest_items__mail")

    def get_urls(self) -> list[URLPattern]:
        """Add the buttons of a notice's page."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/gui-lai/", view(self.resend_view), name="notice-resend"),
            path("<int:pk>/da-bao/", view(self.told_view), name="notice-told"),
            path("<int:pk>/huy-lien-ket/", view(self.revoke_view), name="notice-revoke"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Tell the template which buttons are for this notice and this person."""
        notice, user = kwargs.get("obj"), _person(request)
        assert isinstance(notice, Notice)
        waits = notice.mail is not None and notice.mail.state in {"pending", "claimed"}
        context["can_resend"] = can_resend_notice(user) and not waits
        context["has_sheet"] = sheet.has_sheet(notice) and can_follow_up(user)
        context["can_revoke"] = links.is_open(notice) and can_revoke_link(user, notice, day_of())
        context["can_mark_told"] = can_mark_told(user) and notice.told_at is None
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def resend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the notice again."""
        done = gettext("Đã đưa thông báo vào hàng chờ gửi, tới các địa chỉ hiện nay của đơn vị.")
        return self._press(request, pk, resend_notice, done)

    @method_decorator(require_POST)
    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop the notice's link."""
        return self._press(request, pk, revoke_link, gettext("Đã hủy liên kết trong thư."))

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def told_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask how the unit was told by other means, and write it down."""
        rows = Notice.objects.select_related("unit", "mail", "plan")
        notice, user = get_object_or_404(rows, pk=pk), _person(request)
        if not can_mark_told(user):
            raise PermissionDenied
        form = ToldForm(request.POST or None)
        if form.is_valid():
            verb = partial(mark_told, words=form.cleaned_data["words"])
            return self._press(request, pk, verb, gettext("Đã ghi là báo bằng cách khác."))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Báo bằng cách khác"),
            "opts": self.opts,
            "notice": notice,
            "form": form,
        }
        return TemplateResponse(request, "admin/campaigns/notice/told.html", context)

    def _press(self, request: HttpRequest, pk: int, verb: Any, done: str) -> HttpResponse:
        notice = get_object_or_404(Notice.objects.select_related("unit", "mail", "plan"), pk=pk)
        try:
            verb(notice, by=_person(request))
            messages.success(request, done)
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:campaigns_notice_change", args=[pk]))

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Whether the user may send notices again."""
        return can_resend_notice(_person(request))

    @admin.action(description=_("Gửi lại các thông báo đã chọn"), permissions=["resend"])
    def resend_selected(self, request: HttpRequest, notices: QuerySet[Notice]) -> None:
        """Send each again; say how many, and why not the others."""
        count = 0
        for notice in notices.select_related("unit", "mail"):
            try:
                resend_notice(notice, by=_person(request))
                count += 1
            except DomainError as error:
                messages.error(request, f"{notice}: {error}")
        if count:
            told = gettext("Đã đưa %(count)s thông báo vào hàng chờ gửi.")
            messages.success(request, told % {"count": count})

    @admin.display(description=_("tiếp nhận"))
    def acknowledged(self, notice: Any) -> str:
        """How many of its assignments were acknowledged, and when the last was."""
        told = f"{notice.acknowledged_count}/{notice.about_count}"
        if notice.acknowledged_at is None:
            return told
        return f"{told} · {timezone.localtime(notice.acknowledged_at):%H:%M %d/%m/%Y}"

    @admin.display(description=_("liên kết"))
    def link(self, notice: Notice) -> str:
        """How the signed link stands; the link itself is in the mail alone."""
        if not links.is_linked(notice):
            return gettext("thư này không kèm liên kết")
        until = f"{timezone.localtime(notice.link_until):%H:%M %d/%m/%Y}"
        if notice.link_revoked_at is not None:
            at = f"{timezone.localtime(notice.link_revoked_at):%H:%M %d/%m/%Y}"
            return gettext("đã hủy lúc %(at)s") % {"at": at}
        return gettext("dùng được đến %(until)s") % {"until": until}

    @admin.display(description=_("báo bằng cách khác"))
    def told(self, notice: Notice) -> str:
        """Who told the unit by other means, when and how."""
        if notice.told_at is None:
            return "–"
        at = f"{timezone.localtime(notice.told_at):%H:%M %d/%m/%Y}"
        return f"{notice.told_by}, {at}: {notice.told_words}"

    @admin.display(description=_("thư"), ordering="mail__state")
    def mail_state(self, notice: Notice) -> str:
        """How the sending stands, with the way to the mail itself."""
        if notice.mail is None and notice.digest_items.all():
            return gettext("trong thư tổng hợp hằng ngày")
        if notice.mail is None:
            told = gettext("chưa có địa chỉ nhận")
            return f"{told} – {gettext('đã báo bằng cách khác')}" if notice.told_at else told
        word = notice.mail.get_state_display()
        url = reverse("admin:hanoi_portal_outgoingmail_change", args=[notice.mail.pk])
        if notice.told_at and notice.mail.state != OutgoingMail.State.SENT:
            word = f"{word} – {gettext('đã báo bằng cách khác')}"
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
        digest = gettext("%(address)s (thư tổng hợp: %(state)s)")
        return ", ".join(
            [
                *(notice.mail.recipients if notice.mail else ()),
                *(
                    digest
                    % {
                        "address": each.contact.email,
                        "state": each.mail.get_state_display()
                        if each.mail
                        else gettext("chờ tới giờ"),
                    }
                    for each in notice.digest_items.select_related("contact", "mail")
                ),
            ]
        )

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


def _person(request: HttpRequest) -> User:
    """The signed-in user; the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user
