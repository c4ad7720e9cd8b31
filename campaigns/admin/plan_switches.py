"""Buttons of the list of plans that switch something on or off for all that are ticked."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hanoi_portal.models import User

from ..actions.change_plans import change_plans
from ..models import Plan


class PlanSwitches(admin.ModelAdmin):
    """Show to citizens or not; let letters carry links or not."""

    actions = ("show_plans", "hide_plans", "open_links", "close_links")

    @admin.action(description=_("Công khai các kế hoạch đã chọn"), permissions=["change"])
    def show_plans(self, request: HttpRequest, plans: QuerySet[Plan]) -> None:
        """Let citizens see them."""
        self._switch(request, plans, is_public=True)

    @admin.action(description=_("Thôi công khai các kế hoạch đã chọn"), permissions=["change"])
    def hide_plans(self, request: HttpRequest, plans: QuerySet[Plan]) -> None:
        """Let citizens see them no more."""
        self._switch(request, plans, is_public=False)

    @admin.action(description=_("Cho báo cáo qua liên kết trong thư"), permissions=["change"])
    def open_links(self, request: HttpRequest, plans: QuerySet[Plan]) -> None:
        """Let their letters carry links."""
        self._switch(request, plans, has_links=True)

    @admin.action(description=_("Thôi báo cáo qua liên kết trong thư"), permissions=["change"])
    def close_links(self, request: HttpRequest, plans: QuerySet[Plan]) -> None:
        """Stop every link of their letters."""
        self._switch(request, plans, has_links=False)

    def _switch(self, request: HttpRequest, plans: QuerySet[Plan], **values: Any) -> None:
        assert isinstance(request.user, User)
        # The list counts tasks in its query; what is changed are the plans alone.
        chosen = Plan.objects.filter(pk__in=list(plans.values_list("pk", flat=True)))
        count = len(change_plans(chosen, by=request.user, **values))
        if not count:
            messages.info(request, gettext("Các kế hoạch đã chọn vốn đã như vậy."))
            return
        told = ngettext("Đã đổi %(count)s kế hoạch.", "Đã đổi %(count)s kế hoạch.", count)
        messages.success(request, told % {"count": count})
