"""Public pages of legal documents: the list with its filters, one document, its file."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hanoi_portal.downloads import download
from hanoi_portal.english import in_language
from hanoi_portal.page_cache.declaring import public_page
from hanoi_portal.search import LONGEST_QUERY
from hanoi_portal.text import clean_line, fold

from .models import LegalDocument
from .places import DOCUMENTS_PER_PAGE

Choice = dict[str, object]


@require_safe
@public_page("q", "tinh-trang", "loai", "trang")
def list_documents(request: HttpRequest) -> HttpResponse:
    """Show the public documents, newest first; by words (`q`), how they stand (`tinh-trang`), kind (`loai`)."""
    query = clean_line(clean_line(request.GET.get("q", ""))[:LONGEST_QUERY])
    status = _one_of(request.GET.get("tinh-trang", ""), LegalDocument.Status.values)
    kind = _one_of(request.GET.get("loai", ""), LegalDocument.Kind.values)
    public = LegalDocument.objects.public()
    found = public.listed()
    if query:
        words = fold(query).split()
        found = found.having(words) if words else found.none()
    if status:
        found = found.standing(status, timezone.localdate())
    if kind:
        found = found.filter(kind=kind)
    kinds_there = set(public.order_by().values_list("kind", flat=True).distinct())
    chosen = {"q": query, "tinh-trang": status, "loai": kind}
    context = {
        "page": Paginator(found, DOCUMENTS_PER_PAGE).get_page(request.GET.get("trang")),
        "pager_address": _address(chosen) + ("&" if any(chosen.values()) else ""),
        "wanted": query,
        "status": status,
        "kind": kind,
        "is_narrowed": any(chosen.values()),
        "elsewhere": query and f"{in_language('/tim-kiem/')}{_address({'q': query})}",
        "statuses": _choices(LegalDocument.Status.choices, chosen, "tinh-trang"),
        "kinds": _choices(
            [pair for pair in LegalDocument.Kind.choices if pair[0] in kinds_there], chosen, "loai"
        ),
    }
    return render(request, "guidance/document_list.html", context)


@require_safe
@public_page()
def show_document(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a public document: what it is, what changed it, what it changes, its file."""
    public = LegalDocument.objects.public().select_related("file").defer("search_text")
    document = get_object_or_404(public, slug=slug)
    context = {
        "document": document,
        "amended_by": document.amended_by.public().listed(),
        "amends": document.amends.public().listed(),
        "articles": document.articles.published(timezone.now()).linked(),
    }
    return render(request, "guidance/document_page.html", context)


@require_safe
def download_file(request: HttpRequest, slug: str) -> FileResponse:
    """Give the PDF of a public document; 404 if there is none."""
    documents = LegalDocument.objects.public().filter(file__isnull=False).select_related("file")
    document = get_object_or_404(documents, slug=slug)
    return download(document.file)


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _address(chosen: dict[str, str]) -> str:
    """Return what stands after the path: only what was chosen."""
    return f"?{urlencode({name: value for name, value in chosen.items() if value})}"


def _choices(pairs: Iterable[tuple[str, Any]], chosen: dict[str, str], name: str) -> list[Choice]:
    """Return a link for each choice that keeps the others; the one that holds leads back to all."""
    links: list[Choice] = []
    for value, word in pairs:
        is_current = chosen[name] == value
        url = _address({**chosen, name: "" if is_current else value})
        links.append({"word": word, "url": url, "is_current": is_current})
    return links
