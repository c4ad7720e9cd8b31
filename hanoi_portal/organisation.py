"""Who runs the portal: what readers are told about it, changing that, and reminding of what is missing."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .english import CODE
from .errors import NotAllowed
from .history import record
from .models import Organisation, User
from .registry import Card

HISTORY_WORDS = {"change_organisation": gettext_lazy("sửa thông tin đơn vị quản lý cổng")}


@dataclass(frozen=True)
class Fact:
    """Something readers are told: its label, the words, where they lead, in which language they are."""

    label: Any
    text: str
    url: str = ""
    language: str = ""  # "vi" for Vietnamese words on an English page


def facts() -> list[Fact]:
    """Return what readers are told, in the language of the page; where only the Vietnamese is there, that."""
    known = Organisation.objects.first()
    if known is None:
        return []
    dialled = re.sub(r"[^+\d]", "", known.phone)
    told = [
        _fact(_("Tên cơ quan"), known.name, known.name_en),
        _fact(_("Chức năng, nhiệm vụ"), known.functions, known.functions_en),
        _fact(_("Địa chỉ"), known.address, known.address_en),
        Fact(_("Điện thoại"), known.phone, f"tel:{dialled}" if dialled else ""),
        Fact(_("Thư điện tử"), known.email, f"mailto:{known.email}"),
        _fact(_("Giờ làm việc"), known.hours, known.hours_en),
    ]
    return [fact for fact in told if fact.text]


def _fact(label: str, vietnamese: str, english: str) -> Fact:
    if translation.get_language() != CODE:
        return Fact(label, vietnamese)
    return Fact(label, english) if english else Fact(label, vietnamese, language="vi")


def can_change(user: User | AnonymousUser) -> bool:
    """Tell whether the user says who runs the portal."""
    return user.is_active and user.is_staff and user.has_perm("hanoi_portal.change_organisation")


def change_organisation(organisation: Organisation, *, by: User, changed: Collection[str]) -> None:
    """Save the changed fields (their names); readers see it at once. What was there stays in the history."""
    if not can_change(by):
        raise NotAllowed(_("Tài khoản này không có quyền sửa thông tin đơn vị quản lý cổng."))
    if not changed:
        return
    with transaction.atomic():
        before = Organisation.objects.select_for_update().get(pk=organisation.pk)
        organisation.changed_at = timezone.now()
        organisation.save(update_fields=[*changed, "changed_at"])
        said = {name: getattr(before, name) for name in sorted(changed)}
        record("change_organisation", organisation, by=by, data={"before": said})


def missing_card(user: User) -> Card | None:
    """Remind who may fill it in of what readers are not told yet."""
    if not can_change(user):
        return None
    known = Organisation.objects.first()
    missing = known.missing() if known else []
    if known is None or not missing:
        return None
    return Card(
        title=_("Thông tin liên hệ còn thiếu"),
        value=len(missing),
        note=_("Chưa có: %(what)s.") % {"what": ", ".join(map(str, missing))},
        url=reverse("admin:hanoi_portal_organisation_change", args=[known.pk]),
    )
