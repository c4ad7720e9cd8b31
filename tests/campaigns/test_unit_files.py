"""Units out to CSV and XLSX and in again: addresses, life, the communes of 2018, and the import in the admin."""

import io
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.actions.issue import issue_plan
from campaigns.actions.load import LoadResult, preview_units, save_units
from campaigns.drafting import known_units_and_people, unit_drafts
from campaigns.loading import (
    BadFile,
    ContactDraft,
    LifeDraft,
    UnitDraft,
    read_units,
    units_to_csv,
    units_to_workbook,
)
from campaigns.models import Assignment, Membership, Unit, UnitContact
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ROLES
from tests.factories import DATA, make_officer, make_plan_722, make_unit, make_user, sign_in

DRAFTS = [
    UnitDraft(
        code="A",
        kind="department",
        name="=Sở A, “cũ”",
        short_name="Sở A",
        life=LifeDraft(date(2008, 8, 1), date(2025, 2, 28), ("B",)),
        contacts=(
            ContactDraft("van-thu@a.example", "Văn thư; tầng 2 (sáng)"),
            ContactDraft("lanh-dao@a.example"),
        ),
        people=(),
    ),
    UnitDraft(
        code="B",
        kind="department",
        name="Sở B",
        short_name="Sở B",
        parent="A",
        grid_x=1,
        grid_y=0,
        life=LifeDraft(opened_on=date(2025, 3, 1)),
        contacts=(),
        people=(),
    ),
]


