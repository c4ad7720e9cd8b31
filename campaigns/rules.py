"""Who may do what with plans and assignments: deny by default.

A rule about an assignment has two halves: who (`speaks_for`, `can_follow_up`) and in which state. An action raises
NotAllowed for the first and StaleState for the second; a page offers a button where both hold.
"""

from datetime import date, datetime

from hanoi_portal.models import User

from . import links
from .links import NoticeHolder
from .models import Assignment, CalendarFeed, Membership, Notice, Plan, Unit
from .timeliness import day_of

State = Assignment.State
REPORTABLE = frozenset({State.ISSUED, State.ACKNOWLEDGED, State.IN_PROGRESS})
OPEN = REPORTABLE | {
    State.REPORTED
}  # neither done nor recalled: its deadline may move, it may be recalled


def can_issue_plan(user: User, plan: Plan) -> bool:
    """Tell whether the user may give the plan's tasks to units; giving it twice is allowed and adds nothing."""
    return user.is_active and user.has_perm("campaigns.issue_plan")


def can_change_given(user: User) -> bool:
    """Tell whether the user may add to what was given, move its deadlines and recall it: whoever may give it."""
    return user.is_active and user.has_perm("campaigns.issue_plan")


def can_load_plans(user: User) -> bool:
    """Tell whether the user may make and change plans, from files or by attaching what was signed."""
    return user.is_active and user.has_perm("campaigns.change_plan")


def can_load_units(user: User) -> bool:
    """Tell whether the user may make and change units from files."""
    return user.is_active and user.has_perm("campaigns.change_unit")


def speaks_for(user: User, unit: Unit, on: date) -> bool:
    """Tell whether the user is an officer of the unit on a day."""
    if not user.is_active:
        return False
    return Membership.objects.current(on).filter(user=user, unit=unit).exists()


def leads_unit(user: User, unit: Unit, on: date) -> bool:
    """Tell whether the user answers for the unit's people: invites them, ends their part, hands this over."""
    if not user.is_active:
        return False
    current = Membership.objects.current(on)
    return current.filter(user=user, unit=unit, is_responsible=True).exists()


def can_leave_unit(user: User, membership: Membership, on: date) -> bool:
    """Tell whether the user may end a membership: one's own, and who leads the unit those of others.

    Who is responsible hands that over first: a unit is not left without anybody.
    """
    if membership.is_responsible:
        return False
    return (membership.user_id == user.pk and speaks_for(user, membership.unit, on)) or leads_unit(
        user, membership.unit, on
    )


def is_head_of(user: User, unit: Unit, on: date) -> bool:
    """Tell whether the user heads the unit on a day."""
    if not user.is_active:
        return False
    return Membership.objects.current(on).filter(user=user, unit=unit, is_head=True).exists()


def needs_head(by: User | NoticeHolder, unit: Unit, on: date) -> bool:
    """Tell whether a final report of this writer goes to the unit's head first.

    A unit that wants it so but has nobody at its head sends as ever: its work must not stand still.
    """
    if not unit.head_approves or (isinstance(by, User) and is_head_of(by, unit, on)):
        return False
    heads = Membership.objects.current(on).filter(unit=unit, is_head=True, user__is_active=True)
    return heads.exists()


def acts_for(by: User | NoticeHolder, assignment: Assignment, at: datetime) -> bool:
    """Tell whether somebody may acknowledge and report for a unit: its officer, or who holds an open link.

    A link speaks for exactly the assignments of its notice.
    """
    if isinstance(by, User):
        return speaks_for(by, assignment.unit, day_of(at))
    notice = Notice.objects.select_related("plan", "unit").get(pk=by.notice.pk)
    return links.is_open(notice, at) and links.opened_by(notice).filter(pk=assignment.pk).exists()


def can_resend_notice(user: User) -> bool:
    """Tell whether the user may send a notice again."""
    return user.is_active and user.has_perm("hanoi_portal.resend_outgoingmail")


def can_mark_told(user: User) -> bool:
    """Tell whether the user may write down that a unit was told by other means than mail."""
    return can_follow_up(user)


def can_revoke_link(user: User, notice: Notice, on: date) -> bool:
    """Tell whether the user may stop the notice's link: staff who follow up, and the unit it was sent to."""
    return can_follow_up(user) or speaks_for(user, notice.unit, on)


def can_stop_calendar(user: User, feed: CalendarFeed) -> bool:
    """Tell whether the user may stop a calendar's address: whose it is, and staff who follow up."""
    return user.is_active and (feed.owner_id == user.pk or can_follow_up(user))


def can_follow_up(user: User) -> bool:
    """Tell whether the user may read every unit's reports and decide on them."""
    return user.is_active and user.has_perm("campaigns.follow_up")


def can_publish_evidence(user: User) -> bool:
    """Tell whether the user may show evidence to everybody, and take it back: staff who follow up."""
    return can_follow_up(user)


def can_acknowledge(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user may say for the unit that the assignment has arrived."""
    return assignment.state == State.ISSUED and speaks_for(user, assignment.unit, on)


def can_report(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user may report for the unit; not while a report waits, nor after the end."""
    return assignment.state in REPORTABLE and speaks_for(user, assignment.unit, on)


def decides_on(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user judges the assignment's reports: who follows up, and the unit that handed it down."""
    if can_follow_up(user):
        return True
    return handed_it_down(user, assignment, on)


def can_decide(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user may accept or return the report that waits."""
    return assignment.state == State.REPORTED and decides_on(user, assignment, on)


def can_ask_extension(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user may ask for more time for the unit: while its work goes on."""
    return assignment.state in REPORTABLE and speaks_for(user, assignment.unit, on)


def can_decide_extension(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user may answer such a request: whoever judges the reports, until the end."""
    return assignment.state in OPEN and decides_on(user, assignment, on)


def can_hand_down(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user may give the assignment on to the units below: one that the plan says goes down to them."""
    return (
        assignment.state in REPORTABLE
        and is_for_handing_down(assignment)
        and speaks_for(user, assignment.unit, on)
    )


def is_for_handing_down(assignment: Assignment) -> bool:
    """Tell whether the plan lets the unit give this on: the task goes down to communes, and is the unit's to lead."""
    return assignment.task.is_cascading and assignment.role == "lead" and not assignment.parent_id


def handed_it_down(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user is an officer of the unit that handed this down."""
    parent = assignment.parent
    return parent is not None and speaks_for(user, parent.unit, on)


def can_change_part(user: User, assignment: Assignment, on: date) -> bool:
    """Tell whether the user may move the deadline of this or recall it for the unit that handed it down."""
    return assignment.state in OPEN and handed_it_down(user, assignment, on)
