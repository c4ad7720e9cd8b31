"""The outbox against a real mail server, the file backend and a database: what is promised is what happens."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, connections, transaction
from pytest_django.fixtures import Settings

from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.outbox import (
    BATCH,
    WRITTEN,
    claim_batch,
    deliver_batch,
    deliver_due,
    marks,
    queue_mail,
    recover_lapsed,
    send_again,
)
from hanoi_portal.registry import RenderedMail, registry
from hanoi_portal.roles import ADMINISTRATOR, COORDINATOR, ROLES
from tests.factories import make_user
from tests.harness.smtp import Behaviour, SmtpServer

State = OutgoingMail.State
NOON = datetime(2030, 1, 2, 5, 0, tzinfo=UTC)  # 12:00 in Hà Nội


pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def smtp(settings: Settings, smtp_server: SmtpServer) -> SmtpServer:
    """Send through the server on loopback, and wait one second at most for its answers."""
    settings.EMAIL_BACKEND = "hanoi_portal.mail_backends.SmtpBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = smtp_server.port
    settings.EMAIL_TIMEOUT = 1
    return smtp_server


@pytest.fixture
def mail_folder(settings: Settings, tmp_path: Path) -> Path:
    """Send into a folder."""
    settings.EMAIL_BACKEND = "hanoi_portal.mail_backends.FileBackend"
    settings.MAIL_FOLDER = tmp_path / "mail"
    return tmp_path / "mail"


def write(number: int = 1, **values: Any) -> OutgoingMail:
    """Put a mail into the outbox as of NOON."""
    values.setdefault("to", [f"van-phong-{number}@quan.example"])
    values.setdefault("subject", f"Giao nhiệm vụ số {number}")
    values.setdefault("text", "Kính gửi quý cơ quan,\nĐề nghị thực hiện.")
    mail = queue_mail(**values)
    OutgoingMail.objects.filter(pk=mail.pk).update(created_at=NOON, due_at=NOON, trying_since=NOON)
    mail.refresh_from_db()
    return mail


# --- the way a mail goes ------------------------------------------------------------------------
def test_an_accepted_mail_is_sent_once_under_the_message_id_of_its_row(
    smtp: SmtpServer, clock: Clock
) -> None:
    mail = write(subject="V/v giao nhiệm vụ – UBND quận Ba Đình", html="<p>Kính gửi</p>")
    assert deliver_due(clock) == 1
    assert deliver_due(clock) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.tries, mail.last_response) == (State.SENT, NOON, 1, "")
    [received] = smtp.received
    assert received.message_id == mail.message_id
    assert received.recipients == ("van-phong-1@quan.example",)
    assert received.message["Subject"] == "V/v giao nhiệm vụ – UBND quận Ba Đình"
    assert received.message["Auto-Submitted"] == "auto-generated"
    body = received.message.get_body(("plain",))
    assert body is not None
    assert "Đề nghị thực hiện." in body.get_content()
    assert received.message.get_body(("html",)) is not None


def test_a_batch_goes_over_one_connection(smtp: SmtpServer, clock: Clock) -> None:
    for number in range(5):
        write(number)
    assert deliver_due(clock) == 5
    assert smtp.connections == 1
    assert len(smtp.received) == 5


def test_the_line_stays_open_between_batches_and_is_opened_anew_after_a_hundred_mails(
    smtp: SmtpServer, clock: Clock
) -> None:
    OutgoingMail.objects.bulk_create(
        OutgoingMail(kind=WRITTEN, recipients=[f"a-{number}@quan.example"], due_at=NOON)
        for number in range(101)
    )
    assert deliver_due(clock) == 101
    assert smtp.connections == 2
    assert len(smtp.received) == 101


def test_who_finds_a_full_batch_calls_one_helper_and_who_finds_less_calls_none(
    mail_folder: Path, clock: Clock
) -> None:
    for count, helpers in ((BATCH - 1, 0), (2 * BATCH + 1, 1)):
        before = bells()
        OutgoingMail.objects.bulk_create(
            OutgoingMail(kind=WRITTEN, recipients=["a@quan.example"], due_at=NOON)
            for _ in range(count)
        )
        assert deliver_due(clock) == count
        assert bells() == before + helpers


@pytest.mark.services
@pytest.mark.parametrize("fails", [False, True])
def test_only_while_it_sends_does_the_database_not_wait_for_its_disk(
    fails: bool, mail_folder: Path
) -> None:
    def who_set_it() -> tuple[str, bool]:
        """The value, and whether this session chose it; the server of the tests never waits for its disk."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setting, source = 'session' FROM pg_settings WHERE name = 'synchronous_commit'"
            )
            value, is_own = cursor.fetchone()
            return value, is_own

    seen: list[tuple[str, bool]] = []

    def clock() -> datetime:
        seen.append(who_set_it())
        if fails:
            raise RuntimeError
        return NOON

    write()
    with suppress(RuntimeError):
        deliver_due(clock)
    assert set(seen) == {("off", True)}
    assert who_set_it()[1] is False


