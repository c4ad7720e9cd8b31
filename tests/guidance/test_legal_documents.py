"""Legal documents: their pages and filters, search, who enters and shows them, their files, the demonstration's."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidance import rules
from guidance.demo import publish_documents
from guidance.document_actions import hide_document, publish_document, write_document
from guidance.models import LegalDocument
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, StoredFile
from hanoi_portal.roles import ROLES
from hanoi_portal.uploads import check
from tests.factories import make_content, make_document, make_upload, make_user, sign_in
from tests.guidance.test_demo_articles import Context

pytestmark = pytest.mark.django_db

LIST = "/quan-tri/guidance/legaldocument/"


def text(client: Client, address: str, **query: str) -> str:
    """What the page of an address says."""
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(**values: Any) -> dict[str, Any]:
    """What a browser sends of the admin's form."""
    return {
        "number": "30/2020/nđ-cp",
        "slug": "",
        "kind": "decree",
        "title": "Về công tác văn thư",
        "issuer": "Chính phủ",
        "issued_on": "05/03/2020",
        "effective_on": "05/03/2020",
        "status": "in_force",
        "abstract": "",
        "source_url": "",
        **values,
    }


# --- the pages ----------------------------------------------------------------------------------
def test_a_document_shows_its_facts_what_changed_it_and_what_it_changes(client: Client) -> None:
    first = make_document(
        number="15/2020/NĐ-CP",
        kind="decree",
        title="Quy định xử phạt",
        effective_on=date(2020, 4, 15),
        status="partly",
        abstract="Mức phạt.\n\nCách phạt.",
        source_url="https://congbao.chinhphu.vn/",
    )
    second = make_document(number="14/2022/NĐ-CP", title="Sửa đổi mức phạt")
    second.amends.add(first)
    make_document(number="99/2023/NĐ-CP", is_public=False).amends.add(first)
    page = text(client, first.get_absolute_url())
    for part in (
        "Nghị định 15/2020/NĐ-CP",
        "Quy định xử phạt",
        "05/03/2020",
        "15/04/2020",
        "Hết hiệu lực một phần",
        "<p>Mức phạt.</p>",
        'href="https://congbao.chinhphu.vn/"',
        "Được sửa đổi, bổ sung bởi",
        second.get_absolute_url(),
    ):
        assert part in page
    assert "99/2023" not in page
    assert "Tải văn bản" not in page
    page = text(client, second.get_absolute_url())
    assert "Sửa đổi, bổ sung cho" in page
    assert first.get_absolute_url() in page


def test_what_is_not_public_is_nowhere(client: Client) -> None:
    hidden = make_document(title="Văn bản còn soát lại", is_public=False)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(hidden.get_file_url()).status_code == 404
    assert "còn soát lại" not in text(client, "/van-ban/")
    assert "Chưa tìm thấy" in text(client, "/tim-kiem/", q="còn soát lại")
    assert hidden.get_absolute_url() not in text(client, "/sitemap.xml")


