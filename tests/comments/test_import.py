"""Comments of the city's old site: seen beforehand, all or none, never twice; phones as staff choose."""

import csv
import io
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from comments import actions, rules
from comments.export import export_csv
from comments.figures import monthly_figures
from comments.loading import COLUMNS, read_comments
from comments.models import Comment
from comments.waiting import usual_wait
from guidance.models import Article
from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.roles import ROLES
from hanoi_portal.spreadsheet import csv_bytes
from hanoi_portal.table_files import BadFile
from tests.factories import allow, make_article, make_comment, make_user, sign_in

pytestmark = pytest.mark.django_db

State = Comment.State
PAGE = "/quan-tri/comments/comment/nap/"


@pytest.fixture
def article() -> Article:
    return make_article(title="Bốn câu hỏi", slug="bon-cau-hoi")


@pytest.fixture
def staff(client: Client) -> Client:
    sign_in(client, make_user("moderator"))
    return client


def row(number: str = "7", **changed: str) -> dict[str, str]:
    return {
        "number": number,
        "article": "bon-cau-hoi",
        "name": "Nguyễn Thị Hoa",
        "title": "Cảm ơn",
        "content": "Bài hay.",
        "created_at": "14:20 14/04/2018",
        **changed,
    }


def table(*rows: dict[str, str]) -> list[list[str]]:
    keys = list(dict.fromkeys(key for each in rows for key in each))
    return [keys, *([each.get(key, "") for key in keys] for each in rows)]


def as_csv(*rows: dict[str, str]) -> bytes:
    return csv_bytes(table(*rows))


def as_xlsx(*rows: dict[str, str]) -> bytes:
    book = Workbook()
    for each in table(*rows):
        book.active.append(each)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def load(content: bytes, **options: Any) -> actions.ImportChange:
    drafts = read_comments(content, with_phones=options.pop("with_phones", False))
    return actions.import_comments(drafts, by=None, **options)


def problems(content: bytes, *, with_phones: bool = True) -> list[str]:
    with pytest.raises(BadFile) as caught:
        read_comments(content, with_phones=with_phones)
    return [str(problem) for problem in caught.value.problems]


def upload(content: bytes, **chosen: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("cu.csv", content), "phones": "drop", **chosen}


# --- reading ------------------------------------------------------------------------------------
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
@pytest.mark.parametrize(
    "named",
    ["bon-cau-hoi", "Bốn câu hỏi", "/huong-dan/bon-cau-hoi/", "https://x.vn/huong-dan/bon-cau-hoi"],
)
def test_comments_stand_where_they_stood_with_their_time(
    article: Article, write: Any, named: str
) -> None:
    change = load(write(row(article=named), row("8", parent="7", title="Trả lời")))
    assert len(change.new) == 2
    first, second = Comment.objects.order_by("pk")
    assert (first.article, first.state, first.old_number) == (article, State.PUBLISHED, "7")
    assert timezone.localtime(first.created_at).strftime("%H:%M %d/%m/%Y") == "14:20 14/04/2018"
    assert second.parent == first
    assert not first.is_unread
    assert list(Comment.objects.published()) == [second, first]


def test_a_reply_may_stand_before_what_it_replies_to(article: Article) -> None:
    load(as_csv(row("8", parent="7"), row("7")))
    load(as_csv(row("9", parent="7")))
    top = Comment.objects.get(old_number="7")
    assert set(top.replies.values_list("old_number", flat=True)) == {"8", "9"}


def test_every_state_comes_with_what_it_needs(article: Article) -> None:
    declined = {"state": "Không đăng", "rule": "2", "reason": "Có lời tục."}
    load(
        as_csv(
            row("1", state="Chờ duyệt"),
            row("2", state="đã đăng", decided_at="15/04/2018"),
            row("3", **declined),
            row("4", state="withdrawn"),
        )
    )
    by_number = {comment.old_number: comment for comment in Comment.objects.all()}
    assert [by_number[n].state for n in "1234"] == ["waiting", "published", "declined", "withdrawn"]
    assert (by_number["3"].rule.number, by_number["3"].reason) == (2, "Có lời tục.")
    assert list(Comment.objects.waiting()) == [by_number["1"]]


