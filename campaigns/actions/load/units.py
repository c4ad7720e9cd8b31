"""Takes units from drafts into the database: what is the same stays untouched, the rest is told."""

from collections.abc import Sequence

from django.db import transaction

from hanoi_portal import history
from hanoi_portal.models import HistoryEntry, User

from ...loading import UnitDraft
from ...models import Unit
from .result import LoadResult, Progress, say_nothing


def save_units(
    drafts: Sequence[UnitDraft],
    *,
    by: User | None,
    via: str = HistoryEntry.Via.SHELL,
    on_progress: Progress = say_nothing,
) -> LoadResult:
    """Make or change units so that they are as the drafts say (parents come first); none is removed."""
    created = changed = 0
    with transaction.atomic():
        known = {unit.code: unit for unit in Unit.objects.select_for_update().order_by("code")}
        for done, draft in enumerate(drafts, start=1):
            unit = known.setdefault(draft.code, Unit(code=draft.code))
            wanted = {
                "kind": draft.kind,
                "name": draft.name,
                "short_name": draft.short_name,
                "parent_id": known[draft.parent].pk if draft.parent else None,
                "grid_x": draft.grid_x,
                "grid_y": draft.grid_y,
            }
            is_new = unit.pk is None
            different = [name for name, value in wanted.items() if getattr(unit, name) != value]
            if is_new or different:
                for name, value in wanted.items():
                    setattr(unit, name, value)
                unit.save()
                created += is_new
                changed += not is_new
                history.record(
                    "load_unit",
                    unit,
                    by=by,
                    via=via,
                    data={} if is_new else {"changed": different},
                )
            on_progress(done, len(drafts))
    return LoadResult(created, changed, len(drafts) - created - changed)
