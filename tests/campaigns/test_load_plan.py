"""Loading plans: Plan 722, the same again, a changed one, an issued one, and files that are refused whole."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from campaigns.actions.load import LoadResult, save_plan
from campaigns.loading import BadFile, PlanDraft, read_plan
from campaigns.models import Assignment, Plan, Task, TaskTarget, Unit
from hanoi_portal.errors import DomainError
from hanoi_portal.models import HistoryEntry
from tests.factories import DATA, make_issued_plan_722, make_plan_722, make_unit

PLAN_722 = (DATA / "plan-722.yaml").read_text(encoding="utf-8")
CODES = {line.split(",")[0] for line in (DATA / "units.csv").read_text("utf-8").splitlines()[1:]}

SMALL = """\
plan:
  number: 01/KH-A
  title: Kế hoạch nhỏ
  issuer: A
  stated: {year: 2026, starts: 2026-01-01, ends: "2026-12-31"}
measures:
  - title: Giải pháp
    tasks:
      - {id: "1.1", title: Việc một, deliverable: Báo cáo, units: [A]}
      - {id: "1.10", title: Việc mười, deliverable: Báo cáo, units: [A], deadline: 2026-06-30}
"""


def read(text: str) -> PlanDraft:
    """Read a plan among the city's units and a unit A."""
    return read_plan(text.encode(), CODES | {"A"})


def refusals(text: str) -> list[tuple[int, str]]:
    """Return line and field of every error of the file."""
    with pytest.raises(BadFile) as refused:
        read(text)
    return [(problem.line, problem.field) for problem in refused.value.problems]


@pytest.mark.django_db
def test_plan_722_is_loaded_with_6_measures_and_15_tasks_and_is_not_issued() -> None:
    make_plan_722()
    plan = Plan.objects.get(number="722/KH-STTTT")
    assert plan.get_absolute_url() == "/ke-hoach/722-kh-stttt/"
    assert (plan.measures.count(), plan.tasks.count()) == (6, 15)
    assert not plan.is_issued
    assert (plan.issuer.code, plan.year, plan.carries_out_number) == ("STTTT", 2018, "07/KH-UBND")
    assert plan.carries_out_issued_on == date(2018, 1, 5)
    assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_what_the_file_supposes_is_labelled_so(tmp_path: Path) -> None:
    call_command("load_units", str(DATA / "units.csv"), stdout=StringIO())
    call_command("load_plan", str(DATA / "plan-722.yaml"), stdout=StringIO())
    plan = Plan.objects.get()
    assert plan.has_assumed_dates
    assert (plan.starts_on, plan.ends_on) == (date(2018, 4, 14), date(2018, 12, 31))
    assert set(Task.objects.values_list("deadline", "is_deliverable_assumed")) == {
        (date(2018, 12, 31), True)
    }


@pytest.mark.django_db
def test_dates_and_deliverables_that_the_text_states_are_not_labelled_assumed() -> None:
    make_unit(code="A")
    plan, _result = save_plan(read(SMALL), by=None)
    assert not plan.has_assumed_dates
    assert list(plan.tasks.values_list("code", "deadline", "is_deliverable_assumed")) == [
        ("1.1", date(2026, 12, 31), False),
        ("1.10", date(2026, 6, 30), False),
    ]


@pytest.mark.django_db
def test_targets_are_units_and_whole_kinds() -> None:
    make_plan_722()
    targets = TaskTarget.objects.filter(task__code="2.1")
    assert {(each.role, str(each)) for each in targets} == {
        ("lead", "Sở Thông tin và Truyền thông"),
        ("coordinate", "Ban Tuyên giáo Thành ủy"),
        ("coordinate", "Mọi cơ quan báo chí"),
    }
    assert list(Task.objects.filter(is_cascading=True).values_list("code", flat=True)) == ["4.2"]


@pytest.mark.django_db
def test_loading_the_same_plan_again_changes_nothing() -> None:
    make_unit(code="A")
    save_plan(read(SMALL), by=None)
    before = set(Task.objects.values_list("pk", flat=True))
    plan, result = save_plan(read(SMALL), by=None)
    assert result == LoadResult(created=0, changed=0, same=2)
    assert set(Task.objects.values_list("pk", flat=True)) == before
    assert HistoryEntry.objects.about(plan).count() == 1


@pytest.mark.django_db
def test_a_plan_that_is_not_issued_takes_the_changes_of_its_file() -> None:
    make_unit(code="A")
    save_plan(read(SMALL), by=None)
    text = SMALL.replace("Việc một", "Việc khác").replace("Kế hoạch nhỏ", "Kế hoạch to")
    text += '      - {id: "1.2", title: Việc hai, deliverable: Sổ, units: ["all:district"]}\n'
    plan, result = save_plan(read(text), by=None)
    assert result == LoadResult(created=1, changed=1, same=1)
    assert plan.title == "Kế hoạch to"
    assert list(plan.tasks.values_list("code", flat=True)) == ["1.1", "1.2", "1.10"]
    entry = HistoryEntry.objects.about(plan).last()
    assert entry is not None
    assert entry.data == {"changed": ["task 1.1", "task 1.2", "title"]}


