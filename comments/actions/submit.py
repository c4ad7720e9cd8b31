"""A reader sends a comment."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guidance.models import Article
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.prepared import PreparedInsert

from .. import receipts, rules
from ..consent import CONSENT_VERSION
from ..hints import fingerprint
from ..models import Comment, ThreadSetting

COMMENTS = PreparedInsert(Comment)
REPEATED_FOR = timedelta(minutes=30)  # as long as the page after sending shows the code


@dataclass(frozen=True)
class Receipt:
    """What a reader gets for a comment: the only place where the code exists in plain."""

    comment: Comment
    code: str


def find_submitted(code: str) -> Receipt | None:
    """Return the comment that a form brought with its first coming, if it has just been kept.

    On a bad line, or by a second click, the same form comes twice: its writer gets the receipt that went astray.
    """
    since = timezone.now() - REPEATED_FOR
    sent = Comment.objects.without_phone().filter(created_at__gt=since)
    comment = sent.filter(receipt_hash=receipts.hash_code(code)).first()
    return None if comment is None else Receipt(comment, code)


def submit_comment(
    article: Article,
    setting: ThreadSetting | None,
    *,
    name: str,
    title: str,
    content: str,
    phone: str,
    mail: str = "",
    agreed_to: str = "",
    parent: Comment | None = None,
    code: str = "",
) -> Receipt:
    """Keep a reader's comment until a moderator decides. The actor is the reader, who has no account.

    `setting` is how the article takes comments, None for the ordinary way; where staff have chosen so, the comment
    stands on the page meanwhile.

    `parent` is what it replies to, if it does: a published comment under the same article, itself no reply.

    `phone` is a normalised number or empty, `mail` an address or empty; both are kept only with consent: `agreed_to`
    is the text (`consent.py`) that the reader agreed to, empty without.

    `code` is the receipt code of what was sent (`receipts.code_of`); one is drawn where it is left out.

    The comment itself is the record of its arrival, so there is no history row before the first decision.
    """
    if not rules.can_comment(article, setting, timezone.now()):
        raise NotAllowed(_("Bài này hiện không nhận bình luận."))
    if parent is not None and not rules.can_reply(parent, article):
        raise StaleState(_("Bình luận ông/bà muốn trả lời không còn trên trang."))
    keeps_contact = bool(phone or mail) and bool(agreed_to)
    code = code or receipts.make_code()
    comment = Comment(
        article=article,
        parent=parent,
        name=name,
        language=get_language(),
        title=title,
        content=content,
        state=Comment.State.PUBLISHED
        if rules.is_published_unread(setting)
        else Comment.State.WAITING,
        phone=(phone or None) if keeps_contact else None,
        mail=(mail or None) if keeps_contact else None,
        consent_version=CONSENT_VERSION if keeps_contact else "",
        consent_text=agreed_to if keeps_contact else "",
        receipt_hash=receipts.hash_code(code),
        fingerprint=fingerprint(content),
    )
    COMMENTS.add(comment)
    return Receipt(comment, code)