def test_the_list_is_newest_first_and_in_pages_that_keep_the_filter(client: Client) -> None:
    for day in range(1, 23):
        make_document(title=f"Ngày {day:02d}.", issued_on=date(2021, 1, day))
    make_document(title="Nghị định lẻ", kind="decree")
    page = text(client, "/van-ban/", loai="decision")
    assert page.index("Ngày 22.") < page.index("Ngày 21.")
    assert "Ngày 02." not in page
    assert 'href="?loai=decision&amp;trang=2"' in page or 'href="?loai=decision&trang=2"' in page
    assert "Ngày 02." in text(client, "/van-ban/", loai="decision", trang="2")
    assert 'href="?trang=2"' in text(client, "/van-ban/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "ABCD"),
        ({"tinh-trang": "in_force"}, "AD"),
        ({"tinh-trang": "ended"}, "B"),
        ({"tinh-trang": "upcoming"}, "C"),
        ({"tinh-trang": "partly"}, ""),
        ({"loai": "law"}, "BC"),
        ({"loai": "law", "tinh-trang": "ended"}, "B"),
        ({"q": "ung xu"}, "A"),
        ({"q": "Ứng xử", "loai": "law"}, ""),
        ({"q": "874/QĐ-BTTTT"}, "A"),
        ({"q": "874 qd"}, "A"),
        ({"q": "…"}, ""),
        ({"loai": "không có", "tinh-trang": "'"}, "ABCD"),
        ({"trang": "999"}, "ABCD"),
    ],
)
def test_the_list_is_narrowed_by_words_standing_and_kind(
    client: Client, query: dict[str, str], found: str
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    make_document(number="874/QĐ-BTTTT", title="Bộ Quy tắc ứng xử, loại A.")
    make_document(kind="law", title="Luật loại B.", status="ended")
    make_document(kind="law", title="Luật loại C.", status="upcoming", effective_on=tomorrow)
    make_document(title="Việc loại D.", status="upcoming", effective_on=timezone.localdate())
    page = text(client, "/van-ban/", **query)
    assert "".join(each for each in "ABCD" if f"loại {each}." in page) == found


def test_who_finds_no_document_is_led_to_the_search_of_the_whole_portal(client: Client) -> None:
    make_document()
    link = 'href="/tim-kiem/?q=luaatj+an"'
    assert link in text(client, "/van-ban/", q="luaatj an", loai="law")
    assert "/tim-kiem/?q=" not in text(client, "/van-ban/", loai="law", **{"tinh-trang": "ended"})


def test_how_a_document_stands_is_the_same_in_the_database_and_on_its_page() -> None:
    today = timezone.localdate()
    days = [None, today - timedelta(days=1), today, today + timedelta(days=1)]
    for status in LegalDocument.Status.values:
        for day in days:
            make_document(status=status, effective_on=day)
    for status in LegalDocument.Status.values:
        in_database = set(LegalDocument.objects.standing(status, today))
        assert in_database == {
            each for each in LegalDocument.objects.all() if each.status_on(today) == status
        }


def test_the_pages_ask_the_database_little(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = make_document()
    for _each in range(8):
        make_document().amends.add(first)
    with django_assert_max_num_queries(3):
        text(client, "/van-ban/")
    with django_assert_max_num_queries(4):
        text(client, first.get_absolute_url())


def test_the_pages_are_in_the_navigation_the_sitemap_and_english(client: Client) -> None:
    document = make_document(kind="law")
    assert 'href="/van-ban/" aria-current="page"' in text(client, "/van-ban/")
    assert 'href="/van-ban/" aria-current="true"' in text(client, document.get_absolute_url())
    sitemap = text(client, "/sitemap.xml")
    assert f"{document.get_absolute_url()}</loc>" in sitemap
    assert "/van-ban/</loc>" in sitemap
    page = text(client, "/en/van-ban/")
    assert f'href="/en{document.get_absolute_url()}"' in page


# --- search -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query", ["722/KH-STTTT", "722 kh", "722", "ý thức trách nhiệm", "y thuc", "So Thong tin"]
)
def test_search_finds_documents_by_number_and_folded_words(client: Client, query: str) -> None:
    document = make_document(
        number="722/KH-STTTT",
        kind="other",
        title="Nâng cao ý thức trách nhiệm",
        issuer="Sở Thông tin và Truyền thông",
    )
    make_document(title="Việc khác")
    page = text(client, "/tim-kiem/", q=query)
    assert document.get_absolute_url() in page
    assert "1 kết quả" in page


# --- who enters and shows them ------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, *ROLES])
@pytest.mark.parametrize("is_public", [True, False])
def test_editors_enter_and_publishers_show(role: str | None, is_public: bool) -> None:
    user, document = make_user(role), make_document(is_public=is_public)
    writers = {"editor", "publisher"}
    assert rules.can_write_document(user) is (role in writers)
    may_change = role == "publisher" or (role == "editor" and not is_public)
    assert rules.can_write_document(user, document) is may_change
    assert rules.is_document_publisher(user) is (role == "publisher")
    if not may_change:
        with pytest.raises(NotAllowed):
            write_document(document, by=user, changed=["title"])
    if role != "publisher":
        for verb in (publish_document, hide_document):
            with pytest.raises(NotAllowed):
                verb(document, by=user)
        assert not HistoryEntry.objects.about(document).exists()


def test_showing_and_hiding_is_recorded_and_not_done_twice() -> None:
    publisher, document = make_user("publisher"), make_document(is_public=False)
    late = LegalDocument.objects.get(pk=document.pk)
    publish_document(document, by=publisher)
    with pytest.raises(StaleState, match="được công khai rồi"):
        publish_document(late, by=publisher)
    hide_document(document, by=publisher)
    with pytest.raises(StaleState, match="không được công khai"):
        hide_document(document, by=publisher)
    entries = HistoryEntry.objects.about(document)
    assert [each.verb for each in entries] == ["publish_document", "hide_document"]
    assert [each.to_state for each in entries] == ["document_public", "document_hidden"]


def test_an_editor_enters_a_document_and_a_publisher_shows_it(client: Client) -> None:
    older = make_document()
    editor = sign_in(Client(), make_user("editor"))
    said = typed(amends=older.number, new_file=make_upload("pdf"), _publish="1")
    answer = editor.post(f"{LIST}add/", said, follow=True)
    assert "không có quyền công khai" in answer.content.decode()  # that button is not an editor's
    document = LegalDocument.objects.get(number="30/2020/NĐ-CP")
    assert (document.slug, document.is_public) == ("30-2020-nd-cp", False)
    assert list(document.amends.all()) == [older]
    change = f"{LIST}{document.pk}/change/"
    assert "Lưu và công khai" not in text(editor, change)
    assert document.get_file_url() not in text(editor, change)

    publisher = sign_in(Client(), make_user("publisher"))
    assert "Lưu và công khai" in text(publisher, change)
    said = typed(slug=document.slug, title="Công tác văn thư", amends="", _publish="1")
    said["seen"] = document.changed_at.isoformat()
    assert publisher.post(change, said).status_code == 302
    page = text(client, document.get_absolute_url())
    assert "Công tác văn thư" in page
    assert "Sửa đổi, bổ sung cho" not in page
    assert document.get_file_url() in page
    assert document.get_file_url() in text(publisher, change)
    late = editor.post(change, typed(title="Khác"), follow=True)
    assert "chưa lưu vào được" in late.content.decode(), "it is public, and the publishers' now"
    document.refresh_from_db()
    assert document.title == "Công tác văn thư"
    assert "New file" not in late.content.decode()
    said["seen"] = document.changed_at.isoformat()
    assert publisher.post(change, {**said, "_hide": "1", "_publish": ""}).status_code == 302
    entries = HistoryEntry.objects.about(document)
    assert [each.verb for each in entries[:3]] == [
        "write_document",
        "change_document",
        "publish_document",
    ]
    assert entries[1].data["fields"] == ["amends", "title"]


def test_a_publisher_shows_and_hides_many_at_once_and_hears_of_those_that_are_not_possible() -> (
    None
):
    documents = [make_document(is_public=False), make_document()]
    publisher = sign_in(Client(), make_user("publisher"))
    chosen = {"_selected_action": [each.pk for each in documents]}
    page = publisher.post(LIST, {**chosen, "action": "publish_selected"}, follow=True)
    assert "Đã công khai 1 văn bản." in page.content.decode()
    assert "đang được công khai rồi" in page.content.decode()
    assert LegalDocument.objects.public().count() == 2
    page = publisher.post(LIST, {**chosen, "action": "hide_selected"}, follow=True)
    assert "Đã ẩn 2 văn bản." in page.content.decode()
    assert not LegalDocument.objects.public().exists()
    editor = sign_in(Client(), make_user("editor"))
    editor.post(LIST, {**chosen, "action": "publish_selected"})
    assert not LegalDocument.objects.public().exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("number", "không số", "bắt đầu bằng chữ số"),
        ("number", "\u200b", "bắt buộc"),
        ("title", "\u3164", "bắt buộc"),
        ("issued_on", "31/02/2020", "hợp lệ"),
        ("slug", "có dấu", "slug"),
        ("source_url", "ftp://example.org/a", "https://"),
        ("source_url", "javascript:alert(1)", "hợp lệ"),
        ("status", "upcoming", "đã đến"),
        ("effective_on", "01/01/2099", "Chưa đến ngày"),
        ("abstract", "a" * 2001, "2000"),
    ],
)
def test_bad_input_is_explained_and_what_was_typed_stays(
    field: str, value: str, words: str
) -> None:
    editor = sign_in(Client(), make_user("editor"))
    answer = editor.post(f"{LIST}add/", typed(**{"issuer": "Chính phủ nước ta", field: value}))
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    where = "status" if field == "effective_on" else field
    assert list(errors) == [where]
    assert words.lower() in str(errors[where]).lower()
    assert "Chính phủ nước ta" in answer.content.decode()
    assert not LegalDocument.objects.exists()


