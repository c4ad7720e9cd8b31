"""The seven roles, as Django groups. Apps grant permissions through the registry; `sync_roles` writes them."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from .registry import registry


@dataclass(frozen=True)
class Role:
    """A role: its group's name, and whether it works in the admin."""

    group: str
    is_staff: bool


ADMINISTRATOR = "administrator"
EDITOR = "editor"
PUBLISHER = "publisher"
MODERATOR = "moderator"
COORDINATOR = "coordinator"
UNIT_OFFICER = "unit_officer"
PRESS_OFFICER = "press_officer"

ROLES: dict[str, Role] = {
    ADMINISTRATOR: Role("Quản trị", is_staff=True),
    EDITOR: Role("Biên tập", is_staff=True),
    PUBLISHER: Role("Xuất bản", is_staff=True),
    MODERATOR: Role("Kiểm duyệt bình luận", is_staff=True),
    COORDINATOR: Role("Điều phối kế hoạch", is_staff=True),
    UNIT_OFFICER: Role("Cán bộ đơn vị", is_staff=False),
    PRESS_OFFICER: Role("Cán bộ cơ quan báo chí", is_staff=False),
}


def role_group(key: str) -> Group:
    """Return the group of a role (a key of ROLES)."""
    return Group.objects.get(name=ROLES[key].group)


def sync_roles(**kwargs: Any) -> None:
    """Make the groups and give each exactly the permissions granted in the registry.

    A `post_migrate` receiver: that signal comes once an app, and permissions are complete at the last.
    """
    last = [config for config in apps.get_app_configs() if config.models_module][-1]
    if kwargs.get("app_config") not in {None, last}:
        return
    for key, role in ROLES.items():
        group, _created = Group.objects.get_or_create(name=role.group)
        wanted = Q(pk__in=[])
        for label in registry.role_permissions[key]:
            app_label, codename = label.split(".")
            wanted |= Q(content_type__app_label=app_label, codename=codename)
        group.permissions.set(Permission.objects.filter(wanted))
