"""The officer's desk: what is the unit's and nobody else's, acknowledging, reporting, evidence; address by address."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Assignment, Evidence, ProgressReport, Unit
from hanoi_portal import uploads
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.roles import ROLES
from tests.factories import (
    make_assignment,
    make_issued_plan_722,
    make_officer,
    make_task,
    make_unit,
    make_upload,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

State = Assignment.State
DESK = "/can-bo/"
SIGN_IN = "/dang-nhap/"


def page_of(assignment: Assignment) -> str:
    """Return the address of an assignment's page."""
    return f"/can-bo/phan-cong/{assignment.pk}/"


def listed(response: HttpResponse) -> list[int]:
    """Return the numbers of the assignments that the desk lists, in order."""
    return [int(pk) for pk in re.findall(r'href="/can-bo/phan-cong/(\d+)/"', text_of(response))]


def text_of(response: HttpResponse) -> str:
    """Return the page."""
    return response.content.decode()


def officer_on(client: Client, unit: Unit) -> User:
    """Sign an officer of the unit in on the client."""
    officer = make_officer(unit)
    sign_in(client, officer)
    return officer


def filled(assignment: Assignment, **changed: object) -> dict[str, object]:
    """Return a rightly filled report form."""
    form = {"seen": assignment.version, "stage": "doing", "percent": "40", "text": "Đã họp."}
    return {**form, **changed}


# --- the list -----------------------------------------------------------------------------------
def test_ba_dinh_sees_exactly_its_own_four(client: Client) -> None:
    make_issued_plan_722()
    ba_dinh = Unit.objects.get(code="Q001")
    officer_on(client, ba_dinh)
    response = client.get(DESK)
    mine = Assignment.objects.filter(unit=ba_dinh)
    assert sorted(listed(response)) == sorted(mine.values_list("pk", flat=True))
    codes = {each.task.code: each.role for each in mine.select_related("task")}
    assert codes == {"4.1": "lead", "4.2": "lead", "4.3": "lead", "1.3": "coordinate"}
    page = text_of(response)
    assert "UBND quận Ba Đình" in page
    assert "<strong>4</strong> nhiệm vụ được giao" in page
    assert "4 việc chưa tiếp nhận" in page
    assert "thời hạn giả định" in page


def test_what_asks_for_the_officer_stands_first(client: Client) -> None:
    unit, today = make_unit(), timezone.localdate()
    soon, far, past = (today + timedelta(days=days) for days in (7, 60, -1))
    done = make_assignment(unit, state=State.COMPLETED, deadline=past)
    reported = make_assignment(unit, state=State.REPORTED, deadline=past)
    doing = make_assignment(unit, state=State.ACKNOWLEDGED, deadline=today + timedelta(days=8))
    due = make_assignment(unit, state=State.IN_PROGRESS, deadline=soon)
    new = make_assignment(unit, state=State.ISSUED, deadline=soon)
    returned = make_assignment(unit, state=State.IN_PROGRESS, deadline=far)
    ProgressReport.objects.create(
        assignment=returned, is_final=True, percent=100, text="Xong.", decision="returned"
    )
    late = make_assignment(unit, state=State.ISSUED, deadline=past)
    make_assignment(unit, state=State.RECALLED)
    officer_on(client, unit)
    response = client.get(DESK)
    order = [late, returned, new, due, doing, reported, done]
    assert listed(response) == [each.pk for each in order]
    page = text_of(response)
    assert "<strong>7</strong> nhiệm vụ được giao" in page
    assert "1 việc quá hạn" in page
    assert "2 việc chưa tiếp nhận" in page


def test_an_officer_of_two_units_sees_both_and_which_is_whose(client: Client) -> None:
    first, second = make_assignment(), make_assignment()
    officer = officer_on(client, first.unit)
    officer.memberships.create(unit=second.unit, since=timezone.localdate())
    response = client.get(DESK)
    assert set(listed(response)) == {first.pk, second.pk}
    assert first.unit.name in text_of(response)
    assert second.unit.name in text_of(response)


