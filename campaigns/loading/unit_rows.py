"""One row of a file of units, read cell by cell; what is wrong is told by line and column."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from hanoi_portal.table_files import Problem
from hanoi_portal.text import clean_line, fold

from ..models import Unit
from .unit_drafts import RESPONSIBLE, ContactDraft, LifeDraft, PersonDraft, UnitDraft

LIFE = ("opened_on", "closed_on", "successors")
REQUIRED = ("code", "kind", "name", "short_name")
CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")
CONTACT = re.compile(r"([^\s()]+)\s*(?:\((.*)\))?", re.DOTALL)
LARGEST_GRID = 99


def draft_of(line: int, row: Mapping[str, str], problems: list[Problem]) -> UnitDraft:
    """Return what a row says, and add what is wrong with it to the problems."""
    for name in REQUIRED:
        if not row[name]:
            problems.append(Problem(line, name, _("không được để trống.")))
    if row["code"] and not CODE.fullmatch(row["code"]):
        text = _("mã chỉ gồm chữ in hoa không dấu và chữ số, tối đa 20 ký tự.")
        problems.append(Problem(line, "code", text))
    if row["kind"] and row["kind"] not in Unit.Kind.values:
        known = ", ".join(Unit.Kind.values)
        text = _("loại «%(kind)s» không có; các loại: %(known)s.") % {
            "kind": row["kind"],
            "known": known,
        }
        problems.append(Problem(line, "kind", text))
    for name, longest in (("name", 200), ("short_name", 80)):
        if len(row[name]) > longest:
            text = _("dài quá %(longest)s ký tự.") % {"longest": longest}
            problems.append(Problem(line, name, text))
    grid_x = _grid(line, "grid_x", row.get("grid_x", ""), problems)
    grid_y = _grid(line, "grid_y", row.get("grid_y", ""), problems)
    if bool(row.get("grid_x")) != bool(row.get("grid_y")):
        text = _("cột và hàng trên bản đồ ô phải cùng có, hoặc cùng để trống.")
        problems.append(Problem(line, "grid_x" if row.get("grid_y") else "grid_y", text))
    return UnitDraft(
        code=row["code"],
        kind=row["kind"],
        name=row["name"],
        short_name=row["short_name"],
        parent=row.get("parent", ""),
        grid_x=grid_x,
        grid_y=grid_y,
        life=_life(line, row, problems) if set(LIFE) & row.keys() else None,
        contacts=_contacts(line, row, problems) if "contacts" in row else None,
        people=_people(line, row, problems) if "people" in row else None,
    )


def _life(line: int, row: Mapping[str, str], problems: list[Problem]) -> LifeDraft:
    opened_on = _day(line, "opened_on", row.get("opened_on", ""), problems)
    closed_on = _day(line, "closed_on", row.get("closed_on", ""), problems)
    if opened_on and closed_on and closed_on < opened_on:
        problems.append(Problem(line, "closed_on", _("ngày chấm dứt phải sau ngày thành lập.")))
    codes = re.split(r"[;,\s]+", row.get("successors", ""))
    successors = tuple(sorted({code for code in codes if code}))
    if successors and not row.get("closed_on"):
        text = _("có đơn vị kế tục thì phải có ngày chấm dứt.")
        problems.append(Problem(line, "closed_on" if "closed_on" in row else "successors", text))
    return LifeDraft(opened_on, closed_on, successors)


def _day(line: int, name: str, value: str, problems: list[Problem]) -> date | None:
    """Return a day written 2025-06-30 or 30/06/2025."""
    if not value:
        return None
    with suppress(ValueError):
        if "/" not in value:
            return date.fromisoformat(value)
        day, month, year = (int(part) for part in value.split("/"))
        return date(year, month, day)
    problems.append(Problem(line, name, _("phải là một ngày, viết như 30/06/2025.")))
    return None


def _parts(text: str) -> list[str]:
    """Return what stands between semicolons; those within parentheses do not divide."""
    parts, depth = [""], 0
    for char in text:
        depth = max(0, depth + (char == "(") - (char == ")"))
        if char == ";" and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def _contacts(
    line: int, row: Mapping[str, str], problems: list[Problem]
) -> tuple[ContactDraft, ...]:
    contacts: dict[str, ContactDraft] = {}
    for part in _parts(row["contacts"]):
        found = CONTACT.fullmatch(part)
        email, label = (found[1], clean_line(found[2] or "")) if found else (part, "")
        try:
            validate_email(email)
            if len(email) > 254 or len(label) > 120:
                raise ValidationError("")
        except ValidationError:
            text = _("«%(email)s» không phải một địa chỉ thư; viết như van-thu@so.vn (Văn thư).")
            problems.append(Problem(line, "contacts", text % {"email": part}))
            continue
        if email.lower() in contacts:
            text = _("địa chỉ «%(email)s» lặp lại.") % {"email": email}
            problems.append(Problem(line, "contacts", text))
        contacts[email.lower()] = ContactDraft(email, label)
    return tuple(contacts.values())


def _people(line: int, row: Mapping[str, str], problems: list[Problem]) -> tuple[PersonDraft, ...]:
    people: dict[str, PersonDraft] = {}
    for part in _parts(row["people"]):
        found = CONTACT.fullmatch(part)
        mark = fold(found[2] or "") if found else "?"
        if found is None or mark not in {"", fold(RESPONSIBLE)}:
            text = _("«%(part)s» chưa đúng; viết như nguyen-van-a (chính); tran-thi-b.")
            problems.append(Problem(line, "people", text % {"part": part}))
        elif found[1] in people:
            text = _("người dùng «%(username)s» lặp lại.") % {"username": found[1]}
            problems.append(Problem(line, "people", text))
        else:
            people[found[1]] = PersonDraft(found[1], bool(mark))
    return tuple(people.values())


def _grid(line: int, name: str, value: str, problems: list[Problem]) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_GRID))):
        text = _("phải là số nguyên từ 0 đến %(largest)s.") % {"largest": LARGEST_GRID}
        problems.append(Problem(line, name, text))
        return None
    return int(value)
