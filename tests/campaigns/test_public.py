"""Plans in public: what is shown before and after issuing, the three parts, the same bytes for everybody."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.blocks import overdue_card, plan_progress, waiting_card
from campaigns.figures import plan_figures
from campaigns.models import Assignment, Evidence, Plan, ProgressReport
from campaigns.standing import Standing
from campaigns.timeliness import Timeliness
from hanoi_portal import uploads
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_article,
    make_assignment,
    make_issued_plan_722,
    make_officer,
    make_plan_722,
    make_task,
    make_unit,
    make_upload,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Assignment.State
LIST = "/ke-hoach/"
PLAN_722 = "/ke-hoach/722-kh-stttt/"


def text_of(response: HttpResponse) -> str:
    """Return the page's words, without its tags, in single spaces."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.split())


# --- before and after issuing -------------------------------------------------------------------
def test_before_it_is_issued_the_plan_shows_its_tasks_and_says_so(client: Client) -> None:
    plan = make_plan_722()
    page = text_of(client.get(PLAN_722))
    assert "Chưa giao" in page
    assert "thời hạn giả định" in page
    for measure in plan.measures.all():
        assert measure.title in page
    for task in plan.tasks.all():
        assert f"{task.code}. {task.title}" in page
    assert plan.tasks.count() == 15
    assert "Ba Đình" not in page  # nobody has been given anything yet
    assert "Chưa giao" in text_of(client.get(LIST))


def test_after_issuing_every_task_says_how_many_units_stand_where(client: Client) -> None:
    plan = make_issued_plan_722()
    response = client.get(PLAN_722)
    page = text_of(response)
    assert "Chưa giao" not in page
    assert "167 phân công chủ trì" in page
    figures = response.context["figures"]
    assert figures.tally.total == figures.tally.none == 167
    by_code = {row.task.code: row.tally.total for each in figures.measures for row in each.tasks}
    assert (by_code["4.1"], by_code["4.2"], by_code["1.3"]) == (52, 30, 1)
    assert len(figures.tiles) == 30
    assert "Ba Đình" in page
    assert Plan.objects.get(pk=plan.pk).is_issued


def test_the_three_parts_are_counted_apart() -> None:
    today = timezone.localdate()
    past, coming = today - timedelta(days=2), today + timedelta(days=2)
    plan = make_task().plan
    task = make_task(plan)

    def give(state: str, **values: object) -> Assignment:
        return make_assignment(make_unit(), task=task, state=state, **values)

    give(State.ISSUED, deadline=coming)
    give(State.ACKNOWLEDGED, deadline=coming)
    give(State.IN_PROGRESS, deadline=coming)
    late = give(State.IN_PROGRESS, deadline=past)
    give(State.REPORTED, deadline=past, reported_on=past)
    done_late = give(State.COMPLETED, deadline=past, reported_on=today)
    give(State.COMPLETED, deadline=past, reported_on=past)
    give(State.RECALLED, deadline=past)
    give(State.ISSUED, deadline=past, role="coordinate")
    for _ in range(2):  # two reports and three files are still one assignment with evidence
        report = ProgressReport.objects.create(assignment=done_late, percent=9, text="Kèm tệp.")
        with uploads.storing(None) as store:
            for kind in ("pdf", "png"):
                stored = store(uploads.check(make_upload(kind)))
                Evidence.objects.create(report=report, stored=stored)
    figures = plan_figures(plan, today)
    counts = {each["key"]: each["count"] for each in figures.tally.parts}
    assert counts == {"done": 2, "reported": 1, "doing": 1, "late": 1, "none": 2}
    assert figures.tally.total == 7
    assert (figures.with_report, figures.with_evidence) == (3, 1)
    in_time = {word: count for word, count, _is_late in figures.timeliness}
    assert in_time == {
        Timeliness.DONE_ON_TIME.label: 1,
        Timeliness.DONE_LATE.label: 1,
        Timeliness.OPEN_ON_TIME.label: 4,
        Timeliness.OPEN_LATE.label: 1,
    }
    row = next(each for each in figures.measures[0].tasks if each.task == task)
    assert row.late_units == [(late.unit.name, late.unit.code)]


