"""The moderators' queue: made for speed, by keyboard too, and for deciding many at once.

A page is one form. Every comment on it carries its number and how often its writer had corrected it when the page was
made ("12:0"): what was corrected meanwhile is not decided by somebody who has not read it.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hanoi_portal.errors import DomainError, StaleState
from hanoi_portal.text import clean_paragraphs

from .. import actions, rules
from ..hints import hints_for
from ..models import Comment, CommentReport, HouseRule
from ..waiting import promised_by

ON_A_PAGE = 20
REASON_MAX = 500


def show_queue(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the oldest that wait, and what may still be undone; take decisions."""
    typed: dict[str, str] = {}
    if request.method == "POST":
        wrong = _decide(request)
        if not wrong:
            return HttpResponseRedirect(request.path)
        messages.error(request, wrong)
        typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    now = timezone.now()
    comments = list(
        Comment.objects.waiting()
        .select_related("article__category", "parent")
        .defer("parent__phone", "parent__mail")[:ON_A_PAGE]
    )
    hints = hints_for(comments)
    house_rules = list(HouseRule.objects.filter(is_active=True))
    rows = [
        {
            "comment": comment,
            "seen": f"{comment.pk}:{comment.corrections}",
            "promised_by": promised_by(comment),
            "is_late": promised_by(comment) < now,
            "hints": hints[comment.pk],
            "reason": typed.get(f"reason-{comment.pk}", ""),
            "rule": typed.get(f"rule-{comment.pk}", ""),
        }
        for comment in comments
    ]
    undoable = Comment.objects.just_decided_by(request.user, now - rules.UNDOABLE_FOR)[:ON_A_PAGE]
    context |= {
        "title": _("Hàng chờ duyệt"),
        "rows": rows,
        "rules": house_rules,
        "undoable": undoable,
        "reported": Comment.objects.reported().prefetch_related(
            Prefetch(
                "reports",
                CommentReport.objects.filter(closed_at=None).select_related("rule"),
                to_attr="open_reports",
            )
        )[:ON_A_PAGE],
        "waiting_count": Comment.objects.waiting().count(),
        "promise_hours": settings.COMMENT_PROMISE_HOURS,
        "many_reason": typed.get("reason-many", ""),
    }
    return TemplateResponse(request, "comments/admin_queue.html", context)


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
    if "undo" in post:
        return _each(
            request,
            [post["undo"]],
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
    return ""


def _each(
    request: HttpRequest, chosen: list[str], act: Callable[[Comment], None], told: str
) -> str:
    """Act on each chosen comment ("number:corrections"), each in a transaction of its own."""
    if not chosen:
        return _("Xin chọn ít nhất một bình luận.")
    seen = dict(_parts(each) for each in chosen[:ON_A_PAGE])
    done = 0
    wrong: list[str] = []
    for comment in Comment.objects.without_phone().select_related("rule").filter(pk__in=seen):
        try:
            if comment.corrections != seen[comment.pk]:
                raise StaleState(_("Người gửi vừa sửa lời. Xin đọc lại."))
            act(comment)
            done += 1
        except DomainError as error:
            wrong.append(f"{comment}: {error}")
    if done:
        messages.success(request, told % {"n": done} if "%(n)d" in told else told)
    return " ".join(wrong) or ("" if done else _("Không còn bình luận nào trong số đã chọn."))


def _parts(seen: str) -> tuple[int, int]:
    pk, _colon, corrections = seen.partition(":")
    is_good = all(
        part.isascii() and part.isdigit() and len(part) < 16 for part in (pk, corrections)
    )
    return (int(pk), int(corrections)) if is_good else (0, 0)
