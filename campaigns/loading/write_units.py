"""Writes units to CSV or a workbook from which they load back identical."""

from collections.abc import Sequence
from typing import Any

from hanoi_portal.spreadsheet import csv_bytes

from .unit_drafts import UnitDraft
from .units import COLUMNS, UNIT_COLUMNS, UNIT_SHEET
from .workbook import BETWEEN_CODE_AND_NAME
from .write_sheets import SheetWriter


def units_to_csv(drafts: Sequence[UnitDraft]) -> bytes:
    """Return the units as CSV."""
    rows = [_row(draft) for draft in drafts]
    return csv_bytes([COLUMNS, *([row.get(name) for name in COLUMNS] for row in rows)])


def units_to_workbook(drafts: Sequence[UnitDraft]) -> bytes:
    """Return the units as a workbook; its drop-downs offer the kinds and the units."""
    codes = [f"{draft.code}{BETWEEN_CODE_AND_NAME}{draft.name}" for draft in drafts]
    writer = SheetWriter({"unit": codes})
    writer.add_table(UNIT_SHEET, UNIT_COLUMNS, [_row(draft) for draft in drafts])
    return writer.finish()


def _row(draft: UnitDraft) -> dict[str, Any]:
    """Return a unit by the keys of the columns; what is empty is None."""
    row: dict[str, Any] = {name: getattr(draft, name, None) for name in COLUMNS}
    if draft.life:
        row["opened_on"] = draft.life.opened_on
        row["closed_on"] = draft.life.closed_on
        row["successors"] = ", ".join(draft.life.successors)
    row["contacts"] = "; ".join(str(contact) for contact in draft.contacts or ())
    row["people"] = "; ".join(str(person) for person in draft.people or ())
    return {name: None if value == "" else value for name, value in row.items()}
