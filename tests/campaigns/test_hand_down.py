"""Handing down: a district gives its work on to its communes; who sees what, whose figure it is, who decides."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import rules
from campaigns.actions import progress
from campaigns.actions.hand_down import HandDownResult, hand_down, preview_hand_down
from campaigns.actions.recall import recall
from campaigns.board import read_board
from campaigns.letters import render
from campaigns.models import Assignment, Evidence, Membership, Notice, Unit
from campaigns.unit_figures import units_of
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_officer,
    make_task,
    make_unit,
    make_upload,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Assignment.State
OPEN = {State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS}


class District:
    """A district with three communes, the work it may hand down, and its officer."""

    def __init__(self, **values: Any) -> None:
        self.unit = make_unit(name="UBND quận Ba Đình")
        self.communes = [
            make_unit(Unit.Kind.COMMUNE, parent=self.unit, code=f"X{self.unit.pk}{name}", name=name)
            for name in ("UBND phường A", "UBND phường B", "UBND phường C")
        ]
        task = make_task(is_cascading=values.pop("is_cascading", True))
        self.work = make_assignment(self.unit, task=task, **values)
        self.officer = make_officer(self.unit)

    @property
    def codes(self) -> list[str]:
        """The codes of the communes."""
        return [unit.code for unit in self.communes]

    def give(self, *codes: str, by: User | None = None, **others: Any) -> HandDownResult:
        """Hand the work down to some communes, or to all."""
        others.setdefault("deadline", self.work.deadline)
        work = Assignment.objects.select_related("task__plan", "unit").get(pk=self.work.pk)
        return hand_down(work, codes or self.codes, by=by or self.officer, **others)

    def part(self, number: int = 0) -> Assignment:
        """What one of the communes was given."""
        return Assignment.objects.get(unit=self.communes[number])

    @property
    def page(self) -> str:
        """The page that hands down."""
        return f"/can-bo/phan-cong/{self.work.pk}/giao-tiep/"


# --- who, and in which state --------------------------------------------------------------------
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("is_member", [True, False])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_may_hand_down_in_which_state(role: str | None, is_member: bool, state: str) -> None:
    district, user = District(state=state), make_user(role)
    today = timezone.localdate()
    if is_member:
        Membership.objects.create(unit=district.unit, user=user, since=today)
    assert rules.can_hand_down(user, district.work, today) is (is_member and state in OPEN)
    if not is_member:
        with pytest.raises(NotAllowed):
            district.give(by=user)
    elif state not in OPEN:
        with pytest.raises(StaleState):
            district.give(by=user)
    else:
        assert district.give(by=user) == HandDownResult(3, 0)
    given = 3 if is_member and state in OPEN else 0
    assert Assignment.objects.filter(parent=district.work).count() == given
    assert Notice.objects.count() == given


@pytest.mark.parametrize(
    "values", [{"is_cascading": False}, {"role": "coordinate"}], ids=["not cascading", "coordinate"]
)
def test_only_what_the_plan_says_goes_down_is_handed_down(values: dict[str, Any]) -> None:
    district = District(**values)
    with pytest.raises(NotAllowed):
        district.give()
    assert sign_in(Client(), district.officer).get(district.page).status_code == 404


def test_a_commune_does_not_hand_down_what_was_handed_down_to_it() -> None:
    district = District()
    district.give()
    officer = make_officer(district.communes[0])
    assert not rules.can_hand_down(officer, district.part(), timezone.localdate())


# --- what it does -------------------------------------------------------------------------------
def test_each_commune_gets_an_assignment_of_its_own_and_one_letter() -> None:
    district = District()
    day = timezone.localdate() + timedelta(days=7)
    assert district.give(deadline=day, words="Làm xong trước lễ.") == HandDownResult(3, 0)
    for number in range(3):
        part = district.part(number)
        assert (part.parent, part.state, part.role) == (district.work, State.ISSUED, "lead")
        assert part.deadline == part.first_deadline == day
        assert HistoryEntry.objects.about(part).get().actor == district.officer
    notice = Notice.objects.get(unit=district.communes[0])
    mail = render(notice.pk)
    for form in (mail.text, mail.html):
        text = " ".join(re.sub(r"<[^>]+>", " ", form).split())
        assert "UBND quận Ba Đình giao quý đơn vị thực hiện 1 nhiệm vụ sau" in text
        assert "Làm xong trước lễ." in text
        assert f"{day:%d/%m/%Y}" in text
        assert "Trân trọng. UBND quận Ba Đình" in text


def test_the_districts_own_work_is_then_acknowledged_and_under_way() -> None:
    district = District()
    district.give(district.codes[0])
    work = Assignment.objects.get(pk=district.work.pk)
    assert (work.state, work.acknowledged_at is not None) == (State.IN_PROGRESS, True)
    verbs = [entry.verb for entry in HistoryEntry.objects.about(work)]
    assert verbs == ["acknowledge", "hand_down"]
    district.give()
    assert HistoryEntry.objects.about(work).count() == 3


def test_who_has_it_already_is_left_and_strangers_and_closed_units_get_nothing() -> None:
    district, other = District(), District()
    district.give(district.codes[0])
    Unit.objects.filter(pk=district.communes[2].pk).update(
        closed_on=timezone.localdate() - timedelta(days=1)
    )
    assert district.give(*district.codes, *other.codes) == HandDownResult(1, 0)
    assert Assignment.objects.filter(parent=district.work).count() == 2
    with pytest.raises(DomainError, match="đều đã được giao"):
        district.give()
    assert Notice.objects.count() == 2


def test_a_commune_without_an_address_is_given_the_work_and_counted() -> None:
    district = District()
    district.communes[1].contacts.all().delete()
    assert district.give() == HandDownResult(3, 1)
    assert Notice.objects.get(mail=None).unit == district.communes[1]


@pytest.mark.parametrize("days", [-1, 31])
def test_the_day_lies_between_today_and_the_districts_own(days: int) -> None:
    district = District()
    with pytest.raises(DomainError, match="Thời hạn cho cấp dưới"):
        district.give(deadline=timezone.localdate() + timedelta(days=days))


def test_what_changed_since_the_preview_is_shown_first() -> None:
    district = District()
    values: dict[str, Any] = {"deadline": district.work.deadline}
    seen = preview_hand_down(
        district.work, district.codes, on=timezone.localdate(), **values
    ).fingerprint
    district.give(district.codes[0])
    with pytest.raises(StaleState):
        district.give(expected=seen)


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_give_each_commune_the_work_once() -> None:
    district = District()
    start, results = threading.Barrier(10), []

    def give() -> None:
        try:
            work = Assignment.objects.select_related("task__plan", "unit").get(pk=district.work.pk)
            start.wait(timeout=30)
            done = hand_down(work, district.codes, deadline=work.deadline, by=district.officer)
            results.append(done.units)
        except DomainError:
            results.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(results) == [0] * 9 + [3]
    assert Notice.objects.count() == 3


# --- who sees what, whose figure it is ----------------------------------------------------------
def test_a_district_sees_its_communes_a_commune_only_itself() -> None:
    district, other = District(), District()
    district.give()
    other.give()
    today, commune = timezone.localdate(), make_officer(district.communes[0])
    parts = set(Assignment.objects.filter(parent=district.work))
    assert set(Assignment.objects.visible_to(district.officer, today)) == {district.work, *parts}
    assert set(Assignment.objects.visible_to(commune, today)) == {district.part(0)}
    assert set(Assignment.objects.of_officer(district.officer, today)) == {district.work}
    pages = {
        (commune, district.part(0)): 200,
        (commune, district.part(1)): 404,
        (commune, district.work): 404,
        (district.officer, district.part(1)): 200,
        (district.officer, other.part(1)): 404,
        (district.officer, other.work): 404,
    }
    for (user, assignment), status in pages.items():
        page = sign_in(Client(), user).get(assignment.get_absolute_url())
        assert page.status_code == status


def test_a_district_opens_its_communes_evidence_and_another_district_does_not() -> None:
    district, other = District(), District()
    district.give()
    commune = sign_in(Client(), make_officer(district.communes[0]))
    part = district.part(0)
    data = {"stage": "done", "text": "Đã phát thanh.", "seen": part.version}
    commune.post(part.get_absolute_url(), {**data, "evidence": make_upload("pdf")})
    address = Evidence.objects.get().get_absolute_url()
    opened = sign_in(Client(), district.officer).get(address)
    assert opened.status_code == 200
    assert b"".join(opened.streaming_content)  # type: ignore[attr-defined]
    assert sign_in(Client(), other.officer).get(address).status_code == 404


def test_a_district_does_not_report_for_a_commune() -> None:
    district = District()
    district.give()
    with pytest.raises(NotAllowed):
        progress.report_progress(
            district.part(), by=district.officer, is_final=False, percent=10, text="Thay xã."
        )


def test_the_districts_figure_rolls_up_from_its_communes() -> None:
    district, today = District(), timezone.localdate()
    district.give()
    Assignment.objects.filter(pk=district.part(0).pk).update(state=State.COMPLETED, percent=100)
    Assignment.objects.filter(pk=district.part(1).pk).update(
        percent=50, deadline=today - timedelta(days=1)
    )
    summed = Assignment.objects.with_parts(today).get(pk=district.work.pk)
    assert (summed.part_count, summed.part_done, summed.part_late) == (3, 1, 1)
    assert summed.part_percent == 50
    assert list(Assignment.objects.counted()) == [district.work]
    client = sign_in(Client(), district.officer)
    desk = " ".join(client.get("/can-bo/").content.decode().split())
    assert "1/3 đơn vị hoàn thành, tiến độ chung 50%" in desk
    page = client.get(district.work.get_absolute_url()).content.decode()
    assert "Tiến độ chung 50%" in page
    assert "1 đơn vị quá hạn" in page
    assert "UBND phường C" in page
    review = sign_in(Client(), make_user("coordinator")).get(
        f"/quan-tri/campaigns/assignment/{district.work.pk}/change/"
    )
    assert "Đã giao tiếp cho 3 đơn vị: 1 hoàn thành, 1 quá hạn" in review.content.decode()


def test_the_board_and_the_public_page_show_districts_not_what_they_handed_down() -> None:
    district = District()
    district.give()
    plan = district.work.task.plan
    board = read_board(plan, timezone.localdate())
    assert [row.unit for row in board.rows] == [district.unit]
    assert board.tally.total == 1
    assert list(units_of(plan)) == [district.unit]


def test_recalling_the_districts_work_recalls_what_it_handed_down() -> None:
    district = District()
    district.give()
    result = recall([district.work], reason="Thôi.", by=make_user("coordinator"))
    assert (result.changed, result.units) == (4, 4)
    assert not Assignment.objects.held().exists()


def test_the_desk_asks_the_same_number_of_queries_however_much_was_handed_down() -> None:
    district = District()
    client = sign_in(Client(), district.officer)
    client.get("/can-bo/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/can-bo/")
            client.get(district.work.get_absolute_url())
        return len(captured)

    district.give(district.codes[0])
    few = queries()
    district.give()
    assert queries() == few


# --- deciding -----------------------------------------------------------------------------------
def test_the_district_decides_on_its_communes_reports_and_nobody_elses() -> None:
    district, other = District(), District()
    district.give()
    today, part = timezone.localdate(), district.part()
    Assignment.objects.filter(pk=part.pk).update(state=State.REPORTED)
    part.refresh_from_db()
    who = {
        district.officer: True,
        make_user("coordinator"): True,
        other.officer: False,
        make_officer(district.communes[0]): False,
        make_officer(district.communes[1]): False,
        make_user("unit_officer"): False,
    }
    for user, may in who.items():
        assert rules.can_decide(user, part, today) is may
        page = sign_in(Client(), user).get(f"/can-bo/phan-cong/{part.pk}/xet-duyet/")
        assert page.status_code == (200 if may else 404)
        if not may:
            with pytest.raises(NotAllowed):
                progress.accept_reports([part], by=user)
    Assignment.objects.filter(pk=district.work.pk).update(state=State.REPORTED)
    with pytest.raises(NotAllowed):
        progress.accept_reports([Assignment.objects.get(pk=district.work.pk)], by=district.officer)


@pytest.mark.parametrize("decision", ["accept", "return"])
def test_a_commune_reports_and_the_district_decides_in_its_own_name(decision: str) -> None:
    district = District()
    district.give()
    part, commune = district.part(), make_officer(district.communes[0])
    progress.report_progress(part, by=commune, is_final=True, percent=100, text="Xong.")
    client = sign_in(Client(), district.officer)
    page = f"/can-bo/phan-cong/{part.pk}/xet-duyet/"
    assert page in client.get(part.get_absolute_url()).content.decode()
    seen = client.get(page).context["form"]["seen"].value()
    wrong = client.post(page, {"decision": "return", "seen": seen, "reason": " "})
    assert wrong.status_code == 200
    assert set(wrong.context["form"].errors) == {"reason"}
    data = {"decision": decision, "seen": seen, "reason": "Thiếu số người dự."}
    response = client.post(page, data)
    assert (response.status_code, response["Location"]) == (302, district.work.get_absolute_url())
    part.refresh_from_db()
    assert part.state == (State.COMPLETED if decision == "accept" else State.IN_PROGRESS)
    event = "accepted" if decision == "accept" else "returned"
    mail = render(Notice.objects.get(event=event).pk)
    assert "UBND quận Ba Đình đã xem" in " ".join(mail.text.split())
    again = client.post(page, data)
    assert again.status_code == 409
    assert "Không còn báo cáo nào" in again.content.decode()


# --- the page -----------------------------------------------------------------------------------
def test_the_officer_chooses_previews_and_confirms() -> None:
    district = District()
    client = sign_in(Client(), district.officer)
    assert district.page in client.get(district.work.get_absolute_url()).content.decode()
    page = client.get(district.page).content.decode()
    assert page.count("checked") == 3
    day = f"{district.work.deadline:%d/%m/%Y}"
    data: dict[str, Any] = {"units": district.codes[:2], "deadline": day, "words": ""}
    page_after = client.post(district.page, data)
    assert "Sẽ giao cho 2 đơn vị" in page_after.content.decode()
    assert not Notice.objects.exists()
    data["xac-nhan"] = page_after.context["preview"].fingerprint
    done = client.post(district.page, data, follow=True)
    assert "Đã giao tiếp cho 2 đơn vị" in done.content.decode()
    assert Notice.objects.count() == 2
    again = client.post(district.page, data)  # those two are no longer offered
    assert again.status_code == 200
    assert set(again.context["form"].errors) == {"units"}
    assert Notice.objects.count() == 2


def test_a_confirmation_of_an_older_preview_is_409_and_keeps_what_was_typed() -> None:
    district = District()
    client = sign_in(Client(), district.officer)
    data: dict[str, Any] = {
        "units": district.codes,
        "deadline": f"{district.work.deadline:%d/%m/%Y}",
        "words": "Làm sớm.",
        "xac-nhan": "cu",
    }
    page = client.post(district.page, data)
    assert page.status_code == 409
    assert "Mời xem lại rồi xác nhận" in page.content.decode()
    assert "Làm sớm." in page.content.decode()
    data["deadline"] = "31/02/2026"
    assert "deadline" in client.post(district.page, data).context["form"].errors


def test_with_nobody_left_the_page_says_so() -> None:
    district = District()
    district.give()
    page = sign_in(Client(), district.officer).get(district.page).content.decode()
    assert "Không còn đơn vị cấp dưới nào" in page
