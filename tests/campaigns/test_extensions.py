"""More time: who asks and answers in which state, on the desk, behind the link and in the admin; who is told what."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import links, rules
from campaigns.actions.extensions import ask_extension, grant_extensions, refuse_extensions
from campaigns.actions.talk import ask_unit
from campaigns.blocks import overdue_card
from campaigns.letters import render
from campaigns.models import Assignment, ExtensionRequest, Membership, Notice, Unit
from campaigns.words import history_entries
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_extension,
    make_officer,
    make_task,
    make_unit,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Assignment.State
GOING_ON = {State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS}
NOT_ENDED = GOING_ON | {State.REPORTED}
QUEUE = "/quan-tri/campaigns/extensionrequest/"


def later(days: int = 44) -> date:
    """Return a day after the deadline that factories give (a month from now)."""
    return timezone.localdate() + timedelta(days=days)


def page_of(assignment: Assignment) -> str:
    """Return where the unit asks."""
    return f"/can-bo/phan-cong/{assignment.pk}/gia-han/"


def attempt(verb: object, *arguments: object, **named: object) -> str:
    """Do it; return how it went."""
    try:
        verb(*arguments, **named)  # type: ignore[operator]
    except DomainError as error:
        return type(error).__name__
    return "done"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("is_member", [True, False])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_asks_and_who_answers_in_which_state(
    role: str | None, is_member: bool, state: str
) -> None:
    today, user = timezone.localdate(), make_user(role)
    asked, answered = make_assignment(state=state), make_assignment(state=state)
    refused = make_assignment(answered.unit, state=state)
    if is_member:
        for unit in (asked.unit, answered.unit):
            Membership.objects.create(unit=unit, user=user, since=today)
    assert rules.can_ask_extension(user, asked, today) is (is_member and state in GOING_ON)
    is_coordinator = role == "coordinator"
    assert rules.can_decide_extension(user, answered, today) is (
        is_coordinator and state in NOT_ENDED
    )
    expected = "done" if state in GOING_ON else StaleState.__name__
    tried = attempt(ask_extension, asked, by=user, day=later(), reason="Chờ số liệu.")
    assert tried == (expected if is_member else NotAllowed.__name__)
    waiting, other = make_extension(answered), make_extension(refused)
    expected = "done" if state in NOT_ENDED else StaleState.__name__
    for verb, request, words in (
        (grant_extensions, waiting, ""),
        (refuse_extensions, other, "Việc gấp."),
    ):
        tried = attempt(verb, [request], by=user, words=words)
        assert tried == (expected if is_coordinator else NotAllowed.__name__)
    if not (is_coordinator and state in NOT_ENDED):
        assert set(ExtensionRequest.objects.values_list("decision", flat=True)) == {""}
        assert not Notice.objects.exists()


def test_what_is_granted_becomes_the_deadline_and_the_first_one_stays() -> None:
    assignment = make_assignment(state=State.IN_PROGRESS)
    before, version = assignment.deadline, assignment.version
    asked = ask_extension(
        assignment, by=make_officer(assignment.unit), day=later(), reason="Chờ số liệu."
    )
    assignment.refresh_from_db()
    assert (assignment.deadline, assignment.version) == (before, version)
    coordinator = make_user("coordinator")
    assert grant_extensions([asked], by=coordinator, words="Làm cho kỹ.") == 1
    assignment.refresh_from_db()
    assert (assignment.deadline, assignment.first_deadline) == (later(), before)
    assert assignment.version == version + 1
    asked.refresh_from_db()
    assert (asked.granted_day, asked.decided_by, asked.is_other_day) == (
        later(),
        coordinator,
        False,
    )
    verbs = list(HistoryEntry.objects.about(assignment).values_list("verb", flat=True))
    assert verbs == ["ask_extension", "grant_extension"]
    told = " ".join(entry["what"] for entry in history_entries(assignment))
    assert f"đề nghị gia hạn đến {later():%d/%m/%Y}" in told
    assert f"({before:%d/%m/%Y} → {later():%d/%m/%Y})" in told
    letter = render(Notice.objects.get(event="extension").pk)
    assert "V/v trả lời đề nghị gia hạn" in letter.subject
    for text in (letter.text, letter.html):
        assert f"đồng ý gia hạn đến hết {later():%d/%m/%Y} như đề nghị" in text
        assert "Làm cho kỹ." in text
        assert f"(ban đầu {before:%d/%m/%Y})" in text


def test_another_day_may_be_granted_than_was_asked_for() -> None:
    asked = make_extension()
    grant_extensions([asked], by=make_user("coordinator"), day=later(35))
    assignment = asked.assignment
    assignment.refresh_from_db()
    assert assignment.deadline == later(35)
    text = render(Notice.objects.get().pk).text
    assert f"gia hạn đến hết {later(35):%d/%m/%Y} (đơn vị đề nghị {later():%d/%m/%Y})" in text


def test_a_refusal_leaves_the_deadline_and_says_why() -> None:
    asked = make_extension()
    before = asked.assignment.deadline
    coordinator = make_user("coordinator")
    with pytest.raises(DomainError):
        refuse_extensions([asked], by=coordinator, words="")
    refuse_extensions([asked], by=coordinator, words="Thành phố cần số liệu đúng hạn.")
    asked.assignment.refresh_from_db()
    assert asked.assignment.deadline == before
    text = render(Notice.objects.get().pk).text
    assert "không đồng ý gia hạn" in text
    assert "Thành phố cần số liệu đúng hạn." in text


def test_asking_does_not_stop_what_is_overdue() -> None:
    late = timezone.localdate() - timedelta(days=1)
    assignment = make_assignment(task=make_task(deadline=late), state=State.IN_PROGRESS)
    coordinator = make_user("coordinator")
    ask_extension(assignment, by=make_officer(assignment.unit), day=later(), reason="Thiếu người.")
    card = overdue_card(coordinator)
    assert card is not None
    assert card.value == 1
    grant_extensions(assignment.extensions.all(), by=coordinator)
    card = overdue_card(coordinator)
    assert card is not None
    assert card.value == 0


def test_one_request_waits_at_a_time_and_is_answered_once() -> None:
    assignment = make_assignment()
    officer, coordinator = make_officer(assignment.unit), make_user("coordinator")
    asked = ask_extension(assignment, by=officer, day=later(), reason="Chờ số liệu.")
    with pytest.raises(StaleState):
        ask_extension(assignment, by=officer, day=later(60), reason="Thêm nữa.")
    grant_extensions([asked], by=coordinator)
    for again in (grant_extensions, refuse_extensions):
        with pytest.raises(StaleState):
            again([asked], by=coordinator, words="Lần nữa.")
    assert Notice.objects.count() == 1
    assignment.refresh_from_db()
    ask_extension(assignment, by=officer, day=later(60), reason="Vẫn chưa xong.")
    assert assignment.extensions.count() == 2


@pytest.mark.parametrize("days", [-1, 0, 30, 800])
def test_a_day_that_does_not_fit_is_refused(days: int) -> None:
    assignment = make_assignment()
    officer, coordinator = make_officer(assignment.unit), make_user("coordinator")
    with pytest.raises(DomainError):
        ask_extension(assignment, by=officer, day=later(days), reason="Chờ số liệu.")
    asked = make_extension(assignment)
    with pytest.raises(DomainError):
        grant_extensions([asked, make_extension()], by=coordinator, day=later(days))
    assert set(ExtensionRequest.objects.values_list("decision", flat=True)) == {""}
    assert not HistoryEntry.objects.exists()


def test_a_unit_is_told_once_of_all_its_answers() -> None:
    unit = make_unit()
    task = make_task()
    asked = [
        make_extension(make_assignment(unit, task=each))
        for each in (task, make_task(task.plan), make_task(task.plan))
    ]
    other = make_extension(make_assignment(task=make_task(task.plan)))
    done = make_extension(make_assignment(unit, task=make_task(task.plan), state=State.COMPLETED))
    assert grant_extensions([*asked, other, done], by=make_user("coordinator")) == 4
    notices = Notice.objects.filter(event="extension")
    assert sorted(notice.assignments.count() for notice in notices) == [1, 3]


def test_a_district_answers_its_communes_within_its_own_deadline(client: Client) -> None:
    task = make_task(is_cascading=True)
    above = make_assignment(task=task, deadline=later(40))
    part = make_assignment(make_unit(Unit.Kind.COMMUNE), task=task, parent=above)
    asked = make_extension(part)
    officer = make_officer(above.unit)
    sign_in(client, officer)
    page = page_of(part)
    assert "Trả lời của đơn vị giao" in client.get(page).content.decode()
    answer = client.post(f"{page}tra-loi/", {"answer": "grant"})
    assert answer.status_code == 200
    assert "không được muộn hơn" in answer.content.decode()
    assert client.post(f"{page}tra-loi/", {"answer": "refuse"}).status_code == 200
    given = {"answer": "other", "day": later(38).isoformat(), "words": "Cố gắng."}
    assert client.post(f"{page}tra-loi/", given).status_code == 302
    asked.refresh_from_db()
    assert (asked.granted_day, asked.decided_by) == (later(38), officer)
    letter = render(Notice.objects.get(event="extension").pk).text
    assert above.unit.name in letter
    assert client.post(f"{page}tra-loi/", given).status_code == 409
    sign_in(client, make_officer(part.unit))
    assert client.post(f"{page}tra-loi/", given).status_code == 404


def test_the_desk_asks_and_keeps_what_does_not_fit(client: Client) -> None:
    assignment = make_assignment()
    sign_in(client, make_officer(assignment.unit))
    assert page_of(assignment) in client.get(assignment.get_absolute_url()).content.decode()
    for typed in (
        {"day": assignment.deadline.isoformat(), "reason": "Chờ số liệu."},
        {"day": "hôm kia", "reason": "Chờ số liệu."},
        {"day": later().isoformat(), "reason": "\u200b"},
        {},
    ):
        answer = client.post(page_of(assignment), typed)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert 'aria-invalid="true"' in page
        assert typed.get("reason", "").strip("\u200b") in page
    assert not ExtensionRequest.objects.exists()
    typed = {"day": later().isoformat(), "reason": "Chờ số liệu của các phường."}
    assert client.post(page_of(assignment), typed).status_code == 302
    page = client.get(page_of(assignment)).content.decode()
    assert "Chờ số liệu của các phường." in page
    assert "Đã gửi đề nghị." in page
    assert "Gửi đề nghị" not in page
    again = client.post(page_of(assignment), {**typed, "reason": "Lần hai."})
    assert again.status_code == 409
    assert "Lần hai." in again.content.decode()
    sign_in(client, make_officer(make_unit()))
    assert client.get(page_of(assignment)).status_code == 404
    sign_in(client, make_user("coordinator"))
    assert client.post(page_of(assignment), typed).status_code == 403


def test_the_letter_s_link_asks_without_signing_in() -> None:
    assignment = make_assignment()
    ask_unit(assignment, by=make_user("coordinator"), text="Khi nào xong?")
    notice = Notice.objects.get()
    page = f"{links.path_of(notice, assignment)}gia-han/"
    reader = Client(enforce_csrf_checks=True)
    assert page in reader.get(links.path_of(notice, assignment)).content.decode()
    assert reader.get(page).status_code == 200
    assert not ExtensionRequest.objects.exists()
    typed = {"day": later().isoformat(), "reason": "Chờ số liệu."}
    sent = reader.post(page, typed)
    assert sent.status_code == 302
    assert "Đã gửi đề nghị." in reader.get(sent.headers["Location"]).content.decode()
    asked = ExtensionRequest.objects.get()
    assert asked.author is None
    assert "Liên kết gửi tới" in asked.author_name
    assert not reader.cookies
    assert reader.post(page, typed).status_code == 409
    other = make_assignment(assignment.unit)
    wrong = page.replace(f"/{assignment.pk}/gia-han/", f"/{other.pk}/gia-han/")
    assert reader.post(wrong, typed).status_code == 404
    Notice.objects.update(link_until=timezone.now() - timedelta(days=1))
    assert reader.post(page, typed).status_code == 410


def test_the_queue_answers_one_and_many(client: Client) -> None:
    requests = [make_extension() for _each in range(3)]
    sign_in(client, make_user("coordinator"))
    home = client.get("/quan-tri/").content.decode()
    assert f"{QUEUE}?cho=tra-loi" in home
    listed = client.get(QUEUE, {"cho": "tra-loi"}).content.decode()
    for each in requests:
        assert each.assignment.unit.short_name in listed
    one = client.get(f"{QUEUE}{requests[0].pk}/change/")
    assert "Chờ số liệu của các phường." in one.content.decode()
    numbers = [str(each.pk) for each in requests[:2]]
    chosen = client.post(QUEUE, {"action": "decide_selected", "_selected_action": numbers})
    assert "Trả lời 2 đề nghị" in chosen.content.decode()
    decide = f"{QUEUE}tra-loi/"
    for typed in (
        {"answer": "other"},
        {"answer": "refuse", "words": "\u200b"},
        {"answer": "?"},
        {"answer": "other", "day": "2020-01-01", "words": "Lời này còn đây."},
    ):
        answer = client.post(decide, {"chosen": ",".join(numbers), **typed})
        assert answer.status_code == 200
        assert "errornote" in answer.content.decode()
    assert not Notice.objects.exists()
    done = client.post(decide, {"chosen": ",".join(numbers), "answer": "grant"})
    assert done.status_code == 302
    assert ExtensionRequest.objects.filter(decision="granted").count() == 2
    again = {"chosen": numbers[0], "answer": "refuse", "words": "Lời này còn đây."}
    stale = client.post(decide, again)
    assert stale.status_code == 409
    assert "Lời này còn đây." in stale.content.decode()
    everything = ",".join(str(each.pk) for each in requests)
    mixed = client.post(decide, {"chosen": everything, "answer": "refuse", "words": "Gấp."})
    assert mixed.status_code == 302
    assert ExtensionRequest.objects.filter(decision="refused").count() == 1
    for nothing in ("", "x", "999999"):
        assert client.post(decide, {"chosen": nothing, "answer": "grant"}).status_code == 302


def test_who_only_reads_the_queue_cannot_answer(client: Client) -> None:
    asked = make_extension()
    sign_in(client, make_user("administrator"))
    page = client.get(f"{QUEUE}{asked.pk}/change/")
    assert page.status_code == 200
    assert "Gửi trả lời" not in page.content.decode()
    sent = client.post(f"{QUEUE}tra-loi/", {"chosen": str(asked.pk), "answer": "grant"})
    assert sent.status_code == 403


def test_the_queue_costs_the_same_however_long(
    client: Client, django_assert_max_num_queries: object
) -> None:
    sign_in(client, make_user("coordinator"))
    for _each in range(12):
        make_extension()
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert client.get(QUEUE, {"cho": "tra-loi"}).status_code == 200
