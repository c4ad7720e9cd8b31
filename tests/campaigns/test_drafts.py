"""What is typed is kept until it is sent: drafts, files that came ahead, two devices, an ended session."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from campaigns import links
from campaigns.actions import drafts
from campaigns.actions.progress import Beside, report_progress
from campaigns.links import NoticeHolder
from campaigns.models import Assignment, DraftFile, Evidence, Notice, ProgressReport, ReportDraft
from campaigns.notices import notice_key, tell
from campaigns.tasks import purge_drafts
from hanoi_portal.errors import DomainError, NotAllowed
from hanoi_portal.models import StoredFile, User
from hanoi_portal.uploads import check
from tests.factories import make_assignment, make_officer, make_upload, make_user, sign_in

pytestmark = pytest.mark.django_db
State = Assignment.State
WORDS = "Đã mở hai lớp ở phường Trúc Bạch."


@pytest.fixture
def assignment() -> Assignment:
    return make_assignment()


@pytest.fixture
def officer(assignment: Assignment) -> User:
    return make_officer(assignment.unit)


@pytest.fixture
def notice(assignment: Assignment) -> Notice:
    return tell(
        unit=assignment.unit,
        plan=assignment.task.plan,
        event=Notice.Event.ISSUED,
        assignments=[assignment],
        unique_key=notice_key("issued", assignment.task.plan, assignment.unit),
    )


@pytest.fixture(params=["desk", "link"])
def seat(request: Any, client: Client, assignment: Assignment) -> tuple[Client, str]:
    """Somebody who may report, and the address of the page, on the desk and behind the letter's link."""
    if request.param == "desk":
        sign_in(client, request.getfixturevalue("officer"))
        return client, assignment.get_absolute_url()
    return client, links.path_of(request.getfixturevalue("notice"), assignment)


def form(assignment: Assignment, **values: Any) -> dict[str, Any]:
    return {"seen": assignment.version, "stage": "doing", "percent": "40", "text": WORDS, **values}