def test_a_refusal_for_now_waits_longer_each_time_and_then_goes_out(
    smtp: SmtpServer, clock: Clock
) -> None:
    mail = write()
    smtp.script.extend([Behaviour.REFUSE, Behaviour.REFUSE])
    waits = []
    for _attempt in range(2):
        assert deliver_due(clock) == 0
        mail.refresh_from_db()
        assert mail.state == State.PENDING
        assert mail.last_response.startswith("451 ")
        assert deliver_due(clock) == 0, "sent before its time"
        waits.append(mail.due_at - clock())
        clock.at = mail.due_at
    assert waits[0] < waits[1]
    assert deliver_due(clock) == 1
    assert [item.message_id for item in smtp.received] == [mail.message_id]


def test_a_refusal_for_now_is_given_up_after_48_hours(smtp: SmtpServer, clock: Clock) -> None:
    mail = write()
    smtp.behaviour = Behaviour.REFUSE
    while clock() <= NOON + timedelta(hours=60):
        deliver_due(clock)
        mail.refresh_from_db()
        if mail.state == State.FAILED:
            break
        clock.at = mail.due_at
    assert mail.state == State.FAILED
    assert clock() - NOON > timedelta(hours=48)
    assert smtp.received == []


def test_a_refusal_for_good_fails_with_the_servers_words_and_others_still_go(
    smtp: SmtpServer, clock: Clock
) -> None:
    first, second = write(1), write(2)
    smtp.script.append(Behaviour.REFUSE_FOR_GOOD)
    assert deliver_due(clock) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == State.FAILED
    assert first.last_response == "550 5.1.1 No such mailbox"
    assert second.state == State.SENT


def test_a_line_cut_after_the_body_is_unknown_and_resent_once_under_the_same_message_id(
    smtp: SmtpServer, clock: Clock
) -> None:
    mail = write()
    smtp.script.extend([Behaviour.DROP_AFTER, Behaviour.DROP_AFTER])
    assert deliver_due(clock) == 0
    mail.refresh_from_db()
    assert mail.state == State.UNKNOWN
    recover_lapsed(clock())
    assert deliver_due(clock) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.resends) == (State.UNKNOWN, 1)
    for _sweep in range(3):
        recover_lapsed(clock.move(hours=1))
        assert deliver_due(clock) == 0
    assert [item.message_id for item in smtp.received] == [mail.message_id] * 2


def test_a_server_that_never_answers_the_body_leaves_the_mail_unknown_and_the_rest_goes_out(
    smtp: SmtpServer, clock: Clock
) -> None:
    first, second = write(1), write(2)
    smtp.script.append(Behaviour.HANG)
    assert deliver_due(clock) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.UNKNOWN, State.SENT)


def test_without_a_server_nothing_is_tried_and_all_waits(settings: Settings, clock: Clock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        settings.EMAIL_BACKEND = "hanoi_portal.mail_backends.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        mails = [write(number) for number in range(3)]
        assert deliver_due(clock) == 0
    for mail in mails:
        mail.refresh_from_db()
        assert (mail.state, mail.tries, mail.attempted_at) == (State.PENDING, 0, None)
        assert mail.due_at > NOON
        assert "ConnectionRefusedError" in mail.last_response


# --- a server that misbehaves before the body ---------------------------------------------------
Manners = Callable[[SMTP, Envelope, str], str | None]


@pytest.fixture
def rude_smtp(smtp: SmtpServer) -> Iterator[Callable[[str, Manners], None]]:
    """Give the server's answer to MAIL or RCPT: `rude_smtp("RCPT", answer)`; None is the usual answer."""
    added: list[str] = []

    def behave(verb: str, answer: Manners) -> None:
        async def handle(
            server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
        ) -> str:
            words = answer(server, envelope, address)
            if words is not None:
                return words
            if verb == "MAIL":
                envelope.mail_from = address
            else:
                envelope.rcpt_tos.append(address)
            return "250 OK"

        setattr(smtp, f"handle_{verb}", handle)
        added.append(verb)

    yield behave
    for verb in added:
        delattr(smtp, f"handle_{verb}")


def test_a_line_cut_before_the_body_is_certainly_not_sent(
    smtp: SmtpServer, rude_smtp: Callable[[str, Manners], None], clock: Clock
) -> None:
    cuts = [True]

    def cut(server: SMTP, envelope: Envelope, address: str) -> str | None:
        if cuts:
            cuts.pop()
            server.transport.abort()
        return None

    rude_smtp("RCPT", cut)
    first, second = write(1), write(2)
    assert deliver_due(clock) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.resends) == (State.PENDING, 0)
    assert second.state == State.SENT, "the line was not opened again"
    clock.at = first.due_at
    assert deliver_due(clock) == 1
    assert len(smtp.received) == 2


