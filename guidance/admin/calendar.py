"""The newsroom's calendar in the admin."""

from functools import partial

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..coming import coming


def urls(model_admin: ModelAdmin) -> list[URLPattern]:
    """Return the address of the calendar."""
    view = model_admin.admin_site.admin_view(partial(show_calendar, model_admin=model_admin))
    return [path("lich/", view, name="guidance_article_calendar")]


@require_safe
def show_calendar(request: HttpRequest, *, model_admin: ModelAdmin) -> HttpResponse:
    """Show what is coming, day by day."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Lịch sắp tới"),
        "days": coming(timezone.now()),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "admin/guidance/article/calendar.html", context)
