"""Loading units: the real file, the same file again, a changed one, and files that are refused whole."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns.actions.load import LoadResult, save_units
from campaigns.loading import BadFile, read_units
from campaigns.models import Unit
from hanoi_portal.models import HistoryEntry
from tests.factories import DATA, make_unit, make_user

HEADER = "code,kind,name,short_name,parent,grid_x,grid_y\n"


def refusals(text: str | bytes, existing: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    """Return line and field of every error of the file."""
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadFile) as refused:
        read_units(content, existing)
    return [(problem.line, problem.field) for problem in refused.value.problems]


@pytest.mark.django_db
def test_the_citys_62_units_are_loaded_with_their_parents() -> None:
    result = save_units(read_units((DATA / "units.csv").read_bytes(), ()), by=None)
    assert result == LoadResult(created=62, changed=0, same=0)
    kinds = {kind: Unit.objects.filter(kind=kind).count() for kind in Unit.Kind.values}
    assert kinds == {
        "city": 1,
        "department": 22,
        "district": 30,
        "commune": 0,
        "press": 8,
        "party": 1,
    }
    ba_dinh = Unit.objects.get(code="Q001")
    assert (ba_dinh.name, ba_dinh.grid_x, ba_dinh.grid_y) == ("UBND quận Ba Đình", 5, 3)
    assert ba_dinh.parent == Unit.objects.get(code="HN")
    assert HistoryEntry.objects.filter(verb="load_unit").count() == 62


@pytest.mark.django_db
def test_loading_the_same_file_again_changes_nothing() -> None:
    drafts = read_units((DATA / "units.csv").read_bytes(), ())
    save_units(drafts, by=None)
    told = HistoryEntry.objects.count()
    assert save_units(drafts, by=None) == LoadResult(created=0, changed=0, same=62)
    assert HistoryEntry.objects.count() == told


@pytest.mark.django_db
def test_a_changed_row_changes_its_unit_alone_and_says_who_loaded_it() -> None:
    person = make_user("administrator")
    save_units(
        read_units((HEADER + "A,department,Sở A,A,,,\nB,press,Báo B,B,A,,\n").encode(), ()), by=None
    )
    changed = read_units(b"code,kind,name,short_name\nB,press,B\xc3\xa1o C,C\n", {"A", "B"})
    assert save_units(changed, by=person) == LoadResult(created=0, changed=1, same=0)
    unit = Unit.objects.get(code="B")
    assert (unit.name, unit.short_name, unit.parent) == ("Báo C", "C", None)
    assert Unit.objects.get(code="A").name == "Sở A"
    entry = HistoryEntry.objects.about(unit).last()
    assert entry is not None
    assert (entry.actor, entry.data) == (person, {"changed": ["name", "short_name", "parent"]})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("A,department,,A,,,\n", [(2, "name")]),
        (",department,Sở A,A,,,\n", [(2, "code")]),
        ("A,ministry,Sở A,A,,,\n", [(2, "kind")]),
        ("sở,department,Sở A,A,,,\n", [(2, "code")]),
        ("A,department,Sở A,A,KHONG,,\n", [(2, "parent")]),
        ("A,department,Sở A,A,A,,\n", [(2, "parent")]),
        ("A,department,Sở A,A,B,,\nB,department,Sở B,B,A,,\n", [(2, "parent")]),
        ("A,department,Sở A,A,,1,\n", [(2, "grid_y")]),
        ("A,department,Sở A,A,,-1,2\n", [(2, "grid_x")]),
        ("A,department,Sở A,A,," + "9" * 5000 + ",2\n", [(2, "grid_x")]),
        ("A,department,Sở A,A,,,\nA,department,Sở B,B,,,\n", [(3, "code")]),
        ("A,department,Sở A,A,,\n", [(2, "")]),
        ("A,department,\u200b,A,,,\n", [(2, "name")]),
        (f"A,department,{'x' * 201},A,,,\n", [(2, "name")]),
        ("", [(0, "")]),
    ],
)
def test_a_wrong_row_is_refused_with_its_line_and_column(
    rows: str, expected: list[tuple[int, str]]
) -> None:
    assert refusals(HEADER + rows) == expected


def test_every_error_of_a_file_is_told_at_once_in_the_order_of_the_file() -> None:
    rows = 'A,ministry,"Sở\nA",,,,\nB,department,Sở B,B,X,1,x\n'
    assert refusals(HEADER + rows) == [(2, "kind"), (2, "short_name"), (4, "grid_y"), (4, "parent")]


def test_what_is_no_table_of_units_is_refused() -> None:
    assert refusals("code;kind;name\n")[0] == (1, "code")
    assert (1, "phone") in refusals("code,kind,name,short_name,phone\n")
    assert refusals(HEADER.encode() + b"A,department,S\xff,A,,,\n") == [(2, "")]
    assert refusals(HEADER + 'A,department,"Sở A,A,,,\n')
    assert refusals(HEADER + "A,department,S\0,A,,,\n") == [(2, "")]
    assert refusals("") != []


def test_a_byte_order_mark_and_windows_line_ends_are_read() -> None:
    text = "\ufeff" + HEADER.replace("\n", "\r\n") + "A,department, Sở  A ,A,,,\r\n"
    assert [draft.name for draft in read_units(text.encode(), ())] == ["Sở A"]


@pytest.mark.django_db
def test_the_command_refuses_a_bad_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(HEADER + "A,department,Sở A,A,,,\nB,ministry,Sở B,B,,,\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"Dòng 3, mục «kind»"):
        call_command("load_units", str(file))
    assert not Unit.objects.exists()


@pytest.mark.django_db
def test_the_command_shows_progress_and_counts() -> None:
    out = StringIO()
    call_command("load_units", str(DATA / "units.csv"), stdout=out)
    assert "62/62" in out.getvalue()
    assert "62 mới, 0 thay đổi, 0 giữ nguyên" in out.getvalue()


@pytest.mark.django_db
def test_the_command_says_in_a_sentence_what_it_cannot_read_and_whom_it_does_not_know() -> None:
    with pytest.raises(CommandError, match="Không đọc được tệp"):
        call_command("load_units", "/khong/co.csv")
    with pytest.raises(CommandError, match="Không có người dùng «ai-do»"):
        call_command("load_units", str(DATA / "units.csv"), "--by", "ai-do")


@pytest.mark.django_db
def test_a_unit_that_the_file_does_not_name_stays() -> None:
    other = make_unit(code="Z9")
    save_units(read_units((HEADER + "A,department,Sở A,A,Z9,,\n").encode(), {"Z9"}), by=None)
    assert Unit.objects.get(code="A").parent == other
