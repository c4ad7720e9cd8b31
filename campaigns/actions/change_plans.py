"""Changing what several plans have in common: whether citizens see them, whether their letters carry links."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import NotAllowed
from hanoi_portal.models import User

from ..models import Plan
from ..rules import can_load_plans


def change_plans(
    plans: Iterable[Plan],
    *,
    by: User,
    is_public: bool | None = None,
    has_links: bool | None = None,
) -> list[Plan]:
    """Set what is given on each plan, and return those that were otherwise before. Raises NotAllowed."""
    if not can_load_plans(by):
        raise NotAllowed(_("Tài khoản này không có quyền sửa kế hoạch."))
    given = {"is_public": is_public, "has_links": has_links}
    values = {name: value for name, value in given.items() if value is not None}
    changed = []
    with transaction.atomic():
        for plan in plans:
            same = Plan.objects.filter(pk=plan.pk, **values)
            if Plan.objects.filter(pk=plan.pk).exclude(pk__in=same).update(**values):
                history.record("change_plan", plan, by=by, data=values)
                changed.append(plan)
    return changed
