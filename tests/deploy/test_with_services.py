"""The servers that the full run of the tests stands on: there while needed, gone afterwards."""

import os
import signal
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from deploy.environment import ROOT, system_packages
from tests.harness.portal import wait_for
from tests.harness.smtp import Behaviour, SmtpServer

SHOW_SERVERS = (
    "import os, time, psycopg2, redis\n"
    "connection = psycopg2.connect(os.environ['DATABASE_URL'])\n"
    "cursor = connection.cursor()\n"
    "cursor.execute('SHOW data_directory')\n"
    "print(cursor.fetchone()[0])\n"
    "print(redis.Redis.from_url(os.environ['REDIS_URL']).config_get('dir')['dir'], flush=True)\n"
)


def services_running(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.with_services", sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def processes_naming(text: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in command:
            found.append(command)
    return found


@pytest.mark.services
def test_the_command_finds_both_servers_and_its_exit_code_comes_back() -> None:
    process = services_running(SHOW_SERVERS + "raise SystemExit(7)")
    said, _ = process.communicate(timeout=60)
    folders = said.split()
    assert process.returncode == 7
    assert len(folders) == 2
    for folder in folders:
        assert not Path(folder).exists()
        assert processes_naming(folder) == []


@pytest.mark.services
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_when_it_is_stopped_the_servers_and_their_data_are_gone(number: signal.Signals) -> None:
    process = services_running(SHOW_SERVERS + "time.sleep(60)")
    assert process.stdout is not None
    folders = [process.stdout.readline().strip() for _ in range(2)]
    assert all(Path(folder).exists() for folder in folders)
    if number is signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    process.communicate(timeout=60)
    for folder in folders:
        assert not Path(folder).exists()
        assert processes_naming(folder) == []


def test_every_system_package_says_which_command_needs_it_and_why() -> None:
    packages = system_packages("test")
    assert {package.purpose for package in packages} == {"run", "test"}
    assert all(package.reason for package in packages)
    assert [p for p in packages if p.purpose == "run"] == system_packages("run")


def letter(number: int) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{number}@cong722.example>"
    message["From"] = "cong722@ha-noi.example"
    message["To"] = "ba-dinh@ha-noi.example"
    message["Subject"] = "Thông báo giao việc"
    message.set_content("Kính gửi UBND quận Ba Đình.")
    return message


def send(server: SmtpServer, number: int) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=3) as client:
        client.send_message(letter(number))


def test_the_smtp_server_keeps_what_it_accepts_and_knows_doubles(smtp_server: SmtpServer) -> None:
    smtp_server.behaviour = Behaviour.SLOW
    smtp_server.delay = 0.01
    for number in (1, 2, 2):
        send(smtp_server, number)
    assert [item.message_id for item in smtp_server.received] == [
        "<1@cong722.example>",
        "<2@cong722.example>",
        "<2@cong722.example>",
    ]
    assert smtp_server.message_ids_by_recipient() == {
        "ba-dinh@ha-noi.example": {"<1@cong722.example>", "<2@cong722.example>"}
    }
    assert smtp_server.connections == 3
    assert "Ba Đình" in smtp_server.received[0].message.get_content()


@pytest.mark.parametrize(
    ("behaviour", "error", "kept"),
    [
        (Behaviour.REFUSE, smtplib.SMTPDataError, 0),
        (Behaviour.REFUSE_FOR_GOOD, smtplib.SMTPDataError, 0),
        (Behaviour.DROP_BEFORE, smtplib.SMTPServerDisconnected, 0),
        (Behaviour.DROP_AFTER, smtplib.SMTPServerDisconnected, 1),
        (Behaviour.HANG, OSError, 0),
    ],
)
def test_the_smtp_server_misbehaves_once_when_told_to(
    smtp_server: SmtpServer, behaviour: Behaviour, error: type[Exception], kept: int
) -> None:
    smtp_server.script.append(behaviour)
    with pytest.raises(error):
        send(smtp_server, 1)
    wait_for(lambda: len(smtp_server.received) == kept)
    send(smtp_server, 2)
    assert len(smtp_server.received) == kept + 1
