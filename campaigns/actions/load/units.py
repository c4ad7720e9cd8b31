"""Takes units from drafts into the database: a preview, then the change; what is the same stays untouched.

No unit is removed: one that is no more gets its last day and those that came after it. An address that a file no
longer names is kept and no longer used, because letters went there.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User

from ...drafting import unit_drafts
from ...loading import ContactDraft, PersonDraft, UnitDraft
from ...models import Membership, Unit, UnitContact
from ...rules import can_load_units
from .result import LoadResult, Progress, say_nothing

PLAIN = ("kind", "name", "short_name", "parent", "grid_x", "grid_y")


@dataclass(frozen=True)
class UnitsChange:
    """What loading drafts would do: new ones, and of the others which fields change."""

    total: int
    created: tuple[UnitDraft, ...]
    changed: tuple[tuple[UnitDraft, tuple[str, ...]], ...]
    fingerprint: str

    @property
    def result(self) -> LoadResult:
        """The units, counted."""
        same = self.total - len(self.created) - len(self.changed)
        return LoadResult(len(self.created), len(self.changed), same)


def preview_units(drafts: Sequence[UnitDraft]) -> UnitsChange:
    """Return what loading the drafts would change. Only reads."""
    codes = [draft.code for draft in drafts]
    before = {each.code: each for each in unit_drafts(Unit.objects.filter(code__in=codes))}
    return _compare(before, drafts)


def save_units(
    drafts: Sequence[UnitDraft],
    *,
    by: User | None,
    via: str = HistoryEntry.Via.SHELL,
    expected: str | None = None,
    on_progress: Progress = say_nothing,
) -> LoadResult:
    """Make or change units so that they are as the drafts say (parents come first); none is removed.

    `expected` is the fingerprint of the preview that the person saw: StaleState if it would now be another. Raises
    NotAllowed.
    """
    if by is not None and not can_load_units(by):
        raise NotAllowed(_("Bạn không có quyền nạp đơn vị."))
    with transaction.atomic():
        known = {unit.code: unit for unit in Unit.objects.select_for_update().order_by("code")}
        change = preview_units(drafts)
        if expected is not None and expected != change.fingerprint:
            raise StaleState(_("Các đơn vị vừa thay đổi. Mời xem lại rồi xác nhận."))
        different: dict[str, tuple[str, ...]] = {
            draft.code: names for draft, names in change.changed
        }
        new = {draft.code for draft in change.created}
        touched: list[tuple[Unit, UnitDraft]] = []
        for done, draft in enumerate(drafts, start=1):
            if draft.code in new or draft.code in different:
                unit = known.setdefault(draft.code, Unit(code=draft.code))
                _write(unit, draft, known)
                touched.append((unit, draft))
            on_progress(done, len(drafts))
        for unit, draft in touched:  # a successor may stand further down in the file
            if draft.life:
                unit.successors.set(known[code] for code in draft.life.successors)
            told = {} if draft.code in new else {"changed": list(different[draft.code])}
            history.record("load_unit", unit, by=by, via=via, data={**told, **_life_words(draft)})
    return change.result


def _compare(before: Mapping[str, UnitDraft], drafts: Sequence[UnitDraft]) -> UnitsChange:
    created, changed = [], []
    for draft in drafts:
        old = before.get(draft.code)
        if old is None:
            created.append(draft)
        elif names := _differences(old, draft):
            changed.append((draft, names))
    seen = hashlib.sha256(repr([before.get(draft.code) for draft in drafts]).encode())
    return UnitsChange(len(drafts), tuple(created), tuple(changed), seen.hexdigest())


def _differences(old: UnitDraft, draft: UnitDraft) -> tuple[str, ...]:
    """Return the names of the fields that the draft changes; what it does not speak of stays."""
    names = [name for name in PLAIN if getattr(old, name) != getattr(draft, name)]
    if draft.life is not None and old.life is not None:
        life = ("opened_on", "closed_on", "successors")
        names += [name for name in life if getattr(old.life, name) != getattr(draft.life, name)]
    if draft.contacts is not None and _told(old.contacts) != _told(draft.contacts):
        names.append("contacts")
    if draft.people is not None and set(old.people or ()) != set(draft.people):
        names.append("people")
    return tuple(names)


def _told(contacts: Sequence[ContactDraft] | None) -> dict[str, str]:
    return {contact.email.lower(): contact.label for contact in contacts or ()}


def _write(unit: Unit, draft: UnitDraft, known: Mapping[str, Unit]) -> None:
    unit.kind, unit.name, unit.short_name = draft.kind, draft.name, draft.short_name
    unit.parent = known[draft.parent] if draft.parent else None
    unit.grid_x, unit.grid_y = draft.grid_x, draft.grid_y
    if draft.life:
        unit.opened_on, unit.closed_on = draft.life.opened_on, draft.life.closed_on
    unit.save()
    if draft.contacts is not None:
        _write_contacts(unit, draft.contacts)
    if draft.people is not None:
        _write_people(unit, draft.people)


def _write_contacts(unit: Unit, contacts: Sequence[ContactDraft]) -> None:
    old = {contact.email.lower(): contact for contact in unit.contacts.all()}
    for wanted in contacts:
        contact = old.pop(wanted.email.lower(), None) or UnitContact(unit=unit, email=wanted.email)
        contact.label, contact.is_active = wanted.label, True
        contact.save()
    UnitContact.objects.filter(pk__in=[contact.pk for contact in old.values()]).update(
        is_active=False
    )


def _write_people(unit: Unit, people: Sequence[PersonDraft]) -> None:
    """Who is new speaks for the unit from today; who is no longer named, until the end of today."""
    today = timezone.localdate()
    staying = unit.memberships.filter(until__isnull=True).select_related("user")
    old = {membership.user.username: membership for membership in staying}
    users = User.objects.in_bulk([each.username for each in people], field_name="username")
    for wanted in people:
        membership = old.pop(wanted.username, None)
        if membership is None:
            membership = Membership(unit=unit, user=users[wanted.username], since=today)
        membership.is_responsible = wanted.is_responsible
        membership.save()
    Membership.objects.filter(pk__in=[each.pk for each in old.values()]).update(until=today)


def _life_words(draft: UnitDraft) -> dict[str, object]:
    """Return what the history keeps of the end of a unit."""
    if draft.life is None or draft.life.closed_on is None:
        return {}
    return {
        "closed_on": draft.life.closed_on.isoformat(),
        "successors": list(draft.life.successors),
    }
