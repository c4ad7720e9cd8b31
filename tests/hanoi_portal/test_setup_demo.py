"""`manage.py setup_demo`: when it runs, what accounts it makes, and that it may be cut short and run again."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from hanoi_portal.models import User
from hanoi_portal.registry import DemoContext, registry
from hanoi_portal.roles import ROLES
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def var(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal on its empty embedded database, with only the ground floor's step (apps test their own)."""
    settings.VAR_DIR, settings.DEMO = tmp_path, None
    settings.IS_HTTPS, settings.IS_EMBEDDED_DATABASE = False, True
    steps = [
        step for step in registry._demo_steps if step[2].__module__.startswith("hanoi_portal.")
    ]
    monkeypatch.setattr(registry, "_demo_steps", steps)
    return tmp_path


def run() -> str:
    """Run the command; return what it says."""
    said = io.StringIO()
    call_command("setup_demo", stdout=said)
    return said.getvalue()


def accounts(var: Path) -> dict[str, tuple[str, str]]:
    """The file: user name → (password, role)."""
    lines = (var / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
    return {name: (password, role) for name, password, role in (line.split() for line in lines)}


def test_there_is_an_account_for_every_role_and_its_password_works(var: Path) -> None:
    assert "→ Tạo tài khoản dùng thử" in run()
    file = accounts(var)
    assert {role for _password, role in file.values()} == set(ROLES)
    assert {"can-bo-ba-dinh", "can-bo-soc-son"} <= set(file)
    assert (var / "demo-accounts.txt").stat().st_mode & 0o777 == 0o600
    assert len({password for password, _role in file.values()}) == len(file)
    for username, (password, role) in file.items():
        person = User.objects.get(username=username)
        assert [group.name for group in person.groups.all()] == [ROLES[role].group]
        assert person.email.endswith(".example")
        assert not person.is_superuser
        client = Client(REMOTE_ADDR=f"10.0.0.{person.pk % 250}")
        answer = client.post("/dang-nhap/", {"login": username, "password": password})
        assert answer.status_code == 302, username


def test_a_second_run_changes_nothing(var: Path) -> None:
    run()
    before, people = accounts(var), set(User.objects.values_list("pk", "password"))
    assert "đã có người dùng" in run()
    assert accounts(var) == before
    assert set(User.objects.values_list("pk", "password")) == people


@pytest.mark.parametrize(
    ("changes", "has_people", "runs"),
    [
        ({}, False, True),
        ({}, True, False),
        ({"DEMO": True}, True, True),
        ({"DEMO": False}, False, False),
        ({"IS_EMBEDDED_DATABASE": False}, False, False),
        ({"IS_EMBEDDED_DATABASE": False, "DEMO": True}, True, True),
        ({"IS_HTTPS": True}, False, False),
        ({"IS_HTTPS": True, "DEMO": True}, False, False),
    ],
)
def test_when_it_runs(
    var: Path, settings: Settings, changes: dict[str, Any], has_people: bool, runs: bool
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    if has_people:
        make_user()
    said = run()
    assert (var / "demo-accounts.txt").exists() is runs
    assert ("Không nạp dữ liệu dùng thử" in said) is not runs


def test_what_was_cut_short_is_finished_by_the_next_run(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = [True]

    def step(context: DemoContext) -> None:
        context.say("việc thứ hai")
        context.accounts("them-nguoi", "Thêm Người", "editor")
        if fails:
            raise KeyboardInterrupt

    monkeypatch.setattr(registry, "_demo_steps", list(registry._demo_steps))
    registry.add_demo_step(90, "Bước sau", step)
    with pytest.raises(KeyboardInterrupt):
        run()
    fails.clear()
    before = accounts(var)
    said = run()
    assert said.index("→ Tạo tài khoản") < said.index("→ Bước sau") < said.index("việc thứ hai")
    assert accounts(var) == before
    assert "đã có người dùng" in run()


def test_an_account_whose_row_was_lost_gets_a_new_password_in_its_line(
    var: Path, settings: Settings
) -> None:
    run()
    before = accounts(var)
    User.objects.get(username="quan-tri").delete()
    settings.DEMO = True
    run()
    after = accounts(var)
    assert set(after) == set(before)
    assert after["quan-tri"] != before["quan-tri"]
    assert User.objects.get(username="quan-tri").check_password(after["quan-tri"][0])
