"""A district moves the deadline of what it handed down, or recalls it: who, in which state, and what is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import rules
from campaigns.actions.change_deadline import change_deadlines
from campaigns.actions.change_parts import move_part, recall_part
from campaigns.letters import render
from campaigns.models import Assignment, Notice
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User
from tests.campaigns.test_hand_down import District
from tests.factories import make_officer, make_user, sign_in

pytestmark = pytest.mark.django_db

State = Assignment.State
OPEN = {State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS, State.REPORTED}


def make_given() -> District:
    """Make a district that has handed its work down to its three communes."""
    district = District()
    district.give()
    Notice.objects.all().delete()
    return district


def soon() -> date:
    """A day before the district's own deadline."""
    return timezone.localdate() + timedelta(days=3)


def letter() -> str:
    """Return the text of the only notice that is left to send, in one line."""
    return " ".join(render(Notice.objects.get().pk).text.split())


# --- who, and in which state --------------------------------------------------------------------
@pytest.mark.parametrize(
    "who", ["district", "other", "commune", "sibling", "coordinator", "nobody"]
)
def test_only_officers_of_the_unit_that_handed_it_down_change_it(who: str) -> None:
    district = make_given()
    users: dict[str, User] = {
        "district": district.officer,
        "other": District().officer,
        "commune": make_officer(district.communes[0]),
        "sibling": make_officer(district.communes[1]),
        "coordinator": make_user("coordinator"),
        "nobody": make_user("unit_officer"),
    }
    part, user, may = district.part(), users[who], who == "district"
    assert rules.can_change_part(user, part, timezone.localdate()) is may
    if may:
        move_part(part, deadline=soon(), reason="Sớm hơn.", by=user)
        recall_part(district.part(), reason="Thôi.", by=user)
        assert Notice.objects.count() == 2
        return
    with pytest.raises(NotAllowed):
        move_part(part, deadline=soon(), reason="Sớm hơn.", by=user)
    with pytest.raises(NotAllowed):
        recall_part(part, reason="Thôi.", by=user)
    page = f"{part.get_absolute_url()}xet-duyet/"
    data = {"decision": "recall", "thu-hoi-seen": part.version, "thu-hoi-reason": "Thôi."}
    assert sign_in(Client(), user).post(page, data).status_code == 404
    assert not Notice.objects.exists()


def test_a_district_does_not_change_its_own_work() -> None:
    district = make_given()
    with pytest.raises(NotAllowed):
        move_part(district.work, deadline=soon(), reason="Thôi.", by=district.officer)
    with pytest.raises(NotAllowed):
        recall_part(district.work, reason="Thôi.", by=district.officer)


@pytest.mark.parametrize("state", State.values)
def test_only_open_work_changes(state: str) -> None:
    district = make_given()
    Assignment.objects.filter(pk=district.part().pk).update(state=state)
    part, by = district.part(), district.officer
    assert rules.can_change_part(by, part, timezone.localdate()) is (state in OPEN)
    if state in OPEN:
        move_part(part, deadline=soon(), reason="Sớm hơn.", by=by)
        recall_part(part, reason="Thôi.", by=by)
        return
    with pytest.raises(StaleState):
        move_part(part, deadline=soon(), reason="Sớm hơn.", by=by)
    with pytest.raises(StaleState):
        recall_part(part, reason="Thôi.", by=by)
    assert not Notice.objects.exists()


# --- what it does -------------------------------------------------------------------------------
def test_a_moved_deadline_keeps_the_first_and_is_told_once_in_the_districts_name() -> None:
    district = make_given()
    part = district.part()
    first = part.deadline
    move_part(part, deadline=soon(), reason="Làm trước lễ.", by=district.officer)
    part.refresh_from_db()
    assert (part.deadline, part.first_deadline) == (soon(), first)
    entry = HistoryEntry.objects.about(part).get(verb="change_deadline")
    assert (entry.actor, entry.note) == (district.officer, "Làm trước lễ.")
    assert entry.data == {"deadline": [first.isoformat(), soon().isoformat()]}
    assert Notice.objects.get().unit == district.communes[0]
    assert "UBND quận Ba Đình đổi thời hạn 1 nhiệm vụ" in letter()
    assert "Làm trước lễ." in letter()