@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_speaks_for_no_unit_gets_a_friendly_empty_desk(
    client: Client, role: str | None
) -> None:
    make_assignment()
    sign_in(client, make_user(role))
    response = client.get(DESK)
    assert response.status_code == 200
    assert listed(response) == []
    assert "không gắn với đơn vị" in text_of(response) or "chưa gắn với đơn vị" in text_of(response)


def test_a_unit_without_work_is_told_so(client: Client) -> None:
    officer_on(client, make_unit())
    assert "chưa được giao nhiệm vụ nào" in text_of(client.get(DESK))


def test_a_long_desk_comes_in_pages_whose_counts_agree(client: Client) -> None:
    unit = make_unit()
    plan = make_task().plan
    for _ in range(53):
        make_assignment(unit, task=make_task(plan))
    officer_on(client, unit)
    first, second = client.get(DESK), client.get(f"{DESK}?trang=2")
    assert (len(listed(first)), len(listed(second))) == (50, 3)
    assert set(listed(first)).isdisjoint(listed(second))
    assert "<strong>53</strong> nhiệm vụ" in text_of(first)
    for odd in ("0", "-1", "abc", "99999"):
        assert client.get(f"{DESK}?trang={odd}").status_code == 200


def test_the_desk_asks_as_few_queries_for_many_as_for_few(client: Client) -> None:
    unit, plan = make_unit(), make_task().plan
    officer_on(client, unit)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(DESK).status_code == 200
        return len(captured)

    make_assignment(unit, task=make_task(plan))
    few = queries()
    for _ in range(30):
        make_assignment(unit, task=make_task(plan))
    assert queries() == few
    assert few <= 12


# --- acknowledging ------------------------------------------------------------------------------
def test_the_ticked_ones_are_acknowledged_and_no_others(client: Client) -> None:
    unit = make_unit()
    first, second, third = (make_assignment(unit) for _ in range(3))
    officer_on(client, unit)
    response = client.post("/can-bo/tiep-nhan/", {"phan-cong": [first.pk, second.pk]}, follow=True)
    assert response.redirect_chain == [(DESK, 302)]
    assert "Đã tiếp nhận 2 nhiệm vụ" in text_of(response)
    states = dict(Assignment.objects.values_list("pk", "state"))
    assert states == {
        first.pk: State.ACKNOWLEDGED,
        second.pk: State.ACKNOWLEDGED,
        third.pk: State.ISSUED,
    }
    again = client.post("/can-bo/tiep-nhan/", {"phan-cong": [first.pk]}, follow=True)
    assert "đã được tiếp nhận từ trước" in text_of(again)
    assert HistoryEntry.objects.filter(verb="acknowledge").count() == 2


@pytest.mark.parametrize("chosen", [[], ["abc"], ["-1"], ["²"]])
def test_ticking_nothing_sensible_is_answered_in_words(client: Client, chosen: list[str]) -> None:
    officer_on(client, make_assignment().unit)
    response = client.post("/can-bo/tiep-nhan/", {"phan-cong": chosen}, follow=True)
    assert "Xin chọn ít nhất một nhiệm vụ" in text_of(response)


def test_ticking_another_units_assignment_changes_nothing_at_all(client: Client) -> None:
    mine, others = make_assignment(), make_assignment()
    officer_on(client, mine.unit)
    response = client.post("/can-bo/tiep-nhan/", {"phan-cong": [mine.pk, others.pk]})
    assert response.status_code == 404
    assert set(Assignment.objects.values_list("state", flat=True)) == {State.ISSUED}


def test_one_is_acknowledged_from_its_own_page(client: Client) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    assert "Tiếp nhận nhiệm vụ" in text_of(client.get(page_of(assignment)))
    response = client.post(f"{page_of(assignment)}tiep-nhan/", follow=True)
    assert response.redirect_chain == [(page_of(assignment), 302)]
    page = text_of(response)
    assert "Đã tiếp nhận" in page
    assert f"{page_of(assignment)}tiep-nhan/" not in page


