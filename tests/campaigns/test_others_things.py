"""An officer who changes a number in an address: of another unit's things nothing is seen and nothing changes.

Every address of the officers' pages is tried, with GET and POST; one that is new and not tried here fails the test.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from campaigns import links, urls
from campaigns.actions.calendar import open_calendar
from campaigns.actions.drafts import keep_files, save_draft
from campaigns.actions.extensions import ask_extension
from campaigns.actions.progress import report_progress
from campaigns.models import (
    Assignment,
    Evidence,
    Membership,
    Notice,
    ReportDraft,
    Unit,
)
from hanoi_portal.models import User
from hanoi_portal.uploads import check
from tests.campaigns.test_hand_down import District
from tests.factories import make_assignment, make_officer, make_task, make_upload, sign_in

pytestmark = pytest.mark.django_db

SECRET = "Chỉ đơn vị kia được đọc."


class Other:
    """Another unit with one of everything: work, a report with a file, a draft, a request, a letter, a calendar."""

    def __init__(self) -> None:
        self.district = District()
        self.unit, self.officer = self.district.unit, self.district.officer
        self.district.give()
        self.part = self.district.part()
        self.work = Assignment.objects.get(pk=self.district.work.pk)
        report_progress(
            self.work,
            by=self.officer,
            is_final=False,
            percent=30,
            text=SECRET,
            files=[check(make_upload("pdf", "mat.pdf"))],
        )
        self.evidence = Evidence.objects.get(report__assignment=self.work)
        self.commune_officer = make_officer(self.part.unit)
        ask_extension(
            self.part,
            by=self.commune_officer,
            day=self.part.deadline + timedelta(days=5),
            reason=SECRET,
        )
        keep_files(self.work, by=self.officer, files=[check(make_upload("pdf", "nhap.pdf"))])
        save_draft(self.work, by=self.officer, content={"text": SECRET}, expected="")
        ReportDraft.objects.update(submitted_at=timezone.now())
        self.draft = ReportDraft.objects.get()
        self.stored = self.draft.files.get().stored
        ReportDraft.objects.update(submitted_keys=[str(self.stored.key)])
        self.membership = Membership.objects.get(user=self.officer)
        self.feed = open_calendar(self.unit, by=self.officer)
        self.notice = Notice.objects.get(unit=self.part.unit)

    @property
    def tried(self) -> dict[str, list[dict[str, Any]]]:
        """What stands in the addresses, by the address's name."""
        work, part = {"pk": self.work.pk}, {"pk": self.part.pk}
        own_work = [
            *("", "-acknowledge", "-draft", "-draft-files", "-series-csv", "-series-xlsx"),
            *("-hand-down", "-decide", "-extension", "-extension-decide", "-talk"),
        ]
        return {
            **{f"assignment{name}": [work, part] for name in own_work},
            "evidence": [{"key": self.evidence.stored.key}, {"key": self.stored.key}],
            "notice-sheet": [{"pk": self.notice.pk}],
            "approval": [{"pk": self.draft.pk}],
            "approval-file": [{"pk": self.draft.pk, "key": self.stored.key}],
            "unit-approval": [{"code": self.unit.code}],
            "unit-invite": [{"code": self.unit.code}],
            "unit-hand-over": [{"pk": self.membership.pk}],
            "unit-leave": [{"pk": self.membership.pk}],
            "calendar-open": [{"code": self.unit.code}],
            "calendar-stop": [{"pk": self.feed.pk}],
            "link-revoke": [{"pk": self.notice.pk}],
        }


# Everybody's, or opened by a secret that stands in the address itself: test_signed_link, test_calendar.
NOT_BY_NUMBER = re.compile(r"^(plan|help|link(?!-revoke)|calendar$)")
TYPED = {
    "seen": "0",
    "stage": "doing",
    "percent": "50",
    "text": "Của người khác.",
    "decision": "recall",
    "thu-hoi-seen": "0",
    "thu-hoi-reason": "Thôi.",
    "reason": "Thôi.",
    "answer": "refuse",
    "words": "Không.",
    "viec": "gui",
    "duyet": "co",
    "full_name": "Người Lạ",
    "email": "la@don-vi.example",
}


def with_numbers() -> list[str]:
    """Return the names of the addresses in which something is named by its number, key or code."""
    return [
        str(pattern.name)
        for pattern in urls.urlpatterns
        if isinstance(pattern, URLPattern)
        and "<" in str(pattern.pattern)
        and not NOT_BY_NUMBER.match(str(pattern.name))
    ]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return all that the app keeps."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("campaigns").get_models()
    }


def plain_officer() -> User:
    """An officer of another district, responsible for it, its head too, with work of its own."""
    mine = make_assignment(task=make_task())
    return _head(mine.unit)


def _head(unit: Unit) -> User:
    user = make_officer(unit)
    Membership.objects.filter(user=user).update(is_head=True)
    return user


WHO: dict[str, Callable[[Other], User]] = {
    "another-district": lambda other: plain_officer(),
    "a-sibling": lambda other: _head(other.district.communes[1]),
    "who-left": lambda other: _who_left(other.unit),
}


def _who_left(unit: Unit) -> User:
    user = _head(unit)
    Membership.objects.filter(user=user).update(until=timezone.localdate() - timedelta(days=1))
    return user


def test_every_address_with_a_number_is_tried() -> None:
    assert set(with_numbers()) == set(Other().tried)


@pytest.mark.parametrize("who", WHO)
def test_others_things_are_not_seen_and_not_changed(client: Client, who: str) -> None:
    other = Other()
    sign_in(client, WHO[who](other))
    before = rows()
    for name, places in other.tried.items():
        for kwargs in places:
            try_both_ways(client, reverse(name, kwargs=kwargs))
    assert rows() == before


def test_a_commune_does_not_reach_what_is_its_districts(client: Client) -> None:
    other = Other()
    sign_in(client, other.commune_officer)
    letter = {"pk": _letter_of(other.work).pk}
    before = rows()
    for name, (kwargs, *_rest) in other.tried.items():
        own = {"notice-sheet": letter, "link-revoke": letter}
        try_both_ways(client, reverse(name, kwargs=own.get(name, kwargs)))
    assert rows() == before


def try_both_ways(client: Client, address: str) -> None:
    """Ask and send: neither is answered, and what only the other unit may read is not said."""
    for method in ("get", "post"):
        answer = getattr(client, method)(address, TYPED)
        assert answer.status_code in {404, 405}, (method, address, answer.status_code)
        assert SECRET not in answer.content.decode()


def _letter_of(work: Assignment) -> Notice:
    notice = Notice.objects.create(
        plan=work.task.plan, unit=work.unit, event=Notice.Event.ISSUED, unique_key="thu-cua-quan"
    )
    notice.assignments.set([work])
    return notice


def test_a_link_opens_nothing_that_its_letter_is_not_about(client: Client) -> None:
    other = Other()
    path = links.path_of(other.notice)
    strange = make_assignment(other.part.unit, task=make_task(other.part.task.plan))
    before = rows()
    for pk in (other.work.pk, strange.pk, other.district.part(1).pk):
        for tail in ("", "nhap/", "nhap/tep/", "hoi-dap/", "gia-han/"):
            try_both_ways(client, f"{path}{pk}/{tail}")
    assert rows() == before
