"""Giving out the files of an article: to everybody while it is published, before that to those who may preview it."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from hanoi_portal.downloads import download

from . import rules
from .models import Article, Attachment


@require_safe
def download_attachment(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """Give the file that stands behind the address today; 404 where there is none to be seen."""
    found = Attachment.objects.filter(article__slug=slug).select_related("stored", "article")
    attachment = get_object_or_404(found, pk=pk)
    article = attachment.article
    is_public = Article.objects.published(timezone.now()).filter(pk=article.pk).exists()
    if not is_public and not rules.can_preview(request.user, article):
        raise Http404
    return download(attachment.stored)