# --- one assignment -----------------------------------------------------------------------------
def test_the_page_says_the_six_clear_things_and_both_deadlines(client: Client) -> None:
    make_issued_plan_722()
    assignment = Assignment.objects.get(unit__code="Q001", task__code="4.2")
    year = timezone.localdate().year
    assignment.deadline = assignment.first_deadline + timedelta(days=10)
    assignment.save()
    officer = officer_on(client, assignment.unit)
    page = text_of(client.get(page_of(assignment)))
    for said in (
        "Ai làm",
        f"UBND quận Ba Đình – {officer.full_name}",
        "Việc gì",
        assignment.task.title,
        "Thời hạn ban đầu",
        f"31/12/{year}",
        "Thời hạn hiện nay",
        f"10/01/{year + 1}",
        "thời hạn giả định",
        "Trách nhiệm",
        "Chủ trì",
        "Sản phẩm đầu ra",
        assignment.task.deliverable,
        "Ai giao",
        "722/KH-STTTT",
        "07/KH-UBND",
        "giao nhiệm vụ",
    ):
        assert said in page, said


def test_another_units_assignment_does_not_exist_for_the_officer(client: Client) -> None:
    mine, others = make_assignment(), make_assignment()
    officer_on(client, mine.unit)
    for method, address in (
        (client.get, page_of(others)),
        (client.post, page_of(others)),
        (client.post, f"{page_of(others)}tiep-nhan/"),
        (client.get, "/can-bo/phan-cong/999999999999999999999/"),
    ):
        assert method(address).status_code == 404
    others.refresh_from_db()
    assert others.state == State.ISSUED


def test_a_coordinator_reads_every_page_but_reports_on_none(client: Client) -> None:
    assignment = make_assignment()
    sign_in(client, make_user("coordinator"))
    response = client.get(page_of(assignment))
    assert response.status_code == 200
    assert "Gửi báo cáo" not in text_of(response)
    assert f"/quan-tri/campaigns/assignment/{assignment.pk}/change/" in text_of(response)
    assert client.post(page_of(assignment), filled(assignment)).status_code == 403
    assert client.post(f"{page_of(assignment)}tiep-nhan/").status_code == 404
    assert not ProgressReport.objects.exists()


# --- reporting ----------------------------------------------------------------------------------
def test_progress_is_reported_with_words_and_evidence(client: Client) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    files = [make_upload("pdf", "Ảnh chụp.pdf"), make_upload("png")]
    response = client.post(page_of(assignment), filled(assignment, evidence=files), follow=True)
    assert response.redirect_chain == [(page_of(assignment), 302)]
    page = text_of(response)
    assert "Đã ghi báo cáo tiến độ" in page
    assert "Đang thực hiện, 40%" in page
    assert "Ảnh chụp.pdf" in page
    assert "kèm 2 tệp minh chứng" in page
    report = ProgressReport.objects.get()
    assert (report.text, report.percent, report.is_final) == ("Đã họp.", 40, False)
    assert report.evidence.count() == 2


