"""Makes what tests stand on: plain functions, one per thing, each with sensible words of its own.

Every function takes what the test is about by name and invents the rest; nothing here is random.
"""

from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from hanoi_portal.models import User
from hanoi_portal.roles import ROLES, role_group

PASSWORD = "Hoa-sua-thang-Muoi-722"

_numbers = count(1)


# --- people -------------------------------------------------------------------------------------
def make_user(role: str | None = None, **values: Any) -> User:
    """Make a user who has the role (a key of `hanoi_portal.roles.ROLES`), or none.

    Hashing a password is slow, so the user can only be signed in with `sign_in`, unless `password=` is given.
    """
    number = next(_numbers)
    password = values.pop("password", None)
    values.setdefault("username", f"{(role or 'nguoi-dung').replace('_', '-')}-{number}")
    values.setdefault("email", f"{values['username']}@ha-noi.example")
    values.setdefault("full_name", f"Nguyễn Văn {number}")
    values.setdefault("is_staff", role is not None and ROLES[role].is_staff)
    user = User(**values)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    if role is not None:
        user.groups.add(role_group(role))
    return user


def sign_in(client: Client, user: User) -> Client:
    """Sign the user in on the client, without the sign-in page; return the client."""
    client.force_login(user)
    return client


def allow(user: User, *permissions: str) -> User:
    """Give the user single permissions ("app_label.codename"); return the user as freshly loaded."""
    for label in permissions:
        app_label, codename = label.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    return User.objects.get(pk=user.pk)
