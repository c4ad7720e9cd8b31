"""What units are told: one letter each, in the words of a civil servant, in plain text and HTML."""

import email
import re
from datetime import date
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from campaigns.letters import prepare, render
from campaigns.models import Assignment, Notice, Plan, Unit, UnitContact
from campaigns.notices import MAIL_KIND, notice_key, tell
from hanoi_portal import outbox
from hanoi_portal.models import OutgoingMail
from hanoi_portal.registry import RenderedMail, registry
from tests.factories import make_issued_plan_722, make_plan_722, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    """Plan 722, issued by a coordinator whose name the letters give."""
    coordinator = make_user("coordinator", full_name="Vũ Thị Mai", email="mai@so.ha-noi.example")
    return make_issued_plan_722(by=coordinator, ends_on=date(2030, 12, 31))


def letter(code: str) -> RenderedMail:
    """Return the letter of a unit."""
    return render(Notice.objects.get(unit__code=code, event=Notice.Event.ISSUED).pk)


def words(text: str) -> str:
    """Return the text of an HTML letter, its marks and white space gone."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_letter_says_what_by_when_with_which_product_on_whose_authority(plan: Plan) -> None:
    mail = letter("Q001")
    assert mail.subject == (
        "V/v giao nhiệm vụ thực hiện Kế hoạch số 722/KH-STTTT – UBND quận Ba Đình"
    )
    expected = [
        "Kính gửi: UBND quận Ba Đình",
        "Căn cứ Kế hoạch số 07/KH-UBND ngày 05/01/2018 của UBND Thành phố Hà Nội;",
        "Thực hiện Kế hoạch số 722/KH-STTTT của Sở Thông tin và Truyền thông về “Triển khai",
        "CHỦ TRÌ THỰC HIỆN (3 nhiệm vụ)",
        "Nhiệm vụ 4.1. Tuyên truyền, vận động cán bộ",
        "Nhiệm vụ 4.2. Chỉ đạo các phòng chuyên môn",
        "Nhiệm vụ 4.3. Phối hợp với Sở",
        "PHỐI HỢP THỰC HIỆN (1 nhiệm vụ)",
        "Nhiệm vụ 1.3. Hướng dẫn, triển khai tập huấn",
        "Sản phẩm đầu ra: Số hội nghị và số người tham dự (sản phẩm giả định)",
        "Thời hạn: 31/12/2030 (thời hạn giả định)",
        f"{settings.SITE_URL}/can-bo/",
        "Vũ Thị Mai, Sở Thông tin và Truyền thông, thư điện tử mai@so.ha-noi.example.",
        "Trân trọng. Sở Thông tin và Truyền thông",
    ]
    for form in (" ".join(mail.text.split()), words(mail.html)):
        assert [line for line in expected if line not in form] == []


def test_each_letter_lists_exactly_the_units_own_tasks(plan: Plan) -> None:
    for notice in Notice.objects.select_related("unit"):
        own = set(Assignment.objects.filter(unit=notice.unit).values_list("task__code", flat=True))
        mail = render(notice.pk)
        for form in (mail.text, words(mail.html)):
            assert set(re.findall(r"Nhiệm vụ (\d+\.\d+)\.", form)) == own


def test_the_partys_commission_is_asked_not_ordered(plan: Plan) -> None:
    mail = letter("BTGTU")
    assert mail.subject.startswith("V/v đề nghị phối hợp thực hiện Kế hoạch số 722/KH-STTTT")
    assert "trân trọng đề nghị quý cơ quan" in mail.text
    assert " giao " not in mail.text


def test_dates_and_products_that_the_text_states_carry_no_label(plan: Plan) -> None:
    Plan.objects.update(has_assumed_dates=False)
    plan.tasks.update(is_deliverable_assumed=False)
    mail = letter("Q001")
    assert "giả định" not in mail.text + mail.html


def test_what_people_wrote_cannot_become_markup_in_the_letter(plan: Plan) -> None:
    plan.tasks.update(title='<b>Việc</b> & "nháy"', deliverable="a < b")
    Unit.objects.filter(code="Q001").update(name="UBND <script>")
    mail = letter("Q001")
    assert "<script>" not in mail.html
    assert "&lt;b&gt;Việc&lt;/b&gt; &amp;" in mail.html
    assert '<b>Việc</b> & "nháy"' in mail.text
    assert "UBND <script>" in mail.text


def test_a_letter_asks_the_same_few_queries_however_many_tasks(plan: Plan) -> None:
    found = []
    for code in ("Q001", "STTTT"):
        notice = Notice.objects.get(unit__code=code)
        with CaptureQueriesContext(connection) as queries:
            render(notice.pk)
        found.append(len(queries))
    assert found[0] == found[1] <= 4


def test_letters_written_together_are_those_written_one_by_one_and_cost_no_more_queries(
    plan: Plan,
) -> None:
    Unit.objects.filter(code="Q001").update(name="UBND <b>Ba Đình</b> & các phường")
    ids = list(Notice.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as few:
        prepare(ids[:2])
    with CaptureQueriesContext(connection) as all_of_them:
        write = prepare(ids)
    assert len(few) == len(all_of_them)
    together = {pk: write(pk) for pk in ids}
    assert together == {pk: render(pk) for pk in ids}
    assert len({mail.html for mail in together.values()}) == 61


def test_a_notice_that_is_gone_fails_alone(plan: Plan) -> None:
    ids = list(Notice.objects.values_list("pk", flat=True)[:2])
    write = prepare([*ids, 0])
    with pytest.raises(Notice.DoesNotExist):
        write(0)
    assert write(ids[0]).subject
    assert write(ids[1]).subject


def test_what_was_laid_out_for_one_is_never_sent_when_the_plan_has_changed_since(
    plan: Plan,
) -> None:
    assert "Thời hạn: 31/12/2030" in letter("Q001").text
    Assignment.objects.update(deadline=date(2030, 6, 30))
    plan.tasks.update(deliverable="Báo cáo tổng hợp")
    again = letter("Q001")
    assert "Thời hạn: 30/06/2030 (ban đầu 31/12/2030)" in again.text
    assert "Sản phẩm đầu ra: Báo cáo tổng hợp" in words(again.html)


def test_the_worker_sends_61_messages_with_subject_text_and_html(
    plan: Plan, tmp_path: Path
) -> None:
    backend = "hanoi_portal.mail_backends.FileBackend"
    with override_settings(EMAIL_BACKEND=backend, MAIL_FOLDER=tmp_path):
        assert outbox.deliver_due() == 61
    messages = [
        email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
        for path in tmp_path.glob("*.eml")
    ]
    assert len(messages) == 61
    assert len({message["Message-ID"] for message in messages}) == 61
    told = {str(message["To"]): message for message in messages}
    assert len(told) == 61
    message = told["van-thu@q001.ha-noi.example"]
    assert message["Subject"] == letter("Q001").subject
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "Kính gửi: UBND quận Ba Đình" in plain.get_content()
    assert "Kính gửi: UBND quận Ba Đình" in html.get_content()
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}
    assert outbox.deliver_due() == 0


# --- telling of later events ----------------------------------------------------------------------
def tell_ba_dinh(plan: Plan, event: Notice.Event, said: str = "", occasion: str = "1") -> Notice:
    """Tell quận Ba Đình of what became of its report on task 4.1."""
    unit = Unit.objects.get(code="Q001")
    assignment = Assignment.objects.get(unit=unit, task__code="4.1")
    return tell(
        unit=unit,
        plan=plan,
        event=event,
        assignments=[assignment],
        unique_key=notice_key(event, plan, unit, occasion),
        words=said,
    )


@pytest.mark.parametrize(
    ("event", "subject", "sentence"),
    [
        (
            Notice.Event.RETURNED,
            "V/v đề nghị bổ sung báo cáo nhiệm vụ 4.1, Kế hoạch số 722/KH-STTTT – UBND quận Ba Đình",
            "đề nghị bổ sung, báo cáo lại nhiệm vụ sau:",
        ),
        (
            Notice.Event.ACCEPTED,
            "V/v chấp nhận báo cáo nhiệm vụ 4.1, Kế hoạch số 722/KH-STTTT – UBND quận Ba Đình",
            "đã xem và chấp nhận báo cáo hoàn thành của quý đơn vị",
        ),
    ],
)
def test_a_decision_is_told_with_its_words_under_the_first_letter(
    plan: Plan, event: Notice.Event, subject: str, sentence: str
) -> None:
    notice = tell_ba_dinh(plan, event, "Thiếu số lượt <tuyên truyền>.\nXin bổ sung.")
    mail = registry.mail_renderers[MAIL_KIND](notice.pk)
    assert mail.subject == subject
    for form in (mail.text, mail.html):
        assert sentence in form
        assert "Nhiệm vụ 4.1." in form
        assert "4.2." not in form
        assert f"{settings.SITE_URL}/can-bo/phan-cong/{notice.assignments.get().pk}/" in form
    assert "Thiếu số lượt <tuyên truyền>.\nXin bổ sung." in mail.text
    assert "Thiếu số lượt &lt;tuyên truyền&gt;.<br>Xin bổ sung." in mail.html
    first = Notice.objects.get(unit=notice.unit, event=Notice.Event.ISSUED)
    assert first.mail is not None
    assert mail.headers["In-Reply-To"] == mail.headers["References"] == first.mail.message_id


def test_the_same_event_is_told_once_and_another_occasion_again(plan: Plan) -> None:
    first = tell_ba_dinh(plan, Notice.Event.RETURNED, "Một")
    again = tell_ba_dinh(plan, Notice.Event.RETURNED, "Hai")
    other = tell_ba_dinh(plan, Notice.Event.RETURNED, "Ba", occasion="2")
    assert (again.pk, again.words) == (first.pk, "Một")
    assert other.pk != first.pk
    assert OutgoingMail.objects.filter(unique_key__contains="returned").count() == 2


def test_a_unit_without_an_address_gets_the_notice_alone(plan: Plan) -> None:
    UnitContact.objects.all().delete()
    notice = tell_ba_dinh(plan, Notice.Event.ACCEPTED)
    assert notice.mail is None
    assert OutgoingMail.objects.filter(unique_key=notice.unique_key).count() == 0


def test_a_letter_to_a_unit_that_was_never_mailed_starts_its_own_thread() -> None:
    plan = make_plan_722()
    unit = Unit.objects.get(code="Q001")
    key = notice_key(Notice.Event.ACCEPTED, plan, unit)
    notice = tell(unit=unit, plan=plan, event=Notice.Event.ACCEPTED, assignments=[], unique_key=key)
    mail = render(notice.pk)
    assert not {"In-Reply-To", "References"} & mail.headers.keys()
    assert "Mọi vướng mắc xin liên hệ Sở Thông tin và Truyền thông." in mail.text