@pytest.mark.parametrize("code", [450, 550])
def test_where_the_row_holds_no_address_the_servers_words_are_kept_without_it(
    rude_smtp: Callable[[str, Manners], None],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    reader = "hoa.sua+1@vidu.example"
    monkeypatch.setitem(
        registry.mail_renderers, "hidden", lambda _pk: RenderedMail("V/v", "Chào.", to=(reader,))
    )
    mail = write(kind="hidden", to=[], subject="", text="")
    told = f"{code} 5.1.1 <{reader}>: no such user ({reader}), try again"
    rude_smtp("RCPT", lambda _s, _e, _to: told)
    deliver_due(clock)
    mail.refresh_from_db()
    assert reader not in mail.last_response
    assert "vidu.example" not in mail.last_response
    assert "no such user" in mail.last_response


def test_where_one_of_two_addresses_is_refused_the_other_is_told_and_the_refusal_is_kept(
    smtp: SmtpServer, rude_smtp: Callable[[str, Manners], None], clock: Clock
) -> None:
    rude_smtp("RCPT", lambda _s, _e, to: "550 Nobody" if to.startswith("cu@") else None)
    mail = write(to=["cu@quan.example", "moi@quan.example"])
    assert deliver_due(clock) == 1
    mail.refresh_from_db()
    assert mail.state == State.SENT
    assert mail.last_response == "cu@quan.example bị từ chối: 550 Nobody"
    assert smtp.received[0].recipients == ("moi@quan.example",)


def test_where_every_address_is_refused_one_of_them_for_now_the_mail_waits(
    smtp: SmtpServer, rude_smtp: Callable[[str, Manners], None], clock: Clock
) -> None:
    rude_smtp("RCPT", lambda _s, _e, to: "550 Nobody" if to.startswith("cu@") else "450 Busy")
    mail = write(to=["cu@quan.example", "moi@quan.example"])
    assert deliver_due(clock) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.last_response) == (State.PENDING, "450 Busy")


def test_a_refused_sender_is_our_own_mistake_and_loses_no_mail(
    smtp: SmtpServer, rude_smtp: Callable[[str, Manners], None], clock: Clock
) -> None:
    rude_smtp("MAIL", lambda _s, _e, _from: "553 Sender not allowed")
    mails = [write(number) for number in range(3)]
    assert deliver_due(clock) == 0
    for mail in mails:
        mail.refresh_from_db()
        assert (mail.state, mail.last_response) == (State.PENDING, "553 Sender not allowed")


