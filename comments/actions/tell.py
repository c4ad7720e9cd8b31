"""Tells a reader who left an address that there is a decision. The mail says nothing of what was written."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from hanoi_portal import english
from hanoi_portal.models import OutgoingMail
from hanoi_portal.outbox import queue_mail
from hanoi_portal.registry import RenderedMail

from ..models import Appeal, Comment
from ..rules import UNDOABLE_FOR

DECIDED = "comments.decided"


def tell_decision(comment: Comment) -> None:
    """Queue a mail if the reader left an address; in the caller's transaction. One for each decision.

    It waits as long as the decision can be undone.

    The row of the outbox names the comment and not the address, which stays encrypted where it is; the
    worker reads it as it sends.
    """
    at = comment.decided_at
    has_address = Comment.objects.filter(pk=comment.pk, mail__isnull=False).exists()
    if has_address and at is not None:
        appeal = Appeal.objects.of(comment)
        time = f"{at.timestamp():.6f}-{appeal.state if appeal else ''}"
        mail = queue_mail(
            to=[], kind=DECIDED, about_id=comment.pk, unique_key=f"{DECIDED}:{comment.pk}:{time}"
        )
        OutgoingMail.objects.filter(pk=mail.pk).update(due_at=at + UNDOABLE_FOR)


def leave_untold(comment: Comment) -> None:
    """Take back what has not been sent yet: the decision was undone, or the address is erased."""
    OutgoingMail.objects.filter(
        kind=DECIDED, about_id=comment.pk, state=OutgoingMail.State.PENDING
    ).delete()


def render_decision(comment_id: int) -> RenderedMail:
    """Write the mail: that there is a decision, under which article, and where to read it with the code.

    In the language in which the reader wrote.
    """
    comment = Comment.objects.defer("phone").select_related("article").get(pk=comment_id)
    prefix = english.PREFIX if comment.language == english.CODE else ""
    context = {
        "article": comment.article,
        "lookup_url": f"{settings.SITE_URL}{prefix}/binh-luan/tra-cuu/",
    }
    with translation.override(comment.language):
        return RenderedMail(
            subject=_("Bình luận của ông/bà đã được xem xét"),
            text=render_to_string("comments/mail/decided.txt", context),
            html=render_to_string("comments/mail/decided.html", context),
            to=(comment.mail,) if comment.mail else (),
        )