def test_every_error_is_told_by_row_and_column_and_nothing_is_written(article: Article) -> None:
    make_article(title="Cùng tên")
    make_article(title="Cùng tên")
    future = (timezone.localtime() + timedelta(days=2)).strftime("%d/%m/%Y")
    told = problems(
        as_csv(
            row(),
            row("7", article="khong-co", name="\u200b", phone="123"),
            row("9", article="Cùng tên", title="x" * 151, state="Lạ", created_at="hôm qua"),
            row("", parent="7", created_at=future),
            row("11", parent="99"),
            row("12", state="Không đăng", rule="77", decided_at="01/01/2018"),
            row("13", created_at="01/01/0001"),
        )
    )
    assert told == [
        "Dòng 3, mục «A (number)»: số này đã có ở dòng 2.",
        "Dòng 3, mục «B (article)»: không có bài nào có địa chỉ hoặc tên «khong-co».",
        "Dòng 3, mục «C (name)»: Xin nhập họ tên.",
        "Dòng 3, mục «G (phone)»: số điện thoại chưa đúng; xin sửa, hoặc để trống.",
        "Dòng 4, mục «B (article)»: có 2 bài cùng tên này; xin ghi địa chỉ của bài.",
        "Dòng 4, mục «D (title)»: Dài nhất 150 ký tự; hiện có 151 ký tự.",
        "Dòng 4, mục «F (created_at)»: phải là ngày giờ, viết như 14:20 14/04/2018 hoặc 2018-04-14 14:20.",
        "Dòng 4, mục «H (state)»: phải là một trong: Chờ duyệt, Đã đăng, Không đăng, Người gửi đã rút.",
        "Dòng 5, mục «A (number)»: không được để trống.",
        "Dòng 5, mục «F (created_at)»: ngày giờ này chưa tới.",
        "Dòng 6, mục «I (parent)»: không có bình luận nào mang số «99».",
        "Dòng 7, mục «J (rule)»: bình luận không đăng phải nêu một quy tắc: 1, 2, 3, 4, 5.",
        "Dòng 7, mục «K (decided_at)»: phải sau lúc gửi.",
        "Dòng 7, mục «reason»: bình luận không đăng phải có lý do.",
        "Dòng 8, mục «F (created_at)»: ngày giờ này sớm quá, chắc là gõ nhầm.",
    ]
    assert not Comment.objects.exists()


def test_a_reply_to_a_reply_or_below_another_article_is_refused(article: Article) -> None:
    make_article(slug="khac")
    told = problems(as_csv(row(), row("8", parent="7"), row("9", parent="8")))
    assert told == ["Dòng 4, mục «G (parent)»: bình luận ấy cũng là trả lời; chỉ trả lời một bậc."]
    load(as_csv(row(), row("8", parent="7")))
    told = problems(as_csv(row("9", parent="8"), row("10", parent="7", article="khac")))
    assert "cũng là trả lời" in told[0]
    assert "dưới một bài khác" in told[1]


@pytest.mark.parametrize("name", ["name", "title", "content", "created_at", "article", "number"])
def test_a_column_that_must_be_there_is_asked_for(article: Article, name: str) -> None:
    without = {key: value for key, value in row().items() if key != name}
    label = next(str(column.label) for column in COLUMNS if column.key == name)
    assert problems(as_csv(without)) == [f"Dòng 1, mục «{label}»: thiếu cột này ở dòng đầu."]


# --- writing ------------------------------------------------------------------------------------
def test_importing_twice_changes_nothing_and_brings_nothing_back(article: Article) -> None:
    content = as_csv(row(), row("8"))
    load(content)
    erased = Comment.objects.get(old_number="7")
    request = actions.ask_for_erasure(erased)
    actions.erase_as_asked(request, by=make_user("moderator"))
    before = list(Comment.objects.order_by("pk").values())
    entries = HistoryEntry.objects.count()
    change = load(content)
    assert (len(change.new), change.same) == (0, 2)
    assert list(Comment.objects.order_by("pk").values()) == before
    assert HistoryEntry.objects.count() == entries
    load(as_csv(row(), row("9")))
    assert Comment.objects.count() == 3


def test_history_says_that_each_was_imported_and_by_whom(article: Article) -> None:
    by = make_user("moderator")
    drafts = read_comments(as_csv(row()), with_phones=False)
    actions.import_comments(drafts, by=by)
    entry = HistoryEntry.objects.about(Comment.objects.get()).get()
    assert (entry.verb, entry.actor, entry.data) == ("import", by, {"old_number": "7"})


def test_an_error_half_way_leaves_nothing(article: Article) -> None:
    drafts = read_comments(as_csv(row(), row("8")), with_phones=False)

    def fail(done: int, total: int) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        actions.import_comments(drafts, by=None, on_progress=fail)
    assert not Comment.objects.exists()
    assert not HistoryEntry.objects.exists()


