"""Who may do what with an assignment: every role, in every state, of the own unit and of another."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from campaigns import rules
from campaigns.actions import progress
from campaigns.actions.acknowledge import acknowledge
from campaigns.models import Assignment, Evidence, Membership, Unit
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail, User
from hanoi_portal.roles import ROLES
from tests.factories import make_assignment, make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db

State = Assignment.State
OPEN = {State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS}
ROLES_AND_NONE = [None, *ROLES]


def make_person(role: str | None, unit: Unit, *, is_member: bool) -> User:
    """Make a user of the role who speaks for the unit, or does not."""
    user = make_user(role)
    if is_member:
        Membership.objects.create(unit=unit, user=user, since=timezone.localdate())
    return user


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("is_member", [True, False])
@pytest.mark.parametrize("role", ROLES_AND_NONE)
def test_who_may_do_what_in_which_state(role: str | None, is_member: bool, state: str) -> None:
    assignment = make_assignment(state=state)
    user, today = make_person(role, assignment.unit, is_member=is_member), timezone.localdate()
    assert rules.can_acknowledge(user, assignment, today) is (is_member and state == State.ISSUED)
    assert rules.can_report(user, assignment, today) is (is_member and state in OPEN)
    is_coordinator = role == "coordinator"
    assert rules.can_decide(user, assignment, today) is (is_coordinator and state == State.REPORTED)
    is_seen = Assignment.objects.visible_to(user, today).filter(pk=assignment.pk).exists()
    assert is_seen is (is_member or is_coordinator)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("is_member", [True, False])
@pytest.mark.parametrize("role", ROLES_AND_NONE)
def test_actions_refuse_what_the_rules_refuse(
    role: str | None, is_member: bool, state: str
) -> None:
    unit = make_unit()
    user = make_person(role, unit, is_member=is_member)
    is_coordinator = role == "coordinator"

    def attempt(verb: str) -> str:
        """Try the verb on an assignment of its own; return how it went."""
        assignment = make_assignment(unit, state=state)
        before = Assignment.objects.values().get(pk=assignment.pk)
        try:
            if verb == "acknowledge":
                done = bool(acknowledge([assignment], by=user))
            elif verb == "report":
                done = bool(
                    progress.report_progress(
                        assignment, by=user, is_final=False, percent=10, text="Đã họp."
                    )
                )
            elif verb == "accept":
                done = bool(progress.accept_reports([assignment], by=user))
            else:
                done = bool(progress.return_report(assignment, by=user, reason="Thiếu số liệu."))
        except DomainError as error:
            assert Assignment.objects.values().get(pk=assignment.pk) == before
            assert not HistoryEntry.objects.about(assignment)
            return type(error).__name__
        changed = Assignment.objects.values().get(pk=assignment.pk) != before
        assert changed is done is HistoryEntry.objects.about(assignment).exists()
        return "done" if done else "nothing"

    if is_member:
        assert attempt("acknowledge") == ("done" if state == State.ISSUED else "nothing")
        assert attempt("report") == ("done" if state in OPEN else StaleState.__name__)
    else:
        assert attempt("acknowledge") == attempt("report") == NotAllowed.__name__
    for verb in ("accept", "return"):
        if not is_coordinator:
            assert attempt(verb) == NotAllowed.__name__
        else:
            assert attempt(verb) == ("done" if state == State.REPORTED else StaleState.__name__)


@pytest.mark.parametrize(
    ("since", "until", "speaks"),
    [(0, None, True), (-9, 0, True), (1, None, False), (-9, -1, False)],
)
def test_an_officer_speaks_from_the_first_day_to_the_last(
    since: int, until: int | None, speaks: bool
) -> None:
    today, unit, user = timezone.localdate(), make_unit(), make_user("unit_officer")
    last = None if until is None else today + timedelta(days=until)
    Membership.objects.create(unit=unit, user=user, since=today + timedelta(days=since), until=last)
    assignment = make_assignment(unit)
    assert rules.speaks_for(user, unit, today) is speaks
    assert Assignment.objects.of_officer(user, today).filter(pk=assignment.pk).exists() is speaks


def test_who_was_switched_off_may_nothing() -> None:
    assignment, today = make_assignment(state=State.REPORTED), timezone.localdate()
    for user in (
        make_officer(assignment.unit, is_active=False),
        make_user("coordinator", is_active=False),
    ):
        assert not rules.speaks_for(user, assignment.unit, today)
        assert not rules.can_follow_up(user)
        assert not Assignment.objects.visible_to(user, today).exists()
        with pytest.raises(NotAllowed):
            progress.accept_reports([assignment], by=user)


def test_nobody_sees_assignments_or_evidence_without_signing_in() -> None:
    make_assignment()
    nobody, today = AnonymousUser(), timezone.localdate()
    assert not Assignment.objects.visible_to(nobody, today).exists()  # type: ignore[arg-type]
    assert not Evidence.objects.visible_to(nobody, today).exists()  # type: ignore[arg-type]


def test_acknowledging_several_is_all_or_nothing_when_one_is_another_units() -> None:
    mine, others = make_assignment(), make_assignment()
    officer = make_officer(mine.unit)
    with pytest.raises(NotAllowed):
        acknowledge([mine, others], by=officer)
    assert set(Assignment.objects.values_list("state", flat=True)) == {State.ISSUED}
    assert not OutgoingMail.objects.exists()