def test_a_final_report_takes_the_form_away_until_it_is_answered(client: Client) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    form = filled(assignment, stage="done", percent="")
    page = text_of(client.post(page_of(assignment), form, follow=True))
    assert "Đã gửi báo cáo" in page
    assert "đang chờ duyệt" in page
    assert "Gửi báo cáo" not in page
    assignment.refresh_from_db()
    assert (assignment.state, assignment.percent) == (State.REPORTED, 100)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"stage": ""}, "Xin chọn một mục"),
        ({"stage": "hack"}, "Hãy chọn một lựa chọn hợp lệ"),
        ({"text": ""}, "Xin điền"),
        ({"text": "\u200b\u3164 \u00ad"}, "Xin điền"),
        ({"text": "ă" * 3001}, "Xin rút gọn còn tối đa 3000 ký tự"),
        ({"percent": ""}, "Xin ghi đã làm được bao nhiêu phần trăm"),
        ({"percent": "100"}, "Đã hoàn thành – gửi Sở duyệt"),
        ({"percent": "101"}, "Xin nhập số không quá 100"),
        ({"percent": "-1"}, "Xin nhập số từ 0 trở lên"),
        ({"percent": "bốn mươi"}, "Xin nhập một số nguyên"),
        ({"percent": "9" * 5000}, "Xin nhập một số nguyên"),
    ],
)
def test_bad_input_is_explained_and_what_was_typed_stays(
    client: Client, changed: dict[str, str], said: str
) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    typed = {"text": "Đã họp với 14 phường & tổ dân phố.", **changed}
    response = client.post(page_of(assignment), filled(assignment, **typed))
    assert response.status_code == 200
    page = text_of(response)
    assert said in page
    assert 'aria-invalid="true"' in page or "stage" in changed
    if "text" not in changed:
        assert "Đã họp với 14 phường &amp; tổ dân phố." in page
    assert "Lỗi:" in page
    assert not ProgressReport.objects.exists()


def test_a_bad_file_is_named_beside_its_field_and_the_words_stay(client: Client) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    files = [make_upload("pdf"), make_upload(name="trang.pdf", content=b"<html>")]
    page = text_of(client.post(page_of(assignment), filled(assignment, evidence=files)))
    assert "Không nhận tệp “trang.pdf”" in page
    assert "Đã họp." in page
    assert "Đã tải lên, sẽ gửi cùng báo cáo" in page  # the good one need not be sent again
    assert "minh-chung.pdf" in page
    assert not ProgressReport.objects.exists()


def test_the_second_of_two_people_is_told_and_loses_nothing(client: Client) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    seen_by_both = filled(assignment, text="Của người thứ hai.")
    colleague = sign_in(Client(), make_officer(assignment.unit))
    assert colleague.post(page_of(assignment), filled(assignment)).status_code == 302
    response = client.post(page_of(assignment), seen_by_both)
    assert response.status_code == 409
    page = text_of(response)
    assert "vừa được người khác thay đổi" in page
    assert "Của người thứ hai." in page
    assert "Đã họp." in page  # what the first one said
    assert ProgressReport.objects.count() == 1
    fresh = re.search(r'name="seen" value="(\d+)"', page)
    assert fresh
    again = {**seen_by_both, "seen": fresh[1]}
    assert client.post(page_of(assignment), again).status_code == 302
    assert ProgressReport.objects.count() == 2


def test_who_reports_after_the_final_report_finds_the_own_words_to_copy(client: Client) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    colleague = sign_in(Client(), make_officer(assignment.unit))
    colleague.post(page_of(assignment), filled(assignment, stage="done"))
    response = client.post(page_of(assignment), filled(assignment, text="Của tôi."))
    assert response.status_code == 409
    assert "Của tôi." in text_of(response)
    assert "Gửi báo cáo" not in text_of(response)
    assert ProgressReport.objects.count() == 1


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 40, "²", "1.5"])
def test_a_form_without_a_sensible_version_is_refused(client: Client, seen: str) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    response = client.post(page_of(assignment), filled(assignment, seen=seen))
    assert response.status_code == 409
    assert not ProgressReport.objects.exists()


def test_a_returned_report_shows_its_reason_and_can_be_made_again(client: Client) -> None:
    assignment = make_assignment(state=State.IN_PROGRESS)
    ProgressReport.objects.create(
        assignment=assignment,
        is_final=True,
        percent=100,
        text="Xong.",
        decision="returned",
        reason="Thiếu danh sách <điểm>.",
        decided_by=make_user("coordinator"),
        decided_at=timezone.now(),
    )
    officer_on(client, assignment.unit)
    page = text_of(client.get(page_of(assignment)))
    assert "Báo cáo được trả lại, cần bổ sung" in page
    assert "Thiếu danh sách &lt;điểm&gt;." in page
    assert "Gửi báo cáo" in page


