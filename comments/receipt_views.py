"""The receipt page: how a comment stands, and what its writer can do from there. The code is the key.

Everything is sent to one address in forms, with the code in each: addresses are kept in logs, and a session
would be one more thing that knows who wrote what.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from guidance.models import Article
from hanoi_portal.errors import DomainError, StaleState

from . import actions, limits, receipts, rules
from .answers import refuse_other_sites, too_many
from .forms import DataForm, ReceiptForm, ReviewForm, WordsForm
from .models import Comment, DataRequest
from .places import address_of
from .waiting import promised_by, say_wait, usual_wait

TEMPLATE = "comments/receipt_lookup.html"
# What the forms beside the code send: over the limit it waits in the page, to be sent again with the code.
TYPED = ("act", "name", "title", "content", "text", "phone", "mail", "consent")


@csrf_exempt
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Tell by receipt code how a comment stands; do what its writer asks there."""
    if request.method != "POST":
        return render(request, TEMPLATE, {"form": ReceiptForm()})
    refuse_other_sites(request)
    form = ReceiptForm(request.POST)
    if not limits.is_within("lookups", request):
        typed = [(name, request.POST[name]) for name in TYPED if name in request.POST]
        context = {"form": form, "open_again_at": limits.open_again_at(), "typed": typed}
        return too_many(render(request, TEMPLATE, context))
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form})
    hashes = receipts.possible_hashes(form.cleaned_data["code"])
    found = Comment.objects.without_phone().select_related("article", "rule", "appeal")
    comment = found.filter(receipt_hash__in=hashes).first()
    if comment is None:
        return render(request, TEMPLATE, {"form": form, "is_answered": True, "comment": None})
    do = ACTS.get(request.POST.get("act", ""))
    try:
        answer = do(request, comment) if do else {}
    except DomainError as error:
        answer = {"told": str(error), "tone": "warning"}
    if isinstance(answer, HttpResponse):
        return answer
    return render(request, TEMPLATE, {"form": form, **_standing(comment), **answer})


def _standing(comment: Comment) -> dict[str, Any]:
    """Return how the comment stands and what may be done to it now."""
    now = timezone.now()
    appeal = getattr(comment, "appeal", None)
    requests = list(comment.data_requests.exclude(kind=DataRequest.Kind.COPY).order_by("pk"))
    context: dict[str, Any] = {
        "is_answered": True,
        "comment": comment,
        "appeal": appeal,
        "can_correct": rules.is_correctable(comment, now),
        "correct_until": comment.created_at + rules.CORRECTABLE_FOR,
        "can_withdraw": comment.state in rules.WITHDRAWABLE,
        "review_form": ReviewForm() if not appeal and rules.is_appealable(comment, now) else None,
        "erasure": _latest(requests, DataRequest.Kind.ERASURE),
        "renaming": _latest(
            [each for each in requests if each.new_name], DataRequest.Kind.CORRECTION
        ),
        "can_correct_data": rules.is_contact_correctable(comment),
    }
    if comment.state == Comment.State.WAITING:
        context |= {"usual_wait": say_wait(usual_wait()), "promised_by": promised_by(comment)}
    if comment.state == Comment.State.PUBLISHED:
        is_shown = Article.objects.published(now).filter(pk=comment.article_id).exists()
        context["address"] = address_of(comment) if is_shown else ""
    return context


def _latest(requests: list[DataRequest], kind: str) -> DataRequest | None:
    return next((each for each in reversed(requests) if each.kind == kind), None)


def _correct(request: HttpRequest, comment: Comment) -> dict[str, Any]:
    words = {"name": comment.name, "title": comment.title, "content": comment.content}
    if not rules.is_correctable(comment, timezone.now()):
        raise DomainError(_("Đã hết thời gian sửa, hoặc bình luận vừa được xử lý."))
    if "title" not in request.POST:  # asked for the boxes
        return {"words_form": WordsForm(initial=words)}
    form = WordsForm(request.POST)
    if not form.is_valid():
        return {"words_form": form}
    actions.correct_comment(comment, **form.cleaned_data)
    return {"told": _("Đã lưu lời mới của bình luận.")}


def _withdraw(request: HttpRequest, comment: Comment) -> dict[str, Any]:
    actions.withdraw_comment(comment)
    return {"told": _("Đã rút bình luận. Bình luận không được đăng, hoặc đã được gỡ khỏi trang.")}


def _ask_for_review(request: HttpRequest, comment: Comment) -> dict[str, Any]:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return {"review_form": form}
    appeal = actions.ask_for_review(comment, **form.cleaned_data)
    told = _("Đã nhận đề nghị. Một người khác sẽ đọc lại và trả lời tại trang này.")
    return {"told": told, "appeal": appeal, "review_form": None}


def _give_copy(request: HttpRequest, comment: Comment) -> HttpResponse:
    copy = actions.give_copy(comment)
    text = "".join(f"{word}: {value}\n" for word, value in copy.items())
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="binh-luan.txt"'
    return response


def _ask_for_erasure(request: HttpRequest, comment: Comment) -> dict[str, Any]:
    erasure = actions.ask_for_erasure(comment)
    return {"told": _("Đã nhận yêu cầu xóa dữ liệu."), "erasure": erasure}


def _correct_data(request: HttpRequest, comment: Comment) -> dict[str, Any]:
    """Put phone and address right at once; ask staff for another name."""
    if not rules.is_contact_correctable(comment):
        raise StaleState(_("Bình luận này không còn lưu số điện thoại, thư điện tử."))
    contact = {"phone": comment.phone or "", "mail": comment.mail or ""}
    if "phone" not in request.POST:  # asked for the boxes
        is_kept = bool(contact["phone"] or contact["mail"])
        return {
            "data_form": DataForm(initial={"name": comment.name, "consent": is_kept, **contact})
        }
    form = DataForm(request.POST)
    if not form.is_valid():
        return {"data_form": form}
    typed = form.cleaned_data
    told = []
    try:
        if {"phone": typed["phone"], "mail": typed["mail"]} != contact:
            actions.correct_contact(
                comment,
                phone=typed["phone"],
                mail=typed["mail"],
                has_consented=typed["consent"],
            )
            told.append(_("Đã sửa số điện thoại, thư điện tử."))
        if typed["name"] != comment.name:
            renaming = actions.ask_for_name(comment, name=typed["name"])
            day = dateformat.format(renaming.due_on, "d/m/Y")
            told.append(_("Đã nhận yêu cầu sửa họ tên, chậm nhất ngày %(day)s.") % {"day": day})
    except DomainError as error:
        form.add_error(None, str(error))
        return {"data_form": form, "told": " ".join(told)}
    return {"told": " ".join(told) or _("Không có gì thay đổi.")}


ACTS: dict[str, Callable[[HttpRequest, Comment], Any]] = {
    "correct": _correct,
    "withdraw": _withdraw,
    "review": _ask_for_review,
    "copy": _give_copy,
    "data": _correct_data,
    "erase": _ask_for_erasure,
}