def test_the_same_number_of_the_same_day_is_refused_and_of_another_year_taken() -> None:
    make_document(number="30/2020/NĐ-CP", slug="30-2020-nd-cp")
    editor = sign_in(Client(), make_user("editor"))
    answer = editor.post(f"{LIST}add/", typed())
    assert "đã có trên cổng" in answer.content.decode()
    assert editor.post(f"{LIST}add/", typed(issued_on="05/03/2019")).status_code == 302
    assert LegalDocument.objects.filter(slug="30-2020-nd-cp-2").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_document(number="30/2020/NĐ-CP")


def test_a_document_does_not_amend_itself() -> None:
    publisher, document = make_user("publisher"), make_document()
    with pytest.raises(DomainError, match="chính nó"):
        write_document(document, by=publisher, amends=[document])
    staff = sign_in(Client(), publisher)
    answer = staff.post(
        f"{LIST}{document.pk}/change/",
        typed(amends=document.get_absolute_url(), seen=document.changed_at.isoformat()),
    )
    assert list(answer.context["adminform"].form.errors) == ["amends"]


def test_staff_find_documents_by_folded_words() -> None:
    make_document(title="Bộ Quy tắc ứng xử")
    make_document(title="Việc khác")
    staff = sign_in(Client(), make_user("editor"))
    assert "1 văn bản pháp luật" in text(staff, LIST, q="UNG XU")
    assert "0 văn bản pháp luật" in text(staff, LIST, q="…")


