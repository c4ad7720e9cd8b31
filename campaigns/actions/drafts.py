"""Keeps what is typed about an assignment until it is sent: words, and files that came ahead.

A draft belongs to one person, or to whoever holds one letter's link; nobody else reads it, so it leaves no history.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import StoredFile, User
from hanoi_portal.uploads import CheckedFile, storing

from ..links import NoticeHolder
from ..models import Assignment, DraftFile, ReportDraft
from ..models.report_parts import new_stamp
from ..rules import acts_for

By = User | NoticeHolder
MOST_FILES = 20  # that come ahead; more than a report takes, so that some may be left out


class NewerDraft(StaleState):
    """The draft was saved elsewhere meanwhile: `draft` is what stands there."""

    def __init__(self, draft: ReportDraft) -> None:
        super().__init__(_("Bản nháp vừa được lưu từ nơi khác, nên chưa ghi đè."))
        self.draft = draft


def draft_of(assignment: Assignment, by: By) -> ReportDraft | None:
    """Return what this person, or this link's holder, has typed about the assignment."""
    return ReportDraft.objects.filter(assignment=assignment, **_holder(by)).first()


def save_draft(
    assignment: Assignment,
    *,
    by: By,
    content: dict[str, Any],
    expected: str,
    at: datetime | None = None,
) -> ReportDraft:
    """Save what was typed, starting from the draft of that stamp ("" for none).

    Raises NotAllowed; NewerDraft when another text was saved meanwhile. Saving the same again changes nothing.
    """
    at = at or timezone.now()
    _require_acts_for(by, assignment, at)
    draft = draft_of(assignment, by)
    if draft is None:
        try:
            with transaction.atomic():
                return ReportDraft.objects.create(
                    assignment=assignment, content=content, saved_at=at, **_holder(by)
                )
        except IntegrityError:  # two devices began at once: one of them is second
            draft = ReportDraft.objects.get(assignment=assignment, **_holder(by))
    if draft.content == content:
        return draft
    stamp = new_stamp()
    # One without words (files came ahead of them) is nobody's text to be overwritten.
    stamps = [expected, draft.stamp] if not draft.content else [expected]
    rows = ReportDraft.objects.filter(pk=draft.pk, stamp__in=stamps)
    if not rows.update(content=content, saved_at=at, stamp=stamp, submitted_at=None):
        draft.refresh_from_db()
        raise NewerDraft(draft)
    draft.content, draft.saved_at, draft.stamp = content, at, stamp
    draft.submitted_at = None  # the head approves what was submitted and nothing else
    return draft


def keep_files(
    assignment: Assignment, *, by: By, files: Sequence[CheckedFile], at: datetime | None = None
) -> ReportDraft:
    """Keep files ahead of their report. Raises NotAllowed; DomainError when they are too many."""
    at = at or timezone.now()
    _require_acts_for(by, assignment, at)
    person = by if isinstance(by, User) else None
    with storing(person) as store, transaction.atomic():
        draft, _is_new = ReportDraft.objects.get_or_create(
            assignment=assignment, **_holder(by), defaults={"saved_at": at}
        )
        count = draft.files.count() + len(files)
        if count > MOST_FILES:
            text = _("Đang giữ %(count)s tệp chờ gửi, nhiều hơn %(limit)s. Xin gửi báo cáo trước.")
            raise DomainError(text % {"limit": MOST_FILES, "count": count})
        for file in files:
            DraftFile.objects.create(draft=draft, stored=store(file))
        ReportDraft.objects.filter(pk=draft.pk, saved_at__lt=at).update(saved_at=at)
    return draft


def finish_draft(
    assignment: Assignment, *, by: By, stamp: str, keys: Sequence[str]
) -> list[StoredFile]:
    """Return the chosen files for the report that is being sent, and end the draft: in the report's transaction.

    A draft that was saved elsewhere meanwhile keeps its words: they were not sent.
    """
    draft = draft_of(assignment, by)
    if draft is None:
        return []
    chosen = list(draft.files.filter(stored__key__in=keys).select_related("stored"))
    DraftFile.objects.filter(pk__in=[each.pk for each in chosen]).delete()
    if draft.stamp == stamp or not draft.content:
        _end(draft)
    return [each.stored for each in chosen]


def purge_drafts(before: datetime) -> int:
    """End the drafts that nobody has touched since; return how many."""
    old = list(ReportDraft.objects.filter(saved_at__lt=before, submitted_at=None))
    for draft in old:
        with transaction.atomic():
            _end(draft)
    return len(old)


# --- parts --------------------------------------------------------------------------------------
def _holder(by: By) -> dict[str, Any]:
    return {"user": by} if isinstance(by, User) else {"notice": by.notice}


def _require_acts_for(by: By, assignment: Assignment, at: datetime) -> None:
    if not acts_for(by, assignment, at):
        raise NotAllowed(_("Chỉ cán bộ đầu mối của đơn vị mới viết báo cáo của đơn vị."))


def _end(draft: ReportDraft) -> None:
    _drop(list(draft.files.select_related("stored")))
    draft.delete()


def _drop(files: Sequence[DraftFile]) -> None:
    """Delete the rows, and the bytes once nobody can roll that back."""
    for each in files:
        stored = each.stored
        each.delete()
        stored.delete()
        transaction.on_commit(lambda file=stored.file: file.storage.delete(str(file.name)))  # type: ignore[misc]
