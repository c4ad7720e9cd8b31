"""The public pages of plans: the same bytes for everybody, so they ask nothing of who reads them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from guidance.models import Article

from ..figures import Tally, plan_figures, tallies
from ..models import Plan
from ..timeliness import day_of


@require_safe
def list_plans(request: HttpRequest) -> HttpResponse:
    """Show the public plans, each with how far it has come."""
    plans = list(Plan.objects.public().select_related("issuer"))
    standing = tallies(plans, day_of())
    rows = [(plan, standing.get(plan.pk, Tally())) for plan in plans]
    return render(request, "campaigns/plan_list.html", {"rows": rows})


@require_safe
def show_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one plan: each measure, each task, how many units stand where, what is late."""
    plans = Plan.objects.public().select_related("issuer", "carries_out_issuer", "document")
    plan = get_object_or_404(plans, slug=slug)
    today = day_of()
    articles = Article.objects.published(timezone.now()).filter(plans=plan)
    context = {
        "plan": plan,
        "figures": plan_figures(plan, today),
        "today": today,
        "articles": articles.only("title", "slug", "published_at")[:5],
    }
    return render(request, "campaigns/plan_detail.html", context)
