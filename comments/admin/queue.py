"""The moderators' queue: made for speed, by keyboard too, and for deciding many at once.

A page is one form. Every comment on it carries its number and the version that the page shows (seen.py): what was
corrected, or decided by somebody else, meanwhile is not decided by who has not read that.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hanoi_portal.errors import DomainError
from hanoi_portal.text import clean_paragraphs

from .. import actions, rules
from ..hints import hints_for
from ..models import Comment, CommentReport, HouseRule
from ..waiting import promised_by
from .seen import mark_of, read_mark, require_seen

ON_A_PAGE = 20
REASON_MAX = 500


def show_queue(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show a page of what waits, oldest first, and what may still be undone; take decisions."""
    typed: dict[str, str] = {}
    if request.method == "POST":
        wrong = _decide(request)
        if not wrong:
            return HttpResponseRedirect(request.get_full_path())
        messages.error(request, wrong)
        typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    now = timezone.now()
    waiting = (
        Comment.objects.waiting()
        .select_related("article__category", "parent")
        .defer("parent__phone", "parent__mail")
    )
    page = Paginator(waiting, ON_A_PAGE).get_page(request.GET.get("p"))
    comments = list(page.object_list)
    hints = hints_for(comments)
    picked = {read_mark(mark)[0] for mark in request.POST.getlist("pick")} if typed else set()
    rows = [
        {
            "comment": comment,
            "mark": mark_of(comment),
            "promised_by": promised_by(comment),
            "is_late": promised_by(comment) < now,
            "hints": hints[comment.pk],
            "is_picked": comment.pk in picked,
            "reason": typed.get(f"reason-{comment.pk}", ""),
            "rule": typed.get(f"rule-{comment.pk}", ""),
        }
        for comment in comments
    ]
    context |= {
        "title": _("Hàng chờ duyệt"),
        "page": page,
        "rows": rows,
        "rules": list(HouseRule.objects.filter(is_active=True)),
        **just_decided(request.user),
        "reported": Comment.objects.reported().prefetch_related(
            Prefetch(
                "reports",
                CommentReport.objects.filter(closed_at=None).select_related("rule"),
                to_attr="open_reports",
            )
        )[:ON_A_PAGE],
        "promise_hours": settings.COMMENT_PROMISE_HOURS,
        "many_rule": typed.get("rule-many", ""),
        "many_reason": typed.get("reason-many", ""),
        "left_over": _reasons_left_over(typed, {comment.pk for comment in comments}),
    }
    return TemplateResponse(request, "comments/admin_queue.html", context)


def just_decided(user: Any) -> dict[str, Any]:
    """Return what `comments/_undo.html` shows: what the moderator may still take back, the latest first."""
    since = timezone.now() - rules.UNDOABLE_FOR
    return {
        "undoable": Comment.objects.just_decided_by(user, since)[:ON_A_PAGE],
        "undo_seconds": int(rules.UNDOABLE_FOR.total_seconds()),
    }


def _reasons_left_over(typed: dict[str, str], shown: set[int]) -> list[str]:
    """Return reasons that were typed for comments that are no longer on the page: somebody else was faster."""
    rows = {f"reason-{pk}" for pk in shown} | {"reason-many"}
    return [
        text
        for name, text in typed.items()
        if name.startswith("reason-") and name not in rows and text.strip()
    ]


def _decide(request: HttpRequest) -> str:
    """Do what the pressed button says; return what is wrong, in words, or an empty text."""
    post, user = request.POST, request.user
    if "keep" in post:
        return _each(
            request,
            [post["keep"]],
            lambda comment: actions.keep_reported(comment, by=user),  # type: ignore[arg-type]
            _("Đã xem xong các lượt báo; bình luận vẫn trên trang."),
        )
    if "undo" in post or "undo-many" in post:
        return _each(
            request,
            [post["undo"]] if "undo" in post else post.getlist("decided"),
            lambda comment: actions.undo_decision(comment, by=user),  # type: ignore[arg-type]
            _("Đã hoàn tác; bình luận lại chờ duyệt."),
        )
    if "publish" in post or "publish-many" in post:
        chosen = [post["publish"]] if "publish" in post else post.getlist("pick")
        return _each(
            request,
            chosen,
            lambda comment: actions.publish_comment(comment, by=user),  # type: ignore[arg-type]
            ngettext("Đã đăng %(n)d bình luận.", "Đã đăng %(n)d bình luận.", len(chosen)),
        )
    if "decline" in post or "decline-many" in post:
        return _decline(request)
    return ""


def _decline(request: HttpRequest) -> str:
    post, user = request.POST, request.user
    chosen = [post["decline"]] if "decline" in post else post.getlist("pick")
    which = post["decline"].partition(":")[0] if "decline" in post else "many"
    number = post.get(f"rule-{which}", "")
    rule = None
    if number.isascii() and number.isdigit() and len(number) < 5:
        rule = HouseRule.objects.filter(is_active=True, number=number).first()
    reason = clean_paragraphs(post.get(f"reason-{which}", ""))
    if rule is None or not reason:
        return _("Xin chọn quy tắc và ghi lý do để người gửi hiểu.")
    if len(reason) > REASON_MAX:
        return _("Lý do dài nhất %(n)d ký tự.") % {"n": REASON_MAX}
    return _each(
        request,
        chosen,
        lambda comment: actions.decline_comment(comment, by=user, rule=rule, reason=reason),  # type: ignore[arg-type]
        ngettext(
            "%(n)d bình luận không được đăng; người gửi đọc được lý do.",
            "%(n)d bình luận không được đăng; người gửi đọc được lý do.",
            len(chosen),
        ),
    )


def _each(
    request: HttpRequest, chosen: list[str], act: Callable[[Comment], None], told: str
) -> str:
    """Act on each chosen comment (by its mark), each in a transaction of its own."""
    if not chosen:
        return _("Xin chọn ít nhất một bình luận.")
    seen = dict(read_mark(mark) for mark in chosen[:ON_A_PAGE])
    done = 0
    wrong: list[str] = []
    for comment in Comment.objects.without_phone().select_related("decided_by").filter(pk__in=seen):
        try:
            require_seen(comment, seen[comment.pk])
            act(comment)
            done += 1
        except DomainError as error:
            wrong.append(f"{comment}: {error}")
    if done:
        messages.success(request, told % {"n": done} if "%(n)d" in told else told)
    return " ".join(wrong) or ("" if done else _("Không còn bình luận nào trong số đã chọn."))
