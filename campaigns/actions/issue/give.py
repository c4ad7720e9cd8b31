"""Writing what a preview says: assignments, their history, and one notice and mail a unit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import OuterRef, Subquery

from hanoi_portal import history, outbox
from hanoi_portal.models import HistoryEntry, OutgoingMail, User

from ...models import Assignment, DigestItem, Notice
from ...models.plan import Role
from ...notices import MAIL_KIND, notice_key
from .preview import IssuePreview

ROWS_AT_ONCE = 2000
UNITS_AT_ONCE = 100  # written together: what is in memory does not grow with the plan


def give_shares(
    preview: IssuePreview,
    verb: str,
    event: Notice.Event,
    *,
    by: User | None,
    via: str,
    at: datetime,
) -> None:
    """Write the assignments of a preview, their history, and one notice a unit, in the caller's transaction.

    The plan may be issued once and added to often: the history row of an addition says which one the notices are of.
    """
    counts = {
        "lead": preview.lead_count,
        "coordinate": preview.coordinate_count,
        "units": preview.unit_count,
    }
    entry = history.record(verb, preview.plan, by=by, via=via, to_state="issued", data=counts)
    occasion = "" if event == Notice.Event.ISSUED else str(entry.pk)
    for first in range(0, preview.unit_count, UNITS_AT_ONCE):
        some = replace(preview, shares=preview.shares[first : first + UNITS_AT_ONCE])
        assignments = _give(some, at)
        HistoryEntry.objects.bulk_create(
            [
                history.prepare("issue", each, by=by, via=via, to_state=Assignment.State.ISSUED)
                for each in assignments
            ],
            batch_size=ROWS_AT_ONCE,
        )
        _tell(some, assignments, event, occasion, at)
    outbox.ring_after_commit()


def _give(preview: IssuePreview, at: datetime) -> list[Assignment]:
    """Write the assignments, unit by unit."""
    return Assignment.objects.bulk_create(
        [
            Assignment(
                task=task,
                unit=share.unit,
                role=role,
                period=preview.period_of(task),
                first_deadline=preview.deadline_of(task),
                deadline=preview.deadline_of(task),
                issued_at=at,
            )
            for share in preview.shares
            for role, tasks in ((Role.LEAD, share.lead), (Role.COORDINATE, share.coordinate))
            for task in tasks
        ],
        batch_size=ROWS_AT_ONCE,
    )


def _tell(
    preview: IssuePreview,
    assignments: Sequence[Assignment],
    event: Notice.Event,
    occasion: str,
    at: datetime,
) -> None:
    """Write one notice a unit and, where it has an address, the mail that tells it."""
    keys = {
        share.unit.pk: notice_key(event, preview.plan, share.unit, occasion)
        for share in preview.shares
    }
    mails = OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(
                kind=MAIL_KIND,
                unique_key=keys[share.unit.pk],
                recipients=list(share.addresses),
                created_at=at,
                due_at=at,
            )
            for share in preview.shares
            if share.addresses
        ],
        batch_size=ROWS_AT_ONCE,
    )
    mail_of: Mapping[str | None, OutgoingMail] = {mail.unique_key: mail for mail in mails}
    notices = Notice.objects.bulk_create(
        [
            Notice(
                plan=preview.plan,
                unit=share.unit,
                event=event,
                mail=mail_of.get(keys[share.unit.pk]),
                unique_key=keys[share.unit.pk],
                created_at=at,
            )
            for share in preview.shares
        ],
        batch_size=ROWS_AT_ONCE,
    )
    notice_of = {notice.unit_id: notice.pk for notice in notices}
    DigestItem.objects.bulk_create(
        [
            DigestItem(contact=contact, notice_id=notice_of[share.unit.pk])
            for share in preview.shares
            for contact in share.daily
        ],
        batch_size=ROWS_AT_ONCE,
    )
    about = Notice.assignments.through
    about.objects.bulk_create(
        [about(notice_id=notice_of[each.unit_id], assignment_id=each.pk) for each in assignments],
        batch_size=ROWS_AT_ONCE,
    )
    about_id = Notice.objects.filter(mail=OuterRef("pk")).values("pk")
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        about_id=Subquery(about_id)
    )
