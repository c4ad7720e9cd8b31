"""What is done with people's accounts: invite, invite again, switch off, switch on, answer a forgotten password."""

from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from .. import history
from ..errors import NotAllowed, StaleState
from ..models import HistoryEntry, User
from ..outbox import queue_mail
from ..roles import ROLES
from . import mails, rules


def invite_person(
    *, username: str, full_name: str, email: str, roles: Sequence[str], by: User
) -> User:
    """Make an account without a password and mail its owner a link to set one. `roles` are keys of ROLES."""
    if not rules.can_invite(by):
        raise NotAllowed(_("Ông/bà không có quyền mời người dùng."))
    return open_account(username=username, full_name=full_name, email=email, roles=roles, by=by)


def open_account(
    *, username: str, full_name: str, email: str, roles: Sequence[str], by: User
) -> User:
    """Do what `invite_person` does, for an action that has asked its own rule (a unit inviting its officers)."""
    with transaction.atomic():
        person = User(username=username, full_name=full_name, email=email)
        person.is_staff = any(ROLES[role].is_staff for role in roles)
        person.set_unusable_password()
        person.save()
        person.groups.set(Group.objects.filter(name__in=[ROLES[role].group for role in roles]))
        history.record("invite", person, by=by, to_state="invited", data={"roles": list(roles)})
        queue_mail(to=[person.email], kind=mails.INVITATION, about_id=person.pk)
    return person


def invite_again(person: User, *, by: User) -> None:
    """Mail the link once more, to somebody who has not set a password yet."""
    if not rules.can_invite(by):
        raise NotAllowed(_("Ông/bà không có quyền mời người dùng."))
    if not person.is_active or person.has_usable_password():
        raise StaleState(
            _("%(person)s đã đặt mật khẩu hoặc đã thôi dùng cổng.") % {"person": person}
        )
    with transaction.atomic():
        history.record("invite_again", person, by=by, to_state="invited")
        queue_mail(to=[person.email], kind=mails.INVITATION, about_id=person.pk)


def correct_person(person: User, *, changed: Sequence[str], by: User) -> None:
    """Keep a person's corrected user name, name or address; `changed` names the fields."""
    if not rules.can_correct(by):
        raise NotAllowed(_("Ông/bà không có quyền sửa thông tin người dùng."))
    fields = sorted({"username", "full_name", "email"} & set(changed))
    if not fields:
        return
    with transaction.atomic():
        person.save(update_fields=fields)
        history.record("correct_person", person, by=by, data={"fields": fields})


def change_roles(person: User, *, roles: Sequence[str], by: User) -> None:
    """Give the person exactly these roles, and with them access to the admin or not."""
    if not rules.can_switch_off(by, person):
        raise NotAllowed(_("Không thể tự đổi vai trò của chính mình."))
    groups = set(Group.objects.filter(name__in=[ROLES[role].group for role in roles]))
    with transaction.atomic():
        before = sorted(person.groups.values_list("name", flat=True))
        after = sorted(group.name for group in groups)
        if before == after:
            return
        person.groups.set(groups)
        person.is_staff = any(ROLES[role].is_staff for role in roles)
        person.save(update_fields=["is_staff"])
        history.record("change_roles", person, by=by, data={"before": before, "after": after})


def switch_off(person: User, *, by: User) -> None:
    """Close the account of somebody who leaves: every session ends, and no link opens it again."""
    if not rules.can_switch_off(by, person):
        raise NotAllowed(_("Không thể tự tắt tài khoản của chính mình."))
    with transaction.atomic():
        if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
            raise StaleState(_("Tài khoản của %(person)s đã tắt từ trước.") % {"person": person})
        person.is_active = False
        _end_sessions(person)
        history.record("switch_off", person, by=by, from_state="active", to_state="off")


def switch_on(person: User, *, by: User) -> None:
    """Open the account again; the old password holds, and the person may ask for a new one."""
    if not rules.can_switch_off(by, person):
        raise NotAllowed(_("Ông/bà không có quyền bật tài khoản này."))
    with transaction.atomic():
        if not User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            raise StaleState(_("Tài khoản của %(person)s đang dùng.") % {"person": person})
        person.is_active = True
        history.record("switch_on", person, by=by, from_state="off", to_state="active")


def answer_forgotten_password(email: str) -> None:
    """Send the link, or the news that nobody has an account there: to the address, never to the page.

    Both answers are one row of the outbox, written by the worker, so the page takes as long for either.
    """
    person = User.objects.filter(email__iexact=email, is_active=True).first()
    queue_mail(
        to=[person.email if person else email],
        kind=mails.FORGOTTEN_PASSWORD,
        about_id=person.pk if person else 0,
    )


def note_security_change(person: User, verb: str, sentence: str) -> None:
    """Keep in the history, and tell the person, that a password or second factor has changed."""
    with transaction.atomic():
        history.record(verb, person, by=person, via=HistoryEntry.Via.WEB)
        mails.queue_security_notice(person, sentence)


def _end_sessions(person: User) -> None:
    # Django looks at is_active on every request, so the sessions are dead already; their rows go too.
    for session in Session.objects.all().iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
