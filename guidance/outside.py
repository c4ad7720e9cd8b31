"""The page behind a preview link: the text as readers would get it, and a form for an answer. No account, no cookie.

The address is the key, so there is no form token; answers are kept by nobody, and the address is told to nobody
(`Referrer-Policy: no-referrer`; logs mask it, see `hanoi_portal.logs`).
"""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hanoi_portal.downloads import download
from hanoi_portal.errors import StaleState

from . import preview_links
from .actions.preview import answer_preview
from .forms import AnswerForm
from .models import PreviewLink
from .views import article_page


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def show_preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show the text; POST answers. 404 for a token that is none, 410 for a link that opens no more."""
    link = preview_links.find(token)
    if link is None:
        raise Http404
    response = _page(request, link) if link.is_open() else _closed(request)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
def download_file(request: HttpRequest, token: str, pk: int) -> FileResponse:
    """Give a file of the article while the link opens; 404 otherwise."""
    link = preview_links.find(token)
    if link is None or not link.is_open():
        raise Http404
    attachment = get_object_or_404(link.article.attachments.select_related("stored"), pk=pk)
    response = download(attachment.stored)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, link: PreviewLink) -> HttpResponse:
    form = AnswerForm(request.POST if request.method == "POST" else None)
    refusal, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            answer_preview(link, **form.cleaned_data)
        except StaleState as error:
            refusal, status = str(error), 409
        else:
            return HttpResponseRedirect(f"{request.path}?da=tra-loi#tra-loi")
    article = link.article
    outside = {
        "form": form,
        "until": link.opens_until,
        "refusal": refusal,
        "files_at": request.path,
        "is_answered": request.GET.get("da") == "tra-loi",
    }
    shown = article.take_text(article.text())
    response = article_page(request, shown, is_preview=True, outside=outside)
    response.status_code = status
    return response


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "guidance/preview_closed.html", status=410)
