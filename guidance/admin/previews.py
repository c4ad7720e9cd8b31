"""Links for outside readers: make one, see which open, take one back."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hanoi_portal.errors import DomainError

from .. import preview_links, rules
from ..actions.preview import make_preview_link, revoke_preview_link
from ..forms import PreviewLinkForm
from ..models import Article, PreviewLink
from .parts import person_of

LONGEST_LIST = 50


def urls(model_admin: ModelAdmin) -> list[URLPattern]:
    """Return the addresses of preview links, below an article's own."""
    view = model_admin.admin_site.admin_view
    start = "<int:pk>/lien-ket-xem-truoc/"
    pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
        (start, list_links, "previews"),
        (f"{start}<int:number>/huy/", revoke, "preview_revoke"),
    ]
    return [
        path(address, view(partial(page, model_admin=model_admin)), name=f"guidance_article_{name}")
        for address, page, name in pages
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def list_links(request: HttpRequest, pk: int, *, model_admin: ModelAdmin) -> HttpResponse:
    """Show the links that still open; POST makes one."""
    article = _article(request, pk)
    form = PreviewLinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        make_preview_link(article, by=person_of(request), **form.cleaned_data)
        told = _("Đã tạo liên kết. Xin chép và gửi cho người cần xem.")
        model_admin.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(request.path)
    opening = article.preview_links.filter(revoked_at=None, opens_until__gt=timezone.now())
    links = list(opening.select_related("made_by")[:LONGEST_LIST])
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Liên kết xem trước cho người ngoài"),
        "article": article,
        "current_title": article.text()["title"],
        "form": form,
        "links": [(each, f"{settings.SITE_URL}{preview_links.path_of(each)}") for each in links],
    }
    return TemplateResponse(request, "admin/guidance/article/previews.html", context)


@require_POST
def revoke(request: HttpRequest, pk: int, number: int, *, model_admin: ModelAdmin) -> HttpResponse:
    """Have a link open no more."""
    article = _article(request, pk)
    links = PreviewLink.objects.select_related("article")
    link = get_object_or_404(links, pk=number, article=article)
    try:
        revoke_preview_link(link, by=person_of(request))
    except DomainError as error:
        model_admin.message_user(request, str(error), messages.ERROR)
    else:
        told = _("Đã hủy liên kết. Từ nay không ai mở được nữa.")
        model_admin.message_user(request, told, messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:guidance_article_previews", args=[pk]))


def _article(request: HttpRequest, pk: int) -> Article:
    if not rules.is_writer(request.user):
        raise PermissionDenied
    rows = Article.objects.select_related("category", "working__category")
    return get_object_or_404(rows, pk=pk)
