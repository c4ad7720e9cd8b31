"""The signed document of a plan, for everybody while the plan is public."""

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from hanoi_portal.downloads import download

from ..models import Plan


@require_safe
def download_document(request: HttpRequest, slug: str) -> FileResponse:
    """Give the signed PDF of a public plan; 404 if there is none."""
    plans = Plan.objects.public().filter(document__isnull=False).select_related("document")
    plan = get_object_or_404(plans, slug=slug)
    assert plan.document is not None
    return download(plan.document)