def test_late_units_are_named_and_counted_in_public(client: Client) -> None:
    task = make_task(deadline=timezone.localdate() - timedelta(days=1))
    units = [make_assignment(task=task).unit for _ in range(7)]
    page = text_of(client.get(task.plan.get_absolute_url()))
    assert "Quá hạn, chưa báo cáo:" in page
    assert sum(unit.name in page for unit in units) == 5
    assert "và 2 đơn vị khác" in page


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([State.ISSUED, State.ISSUED], Standing.NONE),
        ([State.ISSUED, State.IN_PROGRESS], Standing.DOING),
        ([State.ISSUED, State.COMPLETED], Standing.DOING),
        ([State.REPORTED, State.COMPLETED], Standing.REPORTED),
        ([State.COMPLETED, State.COMPLETED], Standing.DONE),
    ],
)
def test_a_district_is_shown_by_one_word_for_all_its_work(
    states: list[str], expected: Standing
) -> None:
    district, plan = make_unit(grid_x=1, grid_y=2), make_task().plan
    for state in states:
        make_assignment(district, task=make_task(plan), state=state)
    tile = plan_figures(plan, timezone.localdate()).tiles[0]
    done = states.count(State.COMPLETED)
    assert (tile["state"], tile["done"], tile["total"]) == (expected, done, 2)
    past = timezone.localdate() - timedelta(days=1)
    make_assignment(district, task=make_task(plan), deadline=past)
    assert plan_figures(plan, timezone.localdate()).tiles[0]["state"] == Standing.LATE


# --- for everybody ------------------------------------------------------------------------------
@pytest.mark.parametrize("address", [LIST, PLAN_722])
def test_everybody_gets_the_same_bytes_without_a_cookie(client: Client, address: str) -> None:
    make_issued_plan_722()
    anonymous = client.get(address)
    assert not anonymous.cookies
    assert "Cookie" not in anonymous.headers.get("Vary", "")
    body = anonymous.content
    assert b"csrf" not in body
    assert b" style=" not in body
    for user in (make_user("coordinator"), make_officer(make_unit())):
        response = sign_in(Client(), user).get(address)
        assert response.content == body
        assert not response.cookies


@pytest.mark.parametrize("address", [LIST, PLAN_722])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_public_pages_are_only_read(client: Client, address: str, method: str) -> None:
    make_plan_722()
    assert getattr(client, method)(address).status_code == 405


def test_a_plan_that_is_not_public_or_not_there_is_not_found(client: Client) -> None:
    plan = make_task().plan
    Plan.objects.filter(pk=plan.pk).update(is_public=False)
    assert client.get(plan.get_absolute_url()).status_code == 404
    assert plan.number not in text_of(client.get(LIST))
    assert client.get("/ke-hoach/khong-co/").status_code == 404


def test_without_any_plan_the_list_says_so(client: Client) -> None:
    assert "Chưa có kế hoạch nào được công khai" in text_of(client.get(LIST))


def test_nothing_of_a_unit_s_words_or_files_is_shown_in_public(client: Client) -> None:
    assignment = make_assignment(state=State.REPORTED)
    report = assignment.reports.get()
    with uploads.storing(None) as store:
        stored = store(uploads.check(make_upload("pdf", "mat.pdf")))
        Evidence.objects.create(report=report, stored=stored)
    page = client.get(assignment.task.plan.get_absolute_url()).content.decode()
    assert report.text not in page
    assert "mat.pdf" not in page
    assert "/can-bo/minh-chung/" not in page
    assert str(report.author) not in page


def test_only_published_articles_stand_beside_the_plan(client: Client) -> None:
    plan = make_task().plan
    shown, draft = make_article(), make_article(state="draft", published_at=None)
    plan.related_articles.add(shown, draft)
    page = text_of(client.get(plan.get_absolute_url()))
    assert shown.title in page
    assert draft.title not in page


