"""“Bài này có hữu ích không?”: a form without JavaScript, cookie or token; only sums are kept."""

import time
from datetime import date

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hanoi_portal.network import network_of
from hanoi_portal.page_cache.declaring import public_page

from .models import REASONS, Answer, Article, Feedback

WINDOW = 600  # seconds
FROM_ONE_NETWORK = (
    30  # answers about one article in a window; thousands share an operator's address
)


@csrf_exempt  # there is no session to ride on; other sites are told by what browsers send
@require_http_methods(["GET", "HEAD", "POST"])
@public_page("buoc")
def answer_useful(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the question, after a “no” the reasons, or thanks. POST: count the answer and lead on."""
    articles = Article.objects.published(timezone.now()).linked()
    article = get_object_or_404(articles, slug=slug)
    if request.method != "POST":
        step = request.GET.get("buoc", "")
        context = {"article": article, "step": step, "reasons": REASONS}
        return render(request, "guidance/article_useful.html", context)
    if not _is_from_our_page(request):
        raise PermissionDenied
    answer = request.POST.get("tra-loi", "")
    if answer not in Answer.values:
        return HttpResponseBadRequest()
    if _is_within(request, article):
        count_answer(article, Answer(answer), timezone.localdate())
    step = "vi-sao" if answer == Answer.NO else "cam-on"
    return HttpResponseRedirect(f"{article.get_absolute_url()}huu-ich/?buoc={step}", status=303)


def count_answer(article: Article, answer: Answer, day: date) -> None:
    """Add one to the answers of the day."""
    key = {"article": article, "day": day, "answer": answer}
    with transaction.atomic():
        Feedback.objects.bulk_create([Feedback(**key)], ignore_conflicts=True)
        Feedback.objects.filter(**key).update(count=F("count") + 1)


def _is_from_our_page(request: HttpRequest) -> bool:
    """Hold what the browser says about the page that sent the form against our own address."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def _is_within(request: HttpRequest, article: Article) -> bool:
    """Count the answers of one network to one article, under a keyed hash that lives as long as the window."""
    said = f"{article.pk}|{int(time.time()) // WINDOW}|{network_of(request)}"
    digest = salted_hmac("guidance.feedback", said, algorithm="sha256").hexdigest()[:32]
    key = f"useful:{digest}"
    cache.add(key, 0, timeout=WINDOW)
    try:
        return cache.incr(key) <= FROM_ONE_NETWORK
    except ValueError:  # it ran out between the two lines
        return True