def test_what_changed_after_the_preview_is_looked_at_again(article: Article) -> None:
    drafts = read_comments(as_csv(row(), row("8")), with_phones=False)
    seen = actions.preview_comments(drafts).fingerprint
    load(as_csv(row()))
    with pytest.raises(StaleState):
        actions.import_comments(drafts, by=None, expected=seen)
    assert Comment.objects.count() == 1


def test_many_are_written_in_few_queries(
    article: Article, django_assert_max_num_queries: Any
) -> None:
    drafts = read_comments(as_csv(*(row(str(n)) for n in range(1200))), with_phones=False)
    seen: list[tuple[int, int]] = []
    with django_assert_max_num_queries(60):
        actions.import_comments(drafts, by=None, on_progress=lambda *done: seen.append(done))
    assert seen == [(500, 1200), (1000, 1200), (1200, 1200)]
    assert Comment.objects.count() == 1200


def test_what_waited_elsewhere_is_in_no_figure_of_ours(article: Article) -> None:
    now = timezone.localtime()
    moment = (now - timedelta(hours=1)).isoformat()
    load(as_csv(*(row(str(n), created_at=moment) for n in range(9))))
    assert monthly_figures() == []
    assert usual_wait() is None


# --- phones -------------------------------------------------------------------------------------
def test_phones_are_left_out_unless_asked_for(article: Article) -> None:
    recent = timezone.localtime().isoformat()
    load(as_csv(row(phone="0912 345 678", created_at=recent)))
    assert not Comment.objects.filter(phone__isnull=False).exists()


def test_phones_that_are_kept_are_encrypted_and_past_ones_are_not_kept(article: Article) -> None:
    recent = timezone.localtime().isoformat()
    content = as_csv(row(phone="0912 345 678", created_at=recent), row("8", phone="0912345679"))
    change = load(content, with_phones=True)
    assert (change.phones_kept, change.phones_past) == (1, 1)
    kept, past = Comment.objects.order_by("created_at").reverse()
    assert (kept.phone, past.phone) == ("+84912345678", None)
    assert kept.consent_version == "trang-cu"
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM comments_comment WHERE phone IS NOT NULL")
        assert [value[0][:5] for value in cursor.fetchall()] == ["gAAAA"]
    assert "912345678" not in str(list(HistoryEntry.objects.values()))


def test_a_phone_that_a_spreadsheet_took_for_a_number_is_understood(article: Article) -> None:
    book = Workbook()
    for each in (*table(row() | {"phone": ""})[:1], [*row().values(), 912345678]):
        book.active.append(each)
    out = io.BytesIO()
    book.save(out)
    assert read_comments(out.getvalue(), with_phones=True)[0].phone == "+84912345678"


# --- who ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("with_phones", [False, True])
@pytest.mark.parametrize("role", list(ROLES))
def test_moderators_alone_import(article: Article, role: str, with_phones: bool) -> None:
    user = make_user(role)
    assert rules.can_import(user, with_phones=with_phones) is (role == "moderator")
    if role != "moderator":
        with pytest.raises(NotAllowed):
            actions.import_comments([], by=user)


def test_who_may_not_see_phones_does_not_import_them(client: Client, article: Article) -> None:
    user = make_user("editor")
    for name in ("view_comment", "moderate_comment"):
        allow(user, f"comments.{name}")
    user = User.objects.get(pk=user.pk)
    recent = timezone.localtime().isoformat()
    content = as_csv(row(phone="0912345678", created_at=recent))
    with pytest.raises(NotAllowed):
        actions.import_comments(read_comments(content, with_phones=True), by=user)
    actions.import_comments(read_comments(content, with_phones=False), by=user)
    assert Comment.objects.get().phone is None


# --- the admin's page ---------------------------------------------------------------------------
def confirm(staff: Client, page: str) -> Any:
    form = {
        name: unescape(page.split(f'name="{name}" value="')[1].split('"')[0])
        for name in ("held", "fingerprint")
    }
    return staff.post(PAGE, form, follow=True)


def test_the_page_shows_what_comes_before_it_comes(staff: Client, article: Article) -> None:
    assert "Tệp mẫu" in unescape(staff.get("/quan-tri/comments/comment/").content.decode())
    page = unescape(staff.post(PAGE, upload(as_csv(row(), row("8")))).content.decode())
    assert "2 bình luận mới." in page
    assert "Bốn câu hỏi: 2" in page
    assert "7. Cảm ơn (Nguyễn Thị Hoa)" in page
    assert not Comment.objects.exists()
    assert "Đã nhập. 2 bình luận mới." in unescape(confirm(staff, page).content.decode())
    assert Comment.objects.count() == 2
    again = unescape(staff.post(PAGE, upload(as_csv(row()))).content.decode())
    assert "1 bình luận đã nhập trước đó, giữ nguyên." in again
    assert "Xác nhận nạp" not in again


