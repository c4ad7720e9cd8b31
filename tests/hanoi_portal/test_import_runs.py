"""Files confirmed in the admin: loaded once, in the request or by the worker, with their progress, whoever dies."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from comments.admin.importing import CommentFiles
from comments.models import Comment
from guidance.models import Article
from hanoi_portal import import_runs
from hanoi_portal.import_runs import content_of, pack, run_once, run_waiting, standing
from hanoi_portal.models import ImportRun, User
from hanoi_portal.tasks import run_import, sweep_imports
from tests.factories import make_article, make_user, sign_in
from tests.page_cache.test_purging import is_purged_by

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/comments/comment/nap/"
State = ImportRun.State
PHONE = "0912 345 678"


def lines(count: int, filler: str = "Bài viết có ích.") -> bytes:
    head = "number,article,name,title,content,state,created_at,decided_at,rule,reason,phone"
    at = timezone.localtime().isoformat()
    rows = [
        f"{number},bon-cau-hoi,Hoa,Cảm ơn {number},{filler},waiting,{at},,,,{PHONE}"
        for number in range(1, count + 1)
    ]
    return "\n".join([head, *rows]).encode()


LARGE = lines(300, "Bài viết rất có ích cho cả nhà tôi. " * 4)
SMALL = lines(3)


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def seen(client: Client, content: bytes, phones: str = "drop") -> dict[str, str]:
    """Send a file and return what its preview would confirm."""
    file = SimpleUploadedFile("tep.csv", content)
    response = client.post(PAGE, {"file": file, "phones": phones})
    assert response.context["preview"] is not None, text_of(response)
    preview = response.context["preview"]
    return {"held": response.context["held"], "fingerprint": preview.fingerprint}


@pytest.fixture
def article() -> Article:
    return make_article(title="Bốn câu hỏi", slug="bon-cau-hoi")


@pytest.fixture
def moderator(article: Article) -> User:
    return make_user("moderator")


@pytest.fixture
def staff(client: Client, moderator: User) -> Client:
    return sign_in(client, moderator)


@pytest.fixture
def killed() -> Iterator[Callable[[], None]]:
    """Have whoever loads comments die with the rows written and nothing committed: as a kill does."""
    original = CommentFiles.save_import

    class Killed(BaseException):
        pass

    def die(self: Any, *args: Any, **kwargs: Any) -> Any:
        original(self, *args, **kwargs)
        raise Killed

    def kill_once(number: int) -> None:
        CommentFiles.save_import = die  # type: ignore[method-assign]
        with pytest.raises(Killed):
            run_once(number)
        CommentFiles.save_import = original  # type: ignore[method-assign]

    yield kill_once  # type: ignore[misc]
    CommentFiles.save_import = original  # type: ignore[method-assign]


# --- small and large ----------------------------------------------------------------------------
def test_a_small_file_is_loaded_in_the_request_that_confirms_it(staff: Client) -> None:
    response = staff.post(PAGE, seen(staff, SMALL), follow=True)
    assert response.redirect_chain[-1][0].startswith("/quan-tri/comments/comment/?")
    assert "Đã nhập. 3 bình luận mới." in text_of(response)
    assert ImportRun.objects.get().state == State.DONE


def test_a_large_file_waits_for_the_worker_and_shows_how_far_it_is(staff: Client) -> None:
    response = staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"{PAGE}{run.pk}/")
    page = text_of(staff.get(f"{PAGE}{run.pk}/"))
    assert "Đang chờ đến lượt." in page
    assert '<meta http-equiv="refresh" content="3">' in page
    cache.set(f"import-run:{run.pk}", (120, 300, time.time()))
    page = text_of(staff.get(f"{PAGE}{run.pk}/"))
    assert "Đang nạp: 120/300 dòng." in page
    assert '<progress id="import-progress" value="120" max="300">' in page
    cache.clear()
    assert not Comment.objects.exists()

    run_import(run.pk)
    page = text_of(staff.get(f"{PAGE}{run.pk}/"))
    assert "Đã nhập. 300 bình luận mới." in page
    assert 'href="/quan-tri/comments/comment/?state=all"' in page
    assert "http-equiv" not in page
    assert Comment.objects.count() == 300


def test_what_is_done_is_told_while_it_is_done(staff: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(import_runs, "TELL_EVERY_SECONDS", 0)
    staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    heard: list[Any] = []
    original = cache.set

    def listen(key: str, value: Any, **kwargs: Any) -> None:
        original(key, value, **kwargs)
        heard.append(standing(run.pk))

    monkeypatch.setattr(cache, "set", listen)
    run_once(run.pk)
    assert heard[0] == (0, 0)
    assert heard[-1] == (300, 300)
    assert standing(run.pk) is None


def test_the_worker_is_woken_after_the_commit_and_the_page_does_not_need_the_broker(
    staff: Client, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[int] = []

    def ring(pk: int) -> None:
        rung.append(pk)
        raise OSError("no broker")

    monkeypatch.setattr(run_import, "delay", ring)
    confirmed = seen(staff, LARGE)
    with django_capture_on_commit_callbacks(execute=True):
        assert staff.post(PAGE, confirmed).status_code == 302
    run = ImportRun.objects.get()
    assert rung == [run.pk]
    assert sweep_imports() == 1
    run.refresh_from_db()
    assert run.state == State.DONE
    assert sweep_imports() == 0


# --- once ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("content", [SMALL, LARGE])
def test_confirming_twice_is_one_run_and_shows_its_result(staff: Client, content: bytes) -> None:
    confirmed = seen(staff, content)
    staff.post(PAGE, confirmed)
    again = staff.post(PAGE, confirmed)
    run = ImportRun.objects.get()
    run_once(run.pk)
    run_once(run.pk)
    assert again.status_code == 302
    assert Comment.objects.count() == len(content.splitlines()) - 1
    assert "Đã nhập." in text_of(staff.post(PAGE, confirmed, follow=True))


@pytest.mark.django_db(transaction=True)
def test_eight_who_load_the_same_run_at_once_load_it_once(moderator: User) -> None:
    run = ImportRun.objects.create(
        key="k", loads="comments.Comment", by=moderator, content=import_runs.pack(LARGE)
    )
    gate = threading.Barrier(8)
    errors: list[BaseException] = []

    def load() -> None:
        try:
            gate.wait()
            run_once(run.pk)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    run_waiting()  # where the one writer kept everybody waiting for too long
    run.refresh_from_db()
    assert run.state == State.DONE
    assert "300 bình luận mới" in run.told
    assert Comment.objects.count() == 300


@pytest.mark.django_db(transaction=True)
def test_eight_confirmations_at_once_are_one_run(moderator: User, article: Article) -> None:
    confirmed = seen(sign_in(Client(), moderator), SMALL)
    clients = [sign_in(Client(), moderator) for _ in range(8)]
    gate = threading.Barrier(8)
    statuses: list[int] = []

    def confirm(client: Client) -> None:
        try:
            gate.wait()
            statuses.append(client.post(PAGE, confirmed).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 8
    run_waiting()
    assert ImportRun.objects.get().state == State.DONE
    assert Comment.objects.count() == 3


# --- killed -------------------------------------------------------------------------------------
def test_a_killed_worker_leaves_nothing_half_done_and_the_next_one_loads_it(
    staff: Client, killed: Any
) -> None:
    staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    killed(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.WAITING, 1)
    assert not Comment.objects.exists()
    page = text_of(staff.get(f"{PAGE}{run.pk}/"))
    assert "chưa có gì được ghi" in page
    assert "Nạp ngay" in page
    assert run_waiting() == 1
    assert Comment.objects.count() == 300


def test_whoever_sees_a_run_that_stopped_can_load_it_there_and_then(
    staff: Client, killed: Any
) -> None:
    staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    killed(run.pk)
    response = staff.post(f"{PAGE}{run.pk}/", follow=True)
    assert "Đã nhập. 300 bình luận mới." in text_of(response)
    assert "Đã nhập." in text_of(staff.post(f"{PAGE}{run.pk}/", follow=True))
    assert Comment.objects.count() == 300


def test_what_kills_three_workers_is_given_up_and_says_so(staff: Client, killed: Any) -> None:
    staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    for _ in range(3):
        killed(run.pk)
    run_waiting()
    page = text_of(staff.get(f"{PAGE}{run.pk}/"))
    assert "Đã thử 3 lần đều bị dừng giữa chừng; chưa có gì được ghi." in page
    assert "http-equiv" not in page
    assert not Comment.objects.exists()


def test_nobody_else_begins_while_somebody_is_heard_of(staff: Client) -> None:
    staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    cache.set(f"import-run:{run.pk}", (5, 300, time.time()))
    run_once(run.pk)
    assert not Comment.objects.exists()
    cache.set(f"import-run:{run.pk}", (5, 300, time.time() - import_runs.SILENT_SECONDS - 1))
    run_once(run.pk)
    assert Comment.objects.count() == 300


# --- refused ------------------------------------------------------------------------------------
def test_what_changed_meanwhile_is_shown_anew_and_confirmed_without_the_file(staff: Client) -> None:
    confirmed = seen(staff, LARGE)
    assert "Đã nhập" in text_of(staff.post(PAGE, seen(staff, SMALL), follow=True))
    staff.post(PAGE, confirmed)
    run = ImportRun.objects.latest("pk")
    run_once(run.pk)
    response = staff.get(f"{PAGE}{run.pk}/")
    assert response.status_code == 409
    page = text_of(response)
    assert "vừa thay đổi sau khi xem trước" in page
    assert "297 bình luận mới." in page
    preview = response.context["preview"]
    again = {"held": response.context["held"], "fingerprint": preview.fingerprint}
    staff.post(PAGE, again)
    run_once(ImportRun.objects.latest("pk").pk)
    assert Comment.objects.count() == 300


def test_errors_that_the_file_has_by_now_are_shown_by_row(staff: Client, article: Article) -> None:
    confirmed = seen(staff, LARGE)
    Article.objects.filter(pk=article.pk).update(slug="dia-chi-khac", title="Tên khác")
    staff.post(PAGE, confirmed)
    run = ImportRun.objects.get()
    run_once(run.pk)
    assert run.told == ""
    assert "Tệp có 300 lỗi, không nạp gì." in text_of(staff.get(f"{PAGE}{run.pk}/"))


def test_who_lost_the_right_meanwhile_loads_nothing(staff: Client, moderator: User) -> None:
    staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    moderator.groups.clear()
    run_once(run.pk)
    run.refresh_from_db()
    assert run.state == State.REFUSED
    assert "không có quyền nhập bình luận" in run.told
    assert not Comment.objects.exists()
    assert staff.get(f"{PAGE}{run.pk}/").status_code == 403


# --- whose, and what is kept --------------------------------------------------------------------
def test_a_run_is_for_who_confirmed_it_alone_and_found_again_beside_the_form(
    staff: Client,
) -> None:
    staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    assert f'href="{PAGE}{run.pk}/"' in text_of(staff.get(PAGE))
    other = sign_in(Client(), make_user("moderator"))
    assert other.get(f"{PAGE}{run.pk}/").status_code == 404
    assert other.post(f"{PAGE}{run.pk}/").status_code == 404
    assert f"{PAGE}{run.pk}/" not in text_of(other.get(PAGE))
    assert staff.get(f"/quan-tri/campaigns/unit/nap/{run.pk}/").status_code == 403


def test_the_file_lies_encrypted_and_is_gone_when_it_is_loaded(staff: Client) -> None:
    staff.post(PAGE, seen(staff, LARGE, phones="keep"))
    run = ImportRun.objects.get()

    def stored() -> str | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM hanoi_portal_importrun")
            found: str | None = cursor.fetchone()[0]
        return found

    held = stored()
    assert held is not None
    assert held.startswith("gAAAA")
    assert import_runs.content_of(run) == LARGE
    run_once(run.pk)
    assert stored() is None
    run.refresh_from_db()
    assert "912" not in run.told


def test_dumpdata_writes_the_file_encrypted_and_loaddata_reads_it_back(
    moderator: User, tmp_path: Path
) -> None:
    content = lines(3)
    run = ImportRun.objects.create(key="một", loads="x", by=moderator, content=pack(content))
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "hanoi_portal.importrun", output=str(dump), verbosity=0)
    [written] = json.loads(dump.read_text(encoding="utf-8"))
    assert written["fields"]["content"].startswith("gAAAA")
    run.delete()
    call_command("loaddata", str(dump), verbosity=0)
    assert content_of(ImportRun.objects.get(key="một")) == content


def test_old_runs_are_given_up_and_forgotten_with_their_files(staff: Client) -> None:
    staff.post(PAGE, seen(staff, LARGE))
    run = ImportRun.objects.get()
    hour_ago = timezone.now() - timedelta(hours=1, seconds=1)
    ImportRun.objects.update(created_at=hour_ago)
    run_waiting()
    run.refresh_from_db()
    assert (run.state, Comment.objects.count()) == (State.FAILED, 0)
    assert "Quá một giờ" in run.told
    ImportRun.objects.update(ended_at=hour_ago)
    run_waiting()
    run.refresh_from_db()
    assert run.content is None
    ImportRun.objects.update(ended_at=timezone.now() - timedelta(days=31))
    run_waiting()
    assert not ImportRun.objects.exists()


def test_a_run_by_itself_gives_up_no_copy_of_a_page(staff: Client) -> None:
    confirmed = seen(staff, LARGE)
    assert not is_purged_by(lambda: staff.post(PAGE, confirmed))


def test_the_form_asks_as_much_beside_many_runs_as_beside_one(
    staff: Client, moderator: User, django_assert_num_queries: Any
) -> None:
    def make(count: int) -> None:
        for number in range(count):
            ImportRun.objects.create(
                key=f"{count}-{number}", loads="comments.Comment", by=moderator, state=State.DONE
            )

    from django.test.utils import CaptureQueriesContext

    make(1)
    staff.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        staff.get(PAGE)
    make(20)
    with django_assert_num_queries(len(few)):
        assert text_of(staff.get(PAGE)).count(f'href="{PAGE}') == 5