def test_a_refused_sign_in_to_the_mail_server_loses_no_mail(
    smtp: SmtpServer, settings: Settings, clock: Clock
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "cong", "sai"
    mail = write()  # this server offers no sign-in at all
    assert deliver_due(clock) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (State.PENDING, 0)
    assert "SMTPNotSupportedError" in mail.last_response


# --- what cannot be written ---------------------------------------------------------------------
def test_a_mail_that_cannot_be_written_fails_alone_and_says_why(
    smtp: SmtpServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = write(1, to=[])
    broken = write(2, to=["hai\ndong@quan.example"])
    unknown = write(3, kind="nobody.renders_this", about_id=7)
    good = write(4)
    assert deliver_due(clock) == 1
    for mail in (nobody, broken, unknown, good):
        mail.refresh_from_db()
    assert [mail.state for mail in (nobody, broken, unknown)] == [State.FAILED] * 3
    assert "không có người nhận" in nobody.last_response
    assert good.state == State.SENT
    assert len(caplog.records) >= 3


def test_a_database_that_fails_while_a_mail_is_written_costs_no_mail(
    mail_folder: Path, clock: Clock
) -> None:
    def render(about_id: int) -> RenderedMail:
        raise DatabaseError("database is locked")

    registry.mail_renderers["test.locked"] = render
    try:
        mail = write(kind="test.locked", about_id=1)
        with pytest.raises(DatabaseError):
            deliver_due(clock)
    finally:
        del registry.mail_renderers["test.locked"]
    mail.refresh_from_db()
    assert mail.state == State.CLAIMED
    recover_lapsed(clock.move(seconds=61))
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == (State.PENDING, 0)


def test_a_kind_is_rendered_by_its_app_when_it_is_sent(mail_folder: Path, clock: Clock) -> None:
    registry.mail_renderers["test.hello"] = lambda about_id: RenderedMail(
        subject=f"Việc số\n {about_id}", text="Kính gửi", headers={"X-Kind": "hello"}
    )
    try:
        write(kind="test.hello", about_id=42)
        assert deliver_due(clock) == 1
    finally:
        del registry.mail_renderers["test.hello"]
    [file] = mail_folder.glob("*.eml")
    assert "X-Kind: hello" in file.read_text()


# --- the file backend ---------------------------------------------------------------------------
def test_in_the_folder_a_mail_is_one_whole_file_named_by_its_message_id(
    mail_folder: Path, clock: Clock
) -> None:
    mail = write()
    assert deliver_due(clock) == 1
    assert [file.name for file in mail_folder.iterdir()] == [f"{mail.message_id[1:-1]}.eml"]
    before = next(mail_folder.iterdir()).stat()
    OutgoingMail.objects.filter(pk=mail.pk).update(state=State.PENDING)
    assert deliver_due(clock) == 1
    [after] = mail_folder.iterdir()
    assert (after.stat().st_ino, after.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


# --- claims and leases --------------------------------------------------------------------------
def test_a_claim_that_lapsed_before_the_attempt_is_simply_sent_later(
    mail_folder: Path, clock: Clock
) -> None:
    mail = write()
    assert [claimed.pk for claimed in claim_batch(clock())] == [mail.pk]
    recover_lapsed(clock.move(seconds=59))
    assert deliver_due(clock) == 0, "a living worker's claim was taken from it"
    recover_lapsed(clock.move(seconds=2))
    assert deliver_due(clock) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.resends) == (State.SENT, 0)


def test_a_claim_that_lapsed_after_the_attempt_is_unknown_and_resent_once(
    smtp: SmtpServer, clock: Clock
) -> None:
    mail = write()
    for resends in (1, 1):
        for claimed in claim_batch(clock()):
            assert marks.begin_attempt(claimed, clock())  # and here the worker is killed
        recover_lapsed(clock.move(seconds=61))
        mail.refresh_from_db()
        assert mail.resends == resends
    assert mail.state == State.UNKNOWN
    assert deliver_due(clock) == 0


def test_in_the_folder_a_mail_whose_workers_die_again_and_again_is_there_once_in_the_end(
    mail_folder: Path, clock: Clock
) -> None:
    mail = write()
    for _death in range(4):
        [claimed] = claim_batch(clock())
        assert marks.begin_attempt(claimed, clock())  # and here the worker is killed
        recover_lapsed(clock.move(seconds=61))
    assert deliver_due(clock) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.resends) == (State.SENT, 4)
    assert len(list(mail_folder.glob("*.eml"))) == 1


def test_the_mark_of_one_mail_says_in_the_same_commit_that_the_next_is_under_way(
    clock: Clock,
) -> None:
    for number in range(3):
        write(number)
    first, second, third = claim_batch(clock())
    assert marks.begin_attempt(first, clock())
    assert marks.settle_sent_and_begin(first, second, clock.move(seconds=5))
    for mail in (first, second, third):
        mail.refresh_from_db()
    assert (first.state, first.sent_at, first.tries, first.lease_until) == (
        State.SENT,
        clock(),
        1,
        None,
    )
    assert (second.state, second.attempted_at, second.tries) == (State.CLAIMED, clock(), 1)
    assert second.lease_until == clock() + timedelta(seconds=60)
    assert (third.state, third.attempted_at, third.tries) == (State.CLAIMED, None, 0)
    # And here the worker is killed: only the one under way is unsure.
    recover_lapsed(clock.move(seconds=66))
    states = dict(OutgoingMail.objects.values_list("pk", "resends"))
    assert states == {first.pk: 0, second.pk: 1, third.pk: 0}


def test_a_mark_counts_though_the_claim_of_the_next_is_lost(clock: Clock) -> None:
    for number in range(2):
        write(number)
    first, second = claim_batch(clock())
    assert marks.begin_attempt(first, clock())
    OutgoingMail.objects.update(claimed_by=None, state=State.PENDING)  # both leases lapsed
    assert not marks.settle_sent_and_begin(first, second, clock())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.tries) == (State.SENT, State.PENDING, 0)