@pytest.mark.django_db
def test_an_issued_plan_is_not_changed_from_a_file_but_the_same_file_is_no_error() -> None:
    plan = make_issued_plan_722(ends_on=date(2018, 12, 31))
    _plan, result = save_plan(read(PLAN_722), by=None)
    assert result == LoadResult(created=0, changed=0, same=15)
    changed = read(PLAN_722.replace("Quy trình kiểm chứng thông tin được ban hành", "Sổ tay"))
    with pytest.raises(DomainError, match=r"đã giao .* nhiệm vụ 5\.3\."):
        save_plan(changed, by=None)
    assert plan.tasks.get(code="5.3").deliverable == "Quy trình kiểm chứng thông tin được ban hành"


@pytest.mark.django_db
def test_two_numbers_that_would_share_an_address_are_refused() -> None:
    make_unit(code="A")
    save_plan(read(SMALL), by=None)
    with pytest.raises(DomainError, match="trùng địa chỉ"):
        save_plan(read(SMALL.replace("01/KH-A", "01/KH/A")), by=None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("number: 01/KH-A", "number: mot", [(2, "plan.number")]),
        ("number: 01/KH-A", "nubmer: 1/KH-A", [(2, "plan.nubmer"), (2, "plan.number")]),
        ("title: Kế hoạch nhỏ", 'title: "\u3164"', [(3, "plan.title")]),
        ("title: Kế hoạch nhỏ", f"title: {'x' * 401}", [(3, "plan.title")]),
        ("title: Kế hoạch nhỏ", "title: [a]", [(3, "plan.title")]),
        ("issuer: A", "issuer: KHONG", [(4, "plan.issuer")]),
        ("year: 2026", "year: hai nghìn", [(5, "plan.stated.year")]),
        ("2026-01-01", "2026-02-30", [(5, "plan.stated.starts")]),
        ("2026-01-01", "hôm nay", [(5, "plan.stated.starts")]),
        ("2026-01-01", "2027-01-01", [(2, "plan.ends")]),
        (", starts: 2026-01-01", "", [(2, "plan.starts")]),
        ('id: "1.1"', "id: 1.1", [(9, "measures[1].tasks[1].id")]),
        ('id: "1.10"', 'id: "1.1"', [(10, "measures[1].tasks[2].id")]),
        ("units: [A]}", "units: []}", [(9, "measures[1].tasks[1].units")]),
        ("units: [A]}", "units: [A, B]}", [(9, "measures[1].tasks[1].units[2]")]),
        ("units: [A]}", "units: ['all:ministry']}", [(9, "measures[1].tasks[1].units[1]")]),
        ("units: [A]}", "units: [A, A]}", [(9, "measures[1].tasks[1].units[2]")]),
        ("units: [A]}", "units: [A], cascades: có}", [(9, "measures[1].tasks[1].cascades")]),
        ("units: [A]}", "units: [A], units: [A]}", [(9, "measures[1].tasks[1].units")]),
        (
            "title: Giải pháp",
            "titel: Giải pháp",
            [(7, "measures[1].titel"), (7, "measures[1].title")],
        ),
    ],
)
def test_a_wrong_value_is_refused_with_its_line_and_key(
    old: str, new: str, expected: list[tuple[int, str]]
) -> None:
    assert old in SMALL
    assert refusals(SMALL.replace(old, new, 1)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kế hoạch",
        "- a\n- b\n",
        "plan: {number: 1",
        "plan: &a [*a]\nmeasures: *a\n",
        "plan: !!python/object/apply:os.system ['true']\nmeasures: []\n",
        "[" * 5000,
        "plan: {}\nmeasures: []\n---\nplan: {}\n",
        "plan: !!binary aGVsbG8=\nmeasures: []\n",
        "plan: {<<: {number: 1}}\nmeasures: []\n",
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
    ],
)
def test_what_is_no_plan_is_refused_in_words(text: str) -> None:
    assert refusals(text)


@pytest.mark.django_db
def test_the_command_refuses_a_bad_file_whole_and_tells_every_error(tmp_path: Path) -> None:
    call_command("load_units", str(DATA / "units.csv"), stdout=StringIO())
    file = tmp_path / "plan.yaml"
    text = PLAN_722.replace("STP]", "SXX]").replace("deliverable: Báo cáo định kỳ, ", "")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("load_plan", str(file))
    assert "Tệp có 2 lỗi, không nạp gì" in str(refused.value)
    assert "«SXX»" in str(refused.value)
    assert "«measures[5].tasks[1].deliverable»: thiếu mục này" in str(refused.value)
    assert not Plan.objects.exists()


@pytest.mark.django_db
def test_the_command_says_what_it_loaded() -> None:
    call_command("load_units", str(DATA / "units.csv"), stdout=StringIO())
    out = StringIO()
    call_command("load_plan", str(DATA / "plan-722.yaml"), stdout=out)
    assert "6 giải pháp, 15 nhiệm vụ (15 mới, 0 thay đổi, 0 giữ nguyên)" in out.getvalue()
    assert Unit.objects.count() == 62
