"""The search page, /tim-kiem/, and what it offers while one types, /tim-kiem/goi-y/."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..models import SearchEntry
from ..page_cache.declaring import public_page
from ..registry import registry
from ..text import clean_line
from . import LONGEST_QUERY
from .find import Answer, How, find
from .forms import PARAMETERS, NarrowingForm
from .misses import count_miss
from .pieces import pieces_of
from .query import Query
from .shown import excerpt, is_marked
from .spelling import offer

PER_PAGE = 20
SUGGESTIONS = ("tin giả", "mật khẩu", "bình luận", "722/KH-STTTT")


@dataclass(frozen=True)
class Hit:
    """One result as the page shows it: plain text; the template escapes and marks."""

    kind: Any
    title: str
    url: str
    summary: str
    tags: list[str]
    date: Any


@require_safe
@public_page("q", "trang", *PARAMETERS)
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found for `q`; without it, the box and where to look instead."""
    query = _typed(request)
    form = NarrowingForm(request.GET)
    narrowing = form.narrowing()
    now = timezone.now()
    answer = find(query, now, narrowing) if query else Answer([], "")
    if query and not answer.ids and not narrowing:
        count_miss(query, timezone.localdate(now))
    page = Paginator(answer.ids, PER_PAGE).get_page(request.GET.get("trang"))
    context = {
        "query": query,
        "answer": answer,
        "is_from_keys": answer.how == How.KEYS,
        "is_put_right": answer.how == How.PUT_RIGHT,
        "page": page,
        "hits": _hits(page.object_list, answer.text),
        "form": form,
        "is_narrowed": bool(narrowing),
        "pager_address": f"?{urlencode({'q': query, **form.as_parameters()})}&",
        "pieces": [] if answer.ids or narrowing else pieces_of(Query.read(query)),
        "suggestions": SUGGESTIONS,
    }
    return render(request, "search.html", context)


@require_safe
@public_page("q")
def suggest(request: HttpRequest) -> JsonResponse:
    """Give, as JSON, what may be meant by what has been typed so far."""
    return JsonResponse({"offered": offer(_typed(request), timezone.now())})


def _typed(request: HttpRequest) -> str:
    return clean_line(clean_line(request.GET.get("q", ""))[:LONGEST_QUERY])


def _hits(ids: Any, text: str) -> list[Hit]:
    kinds = {source.kind: source.label for source in registry.search_sources}
    entries = SearchEntry.objects.in_bulk(list(ids))
    return [
        Hit(
            kind=kinds.get(entry.kind, ""),
            title=entry.title,
            url=entry.url,
            summary=excerpt(entry.text, text),
            tags=[tag for tag in entry.tags.splitlines() if is_marked(tag, text)],
            date=entry.date if entry.has_time or not entry.date else timezone.localdate(entry.date),
        )
        for each in ids
        if (entry := entries.get(each))
    ]