# --- while typing -------------------------------------------------------------------------------
def test_what_is_typed_is_there_again_on_the_next_visit(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    rows = {"cited_title": ["Bài một"], "cited_url": ["không phải địa chỉ"], "cited_day": [""]}
    answer = client.post(f"{path}nhap/", form(assignment, difficulties="Thiếu người.", **rows))
    assert answer.json()["said"].startswith("Đã lưu nháp lúc ")
    page = client.get(path).content.decode()
    for kept in (WORDS, "Thiếu người.", "Bài một", "không phải địa chỉ", "Đã lưu nháp lúc"):
        assert kept in page, kept
    assert answer.json()["stamp"] in page
    assignment.refresh_from_db()
    assert (assignment.state, assignment.version) == (State.ISSUED, 0)
    assert not ProgressReport.objects.exists()


def test_saving_again_from_the_own_stamp_goes_on_and_the_same_text_changes_nothing(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    first = client.post(f"{path}nhap/", form(assignment)).json()["stamp"]
    same = client.post(f"{path}nhap/", form(assignment, draft="cũ")).json()["stamp"]
    more = client.post(f"{path}nhap/", form(assignment, draft=first, text=f"{WORDS} Thêm."))
    assert first == same != more.json()["stamp"]
    assert ReportDraft.objects.get().content["text"] == f"{WORDS} Thêm."


def test_the_second_device_is_told_and_neither_text_is_lost(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    client.post(f"{path}nhap/", form(assignment, text="Từ máy tính."))
    for stamp in ("", "cu", "\x00"):
        answer = client.post(f"{path}nhap/", form(assignment, text="Từ điện thoại.", draft=stamp))
        assert answer.status_code == 409
        assert answer.json()["text"] == "Từ máy tính."
        assert "Chưa ghi đè" in answer.json()["said"]
    assert ReportDraft.objects.get().content["text"] == "Từ máy tính."
    # The same without JavaScript: both texts stand on the page; pressing again is then deliberate.
    page = client.post(path, form(assignment, text="Từ điện thoại.", luu="1"))
    shown = page.content.decode()
    assert page.status_code == 409
    assert "Từ máy tính." in shown
    assert "Từ điện thoại.</textarea>" in shown
    stamp = ReportDraft.objects.get().stamp
    assert f'value="{stamp}"' in shown
    client.post(path, form(assignment, text="Từ điện thoại.", draft=stamp, luu="1"))
    assert ReportDraft.objects.get().content["text"] == "Từ điện thoại."


def test_saving_by_the_button_says_when_and_keeps_the_files(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    sent = form(assignment, luu="1", evidence=[make_upload("pdf"), make_upload("png")])
    answer = client.post(path, sent, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(f"{path}?da=luu#bao-cao", 302)]
    assert "Đã lưu nháp lúc" in page
    assert page.count('name="kept"') == 2
    assert "minh-chung.pdf" in page
    assert not Evidence.objects.exists()


def test_a_draft_belongs_to_its_writer_alone(
    assignment: Assignment, officer: User, notice: Notice, client: Client
) -> None:
    drafts.save_draft(assignment, by=officer, content={"text": WORDS}, expected="")
    colleague = sign_in(Client(), make_officer(assignment.unit))
    coordinator = sign_in(Client(), make_user("coordinator"))
    page = assignment.get_absolute_url()
    for reader, path in (
        (colleague, page),
        (coordinator, page),
        (client, links.path_of(notice, assignment)),
    ):
        assert WORDS not in reader.get(path).content.decode()
    assert WORDS in sign_in(Client(), officer).get(page).content.decode()


def test_who_may_not_report_may_not_keep_a_draft(assignment: Assignment, notice: Notice) -> None:
    strangers = [
        make_user("coordinator"),
        make_user("unit_officer"),
        make_officer(make_assignment().unit),
    ]
    other = NoticeHolder(notice)
    for by, about in [(user, assignment) for user in strangers] + [(other, make_assignment())]:
        with pytest.raises(NotAllowed):
            drafts.save_draft(about, by=by, content={"text": WORDS}, expected="")
        with pytest.raises(NotAllowed):
            drafts.keep_files(about, by=by, files=[check(make_upload())])
    assert not ReportDraft.objects.exists()
    assert not StoredFile.objects.exists()


# --- files ahead --------------------------------------------------------------------------------
def test_files_come_ahead_and_go_with_the_report_when_they_are_chosen(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    for kind in ("pdf", "png"):
        answer = client.post(f"{path}nhap/tep/", {"evidence": make_upload(kind)})
        assert answer.status_code == 200
    assert answer.content.decode().count('name="kept"') == 2
    assert (
        answer.content.decode().count(" checked") == 1
    )  # what this device had not ticked stays so
    pdf, png = (each.stored for each in DraftFile.objects.all())
    client.post(path, form(assignment, kept=[pdf.key, "khong-phai-khoa"]))
    assert [each.stored for each in Evidence.objects.all()] == [pdf]
    assert not StoredFile.objects.filter(pk=png.pk).exists()
    assert not ReportDraft.objects.exists()
    report = ProgressReport.objects.get()
    assert (report.text, report.assignment_id) == (WORDS, assignment.pk)


@pytest.mark.django_db(transaction=True)
def test_what_is_not_sent_leaves_no_bytes_behind(assignment: Assignment, officer: User) -> None:
    drafts.keep_files(
        assignment, by=officer, files=[check(make_upload()), check(make_upload("png"))]
    )
    sent, left = (each.stored for each in DraftFile.objects.all())
    report_progress(
        assignment,
        by=officer,
        is_final=False,
        percent=10,
        text=WORDS,
        beside=Beside(kept=[str(sent.key)]),
    )
    assert default_storage.exists(str(sent.file.name))
    assert not default_storage.exists(str(left.file.name))


def test_a_wrong_file_is_refused_in_words_and_the_good_ones_beside_it_stay(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    answer = client.post(f"{path}nhap/tep/", {"evidence": make_upload(name="a.exe", content=b"MZ")})
    assert answer.status_code == 422
    assert "Không nhận tệp “a.exe”" in answer.json()["said"]
    assert client.post(f"{path}nhap/tep/").content.decode().count("kept") == 0
    both = [make_upload("pdf"), make_upload(name="a.exe", content=b"MZ")]
    page = client.post(path, form(assignment, evidence=both)).content.decode()
    assert "Không nhận tệp “a.exe”" in page
    assert DraftFile.objects.get().stored.original_name == "minh-chung.pdf"
    assert f'value="{DraftFile.objects.get().stored.key}" checked' in page


def test_too_many_files_are_refused_and_none_is_lost(
    assignment: Assignment, officer: User, client: Client
) -> None:
    sign_in(client, officer)
    path = assignment.get_absolute_url()
    for _ in range(2):
        drafts.keep_files(assignment, by=officer, files=[check(make_upload()) for _ in range(5)])
    keys = [each.stored.key for each in DraftFile.objects.all()]
    page = client.post(
        path, form(assignment, kept=keys, evidence=make_upload("png"))
    ).content.decode()
    assert "Mỗi báo cáo tối đa 10 tệp; đang có 11" in page
    assert page.count('name="kept"') == 11
    with pytest.raises(DomainError, match="nhiều hơn 20"):
        drafts.keep_files(assignment, by=officer, files=[check(make_upload()) for _ in range(10)])
    assert DraftFile.objects.count() == 11


def test_files_of_another_persons_draft_cannot_be_sent(
    assignment: Assignment, officer: User, client: Client
) -> None:
    drafts.keep_files(assignment, by=officer, files=[check(make_upload())])
    key = DraftFile.objects.get().stored.key
    colleague = make_officer(assignment.unit)
    sign_in(client, colleague)
    client.post(assignment.get_absolute_url(), form(assignment, kept=[key]))
    assert ProgressReport.objects.count() == 1
    assert not Evidence.objects.exists()
    assert DraftFile.objects.exists()
    assert client.get(f"/can-bo/minh-chung/{key}/").status_code == 404


# --- the second of two people -------------------------------------------------------------------
def test_the_second_person_loses_neither_words_nor_files(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    colleague = make_officer(assignment.unit)
    report_progress(assignment, by=colleague, is_final=False, percent=10, text="Nhanh hơn.")
    sent = form(
        assignment, seen="0", evidence=make_upload("pdf"), cited_url=["https://hanoimoi.vn/1"]
    )
    answer = client.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert f"{WORDS}</textarea>" in page
    assert "https://hanoimoi.vn/1" in page
    key = DraftFile.objects.get().stored.key
    assert f'value="{key}" checked' in page
    assignment.refresh_from_db()
    again = form(assignment, kept=[key], draft=ReportDraft.objects.get().stamp)
    assert client.post(path, again).status_code == 302
    assert ProgressReport.objects.count() == 2
    assert Evidence.objects.get().stored.key == key


def test_after_the_end_the_words_and_files_wait_in_case_it_is_returned(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    colleague = make_officer(assignment.unit)
    report_progress(assignment, by=colleague, is_final=True, percent=100, text="Xong.")
    page = client.post(path, form(assignment, evidence=make_upload("pdf"))).content.decode()
    assert "Lời đã viết, chưa gửi" in page
    assert WORDS in page
    assert "minh-chung.pdf" in page
    assert ReportDraft.objects.get().content["text"] == WORDS


def test_a_newer_text_of_another_device_is_kept_when_an_older_one_is_sent(
    assignment: Assignment, officer: User
) -> None:
    old = drafts.save_draft(assignment, by=officer, content={"text": "Cũ."}, expected="")
    drafts.save_draft(assignment, by=officer, content={"text": "Mới."}, expected=old.stamp)
    report_progress(
        assignment,
        by=officer,
        is_final=False,
        percent=10,
        text="Cũ.",
        beside=Beside(draft=old.stamp),
    )
    assert ReportDraft.objects.get().content == {"text": "Mới."}


def test_a_report_that_came_after_the_draft_is_told_on_the_next_visit(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    client.post(f"{path}nhap/", form(assignment))
    told = "Sau khi ông/bà lưu nháp,"
    assert told not in client.get(path).content.decode()
    colleague = make_officer(assignment.unit, full_name="Trần Thị Bình")
    report_progress(assignment, by=colleague, is_final=False, percent=10, text="Nhanh hơn.")
    assert f"{told} Trần Thị Bình" in client.get(path).content.decode()


def test_files_beyond_what_is_kept_are_refused_in_words_wherever_they_come_from(
    seat: tuple[Client, str], assignment: Assignment
) -> None:
    client, path = seat
    for _ in range(2):
        files = [make_upload("pdf") for _ in range(10)]
        client.post(path, form(assignment, luu="1", evidence=files))
    for more in ({"luu": "1"}, {"tim": "1"}, {"percent": "bao nhiêu"}):
        page = client.post(path, form(assignment, evidence=make_upload("pdf"), **more))
        assert page.status_code == 200
        assert "nhiều hơn 20" in page.content.decode()
        assert WORDS in page.content.decode()
    answer = client.post(f"{path}nhap/tep/", {"evidence": make_upload("pdf")})
    assert (answer.status_code, "nhiều hơn 20" in answer.json()["said"]) == (422, True)
    assert DraftFile.objects.count() == 20


# --- an ended session, an old draft -------------------------------------------------------------
def test_an_ended_session_gives_the_words_back_with_the_way_in(
    client: Client, assignment: Assignment
) -> None:
    path = assignment.get_absolute_url()
    answer = client.post(path, form(assignment, text=f"{WORDS} <b>"))
    page = answer.content.decode()
    assert answer.status_code == 401
    assert f"{WORDS} &lt;b&gt;</textarea>" in page
    assert f"/dang-nhap/?next={path}" in page
    for empty in ({}, {"text": "\u200b"}):
        assert client.post(path, empty).status_code == 302
    assert client.post(f"{path}nhap/", form(assignment)).status_code == 302
    assert not ReportDraft.objects.exists()


def test_old_drafts_end_with_their_files(assignment: Assignment, officer: User) -> None:
    now = timezone.now()
    for days, by in ((31, officer), (29, make_officer(assignment.unit))):
        at = now - timedelta(days=days)
        drafts.save_draft(assignment, by=by, content={"text": WORDS}, expected="", at=at)
        drafts.keep_files(assignment, by=by, files=[check(make_upload())], at=at)
    assert purge_drafts() == 1
    assert purge_drafts() == 0
    assert ReportDraft.objects.get().user != officer
    assert StoredFile.objects.count() == 1
