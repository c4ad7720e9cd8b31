"""The promises of `make run`: what it refuses and how, and that it keeps and ends what it starts."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.environment import ROOT
from deploy.manager import children_of
from deploy.python_version import python_problem
from tests.harness.fixtures import StartPortal
from tests.harness.portal import Portal, PortalBuilder, wait_for


def run_expecting_refusal(**variables: str) -> str:
    """Runs the command, which has to refuse; returns the one sentence it says."""
    finished = subprocess.run(
        [sys.executable, "-m", "deploy.run"],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.count("\n") == 1, finished.stderr
    return finished.stderr


def test_a_taken_port_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        sentence = run_expecting_refusal(PORT=port, VAR_DIR=str(tmp_path))
    assert f"Cổng {port} đang có chương trình khác dùng" in sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["0", "65536", "tám nghìn", "-1", "٨٠٨٠"])
def test_a_port_that_is_none_is_refused_in_one_sentence(port: str, tmp_path: Path) -> None:
    sentence = run_expecting_refusal(PORT=port, VAR_DIR=str(tmp_path))
    assert f"PORT={port} không phải là số cổng" in sentence


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(tmp_path: Path) -> None:
    # A file where the folder should be: even root cannot write into that.
    blocked = tmp_path / "var"
    blocked.write_text("", encoding="utf-8")
    sentence = run_expecting_refusal(PORT=free_port_text(), VAR_DIR=str(blocked))
    assert f"Không ghi được vào thư mục {blocked}" in sentence


def free_port_text() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("version", "refused"),
    [
        ((3, 10, 14), True),
        ((2, 7, 18), True),
        ((3, 11, 0), False),
        ((3, 12, 3), False),
        ((4, 0, 0), False),
    ],
)
def test_an_old_python_is_told_which_one_is_needed(version: tuple[int, ...], refused: bool) -> None:
    problem = python_problem(version)
    assert bool(problem) is refused
    if refused:
        found = ".".join(map(str, version))
        assert f"Python {found} quá cũ" in problem
        assert "3.11" in problem


def test_what_the_version_check_needs_can_be_read_by_an_old_python() -> None:
    import ast

    for name in ("__init__", "python_version", "run", "run_tests", "run_checks"):
        source = (ROOT / "deploy" / f"{name}.py").read_text(encoding="utf-8")
        ast.parse(source, feature_version=(3, 7))


def test_wrong_settings_are_told_in_words_and_nothing_is_left_running(
    portal_builder: PortalBuilder,
) -> None:
    portal = portal_builder.build_empty(DATABASE_URL="mysql://ai-do@localhost/portal")
    finished = subprocess.run(
        [sys.executable, "-m", "deploy.run"],
        cwd=ROOT,
        env=portal.environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert finished.returncode == 1
    assert "DATABASE_URL" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert portal.processes() == []


@pytest.mark.embedded
def test_the_first_run_sets_up_everything_and_tells_where_to_look(
    portal_builder: PortalBuilder,
) -> None:
    portal = portal_builder.build_empty()
    try:
        portal.start()
        assert f"http://localhost:{portal.port}/" in portal.output
        assert "/quan-tri/" in portal.output
        assert "/can-bo/" in portal.output
        assert "demo-accounts.txt" in portal.output
        assert "đã sẵn sàng" in portal.output
        assert portal.output.count("→") >= 4  # progress
        accounts = portal.var_dir / "demo-accounts.txt"
        assert accounts.stat().st_mode & 0o077 == 0
        assert (portal.var_dir / "secret-key").stat().st_mode & 0o077 == 0
        assert "Ctrl-C" in portal.output
        assert portal.status("/") == 200
    finally:
        portal.stop()


@pytest.mark.embedded
def test_a_second_run_is_ready_in_seconds_and_loses_nothing(start_portal: StartPortal) -> None:
    portal = start_portal("embedded")
    before = (portal.var_dir / "demo-accounts.txt").read_text(encoding="utf-8")
    key = (portal.var_dir / "secret-key").read_text(encoding="ascii")
    counts = count_rows(portal)
    portal.stop()

    began = time.monotonic()
    portal.start()
    took = time.monotonic() - began
    assert count_rows(portal) == counts
    assert (portal.var_dir / "demo-accounts.txt").read_text(encoding="utf-8") == before
    assert (portal.var_dir / "secret-key").read_text(encoding="ascii") == key
    assert took < 30, f"{took:.1f} giây"  # about 4 by itself; the other core is busy with tests


def count_rows(portal: Portal) -> str:
    """How many rows each table that matters has."""
    script = (
        "from django.apps import apps\n"
        "for model in apps.get_models():\n"
        "    if model._meta.app_label in "
        "('hanoi_portal', 'guidance', 'campaigns', 'comments'):\n"
        "        print(model._meta.label, model._default_manager.count())\n"
    )
    counted = portal.manage("shell", "--no-imports", "-c", script).stdout
    assert "campaigns.Unit 6" in counted, counted
    return counted


@pytest.mark.embedded
@pytest.mark.parametrize("program", ["web", "worker", "beat"])
def test_a_dead_child_is_restarted(portal_of_this_file: Portal, program: str) -> None:
    portal = portal_of_this_file
    killed = portal.kill(program)
    wait_for(lambda: portal.pid(program) not in (None, killed), within=20)
    wait_for(lambda: portal.status("/readyz") == 200, within=20)


@pytest.mark.embedded
def test_a_second_run_on_the_same_folder_is_refused(portal_of_this_file: Portal) -> None:
    sentence = run_expecting_refusal(
        PORT=free_port_text(), VAR_DIR=str(portal_of_this_file.var_dir)
    )
    assert "Đã có một lần chạy khác" in sentence
    assert str(portal_of_this_file.process.pid) in sentence
    assert portal_of_this_file.status("/healthz") == 200


@pytest.fixture(scope="module")
def portal_of_this_file(portal_builder: PortalBuilder):
    """One started portal for the tests that leave it as they found it."""
    portal = portal_builder.build("embedded")
    portal.start()
    yield portal
    portal.stop()


@pytest.mark.embedded
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_to_stop_it_ends_all_of_its_processes(
    start_portal: StartPortal, number: signal.Signals
) -> None:
    portal = start_portal("embedded")
    # The worker's pool is there, and has to end too.
    wait_for(lambda: len(children_of(portal.pid("worker") or 0)) == 2)
    assert len(portal.processes()) >= 8
    assert portal.stop(number) == 0  # which asserts that no process is left
    assert "Đã dừng." in portal.output


@pytest.mark.embedded
def test_when_the_command_itself_is_killed_its_children_end(start_portal: StartPortal) -> None:
    portal = start_portal("embedded")
    portal.process.kill()
    portal.process.wait()
    wait_for(lambda: not portal.processes(), within=40)


@pytest.mark.embedded
def test_ctrl_c_while_setting_up_leaves_no_process(portal_builder: PortalBuilder) -> None:
    portal = portal_builder.build_empty()
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.run"],
        cwd=ROOT,
        env=portal.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for(lambda: len(portal.processes()) >= 2, within=30)  # deploy.prepare is at work
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "chạy lại sẽ làm tiếp" in said.decode("utf-8")
    assert portal.processes() == []
