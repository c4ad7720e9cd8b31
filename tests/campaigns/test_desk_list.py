"""The officer's list, narrowed: words without diacritics, heading, plan, role; and every count agrees with the list."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.actions.drafts import save_draft
from campaigns.models import Assignment, Unit
from campaigns.standing import Group
from tests.factories import make_assignment, make_officer, make_task, make_unit, sign_in

pytestmark = pytest.mark.django_db
State = Assignment.State
DESK = "/can-bo/"


@pytest.fixture
def unit() -> Unit:
    return make_unit()


@pytest.fixture
def officer(client: Client, unit: Unit) -> Client:
    return sign_in(client, make_officer(unit))


def page_of(client: Client, query: str = "") -> str:
    response = client.get(f"{DESK}{query}")
    assert response.status_code == 200
    return response.content.decode()


def listed(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'href="/can-bo/phan-cong/(\d+)/"', page)]


def tabs(page: str) -> dict[str, int]:
    """Return what the headings' links count."""
    found = re.findall(r'<a href="[^"]*"[^>]*>([^<]+) <span class="tabs__count">(\d+)', page)
    return {word: int(count) for word, count in found}


def test_words_are_found_with_or_without_diacritics_whole_or_begun(
    officer: Client, unit: Unit
) -> None:
    plan = make_task().plan
    class_, contest = (
        make_assignment(unit, task=make_task(plan, title=title))
        for title in ("Mở lớp tập huấn về ứng xử trên mạng", "Tổ chức cuộc thi tìm hiểu")
    )
    for query in ("?q=ung+xu", "?q=Ứng+xử", "?q=tap+hu", f"?q={class_.task.code}+mạng"):
        assert listed(page_of(officer, query)) == [class_.pk], query
    assert set(listed(page_of(officer, f"?q={plan.number}"))) == {class_.pk, contest.pk}
    nothing = page_of(officer, "?q=khong-co-viec-nay")
    assert listed(nothing) == []
    assert "Không có nhiệm vụ nào như vậy" in nothing
    assert 'value="khong-co-viec-nay"' in nothing


def test_every_count_agrees_with_its_list(officer: Client, unit: Unit) -> None:
    today = timezone.localdate()
    plan = make_task().plan
    kinds = [
        (State.ISSUED, today - timedelta(days=1), 3),
        (State.ISSUED, today + timedelta(days=30), 54),
        (State.ACKNOWLEDGED, today + timedelta(days=2), 2),
        (State.COMPLETED, today + timedelta(days=2), 1),
    ]
    for state, deadline, count in kinds:
        for _ in range(count):
            make_assignment(unit, task=make_task(plan), state=state, deadline=deadline)
    page = page_of(officer)
    assert tabs(page) == {
        "Tất cả": 60,
        "Quá hạn": 3,
        "Mới giao, chưa tiếp nhận": 54,
        "Đến hạn trong 7 ngày tới": 2,
        "Hoàn thành": 1,
    }
    assert "<strong>60</strong> nhiệm vụ được giao" in page
    assert "57 việc chưa tiếp nhận" in page
    assert '<span class="soft">(54)</span>' in page  # all of the heading, not only this page's
    new = f"?nhom={Group.NEW.value}"
    first, second = page_of(officer, new), page_of(officer, f"{new}&trang=2")
    assert (len(listed(first)), len(listed(second))) == (50, 4)
    assert f"{new}&amp;trang=2" in first
    assert "54 nhiệm vụ." in first


def test_plan_role_and_heading_narrow_together(officer: Client, unit: Unit) -> None:
    one, other = make_task().plan, make_task().plan
    lead = make_assignment(unit, task=make_task(one))
    beside = make_assignment(unit, task=make_task(one), role="coordinate")
    elsewhere = make_assignment(unit, task=make_task(other), state=State.ACKNOWLEDGED)
    assert set(listed(page_of(officer, f"?ke-hoach={one.slug}"))) == {lead.pk, beside.pk}
    assert listed(page_of(officer, "?vai-tro=coordinate")) == [beside.pk]
    assert listed(page_of(officer, f"?ke-hoach={one.slug}&vai-tro=lead&nhom=3")) == [lead.pk]
    assert listed(page_of(officer, f"?ke-hoach={other.slug}&nhom=3")) == []
    assert listed(page_of(officer, f"?ke-hoach={other.slug}")) == [elsewhere.pk]


@pytest.mark.parametrize(
    "query", ["?nhom=99", "?nhom=%C2%B2", "?vai-tro=sep", "?q=%E2%80%8B", "?nhom=&q=&ke-hoach="]
)
def test_what_makes_no_sense_narrows_nothing(officer: Client, unit: Unit, query: str) -> None:
    assignment = make_assignment(unit)
    assert listed(page_of(officer, query)) == [assignment.pk]


def test_the_list_says_where_a_report_was_begun_by_its_reader(unit: Unit) -> None:
    writer, colleague = make_officer(unit), make_officer(unit)
    begun, _other = make_assignment(unit), make_assignment(unit)
    save_draft(begun, by=writer, content={"text": "Đã họp."}, expected="")
    pages = {each: page_of(sign_in(Client(), each)) for each in (writer, colleague)}
    assert pages[writer].count("Có báo cáo viết dở") == 1
    assert "Có báo cáo viết dở" not in pages[colleague]


def test_an_unknown_plan_leaves_nothing_and_says_so(officer: Client, unit: Unit) -> None:
    make_assignment(unit)
    assert "Không có nhiệm vụ nào như vậy" in page_of(officer, "?ke-hoach=khong-co")


def test_narrowing_never_shows_another_units_work(officer: Client, unit: Unit) -> None:
    task = make_task(title="Việc chung")
    mine, _others = make_assignment(unit, task=task), make_assignment(task=task)
    assert listed(page_of(officer, "?q=viec+chung")) == [mine.pk]
    assert listed(page_of(officer, f"?ke-hoach={task.plan.slug}")) == [mine.pk]


def test_acknowledging_leads_back_to_the_narrowed_list(officer: Client, unit: Unit) -> None:
    assignment = make_assignment(unit)
    page = page_of(officer, "?q=viec&vai-tro=lead&trang=1&ve=//nguoi-la.example")
    address = re.search(r'<form class="flow" method="post" action="([^"]+)"', page)
    assert address
    assert address[1] == "/can-bo/tiep-nhan/?q=viec&amp;vai-tro=lead"
    answer = officer.post("/can-bo/tiep-nhan/?q=viec&vai-tro=lead", {"phan-cong": [assignment.pk]})
    assert answer.headers["Location"] == "/can-bo/?q=viec&vai-tro=lead"


def test_a_narrowed_desk_of_500_asks_no_more_queries_than_one_of_3(
    officer: Client, unit: Unit
) -> None:
    plan = make_task().plan
    query = f"?q=viec&ke-hoach={plan.slug}&vai-tro=lead&nhom=3"

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert listed(page_of(officer, query))
        return len(captured)

    for _ in range(3):
        make_assignment(unit, task=make_task(plan))
    few = queries()
    today = timezone.localdate()
    Assignment.objects.bulk_create(
        Assignment(
            task=make_task(plan), unit=unit, role="lead", first_deadline=today, deadline=today
        )
        for _ in range(497)
    )
    assert queries() == few
    assert few <= 12
