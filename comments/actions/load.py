"""Comments of the city's old site come here: seen beforehand, all or none, and never twice."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.history import prepare
from hanoi_portal.models import HistoryEntry, User

from .. import receipts, rules
from ..hints import fingerprint
from ..loading import CommentDraft
from ..models import Comment, HouseRule
from ..phone_clock import PhoneClock, read_clock

BATCH = 500
CONSENT_VERSION = "trang-cu"


@dataclass(frozen=True)
class ImportChange:
    """What importing would do: the comments that are new, how many are there already, what happens to phones."""

    new: Sequence[CommentDraft]
    same: int
    phones_kept: int
    phones_past: int

    @property
    def fingerprint(self) -> str:
        """Return what stays the same while importing would do the same."""
        numbers = "\n".join(sorted(draft.number for draft in self.new))
        return hashlib.sha256(numbers.encode()).hexdigest()


def preview_comments(drafts: Sequence[CommentDraft]) -> ImportChange:
    """Return what importing would do; nothing is written. What was imported once stays as it is here."""
    there: set[str | None] = set()
    for batch in _batches([draft.number for draft in drafts]):
        found = Comment.objects.filter(old_number__in=batch)
        there.update(found.values_list("old_number", flat=True))
    new = [draft for draft in drafts if draft.number not in there]
    with_phone = [draft for draft in new if draft.phone]
    clock = read_clock()
    kept = sum(_is_phone_kept(draft, clock) for draft in with_phone)
    return ImportChange(new, len(drafts) - len(new), kept, len(with_phone) - kept)


def import_comments(
    drafts: Sequence[CommentDraft],
    *,
    by: User | None,
    via: str = HistoryEntry.Via.WEB,
    expected: str = "",
    on_progress: Callable[[int, int], None] | None = None,
) -> ImportChange:
    """Write the comments that are not there yet, all in one transaction; `by=None` is the system, from a shell.

    Phones that the drafts carry are kept encrypted as long as any other: whoever imports says that their owners agreed
    on the old site. Nobody holds a receipt code for what comes this way.
    """
    if by is not None and not rules.can_import(by, with_phones=any(each.phone for each in drafts)):
        raise NotAllowed(_("Tài khoản này không có quyền nhập bình luận, hoặc nhập số điện thoại."))
    try:
        with transaction.atomic():
            change = preview_comments(drafts)
            if expected and expected != change.fingerprint:
                raise StaleState(_("Dữ liệu vừa thay đổi sau khi xem trước. Xin xem lại."))
            _write(change.new, by=by, via=via, on_progress=on_progress or (lambda _d, _t: None))
    except IntegrityError:
        raise StaleState(_("Có người vừa nhập các bình luận này. Xin xem trước lại.")) from None
    return change


def _write(
    drafts: Sequence[CommentDraft],
    *,
    by: User | None,
    via: str,
    on_progress: Callable[[int, int], None],
) -> None:
    clock = read_clock()
    house_rules = dict(HouseRule.objects.values_list("number", "pk"))
    done = 0
    # What is replied to is written first: a reply needs its key.
    tops = [draft for draft in drafts if not draft.parent]
    replies = [draft for draft in drafts if draft.parent]
    for part in (tops, replies):
        for batch in _batches(part):
            asked = [draft.parent for draft in batch if draft.parent]
            known = Comment.objects.filter(old_number__in=asked).values_list("old_number", "pk")
            parents: dict[str | None, int] = dict(known)
            comments = Comment.objects.bulk_create(
                _comment(draft, parents.get(draft.parent), house_rules, clock) for draft in batch
            )
            HistoryEntry.objects.bulk_create(
                prepare(
                    "import",
                    comment,
                    by=by,
                    via=via,
                    to_state=comment.state,
                    data={"old_number": comment.old_number},
                )
                for comment in comments
            )
            done += len(comments)
            on_progress(done, len(drafts))


def _comment(
    draft: CommentDraft, parent: int | None, house_rules: dict[int, int], clock: PhoneClock
) -> Comment:
    phone = draft.phone if _is_phone_kept(draft, clock) else None
    return Comment(
        old_number=draft.number,
        article_id=draft.article,
        parent_id=parent,
        name=draft.name,
        title=draft.title,
        content=draft.content,
        phone=phone,
        consent_version=CONSENT_VERSION if phone else "",
        consent_text=_("Nhập từ trang cũ: người nhập xác nhận người gửi đã đồng ý ở đó.")
        if phone
        else "",
        state=draft.state,
        created_at=draft.created_at,
        decided_at=draft.decided_at,
        first_decided_at=draft.decided_at,
        rule_id=house_rules[draft.rule] if draft.rule else None,
        reason=draft.reason,
        receipt_hash=receipts.hash_code(receipts.make_code()),
        fingerprint=fingerprint(draft.content),
    )


def _is_phone_kept(draft: CommentDraft, clock: PhoneClock) -> bool:
    """Tell whether the time for which phones are kept is not over yet."""
    return bool(draft.phone) and not clock.is_over(draft.created_at, timezone.now())


def _batches(each: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(each), BATCH):
        yield each[start : start + BATCH]