def edited(place: str, value: Any) -> bytes:
    """Return the workbook of the units after a person has changed a cell."""
    book = load_workbook(io.BytesIO(units_to_workbook(DRAFTS)))
    book["Đơn vị"][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("write", [units_to_csv, units_to_workbook])
def test_what_is_written_reads_back_identical(write: Any) -> None:
    assert read_units(write(DRAFTS), ()) == DRAFTS


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_citys_units_go_out_and_come_in_unchanged(form: str, tmp_path: Path) -> None:
    make_plan_722()
    save_units(DRAFTS, by=None)
    file = tmp_path / f"don-vi.{form}"
    out = StringIO()
    call_command("export_units", "--to", str(file), stdout=out)
    assert "Đã ghi 64 đơn vị" in out.getvalue()
    told = HistoryEntry.objects.count()
    call_command("load_units", str(file), stdout=out)
    assert "0 mới, 0 thay đổi, 64 giữ nguyên" in out.getvalue()
    assert HistoryEntry.objects.count() == told


@pytest.mark.django_db
def test_addresses_and_life_are_stored_and_the_end_is_in_the_history() -> None:
    save_units(DRAFTS, by=None)
    unit = Unit.objects.get(code="A")
    assert (unit.opened_on, unit.closed_on) == (date(2008, 8, 1), date(2025, 2, 28))
    assert [each.code for each in unit.successors.all()] == ["B"]
    assert list(unit.contacts.values_list("email", "label")) == [
        ("van-thu@a.example", "Văn thư; tầng 2 (sáng)"),
        ("lanh-dao@a.example", ""),
    ]
    entry = HistoryEntry.objects.about(unit).last()
    assert entry is not None
    assert entry.data == {"closed_on": "2025-02-28", "successors": ["B"]}
    assert unit_drafts(Unit.objects.order_by("code")) == DRAFTS


@pytest.mark.django_db
def test_a_file_without_these_columns_leaves_life_and_addresses_as_they_are() -> None:
    save_units(DRAFTS, by=None)
    bare = b"code,kind,name,short_name\nA,department,Ten moi,A\n"
    assert save_units(read_units(bare, ()), by=None) == LoadResult(0, 1, 0)
    unit = Unit.objects.get(code="A")
    assert (unit.name, unit.closed_on, unit.contacts.count()) == ("Ten moi", date(2025, 2, 28), 2)
    assert unit.successors.count() == 1


@pytest.mark.django_db
def test_an_address_no_longer_named_is_kept_but_not_used_and_can_come_back() -> None:
    save_units(DRAFTS, by=None)
    header = "code,kind,name,short_name,contacts\n"
    one = header + "A,department,Sở A,Sở A,VAN-THU@a.example (Văn thư)\n"
    save_units(read_units(one.encode(), ()), by=None)
    assert list(UnitContact.objects.values_list("email", "label", "is_active")) == [
        ("van-thu@a.example", "Văn thư", True),
        ("lanh-dao@a.example", "", False),
    ]
    two = header + "A,department,Sở A,Sở A,van-thu@a.example (Văn thư); lanh-dao@a.example\n"
    assert save_units(read_units(two.encode(), ()), by=None) == LoadResult(0, 1, 0)
    assert UnitContact.objects.filter(is_active=True).count() == 2


@pytest.mark.django_db
def test_people_named_in_a_file_speak_for_the_unit_and_who_is_not_named_stops_today() -> None:
    unit = make_unit(code="A", name="Sở A", short_name="A", kind="department")
    leaver, stayer = make_officer(unit), make_officer(unit)
    newcomer = make_user("unit_officer")
    text = "code,kind,name,short_name,people\nA,department,Sở A,A,{} (chính); {}\n"
    content = text.format(newcomer.username, stayer.username).encode()
    drafts = read_units(content, *known_units_and_people())
    assert save_units(drafts, by=None) == LoadResult(0, 1, 0)
    assert save_units(drafts, by=None) == LoadResult(0, 0, 1)
    today = timezone.localdate()
    assert set(Membership.objects.values_list("user__username", "is_responsible", "until")) == {
        (newcomer.username, True, None),
        (stayer.username, False, None),
        (leaver.username, True, today),
    }
    (draft,) = unit_drafts(Unit.objects.all())
    for write in (units_to_csv, units_to_workbook):
        assert read_units(write([draft]), *known_units_and_people()) == [draft]


@pytest.mark.parametrize("people", ["la-ai", "a (phó)", "a; a", "a b"])
def test_people_who_are_unknown_or_written_wrongly_are_refused(people: str) -> None:
    text = f"code,kind,name,short_name,people\nA,department,Sở A,A,{people}\n"
    with pytest.raises(BadFile) as refused:
        read_units(text.encode(), (), {"a"})
    assert {problem.field for problem in refused.value.problems} == {"people"}


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ("A,department,Sở A,A,2025-02-30,,,\n", "opened_on"),
        ("A,department,Sở A,A,hôm qua,,,\n", "opened_on"),
        ("A,department,Sở A,A,2025-02-01,2025-01-01,,\n", "closed_on"),
        ("A,department,Sở A,A,,,A,\n", "successors"),
        ("A,department,Sở A,A,,2025-01-01,KHONG,\n", "successors"),
        ("B,department,Sở B,B,,,,\nA,department,Sở A,A,,,B,\n", "closed_on"),
        ("A,department,Sở A,A,,,,khong-phai-thu\n", "contacts"),
        ("A,department,Sở A,A,,,,a@x.example; A@x.example\n", "contacts"),
        ("A,department,Sở A,A,,,,a@x.example (" + "x" * 121 + ")\n", "contacts"),
    ],
)
def test_a_wrong_life_or_address_is_refused_with_its_column(rows: str, field: str) -> None:
    header = "code,kind,name,short_name,opened_on,closed_on,successors,contacts\n"
    with pytest.raises(BadFile) as refused:
        read_units((header + rows).encode(), ())
    assert field in {problem.field for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("A2", None, "Trang «Đơn vị», dòng 2, cột A (Mã): không được để trống"),
        ("B2", "Bộ", "dòng 2, cột B (Loại): loại «Bộ» không có"),
        ("C2", "=1", "dòng 2, cột C (Tên đầy đủ): ô là công thức"),
        ("E2", "KHONG", "dòng 2, cột E (Mã cấp trên): không có đơn vị nào"),
        ("F3", 1.5, "dòng 3, cột F (Cột trên bản đồ ô): phải là số nguyên"),
        ("H2", "hôm qua", "dòng 2, cột H (Thành lập): phải là một ngày"),
        ("K2", "x", "dòng 2, cột K (Địa chỉ nhận thông báo): «x» không phải"),
        ("A1", "Ma so", "cột Mã: thiếu cột này"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_sheet_row_and_column(
    place: str, value: Any, words: str
) -> None:
    with pytest.raises(BadFile) as refused:
        read_units(edited(place, value), ())
    assert any(words in str(each) for each in refused.value.problems), refused.value


@pytest.mark.django_db
def test_the_584_communes_of_2018_are_loaded_below_their_30_districts() -> None:
    call_command("load_units", str(DATA / "units.csv"), stdout=StringIO())
    out = StringIO()
    call_command("load_units", str(DATA / "communes-2018.csv"), stdout=out)
    assert "584 mới, 0 thay đổi, 0 giữ nguyên" in out.getvalue()
    communes = Unit.objects.filter(kind="commune")
    assert communes.filter(parent__kind="district").count() == 584
    assert communes.values("parent").distinct().count() == 30
    phuc_xa = communes.get(code="X00001")
    assert (phuc_xa.name, str(phuc_xa.parent)) == ("UBND phường Phúc Xá", "UBND quận Ba Đình")


@pytest.mark.django_db
def test_a_closed_district_is_given_nothing_and_its_name_stays_on_what_it_had() -> None:
    old = make_plan_722()
    issue_plan(old, by=make_user("coordinator"))
    closed = Unit.objects.get(code="Q001")
    yesterday = timezone.localdate() - timedelta(days=1)
    header = "code,kind,name,short_name,parent,closed_on,successors\n"
    row = f"Q001,district,UBND quận Ba Đình,Ba Đình,HN,{yesterday},Q002\n"
    codes = set(Unit.objects.values_list("code", flat=True))
    save_units(read_units((header + row).encode(), codes), by=None)
    new = make_second_plan()
    issue_plan(new, by=make_user("coordinator"))
    given = Assignment.objects.filter(task__plan=new)
    assert given.count() == 29
    assert not given.filter(unit=closed).exists()
    kept = Assignment.objects.filter(task__plan=old, unit=closed)
    assert {str(each.unit) for each in kept} == {"UBND quận Ba Đình"}


def make_second_plan() -> Any:
    """Make another plan, for all districts, beside 722."""
    from campaigns.actions.load import save_plan
    from campaigns.loading import read_plan

    text = """
plan: {number: 15/KH-STTTT, title: Kế hoạch khác, issuer: STTTT,
       stated: {year: 2026, starts: 2026-01-01, ends: 2099-12-31}}
measures:
  - {title: Giải pháp, tasks: [{id: "1", title: Việc, deliverable: Báo cáo, units: ["all:district"]}]}
"""
    plan, _result = save_plan(read_plan(text.encode(), {"STTTT"}), by=None)
    return plan


@pytest.mark.django_db
def test_the_admin_previews_and_loads_units_and_gives_them_out(client: Client) -> None:
    staff = sign_in(client, make_user("administrator"))
    page = "/quan-tri/campaigns/unit/nap/"
    content = units_to_workbook(DRAFTS)
    response = staff.post(page, {"file": SimpleUploadedFile("don-vi.xlsx", content)})
    assert "2 đơn vị: 2 mới, 0 thay đổi, 0 giữ nguyên" in response.content.decode()
    assert not Unit.objects.exists()
    seen = {
        "held": response.context["held"],
        "fingerprint": response.context["preview"].fingerprint,
    }
    response = staff.post(page, seen, follow=True)
    assert "Đã nạp đơn vị: 2 mới" in response.content.decode()
    assert page in response.content.decode()
    assert "Đã nạp đơn vị: 2 mới" in staff.post(page, seen, follow=True).content.decode()
    assert HistoryEntry.objects.filter(verb="load_unit").count() == 2
    for form in ("csv", "xlsx"):
        out = staff.get(f"/quan-tri/campaigns/unit/xuat.{form}")
        assert read_units(out.content, ()) == DRAFTS
    assert staff.get("/quan-tri/campaigns/unit/xuat.doc").status_code == 404
    changed = edited("J2", None)
    said = staff.post(page, {"file": SimpleUploadedFile("don-vi.xlsx", changed)}).content.decode()
    assert "A – =Sở A, “cũ”: đơn vị kế tục" in said


@pytest.mark.django_db
def test_the_admin_keeps_the_end_of_a_unit_in_the_history(client: Client) -> None:
    staff = sign_in(client, make_user("administrator"))
    unit, heir = make_unit(), make_unit()
    data = {
        **{name: getattr(unit, name) for name in ("code", "kind", "name", "short_name")},
        "closed_on": "28/02/2025",
        "successors": [heir.pk],
        **{f"contacts-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")},
        **{f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")},
    }
    response = staff.post(f"/quan-tri/campaigns/unit/{unit.pk}/change/", data)
    assert response.status_code == 302, response.context["errors"]
    entry = HistoryEntry.objects.about(unit).last()
    assert entry is not None
    assert entry.verb == "change_unit_life"
    assert entry.data == {
        "changed": ["closed_on", "successors"],
        "closed_on": "2025-02-28",
        "successors": [heir.code],
    }


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_may_load_units(role: str | None) -> None:
    user = make_user(role)
    if role in {"administrator", "coordinator"}:
        assert save_units(DRAFTS, by=user).created == 2
    else:
        with pytest.raises(NotAllowed):
            save_units(DRAFTS, by=user)
        assert not Unit.objects.exists()


@pytest.mark.django_db
def test_a_preview_that_is_out_of_date_is_refused() -> None:
    seen = preview_units(DRAFTS).fingerprint
    save_units([UnitDraft("A", "press", "Báo A", "Báo A")], by=None)
    with pytest.raises(StaleState):
        save_units(DRAFTS, by=None, expected=seen)


@pytest.mark.django_db
def test_exporting_asks_the_same_number_of_queries_however_many_units() -> None:
    counts = []
    for number in (1, 20):
        for _each in range(number):
            make_unit(contacts=2)
        with CaptureQueriesContext(connection) as queries:
            unit_drafts(Unit.objects.all())
        counts.append(len(queries))
    assert counts == [4, 4]


@pytest.mark.django_db
def test_the_export_takes_one_kind_and_refuses_another_form(tmp_path: Path) -> None:
    make_unit()
    make_unit("press", code="BC")
    file = tmp_path / "bao.csv"
    call_command("export_units", "--kind", "press", "--to", str(file), stdout=StringIO())
    assert [draft.code for draft in read_units(file.read_bytes(), ())] == ["BC"]
    with pytest.raises(CommandError, match="phải kết thúc bằng"):
        call_command("export_units", "--to", "don-vi.doc", stdout=StringIO())