def test_the_list_of_staff_asks_the_database_little(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _each in range(12):
        make_document()
    staff = sign_in(Client(), make_user("publisher"))
    text(staff, LIST)
    with django_assert_max_num_queries(16):
        text(staff, LIST)


# --- files --------------------------------------------------------------------------------------
def test_everybody_downloads_the_file_of_a_public_document(client: Client) -> None:
    document = make_document()
    assert client.get(document.get_file_url()).status_code == 404
    file = check(make_upload("pdf", "Nghị định 30.pdf"))
    write_document(document, by=make_user("publisher"), file=file)
    answer = client.get(document.get_file_url())
    assert b"".join(answer) == make_content("pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert not answer.cookies
    assert client.post(document.get_file_url()).status_code == 405
    entry = HistoryEntry.objects.about(document).last()
    assert entry is not None
    assert entry.data["file"] == "Nghị định 30.pdf"


@pytest.mark.parametrize("kind", ["docx", "png", "exe"])
def test_what_is_no_pdf_is_refused_whatever_its_name(kind: str) -> None:
    content = b"MZ not a document" if kind == "exe" else make_content(kind)
    publisher = make_user("publisher")
    staff = sign_in(Client(), publisher)
    upload = make_upload("pdf", "van-ban.pdf", content)
    answer = staff.post(f"{LIST}add/", typed(new_file=upload))
    assert list(answer.context["adminform"].form.errors) == ["new_file"]
    if kind != "exe":
        with pytest.raises(DomainError, match="phải là tệp PDF"):
            write_document(make_document(), by=publisher, file=check(make_upload(kind)))
    assert not StoredFile.objects.exists()


# --- the demonstration --------------------------------------------------------------------------
def test_the_demonstration_shows_real_documents_and_doing_it_again_changes_nothing(
    client: Client,
) -> None:
    context = Context()
    publish_documents(context)
    page = text(client, "/van-ban/")
    for number in ("116/2025/QH15", "42/2022/NĐ-CP", "874/QĐ-BTTTT", "24/2018/QH14"):
        assert number in page
    law = LegalDocument.objects.get(number="91/2025/QH15")
    assert law.status_on(date(2025, 12, 31)) == "upcoming"
    assert law.status_on(date(2026, 1, 1)) == "in_force"
    hide_document(law, by=make_user("publisher"))
    before = list(LegalDocument.objects.values_list("pk", "is_public", "changed_at"))
    entries = HistoryEntry.objects.count()
    publish_documents(context)
    assert list(LegalDocument.objects.values_list("pk", "is_public", "changed_at")) == before
    assert HistoryEntry.objects.count() == entries