def test_the_page_tells_every_error(staff: Client, article: Article) -> None:
    page = unescape(
        staff.post(PAGE, upload(as_csv(row(name=""), row("8", title="")))).content.decode()
    )
    assert "Tệp có 2 lỗi" in page
    assert "Dòng 2, mục «C (name)»: Xin nhập họ tên." in page
    assert "Xác nhận nạp" not in page


@pytest.mark.parametrize(("phones", "is_kept"), [("drop", False), ("keep", True)])
def test_what_was_chosen_for_phones_holds_at_the_confirmation(
    staff: Client, article: Article, phones: str, is_kept: bool
) -> None:
    recent = timezone.localtime().isoformat()
    content = as_csv(row(phone="0912 345 678", created_at=recent))
    page = staff.post(PAGE, upload(content, phones=phones)).content.decode()
    assert "912" not in unescape(page.split("held")[0])
    confirm(staff, page)
    assert Comment.objects.filter(phone__isnull=False).exists() is is_kept


def test_a_file_too_large_for_the_page_is_refused_before_the_confirmation(
    staff: Client, article: Article, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 200
    page = unescape(staff.post(PAGE, upload(as_csv(row(), row("8")))).content.decode())
    assert "Tệp quá lớn cho trang này" in page
    assert "Xác nhận nạp" not in page


def test_the_empty_file_has_every_heading(staff: Client) -> None:
    response = staff.get(f"{PAGE}mau.csv")
    head = next(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert head == [str(column.label) for column in COLUMNS]


# --- the command --------------------------------------------------------------------------------
def test_the_command_shows_then_writes_then_changes_nothing(
    article: Article, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cu.csv"
    path.write_bytes(as_csv(row(), row("8")))
    by = make_user("moderator")
    call_command("import_comments", str(path), "--preview")
    assert "Chưa ghi gì. Bình luận: 2 mới, 0 đã có." in capsys.readouterr().out
    assert not Comment.objects.exists()
    call_command("import_comments", str(path), by=by.username)
    out = capsys.readouterr().out
    assert "bình luận: 2/2" in out
    assert "Bình luận: 2 mới, 0 đã có." in out
    assert HistoryEntry.objects.filter(verb="import", actor=by, via="shell").count() == 2
    call_command("import_comments", str(path), "--keep-phones")
    assert "Bình luận: 0 mới, 2 đã có." in capsys.readouterr().out


def test_the_command_refuses_a_bad_file_whole(article: Article, tmp_path: Path) -> None:
    path = tmp_path / "cu.csv"
    path.write_bytes(as_csv(row(), row("8", content="")))
    with pytest.raises(CommandError, match="Tệp có 1 lỗi") as caught:
        call_command("import_comments", str(path))
    assert "Xin nhập nội dung." in str(caught.value)
    assert not Comment.objects.exists()
    with pytest.raises(CommandError, match="Không đọc được"):
        call_command("import_comments", str(tmp_path / "khong-co.csv"))


# --- there and back -----------------------------------------------------------------------------
def test_what_is_exported_is_read_back_the_same(article: Article) -> None:
    first = make_comment(article, title="=1+1", content="+84\n\n@a;=b", state=State.PUBLISHED)
    make_comment(article, parent=first, title="'-x", state=State.PUBLISHED)
    make_comment(article, state=State.DECLINED)
    make_comment(article)

    def exported() -> list[list[str]]:
        found = Comment.objects.select_related("article", "rule").order_by("content", "title")
        return list(csv.reader(io.StringIO(export_csv(found).decode("utf-8-sig"))))

    content, before = export_csv(Comment.objects.order_by("pk")), exported()
    Comment.objects.filter(parent__isnull=False).delete()
    Comment.objects.all().delete()
    assert len(load(content).new) == 4
    assert [line[3:] for line in exported()] == [line[3:] for line in before]
    assert [bool(line[2]) for line in exported()] == [bool(line[2]) for line in before]


def test_the_page_stays_short_where_every_row_is_wrong(staff: Client, article: Article) -> None:
    rows = [row(str(number), name="") for number in range(300)]
    page = unescape(staff.post(PAGE, upload(as_csv(*rows))).content.decode())
    assert "Tệp có 300 lỗi" in page
    assert page.count("Xin nhập họ tên.") == 200
    assert "200 lỗi đầu tiên" in page