# --- evidence -----------------------------------------------------------------------------------
def make_evidence(assignment: Assignment, name: str = "Ảnh & chứng.pdf") -> Evidence:
    """Make a report with one file."""
    report = ProgressReport.objects.create(assignment=assignment, percent=1, text="Kèm tệp.")
    with uploads.storing(None) as store:
        return Evidence.objects.create(
            report=report, stored=store(uploads.check(make_upload("pdf", name)))
        )


def test_evidence_comes_as_a_download_that_can_run_nothing(client: Client) -> None:
    evidence = make_evidence(make_assignment())
    officer_on(client, evidence.report.assignment.unit)
    response = client.get(evidence.get_absolute_url())
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''%E1%BA%A2nh")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    cache = response.headers.get("Cache-Control", "")
    assert "public" not in cache
    response.close()


@pytest.mark.parametrize("role", [None, *ROLES])
def test_a_district_cannot_see_another_districts_evidence(client: Client, role: str | None) -> None:
    evidence = make_evidence(make_assignment())
    sign_in(client, make_officer(make_unit(), role) if role else make_user())
    response = client.get(evidence.get_absolute_url())
    assert response.status_code == (200 if role == "coordinator" else 404)
    response.close()


def test_evidence_whose_bytes_are_gone_or_unknown_is_not_found(client: Client) -> None:
    evidence = make_evidence(make_assignment())
    officer_on(client, evidence.report.assignment.unit)
    evidence.stored.file.storage.delete(evidence.stored.file.name)
    assert client.get(evidence.get_absolute_url()).status_code == 404
    assert client.get(f"/can-bo/minh-chung/{uuid4()}/").status_code == 404


# --- every address ------------------------------------------------------------------------------
Address = Callable[[Assignment], str]
ADDRESSES: dict[str, tuple[Address, set[str]]] = {
    "desk": (lambda each: DESK, {"get"}),
    "several": (lambda each: "/can-bo/tiep-nhan/", {"post"}),
    "page": (page_of, {"get", "post"}),
    "one": (lambda each: f"{page_of(each)}tiep-nhan/", {"post"}),
    "evidence": (lambda each: make_evidence(each).get_absolute_url(), {"get"}),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_address_asks_strangers_to_sign_in_and_knows_its_methods(
    client: Client, name: str
) -> None:
    assignment = make_assignment()
    make_address, methods = ADDRESSES[name]
    address = make_address(assignment)
    for method in methods:
        response = getattr(client, method)(address)
        assert response.status_code == 302
        assert response.headers["Location"] == f"{SIGN_IN}?next={address}"
    for method in {"get", "post", "put", "delete", "patch"} - methods:
        assert getattr(client, method)(address).status_code == 405
    officer_on(client, assignment.unit)
    for method in {"get", "post", "put", "delete", "patch"} - methods:
        assert getattr(client, method)(address).status_code == 405
    assignment.refresh_from_db()
    assert assignment.state == State.ISSUED


def test_forms_of_the_desk_need_their_token(client: Client) -> None:
    assignment = make_assignment()
    strict = Client(enforce_csrf_checks=True)
    officer_on(strict, assignment.unit)
    for address in (page_of(assignment), "/can-bo/tiep-nhan/", f"{page_of(assignment)}tiep-nhan/"):
        assert strict.post(address, {"phan-cong": assignment.pk}).status_code == 403


def test_the_desk_is_never_stored_by_anybody_else(client: Client) -> None:
    assignment = make_assignment()
    officer_on(client, assignment.unit)
    for address in (DESK, page_of(assignment)):
        response = client.get(address)
        assert "Cookie" in response.headers["Vary"]
        assert "noindex" in text_of(response)
