"""Plans out to files and in again: identical, twice the same, and a bad workbook refused by sheet, row and column."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from campaigns.actions.issue import issue_plan
from campaigns.actions.load import LoadResult, preview_plan, save_plan
from campaigns.drafting import draft_of, offered_units
from campaigns.letters import render
from campaigns.loading import (
    BadFile,
    MeasureDraft,
    PlanDraft,
    TargetDraft,
    TaskDraft,
    plan_to_workbook,
    plan_to_yaml,
    read_plan,
)
from campaigns.models import Notice, Plan, Task
from campaigns.models.plan import Recurrence, Role
from hanoi_portal.errors import StaleState
from tests.factories import make_officer, make_plan_722, make_unit, make_user, sign_in

UNITS = [("A", "Sở A"), ("B", "Báo B")]
CODES = {"A", "B"}


def make_draft(**values: Any) -> PlanDraft:
    """Make a plan that uses every field, with text that spreadsheets and YAML like to misread."""
    lead = TargetDraft(Role.LEAD, unit_code="A")
    rich = TaskDraft(
        code="1.10",
        title="=HYPERLINK(1): “trích”, 'nháy' # không",
        deliverable="- Báo cáo",
        is_deliverable_assumed=True,
        deadline=date(2026, 6, 30),
        is_cascading=True,
        targets=(
            lead,
            TargetDraft(Role.LEAD, unit_kind="district"),
            TargetDraft(Role.COORDINATE, unit_code="B"),
        ),
        authority="Điều 5 Quyết định 874/QĐ-BTTTT",
        responsibility="@Giám đốc Sở",
        indicator_name="Số lớp",
        indicator_unit="lớp",
        indicator_target=Decimal("12.50"),
        is_starred=True,
        recurrence=Recurrence.MONTHLY,
    )
    plain = TaskDraft("2", "yes", "1.0", False, date(2026, 12, 31), False, (lead,))
    values.setdefault("has_assumed_dates", False)
    values.setdefault("is_public", True)
    return PlanDraft(
        number="01/KH-A",
        title="Kế hoạch: nhỏ",
        issuer_code="A",
        year=2026,
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        carries_out_number="42/2014/QĐ-TTg",
        carries_out_issuer_code="B",
        carries_out_issued_on=None,
        measures=(
            MeasureDraft("Giải pháp", (rich, plain)),
            MeasureDraft("+ Nữa", (replace(plain, code="3"),)),
        ),
        **values,
    )


def edited(change: Any, draft: PlanDraft | None = None) -> bytes:
    """Return the workbook of a plan after a person has changed it."""
    book = load_workbook(io.BytesIO(plan_to_workbook(draft or make_draft(), UNITS)))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def set_cell(sheet: str, place: str, value: Any) -> Any:
    """Return a change that puts a value into a cell."""

    def change(book: Any) -> None:
        book[sheet][place] = value

    return change


def refusals(content: bytes) -> list[str]:
    """Return every error of the file in words."""
    with pytest.raises(BadFile) as refused:
        read_plan(content, CODES)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("has_assumed_dates", [True, False])
@pytest.mark.parametrize("is_public", [True, False])
def test_what_is_written_reads_back_identical(has_assumed_dates: bool, is_public: bool) -> None:
    draft = make_draft(has_assumed_dates=has_assumed_dates, is_public=is_public)
    assert read_plan(plan_to_yaml(draft), CODES) == draft
    assert read_plan(plan_to_workbook(draft, UNITS), CODES) == draft


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["yaml", "xlsx"])
def test_plan_722_goes_out_and_comes_in_unchanged(form: str, tmp_path: Path) -> None:
    plan = make_plan_722()
    before = draft_of(plan)
    tasks = set(Task.objects.values_list("pk", flat=True))
    file = tmp_path / f"722.{form}"
    out = StringIO()
    call_command("export_plan", "722/kh-stttt", "--to", str(file), stdout=out)
    assert "722/KH-STTTT (15 nhiệm vụ)" in out.getvalue()
    call_command("load_plan", str(file), stdout=out)
    assert "(0 mới, 0 thay đổi, 15 giữ nguyên)" in out.getvalue()
    assert set(Task.objects.values_list("pk", flat=True)) == tasks
    plan.delete()
    call_command("load_plan", str(file), stdout=out)
    assert draft_of(Plan.objects.get()) == before


@pytest.mark.django_db
def test_every_field_of_a_task_is_kept() -> None:
    make_unit(code="A")
    make_unit(code="B")
    draft = make_draft()
    plan, _result = save_plan(draft, by=None)
    assert draft_of(plan) == draft
    task = plan.tasks.get(code="1.10")
    assert task.indicator == "Số lớp: 12,5 lớp"
    assert task.get_recurrence_display() == "Hằng tháng"
    assert save_plan(draft, by=None)[1] == LoadResult(0, 0, 3)


@pytest.mark.django_db
def test_the_preview_says_what_will_change_and_is_bound_to_what_it_saw() -> None:
    make_unit(code="A")
    make_unit(code="B")
    draft = make_draft()
    assert preview_plan(draft).result == LoadResult(3, 0, 0)
    save_plan(draft, by=None)
    other = replace(draft, title="Tên khác", measures=draft.measures[:1])
    change = preview_plan(other)
    assert change.words == ["trích yếu", "giải pháp 2", "nhiệm vụ 3"]
    save_plan(replace(draft, title="Tên thứ ba"), by=None)
    with pytest.raises(StaleState):
        save_plan(other, by=None, expected=change.fingerprint)
    assert Plan.objects.get().title == "Tên thứ ba"


@pytest.mark.django_db
def test_a_file_that_says_nothing_of_publication_leaves_it_as_it_is() -> None:
    make_unit(code="A")
    make_unit(code="B")
    plan, _result = save_plan(make_draft(is_public=False), by=None)
    assert preview_plan(make_draft(is_public=None)).is_empty
    save_plan(replace(make_draft(is_public=None), title="Tên khác"), by=None)
    plan.refresh_from_db()
    assert (plan.title, plan.is_public) == ("Tên khác", False)


def test_the_template_offers_units_kinds_and_answers_in_drop_downs() -> None:
    book = load_workbook(io.BytesIO(plan_to_workbook(None, UNITS)))
    assert book.sheetnames == ["Kế hoạch", "Giải pháp", "Nhiệm vụ", "Danh mục"]
    offers = {
        str(each.sqref).split(":")[0]: each.formula1
        for each in book["Nhiệm vụ"].data_validations.dataValidation
    }
    assert offers == {
        "E2": "'Danh mục'!$A$2:$A$3",
        "G2": "'Danh mục'!$C$2:$C$9",
        "H2": "'Danh mục'!$C$2:$C$9",
        "I2": "'Danh mục'!$A$2:$A$3",
        "O2": "'Danh mục'!$A$2:$A$3",
        "P2": "'Danh mục'!$D$2:$D$4",
    }
    assert [cell.value for cell in book["Danh mục"]["C"]][1:3] == [
        "all:city – mọi Thành phố",
        "all:department – mọi Sở, ban, ngành",
    ]
    assert len(refusals(plan_to_workbook(None, UNITS))) > 5


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(plan_to_workbook(make_draft(), UNITS)))
    values = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [each for each in values if isinstance(each, str) and each[0] in "=+-@"]


def test_what_people_type_into_cells_is_understood() -> None:
    def fill(book: Any) -> None:
        tasks = book["Nhiệm vụ"]
        tasks["G2"] = "A – Sở A"
        tasks["H2"] = "B; all:press\nall:party – mọi Cơ quan Đảng"
        tasks["F2"] = "30/6/2026"
        tasks["O2"] = "không"
        tasks["N2"] = "12,5"
        tasks["A2"] = 1.0
        book["Kế hoạch"]["B4"] = "A – Sở A, thành phố"
        book["Kế hoạch"]["B2"] = "Số: 1/kh-a"

    draft = read_plan(edited(fill), CODES)
    task = draft.tasks[0]
    assert (draft.number, draft.issuer_code) == ("01/KH-A", "A")
    assert task.names(Role.LEAD) == ["A"]
    assert task.names(Role.COORDINATE) == ["B", "all:press", "all:party"]
    assert (task.deadline, task.is_starred) == (date(2026, 6, 30), False)
    assert task.indicator_target == Decimal("12.5")


@pytest.mark.parametrize(
    ("sheet", "place", "value", "words"),
    [
        ("Kế hoạch", "B2", "722", "Trang «Kế hoạch», dòng 2, cột B (Số, ký hiệu): Sau số"),
        ("Kế hoạch", "B3", None, "dòng 3, cột B (Trích yếu): không được để trống"),
        ("Kế hoạch", "B4", "KHONG", "dòng 4, cột B (Cơ quan ban hành): không có đơn vị"),
        ("Kế hoạch", "B5", "hai nghìn", "dòng 5, cột B (Năm): phải là một năm"),
        ("Kế hoạch", "B6", "31/02/2026", "dòng 6, cột B (Từ ngày): phải là một ngày"),
        ("Kế hoạch", "B7", date(2025, 1, 1), "ngày kết thúc phải sau"),
        ("Kế hoạch", "B8", "chắc vậy", "dòng 8, cột B (Thời hạn là giả định): phải là Có hoặc"),
        ("Kế hoạch", "B10", None, "cột B (Cơ quan ban hành văn bản đó): không được để trống"),
        ("Kế hoạch", "A3", "Tên", "dòng 3, cột A: mục lạ"),
        ("Giải pháp", "A3", 1, "Trang «Giải pháp», dòng 3, cột A (Thứ tự): số này đã dùng"),
        ("Giải pháp", "A2", "x", "dòng 2, cột A (Thứ tự): phải là số từ 1"),
        ("Giải pháp", "B2", "x" * 301, "dòng 2, cột B (Tên giải pháp): dài quá 300"),
        ("Nhiệm vụ", "A2", 9, "Trang «Nhiệm vụ», dòng 2, cột A (Giải pháp): không có giải pháp"),
        ("Nhiệm vụ", "B2", 1.1, "cột B (Số): phải là chữ; xin định dạng ô là Văn bản"),
        ("Nhiệm vụ", "B3", "1.10", "dòng 3, cột B (Số): số này đã dùng cho nhiệm vụ ở dòng 2"),
        ("Nhiệm vụ", "C2", None, "dòng 2, cột C (Nội dung): không được để trống"),
        ("Nhiệm vụ", "C2", "=1+1", "cột C (Nội dung): ô là công thức"),
        ("Nhiệm vụ", "F2", "mai", "cột F (Thời hạn): phải là một ngày, viết như 31/12/2018"),
        ("Nhiệm vụ", "G2", None, "cột G (Chủ trì): không được để trống"),
        ("Nhiệm vụ", "G2", "A, Z", "cột G (Chủ trì): không có đơn vị «Z»"),
        ("Nhiệm vụ", "L2", None, "dòng 2, cột Chỉ tiêu: không được để trống"),
        ("Nhiệm vụ", "N2", "nhiều", "cột N (Mức cần đạt): phải là một số"),
        ("Nhiệm vụ", "N2", -1, "cột N (Mức cần đạt): phải là một số"),
        ("Nhiệm vụ", "O2", "x", "cột O (Trọng tâm): phải là Có hoặc Không"),
        ("Nhiệm vụ", "P2", "hằng ngày", "cột P (Định kỳ): phải là một trong: Một lần"),
        ("Nhiệm vụ", "Q2", "gì đó", "dòng 2, cột Q: ô này ở ngoài các cột"),
        ("Nhiệm vụ", "Q1", "Ghi chú", "dòng 1, cột Q: cột lạ"),
        ("Nhiệm vụ", "C1", "Tên", "cột Nội dung: thiếu cột này"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_sheet_row_and_column(
    sheet: str, place: str, value: Any, words: str
) -> None:
    found = refusals(edited(set_cell(sheet, place, value)))
    assert any(words in each for each in found), found


def test_every_error_of_a_workbook_is_told_at_once() -> None:
    def spoil(book: Any) -> None:
        book["Kế hoạch"]["B2"] = "722"
        book["Giải pháp"]["B3"] = None
        book["Nhiệm vụ"]["G2"] = "Z"
        book["Nhiệm vụ"]["C3"] = "=1"

    found = refusals(edited(spoil))
    assert [each.split(":")[0] for each in found] == [
        "Trang «Giải pháp», dòng 3, cột B (Tên giải pháp)",
        "Trang «Kế hoạch», dòng 2, cột B (Số, ký hiệu)",
        "Trang «Nhiệm vụ», dòng 2, cột G (Chủ trì)",
        "Trang «Nhiệm vụ», dòng 3, cột C (Nội dung)",
    ]


def test_a_measure_without_tasks_and_a_missing_sheet_are_told() -> None:
    def empty_measure(book: Any) -> None:
        book["Giải pháp"].append([7, "Trống"])

    assert "giải pháp này chưa có nhiệm vụ nào" in refusals(edited(empty_measure))[0]
    assert refusals(edited(lambda book: book.remove(book["Nhiệm vụ"]))) == [
        "Trang «Nhiệm vụ»: thiếu trang này trong bảng tính."
    ]


def test_a_broken_zip_and_another_kind_of_file_are_refused_in_words() -> None:
    whole = plan_to_workbook(make_draft(), UNITS)
    assert "hỏng" in refusals(whole[: len(whole) // 2])[0]
    assert refusals(b"PK\x03\x04" + b"\0" * 100)
    assert refusals(b"%PDF-1.4 ...")


@pytest.mark.django_db
def test_the_command_refuses_a_bad_workbook_whole(tmp_path: Path) -> None:
    make_unit(code="A")
    make_unit(code="B")
    file = tmp_path / "ke-hoach.xlsx"
    file.write_bytes(edited(set_cell("Nhiệm vụ", "C2", None)))
    with pytest.raises(CommandError, match=r"Trang «Nhiệm vụ», dòng 2, cột C"):
        call_command("load_plan", str(file))
    assert not Plan.objects.exists()


@pytest.mark.django_db
def test_the_command_writes_the_template_and_says_what_it_cannot_write(tmp_path: Path) -> None:
    make_unit(code="A")
    file = tmp_path / "mau.xlsx"
    call_command("export_plan", "--to", str(file), stdout=StringIO())
    assert load_workbook(file)["Danh mục"]["B2"].value == f"A – {offered_units()[0][1]}"
    for arguments, words in (
        (["1/KH-A", "--to", str(file)], "Không có kế hoạch số 01/KH-A"),
        (["mot", "--to", str(file)], "bắt đầu bằng chữ số"),
        (["--to", "mau.doc"], "phải kết thúc bằng"),
        (["--to", "mau.yaml"], "chỉ có ở dạng .xlsx"),
        (["--to", "/khong/co/mau.xlsx"], "Không ghi được tệp"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("export_plan", *arguments, stdout=StringIO())


@pytest.mark.django_db
def test_what_a_file_says_of_a_task_stands_in_admin_letter_desk_and_public(client: Client) -> None:
    make_unit(code="A")
    make_unit(code="B")
    plan, _result = save_plan(make_draft(), by=None)
    coordinator = make_user("coordinator")
    pages = {}
    staff = sign_in(Client(), coordinator)
    pages["admin"] = staff.get(f"/quan-tri/campaigns/plan/{plan.pk}/change/").content.decode()
    pages["preview"] = staff.get(f"/quan-tri/campaigns/plan/{plan.pk}/giao/").content.decode()
    issue_plan(plan, by=coordinator)
    assignment = plan.tasks.get(code="1.10").assignments.get(unit__code="A")
    officer = sign_in(Client(), make_officer(assignment.unit))
    pages["desk"] = officer.get(assignment.get_absolute_url()).content.decode()
    pages["public"] = client.get(plan.get_absolute_url()).content.decode()
    mail = render(Notice.objects.get(unit=assignment.unit).pk)
    pages["letter"], pages["letter as HTML"] = mail.text, mail.html
    for name, page in pages.items():
        for words in ("Điều 5 Quyết định 874/QĐ-BTTTT", "Số lớp: 12,5 lớp", "@Giám đốc Sở"):
            assert words in page, (name, words)
