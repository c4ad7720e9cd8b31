"""The pages that a unit's reports name, as a file: for the unit itself and for who follows it up."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from hanoi_portal.models import User
from hanoi_portal.text import slugify

from ..exports import as_download
from ..models import Assignment
from ..series import series_of, series_table
from ..timeliness import day_of


@require_safe
@login_required
def download_series(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Give the list as CSV or XLSX to who may see the assignment."""
    user = request.user
    assert isinstance(user, User)  # `login_required` lets nobody else in
    seen = Assignment.objects.visible_to(user, day_of()).select_related("task", "unit")
    assignment = get_object_or_404(seen, pk=pk)
    name = f"bai-da-dang-{slugify(assignment.unit.code)}-{slugify(assignment.task.code)}"
    return as_download(series_table(series_of(assignment)), kind, name)
