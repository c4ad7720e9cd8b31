"""The saved texts of an article: their list, what changed from one to another, taking an old one up again."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hanoi_portal.errors import DomainError

from .. import actions, rules
from ..differences import differences
from ..models import Article, Revision
from .parts import person_of

PER_PAGE = 50


def urls(model_admin: ModelAdmin) -> list[URLPattern]:
    """Return the addresses of the revisions, below an article's own."""
    view = model_admin.admin_site.admin_view
    start = "<int:pk>/phien-ban/"
    pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
        (start, list_revisions, "revisions"),
        (f"{start}<int:number>/", compare, "revision"),
        (f"{start}<int:number>/lay-lai/", restore, "restore"),
    ]
    return [
        path(address, view(partial(page, model_admin=model_admin)), name=f"guidance_article_{name}")
        for address, page, name in pages
    ]


@require_safe
def list_revisions(request: HttpRequest, pk: int, *, model_admin: ModelAdmin) -> HttpResponse:
    """Show who saved the text and when, the newest first."""
    article = _article(request, pk)
    saved = article.revisions.select_related("saved_by").defer("body", "summary")
    context = {
        **_context(request, model_admin, article),
        "title": _("Các phiên bản"),
        "page": Paginator(saved, PER_PAGE).get_page(request.GET.get("trang")),
    }
    return TemplateResponse(request, "admin/guidance/article/revisions.html", context)


@require_safe
def compare(request: HttpRequest, pk: int, number: int, *, model_admin: ModelAdmin) -> HttpResponse:
    """Show what a revision changed: against the one before it, or against another (`voi`)."""
    article = _article(request, pk)
    saved = article.revisions.select_related("category", "saved_by")
    revision = get_object_or_404(saved, pk=number)
    other = _other(saved, revision, request.GET.get("voi", ""))
    context = {
        **_context(request, model_admin, article),
        "title": _("Phiên bản %(number)s") % {"number": revision.pk},
        "revision": revision,
        "other": other,
        "differences": differences(other.text, revision.text) if other else [],
        "can_restore": rules.can_write(request.user, article)
        and {**article.text(), **revision.text} != article.text(),
    }
    return TemplateResponse(request, "admin/guidance/article/revision.html", context)


@require_POST
def restore(request: HttpRequest, pk: int, number: int, *, model_admin: ModelAdmin) -> HttpResponse:
    """Have editors go on with an old text."""
    if not rules.is_writer(request.user):
        raise PermissionDenied
    article = _article(request, pk)
    revision = get_object_or_404(article.revisions.select_related("category"), pk=number)
    try:
        actions.restore_revision(article, revision, by=person_of(request))
    except DomainError as error:
        model_admin.message_user(request, str(error), messages.ERROR)
    else:
        told = _("Đã lấy lại phiên bản %(number)s. Người đọc chưa thấy cho đến khi được đăng.")
        model_admin.message_user(request, told % {"number": number}, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:guidance_article_change", args=[pk]))


def _other(saved: Any, revision: Revision, asked: str) -> Revision | None:
    """Return what a revision is held against: the one that was asked for, else the one before it."""
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        found: Revision | None = saved.filter(pk=int(asked)).first()
        return found
    return saved.filter(pk__lt=revision.pk).first()


def _article(request: HttpRequest, pk: int) -> Article:
    rows = Article.objects.select_related("category", "working__category")
    article = get_object_or_404(rows, pk=pk)
    if not rules.can_preview(request.user, article):
        raise PermissionDenied
    return article


def _context(request: HttpRequest, model_admin: ModelAdmin, article: Article) -> dict[str, Any]:
    shown = article.revisions.filter(shown_at__isnull=False).order_by("-shown_at", "-pk")
    is_shown = article.state == Article.State.PUBLISHED
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "article": article,
        "current_title": article.text()["title"],
        "shown_pk": shown.values_list("pk", flat=True).first() if is_shown else None,
    }