def test_a_recalled_part_leaves_the_districts_figure_and_is_told_once_in_its_name() -> None:
    district = make_given()
    part = district.part()
    recall_part(part, reason="Giao nhầm.", by=district.officer)
    part.refresh_from_db()
    assert part.state == State.RECALLED
    entry = HistoryEntry.objects.about(part).get(verb="recall")
    assert (entry.actor, entry.note) == (district.officer, "Giao nhầm.")
    assert "UBND quận Ba Đình thu hồi 1 nhiệm vụ" in letter()
    summed = Assignment.objects.with_parts(timezone.localdate()).get(pk=district.work.pk)
    assert summed.part_count == 2
    assert Assignment.objects.get(pk=district.work.pk).state == State.IN_PROGRESS


def test_what_the_sos_people_change_is_told_in_the_issuers_name() -> None:
    district = make_given()
    coordinator = make_user("coordinator")
    change_deadlines([district.part()], deadline=soon(), reason="Sớm hơn.", by=coordinator)
    assert f"{district.work.task.plan.issuer.name} đổi thời hạn" in letter()


@pytest.mark.parametrize("days", [-1, 31])
def test_the_new_day_lies_between_today_and_the_districts_own(days: int) -> None:
    district = make_given()
    day = timezone.localdate() + timedelta(days=days)
    with pytest.raises(DomainError, match="Thời hạn cho cấp dưới"):
        move_part(district.part(), deadline=day, reason="Khác.", by=district.officer)


def test_without_a_reason_or_another_day_nothing_changes() -> None:
    district = make_given()
    part, by = district.part(), district.officer
    with pytest.raises(DomainError, match="lý do"):
        recall_part(part, reason="", by=by)
    with pytest.raises(DomainError, match="lý do"):
        move_part(part, deadline=soon(), reason="", by=by)
    with pytest.raises(DomainError, match="đúng thời hạn này"):
        move_part(part, deadline=part.deadline, reason="Khác.", by=by)
    assert not Notice.objects.exists()


# --- the page -----------------------------------------------------------------------------------
def test_the_officer_moves_the_deadline_and_recalls_on_the_page() -> None:
    district = make_given()
    part, client = district.part(), sign_in(Client(), district.officer)
    page = f"{part.get_absolute_url()}xet-duyet/"
    assert f"{page}#thay-doi" in client.get(part.get_absolute_url()).content.decode()
    data: dict[str, Any] = {
        "decision": "deadline",
        "thoi-han-seen": part.version,
        "thoi-han-deadline": f"{timezone.localdate() + timedelta(days=90):%d/%m/%Y}",
        "thoi-han-reason": "Làm trước lễ.",
    }
    wrong = client.post(page, data)
    assert set(wrong.context["deadline_form"].errors) == {"deadline"}
    assert "Làm trước lễ." in wrong.content.decode()
    data["thoi-han-deadline"] = f"{soon():%d/%m/%Y}"
    done = client.post(page, data)
    assert (done.status_code, done["Location"]) == (302, district.work.get_absolute_url())
    assert district.part().deadline == soon()
    recall = {"decision": "recall", "thu-hoi-seen": part.version, "thu-hoi-reason": "Giao nhầm."}
    late = client.post(page, recall)  # as seen before the deadline moved
    assert late.status_code == 409
    assert "Giao nhầm." in late.content.decode()
    empty = client.post(page, {**recall, "thu-hoi-reason": " "})
    assert set(empty.context["recall_form"].errors) == {"reason"}
    recall["thu-hoi-seen"] = district.part().version
    assert client.post(page, recall).status_code == 302
    assert district.part().state == State.RECALLED
    assert Notice.objects.count() == 2
    assert client.post(page, recall).status_code == 409
    assert "thay-doi" not in client.get(page).content.decode()