def test_a_worker_whose_claim_lapsed_leaves_the_mail_to_the_one_who_has_it_now(
    mail_folder: Path, clock: Clock
) -> None:
    mail = write()
    late = claim_batch(clock())
    recover_lapsed(clock.move(seconds=61))
    [current] = claim_batch(clock())
    assert deliver_batch(late, clock) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.claimed_by) == (State.CLAIMED, current.claimed_by)
    assert deliver_batch([current], clock) == 1


def test_a_mail_is_not_claimed_before_it_is_due(mail_folder: Path, clock: Clock) -> None:
    mail = write()
    OutgoingMail.objects.filter(pk=mail.pk).update(due_at=NOON + timedelta(days=1))
    assert deliver_due(clock) == 0
    clock.move(days=1)
    assert deliver_due(clock) == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_send_every_mail_exactly_once(smtp: SmtpServer) -> None:
    """Threads with connections of their own: on SQLite in the embedded run, on PostgreSQL in the full one."""
    for number in range(60):
        write(number)
    start = threading.Barrier(4)
    sent: list[int] = []

    def work() -> None:
        try:
            start.wait()
            sent.append(deliver_due(lambda: NOON))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 60
    told = smtp.message_ids_by_recipient()
    assert len(told) == 60
    assert len(smtp.received) == 60
    assert OutgoingMail.objects.filter(state=State.SENT, tries=1).count() == 60


# --- queueing -----------------------------------------------------------------------------------
def test_one_key_is_one_mail_whoever_asks_again() -> None:
    first = queue_mail(to=["a@quan.example"], subject="Một", unique_key="722:sap-den-han:2030-01")
    again = queue_mail(to=["a@quan.example"], subject="Hai", unique_key="722:sap-den-han:2030-01")
    assert again.pk == first.pk
    assert OutgoingMail.objects.get().subject == "Một"


@pytest.mark.django_db(transaction=True)
def test_a_transaction_rings_once_after_its_commit_and_not_at_all_when_it_is_undone() -> None:
    before = bells()
    with transaction.atomic():
        for number in range(5):
            write(number)
        assert len(connection.run_on_commit) == 1
        assert bells() == before
    assert bells() == before + 1
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert bells() == before + 1
    assert OutgoingMail.objects.count() == 5


def bells() -> int:
    """How many tasks the broker holds: files in the embedded run, a list of Redis in the full one."""
    if django_settings.REDIS_URL:
        with redis.Redis.from_url(django_settings.REDIS_URL) as broker:
            return int(broker.llen("celery"))
    return len(list(Path(django_settings.VAR_DIR, "broker", "messages").iterdir()))


# --- staff --------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", State.values)
def test_who_may_send_again_and_what(role: str, state: str) -> None:
    mail = write()
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state)
    mail.refresh_from_db()
    person = make_user(role)
    if role not in {ADMINISTRATOR, COORDINATOR}:
        with pytest.raises(NotAllowed):
            send_again(mail, by=person)
    elif state not in {State.FAILED, State.UNKNOWN}:
        with pytest.raises(StaleState):
            send_again(mail, by=person)
    else:
        send_again(mail, by=person)
        mail.refresh_from_db()
        assert mail.state == State.PENDING
        entry = HistoryEntry.objects.about(mail).get()
        assert (entry.verb, entry.actor, entry.from_state) == ("send_again", person, state)
        return
    mail.refresh_from_db()
    assert mail.state == state
    assert not HistoryEntry.objects.exists()
    assert not AnonymousUser().has_perm("hanoi_portal.resend_outgoingmail")


def test_what_is_sent_again_goes_out_under_its_old_message_id(
    smtp: SmtpServer, clock: Clock
) -> None:
    mail = write()
    smtp.script.append(Behaviour.REFUSE_FOR_GOOD)
    deliver_due(clock)
    mail.refresh_from_db()
    send_again(mail, by=make_user(COORDINATOR))
    clock.at = OutgoingMail.objects.get().due_at
    assert deliver_due(lambda: max(clock(), NOON + timedelta(days=3650))) == 1
    assert [item.message_id for item in smtp.received] == [mail.message_id]