def test_a_coordinator_chooses_what_stands_beside_the_plan_and_beside_each_of_its_units(
    client: Client,
) -> None:
    assignment, article = make_assignment(), make_article()
    plan = assignment.task.plan
    sign_in(client, make_user("coordinator"))
    where = reverse("admin:campaigns_plan_change", args=[plan.pk])
    form = {"is_public": "on", "has_links": "on", "related_articles": article.get_absolute_url()}
    assert client.post(where, form).status_code == 302
    for address in ("", f"don-vi/{assignment.unit.code}/"):
        assert article.title in text_of(Client().get(f"{plan.get_absolute_url()}{address}"))


# --- how much it asks of the database -----------------------------------------------------------
def queries_of(client: Client, address: str) -> int:
    """Return how many queries a page asks."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_plan_s_page_asks_the_same_number_of_queries_however_large(client: Client) -> None:
    small = make_task().plan
    make_assignment(task=make_task(small))
    make_issued_plan_722()
    few = queries_of(client, small.get_absolute_url())
    assert queries_of(client, PLAN_722) <= few + 1
    assert few <= 12


def test_the_list_asks_the_same_number_of_queries_however_long(client: Client) -> None:
    make_assignment()
    few = queries_of(client, LIST)
    for _ in range(12):
        make_assignment()
    assert queries_of(client, LIST) == few
    assert few <= 4


# --- on the pages of others ---------------------------------------------------------------------
def test_the_home_page_shows_how_far_the_plan_is(client: Client) -> None:
    assert plan_progress(None) is None
    make_plan_722()
    assert PLAN_722 in client.get("/").content.decode()
    make_assignment(task=Plan.objects.get().tasks.get(code="4.1"), state=State.COMPLETED)
    Plan.objects.update(issued_at=timezone.now())
    block = plan_progress(None)
    assert block is not None
    assert block.context["tally"].done == 1


@pytest.mark.parametrize("role", [None, *ROLES])
def test_the_cards_are_the_coordinators_and_count_what_the_list_shows(
    client: Client, role: str | None
) -> None:
    past = timezone.localdate() - timedelta(days=1)
    make_assignment(deadline=past)
    make_assignment(deadline=past, role="coordinate")
    make_assignment(deadline=past, state=State.RECALLED)
    for reported_on in (past, timezone.localdate()):
        make_assignment(state=State.REPORTED, deadline=past, reported_on=reported_on)
    user = make_user(role)
    waiting, overdue = waiting_card(user), overdue_card(user)
    if role != "coordinator":
        assert (waiting, overdue) == (None, None)
        return
    assert waiting is not None
    assert overdue is not None
    assert (waiting.value, overdue.value) == (2, 1)
    assert overdue.is_urgent
    sign_in(client, user)
    for card in (waiting, overdue):
        response = client.get(card.url)
        assert response.context["cl"].result_count == card.value
        assert card.title in client.get("/quan-tri/").content.decode()


@pytest.mark.parametrize("query", ["722", "722/KH-STTTT", "ứng xử", "ung xu", "KE HOACH 722"])
def test_a_plan_is_found_by_number_title_and_task_with_and_without_diacritics(
    client: Client, query: str
) -> None:
    make_plan_722()
    assert f'href="{PLAN_722}"' in client.get("/tim-kiem/", {"q": query}).text


def test_a_plan_that_is_not_public_is_not_found(client: Client) -> None:
    plan = make_plan_722()
    plan.is_public = False
    plan.save()
    assert f'href="{PLAN_722}"' not in client.get("/tim-kiem/", {"q": "722/KH-STTTT"}).text


def test_a_task_that_answers_is_quoted(client: Client) -> None:
    task = make_plan_722().tasks.get(code="4.2")
    page = client.get("/tim-kiem/", {"q": f'"{task.title}"'}).text
    assert f"4.2. {task.title}" in re.sub(r"</?mark>", "", page)


def test_public_plans_are_in_the_site_map(client: Client) -> None:
    make_plan_722()
    hidden = make_task().plan
    Plan.objects.filter(pk=hidden.pk).update(is_public=False)
    response = client.get("/sitemap.xml")
    addresses = [
        each.text or ""
        for each in ElementTree.fromstring(response.content).iter()
        if each.tag.endswith("}loc")
    ]
    assert any(each.endswith(PLAN_722) for each in addresses)
    assert not any(hidden.slug in each for each in addresses)
