"""Public pages of comments: the form, what happens next, the rules, the figures.

The form asks for no CSRF token, on purpose. A token guards the authority of whoever is signed in; here nobody is, so
there is no authority for another site to borrow: what it could send through a reader's browser it can as well send
itself, each time with a human check answered. The token would cost a cookie for every reader. What another
site could do, replace the cookie that shows a reader's receipt code by one of its own, is refused by
`answers.refuse_other_sites`.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from guidance.models import Article
from hanoi_portal.errors import StaleState
from hanoi_portal.page_cache.declaring import public_page
from hanoi_portal.page_cache.facts import Facts
from hanoi_portal.prepared import Prepared

from . import limits, receipt_cookie, rules
from .actions import Receipt, find_submitted, submit_comment
from .answers import SeeOther, refuse_other_sites, too_many, too_many_asked
from .consent import consent_words
from .figures import monthly_figures
from .forms import CommentForm
from .models import PHONE_DAYS_DEFAULT, Comment, HouseRule, PhoneKeeping, ThreadSetting
from .threads import find_parent
from .waiting import say_wait, usual_wait

PHONE_DAYS = PhoneKeeping.objects.order_by("-since", "-pk").values("days")[:1]
# What the form shows of the article that is commented on, how it takes comments, and how long a phone would be kept.
COMMENTED = Prepared(
    lambda now, slug: (
        Article.objects.published(now)
        .filter(slug=slug)
        .select_related("thread_setting")
        .annotate(phone_days=Coalesce(Subquery(PHONE_DAYS), PHONE_DAYS_DEFAULT))
        .only("title", "slug", "state", "published_at", "thread_setting")
    ),
    datetime(1, 1, 2, tzinfo=UTC),
    "?",
)
SENT = "binh-luan/da-gui/"  # `comment-sent`, written out: it is the answer to each comment
ARTICLES = Facts(lambda slug: next(iter(COMMENTED.ask(timezone.now(), slug)), None))


@csrf_exempt
@sensitive_post_parameters("name", "phone", "mail", "title", "content")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write_comment(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form of an article's comments, and take what is sent."""
    article = _article_or_404(slug)
    setting: ThreadSetting | None = getattr(article, "thread_setting", None)
    if not rules.can_comment(article, setting, timezone.now()):
        return render(request, "comments/comment_closed.html", {"article": article})
    asked = request.POST.get("parent", "") or request.GET.get("tra-loi", "")
    parent = find_parent(article, asked) if asked else None
    context: dict[str, Any] = {
        "parent": parent,
        "is_parent_gone": bool(asked) and parent is None,
        "is_published_unread": rules.is_published_unread(setting),
    }
    if request.method != "POST":
        if not limits.is_within("codes", request):
            return too_many_asked(request)
        return _form_page(request, article, CommentForm.empty(parent), **context)
    refuse_other_sites(request)
    if not limits.is_within("posts", request):
        form = CommentForm.as_typed(request.POST)
        context["open_again_at"] = limits.open_again_at()
        return too_many(_form_page(request, article, form, **context))
    if "refresh" in request.POST:
        form = CommentForm.as_typed(request.POST)
        return _form_page(request, article, form, is_refreshed=True, **context)
    if context[
        "is_parent_gone"
    ]:  # sent as it is, it would stand where its writer did not mean it to
        return _form_page(request, article, CommentForm.as_typed(request.POST), **context)
    form = CommentForm(request.POST)
    try:
        receipt = _submit(article, setting, form, parent)
    except StaleState:  # the parent went off the page while the form was being checked
        form = CommentForm.as_typed(request.POST)
        context |= {"parent": None, "is_parent_gone": True}
        return _form_page(request, article, form, **context)
    is_repeated = receipt is None and form.may_be_repeated
    if is_repeated:
        receipt = find_submitted(form.receipt_code())
    if receipt is None:
        return _form_page(request, article, form, **context)
    cleaned = form.cleaned_data
    shown = {
        "code": receipt.code,
        "article": article.title,
        "url": article.get_absolute_url(),
        "kept_as": _kept_as(article, parent),
        "is_published": receipt.comment.state == Comment.State.PUBLISHED,
        "contact_left_out": bool(cleaned["phone"] or cleaned["mail"]) and not cleaned["consent"],
    }
    response = (
        _sent_page(request, shown, is_repeated=True)
        if is_repeated
        else SeeOther(get_script_prefix() + SENT)
    )
    receipt_cookie.put(response, shown)
    return response


def _submit(
    article: Article, setting: ThreadSetting | None, form: CommentForm, parent: Comment | None
) -> Receipt | None:
    """Keep the comment that a form holds; None when something in the form must be put right.

    The code is used up and the comment kept in one transaction: the database waits for its disk once.
    """
    with transaction.atomic():
        if not form.is_valid():
            return None
        cleaned = form.cleaned_data
        phone_days: int = article.phone_days  # type: ignore[attr-defined]  # see COMMENTED
        return submit_comment(
            article,
            setting,
            name=cleaned["name"],
            title=cleaned["title"],
            content=cleaned["content"],
            phone=cleaned["phone"],
            mail=cleaned["mail"],
            agreed_to=consent_words(phone_days) if cleaned["consent"] else "",
            parent=parent,
            code=form.receipt_code(),
        )


@require_safe
@never_cache
def show_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next, with the receipt code: for half an hour, to the browser that sent the comment."""
    receipt = receipt_cookie.read(request)
    if receipt is None:
        return render(request, "comments/comment_sent_gone.html")
    return _sent_page(request, receipt)


@require_safe
@public_page()
def show_rules(request: HttpRequest) -> HttpResponse:
    """Show the house rules, each under its number; those that no longer hold are marked."""
    return render(request, "comments/rule_list.html", {"rules": HouseRule.objects.all()})


@require_safe
@public_page()
def show_figures(request: HttpRequest) -> HttpResponse:
    """Show what became of the comments, month by month."""
    return render(request, "comments/figures.html", {"months": monthly_figures()})


def _article_or_404(slug: str) -> Article:
    article = ARTICLES.get(slug)
    if article is None:
        raise Http404
    return article


def _form_page(
    request: HttpRequest, article: Article, form: CommentForm, **extra: Any
) -> HttpResponse:
    house_rules = HouseRule.objects.filter(is_active=True)
    context = {
        "article": article,
        "form": form,
        "rules": house_rules,
        "keep_as": _kept_as(article, extra.get("parent")),
        **extra,
    }
    return render(request, "comments/comment_form.html", context)


def _sent_page(
    request: HttpRequest, receipt: dict[str, Any], *, is_repeated: bool = False
) -> HttpResponse:
    wait = say_wait(usual_wait())
    context = {"receipt": receipt, "usual_wait": wait, "is_repeated": is_repeated}
    return render(request, "comments/comment_sent.html", context)


def _kept_as(article: Article, parent: Comment | None) -> str:
    """Return under which name a browser keeps what is typed (`keep-typed.js`)."""
    return f"{article.pk}-{parent.pk}" if parent else str(article.pk)
