"""The house rules are worded by staff; what a rule said when a comment was declined by it stays on record."""

from django.db import transaction
from django.utils.translation import gettext as _

from hanoi_portal.errors import NotAllowed
from hanoi_portal.history import record
from hanoi_portal.models import User

from .. import rules
from ..models import HouseRule

WORDS = ("title", "text", "sentence", "is_active")


def save_house_rule(rule: HouseRule, *, by: User) -> None:
    """Add a rule or change its words; its number stays. The history keeps every wording."""
    if not rules.can_change_house_rules(by):
        raise NotAllowed(_("Tài khoản này không có quyền đổi quy tắc bình luận."))
    with transaction.atomic():
        before = HouseRule.objects.select_for_update().filter(pk=rule.pk).values(*WORDS).first()
        after = {name: getattr(rule, name) for name in WORDS}
        if before == after:
            return
        rule.save()
        if before is None:
            record("add_rule", rule, by=by, data={"after": after})
        else:
            record("change_rule", rule, by=by, data={"before": before, "after": after})
