"""A reader reports a comment that stands on the page. As the comment form: no account, no cookie, a human check."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guidance.models import Article

from . import limits
from .actions import report_comment
from .answers import refuse_other_sites, too_many, too_many_asked
from .forms import ReportForm
from .models import Comment


@csrf_exempt
@sensitive_post_parameters("text")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form with the comment, and take the report."""
    shown = Article.objects.published(timezone.now()).order_by()
    published = Comment.objects.published().filter(article__in=shown).select_related("article")
    comment = published.filter(pk=number).first() if number < 2**63 else None
    if comment is None:
        raise Http404
    context: dict[str, Any] = {"comment": comment, "form": ReportForm()}
    if request.method == "POST":
        refuse_other_sites(request)
        typed = {name: request.POST.get(name) for name in ("rule", "text")}
        if not limits.is_within("posts", request):
            context |= {
                "form": ReportForm(initial=typed),
                "open_again_at": limits.open_again_at(),
            }
            return too_many(render(request, "comments/report_form.html", context))
        form = ReportForm(request.POST)
        if "refresh" in request.POST:
            form = ReportForm(initial=typed)
        elif form.is_valid():
            cleaned = form.cleaned_data
            report_comment(comment, rule=cleaned["rule"], text=cleaned["text"])
            return render(request, "comments/report_sent.html", context)
        elif form.may_be_repeated and _has_come_before(comment, form):
            return render(request, "comments/report_sent.html", context)
        context["form"] = form
    elif not limits.is_within("codes", request):
        return too_many_asked(request)
    return render(request, "comments/report_form.html", context)


def _has_come_before(comment: Comment, form: ReportForm) -> bool:
    """Tell whether moderators hold this very report: its answer was lost on the way, or the button pressed twice."""
    cleaned = form.cleaned_data
    open_reports = comment.reports.filter(closed_at=None)
    return open_reports.filter(rule=cleaned["rule"], text=cleaned["text"]).exists()
