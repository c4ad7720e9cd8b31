"""The public pages of plans: the same bytes for everybody, so they ask nothing of who reads them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from guidance.models import Article
from hanoi_portal.downloads import download
from hanoi_portal.page_cache.declaring import public_page
from hanoi_portal.text import slugify

from ..exports import as_download, plan_table, unit_table
from ..figures import Tally, plan_figures, tallies
from ..models import Evidence, Plan, Unit
from ..published import shown_evidence
from ..timeliness import day_of
from ..unit_figures import UnitFigures, tallies_of_units, unit_figures, units_of

UNITS_PER_PAGE = 100
RELATED = 5
SHOWN = 10  # pieces of evidence on the plan's page; each unit's page has all of its own


@require_safe
@public_page()
def list_plans(request: HttpRequest) -> HttpResponse:
    """Show the public plans, each with how far it has come."""
    plans = list(Plan.objects.public().select_related("issuer"))
    standing = tallies(plans, day_of())
    rows = [(plan, standing.get(plan.pk, Tally())) for plan in plans]
    return render(request, "campaigns/plan_list.html", {"rows": rows})


@require_safe
@public_page()
def show_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one plan: each measure, each task, how many units stand where, what is late, what changed this month."""
    plan = _public_plan(slug)
    today = day_of()
    context = {
        "plan": plan,
        "figures": plan_figures(plan, today),
        "today": today,
        "shown": shown_evidence(plan, limit=SHOWN),
        "articles": _related(plan),
    }
    return render(request, "campaigns/plan_detail.html", context)


@require_safe
@public_page()
def download_plan(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Give what the plan's page shows as CSV or XLSX."""
    plan, today = _public_plan(slug), day_of()
    rows = plan_table(plan_figures(plan, today), today)
    return as_download(rows, kind, plan.slug)


@require_safe
@public_page("trang")
def list_units(request: HttpRequest, slug: str) -> HttpResponse:
    """List the units of a plan, each with how far it has come."""
    plan, today = _public_plan(slug), day_of()
    page = Paginator(units_of(plan), UNITS_PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "plan": plan,
        "page": page,
        "rows": tallies_of_units(plan, page.object_list, today),
        "today": today,
    }
    return render(request, "campaigns/unit_list.html", context)


@require_safe
@public_page()
def show_unit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show what a plan asks of one unit, and for each task what it reports, what backs it, is it in time."""
    plan, today = _public_plan(slug), day_of()
    figures = _unit_figures(plan, code, today)
    context = {"plan": plan, "unit": figures.unit, "figures": figures, "today": today}
    context["articles"] = _related(plan)
    return render(request, "campaigns/unit_detail.html", context)


@require_safe
@public_page()
def download_unit(request: HttpRequest, slug: str, code: str, kind: str) -> HttpResponse:
    """Give what the unit's page shows as CSV or XLSX."""
    plan, today = _public_plan(slug), day_of()
    figures = _unit_figures(plan, code, today)
    name = f"{plan.slug}-{slugify(figures.unit.code)}"
    return as_download(unit_table(figures, today), kind, name)


@require_safe
def download_evidence(request: HttpRequest, slug: str, key: UUID) -> FileResponse:
    """Give a file that the Sở chose to show, while it does and the plan is public."""
    public = Evidence.objects.public().filter(report__assignment__task__plan__slug=slug)
    return download(get_object_or_404(public.select_related("stored"), stored__key=key).stored)


def _related(plan: Plan) -> Any:
    """Return the published articles that the Sở put beside the plan, the newest first."""
    articles = Article.objects.published(timezone.now()).filter(plans=plan)
    return articles.only("title", "slug", "published_at")[:RELATED]


def _public_plan(slug: str) -> Plan:
    plans = Plan.objects.public().select_related("issuer", "carries_out_issuer", "document")
    return get_object_or_404(plans, slug=slug)


def _unit_figures(plan: Plan, code: str, on: date) -> UnitFigures:
    figures = unit_figures(plan, get_object_or_404(Unit, code=code), on)
    if figures is None:
        raise Http404
    return figures
