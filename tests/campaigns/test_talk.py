"""Talking about an assignment: notes stay inside the Sở, questions go out by mail, answers come by desk and by link."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import links
from campaigns.actions.talk import answer_question, ask_unit, write_note
from campaigns.letters import render
from campaigns.models import Assignment, Notice, Remark
from campaigns.words import history_entries
from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.models import OutgoingMail
from hanoi_portal.roles import ROLES
from tests.factories import make_assignment, make_officer, make_user, sign_in

pytestmark = pytest.mark.django_db


def admin_page(assignment: Assignment) -> str:
    """Return where the Sở talks about an assignment."""
    return f"/quan-tri/campaigns/assignment/{assignment.pk}/trao-doi/"


def desk_page(assignment: Assignment) -> str:
    """Return where the unit does."""
    return f"/can-bo/phan-cong/{assignment.pk}/hoi-dap/"


def link_page(assignment: Assignment) -> str:
    """Return where who holds the letter of the last question does."""
    notice = Notice.objects.filter(event="question").latest("pk")
    return f"{links.path_of(notice, assignment)}hoi-dap/"


@pytest.mark.parametrize("role", [None, *ROLES])
def test_only_followers_up_note_and_ask(role: str | None) -> None:
    assignment, user = make_assignment(), make_user(role)
    for verb in (write_note, ask_unit):
        if role == "coordinator":
            verb(assignment, by=user, text="Đã gọi điện.")
        else:
            with pytest.raises(NotAllowed):
                verb(assignment, by=user, text="Đã gọi điện.")
    assert Remark.objects.count() == (2 if role == "coordinator" else 0)


@pytest.mark.parametrize("role", [None, *ROLES])
def test_nobody_but_the_unit_answers_for_it(role: str | None) -> None:
    with pytest.raises(NotAllowed):
        answer_question(make_assignment(), by=make_user(role), text="Đã xong.")
    assert not Remark.objects.exists()


def test_a_note_is_read_by_the_so_alone(client: Client) -> None:
    assignment = make_assignment()
    coordinator = make_user("coordinator")
    write_note(assignment, by=coordinator, text="Đơn vị đang thiếu người.")
    ask_unit(assignment, by=coordinator, text="Khi nào xong?")
    sign_in(client, coordinator)
    assert "Đơn vị đang thiếu người." in client.get(admin_page(assignment)).content.decode()
    sign_in(client, make_officer(assignment.unit))
    for page in (desk_page(assignment), assignment.get_absolute_url()):
        assert "Đơn vị đang thiếu người." not in client.get(page).content.decode()
    by_link = Client().get(link_page(assignment)).content.decode()
    assert "Đơn vị đang thiếu người." not in by_link
    assert "Khi nào xong?" in by_link
    notes = [entry["note"] for entry in history_entries(assignment)]
    assert not any("thiếu người" in note for note in notes)


def test_a_question_is_mailed_and_answered_on_the_desk(client: Client) -> None:
    assignment = make_assignment()
    coordinator = make_user("coordinator")
    sign_in(client, coordinator)
    sent = client.post(admin_page(assignment), {"text": "Khi nào xong?", "loai": "hoi"})
    assert sent.status_code == 302
    letter = render(Notice.objects.get(event="question").pk)
    assert "V/v hỏi về nhiệm vụ" in letter.subject
    for text in (letter.text, letter.html):
        assert "Khi nào xong?" in text
        assert "Hỏi đáp với Sở" in text
    officer = make_officer(assignment.unit)
    sign_in(client, officer)
    assert desk_page(assignment) in client.get(assignment.get_absolute_url()).content.decode()
    assert "Khi nào xong?" in client.get(desk_page(assignment)).content.decode()
    assert client.post(desk_page(assignment), {"text": "Tuần sau."}).status_code == 302
    answer = Remark.objects.get(kind="answer")
    assert (answer.author, answer.text) == (officer, "Tuần sau.")
    told = OutgoingMail.objects.latest("pk")
    assert told.recipients == [coordinator.email]
    assert "Tuần sau." in told.text


def test_the_letter_s_link_answers_without_signing_in() -> None:
    assignment = make_assignment()
    ask_unit(assignment, by=make_user("coordinator"), text="Khi nào xong?")
    page, reader = link_page(assignment), Client(enforce_csrf_checks=True)
    assert reader.get(page).status_code == 200
    assert not Remark.objects.filter(
        kind="answer"
    ).exists()  # a scanner that follows links says nothing
    assert reader.post(page, {"text": "Tuần sau."}).status_code == 302
    answer = Remark.objects.get(kind="answer")
    assert answer.author is None
    assert "Liên kết gửi tới" in answer.author_name
    assert not reader.cookies
    other = make_assignment(assignment.unit)
    wrong = page.replace(f"/{assignment.pk}/hoi-dap/", f"/{other.pk}/hoi-dap/")
    assert reader.post(wrong, {"text": "Chen vào."}).status_code == 404
    Notice.objects.update(link_until=timezone.now() - timedelta(days=1))
    assert reader.post(page, {"text": "Muộn."}).status_code == 410
    assert Remark.objects.filter(kind="answer").count() == 1


@pytest.mark.parametrize("text", ["", " \u200b ", "ă" * 1001])
def test_words_that_do_not_fit_are_explained_and_kept(client: Client, text: str) -> None:
    assignment = make_assignment()
    ask_unit(assignment, by=make_user("coordinator"), text="Khi nào xong?")
    by_link = Client().post(link_page(assignment), {"text": text})
    sign_in(client, make_officer(assignment.unit))
    by_desk = client.post(desk_page(assignment), {"text": text})
    sign_in(client, make_user("coordinator"))
    by_admin = client.post(admin_page(assignment), {"text": text, "loai": "hoi"})
    for answer in (by_link, by_desk, by_admin):
        assert answer.status_code == 200
        page = answer.content.decode()
        assert 'aria-invalid="true"' in page
        assert text.strip("\u200b ") in page
    assert Remark.objects.count() == 1
    with pytest.raises(DomainError):
        write_note(assignment, by=make_user("coordinator"), text="")


def test_who_only_reads_cannot_write(client: Client) -> None:
    assignment = make_assignment()
    sign_in(client, make_user("administrator"))
    page = client.get(admin_page(assignment))
    assert page.status_code == 200
    assert "Ghi chú nội bộ" not in page.content.decode()
    assert client.post(admin_page(assignment), {"text": "Chen vào."}).status_code == 403
    sign_in(client, make_user("coordinator"))
    assert client.post(desk_page(assignment), {"text": "Trả lời thay."}).status_code == 403
    sign_in(client, make_officer(make_assignment().unit))
    assert client.get(desk_page(assignment)).status_code == 404
    assert not Remark.objects.exists()
