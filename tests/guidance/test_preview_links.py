"""Preview links: an outside reader sees the text, answers, and the editor is told; then it opens no more."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from guidance import actions, mails, preview_links
from guidance.actions.preview import (
    MOST_ANSWERS,
    answer_preview,
    make_preview_link,
    revoke_preview_link,
)
from guidance.models import Article, PreviewLink
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.logs import MaskingFormatter
from hanoi_portal.models import HistoryEntry, OutgoingMail
from hanoi_portal.uploads import check
from tests.factories import make_article, make_upload, make_user, sign_in
from tests.factories import make_preview_link as linked

pytestmark = pytest.mark.django_db

LIST = "/quan-tri/guidance/article/"


def test_the_link_shows_the_text_that_readers_do_not_get(client: Client) -> None:
    editor = make_user("editor")
    article = make_article(body="<p>Chữ cũ.</p>")
    article.body = "<p>Chữ đang viết.</p>"
    actions.write_article(article, by=editor, changed=["body"])
    link = make_preview_link(article, by=editor, days=3)
    answer = client.get(preview_links.path_of(link))
    page = answer.content.decode()
    assert "Chữ đang viết." in page
    assert "noindex" in page
    assert not answer.cookies
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "Chữ cũ." in client.get(article.get_absolute_url()).content.decode()


def test_the_preview_says_whether_readers_see_the_same(client: Client) -> None:
    article, editor = make_article(state="draft"), make_user("editor")
    link = make_preview_link(article, by=editor, days=3)
    sign_in(client, editor)
    addresses = (preview_links.path_of(link), f"{LIST}{article.pk}/xem-truoc/")
    for address in addresses:
        assert "Người đọc chưa thấy bản này." in client.get(address).content.decode()
    actions.publish_article(article, by=make_user("publisher"))
    for address in addresses:
        assert "Người đọc đang thấy đúng bản này." in client.get(address).content.decode()


def test_an_outside_reader_answers_and_the_editor_is_told(client: Client) -> None:
    editor = make_user("editor")
    article = make_article(state="draft", published_at=None)
    link = make_preview_link(article, by=editor, days=3)
    address = preview_links.path_of(link)
    answer = client.post(address, {"name": "Nguyễn Thị Hoa", "text": "Câu hai khó hiểu."})
    assert answer.status_code == 302
    assert "Đã gửi góp ý" in client.get(answer["Location"]).content.decode()
    remark = article.remarks.get()
    assert (remark.author_name, remark.is_outside, remark.author) == ("Nguyễn Thị Hoa", True, None)
    entry = HistoryEntry.objects.about(article).get(verb="remark_outside")
    assert (entry.via, entry.actor_name) == ("link", "Nguyễn Thị Hoa (người đọc ngoài)")
    mail = OutgoingMail.objects.get(kind=mails.EDITORIAL)
    assert mail.recipients == [editor.email]
    assert "Câu hai khó hiểu." in mails.render(mail.about_id or 0).text
    sign_in(client, editor)
    page = client.get(f"{LIST}{article.pk}/change/").content.decode()
    assert "Câu hai khó hiểu." in page
    assert "người đọc ngoài" in page


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": " ", "text": "Góp ý."}, "name"),
        ({"name": "Hoa", "text": "\u200b"}, "text"),
        ({"name": "Hoa", "text": "a" * 3001}, "text"),
        ({"name": "a" * 101, "text": "Góp ý."}, "name"),
    ],
)
def test_a_wrong_answer_is_explained_and_what_was_typed_stays(
    client: Client, data: dict[str, str], field: str
) -> None:
    answer = client.post(preview_links.path_of(linked()), data)
    assert answer.status_code == 200
    assert list(answer.context["outside"]["form"].errors) == [field]
    assert data["name"].strip() in answer.content.decode()


def test_a_link_opens_no_more_when_its_time_is_over_or_it_is_revoked(client: Client) -> None:
    editor = make_user("editor")
    over = linked(opens_until=timezone.now() - timedelta(seconds=1))
    revoked = linked()
    revoke_preview_link(revoked, by=editor)
    for link in (over, revoked):
        for answer in (
            client.get(preview_links.path_of(link)),
            client.post(preview_links.path_of(link), {"name": "Hoa", "text": "Góp ý."}),
        ):
            assert answer.status_code == 410
            assert "không còn mở được" in answer.content.decode()
        with pytest.raises(StaleState):
            answer_preview(link, name="Hoa", text="Góp ý.")
    with pytest.raises(StaleState):
        revoke_preview_link(revoked, by=editor)


def test_nothing_but_the_whole_token_opens(client: Client) -> None:
    link = linked()
    path = preview_links.path_of(link)
    token = path.split("/")[-2]
    key, _dot, signature = token.partition(".")
    for odd in (
        key,
        f"{key}.",
        f"{key}.{signature[:-1]}",
        f"{linked().key.hex}.{signature}",
        "a.b",
    ):
        assert client.get(f"/huong-dan/xem-truoc/{odd}/").status_code == 404
    assert PreviewLink.objects.filter(key=link.key).exists()


def test_a_link_takes_so_many_answers_and_no_more(client: Client) -> None:
    link = linked(answers=MOST_ANSWERS - 1)
    address = preview_links.path_of(link)
    said = {"name": "Hoa", "text": "Góp ý."}
    assert client.post(address, said).status_code == 302
    answer = client.post(address, said)
    assert answer.status_code == 409
    assert "không nhận thêm" in answer.content.decode()
    assert link.article.remarks.count() == 1


def test_only_who_writes_makes_and_revokes_links() -> None:
    article = make_article()
    with pytest.raises(NotAllowed):
        make_preview_link(article, by=make_user("coordinator"), days=3)
    with pytest.raises(NotAllowed):
        revoke_preview_link(linked(article), by=make_user("administrator"))
    for days in (0, 31):
        with pytest.raises(DomainError):
            make_preview_link(article, by=make_user("editor"), days=days)


def test_links_are_made_shown_and_revoked_in_the_admin(client: Client) -> None:
    article = make_article(state="draft", published_at=None)
    sign_in(client, make_user("editor"))
    page = f"{LIST}{article.pk}/lien-ket-xem-truoc/"
    assert page in client.get(f"{LIST}{article.pk}/change/").content.decode()
    assert client.post(page, {"days": "2"}).status_code == 200, "not one of the choices"
    shown = client.post(page, {"days": "7"}, follow=True).content.decode()
    link = PreviewLink.objects.get()
    assert preview_links.path_of(link) in shown
    other = make_article()
    assert client.post(f"{LIST}{other.pk}/lien-ket-xem-truoc/{link.pk}/huy/").status_code == 404
    shown = client.post(f"{page}{link.pk}/huy/", follow=True).content.decode()
    assert "Chưa có liên kết nào đang mở" in shown
    assert "Đã hủy liên kết" in shown


def test_the_token_stays_out_of_the_logs_and_of_the_database() -> None:
    link = linked()
    path = preview_links.path_of(link)
    line = logging.LogRecord("x", logging.WARNING, "", 1, f"GET {path} 404", (), None)
    assert (
        MaskingFormatter("{message}", style="{").format(line) == "GET /huong-dan/xem-truoc/…/ 404"
    )
    signature = path.split(".")[-1].strip("/")
    assert signature not in str(PreviewLink.objects.filter(pk=link.pk).values())


def test_an_article_cannot_take_the_address_of_previews(client: Client) -> None:
    article = make_article(state="draft", published_at=None)
    sign_in(client, make_user("editor"))
    data = {
        **{name: getattr(article, name) for name in ("title", "summary", "body")},
        "category": article.category_id,
        "seen": article.edit_mark,
        "slug": "xem-truoc",
    }
    answer = client.post(f"{LIST}{article.pk}/change/", data)
    assert list(answer.context["adminform"].form.errors) == ["slug"]
    assert not Article.objects.filter(slug="xem-truoc").exists()


def test_the_link_opens_the_files_of_the_article_and_of_no_other(client: Client) -> None:
    editor, publisher = make_user("editor"), make_user("publisher")
    article, other = make_article(state="draft", published_at=None), make_article(state="draft")
    file, foreign = (
        actions.attach_file(each, check(make_upload("pdf", "so-tay.pdf")), by=publisher)
        for each in (article, other)
    )
    link = make_preview_link(article, by=editor, days=3)
    address = preview_links.path_of(link)
    assert f'href="{address}tep/{file.pk}/"' in client.get(address).content.decode()
    answer = client.get(f"{address}tep/{file.pk}/")
    assert b"".join(answer).startswith(b"%PDF")
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(f"{address}tep/{foreign.pk}/").status_code == 404
    assert client.get(f"/huong-dan/xem-truoc/abc/tep/{file.pk}/").status_code == 404
    assert client.get(file.get_absolute_url()).status_code == 404
    revoke_preview_link(link, by=editor)
    assert client.get(f"{address}tep/{file.pk}/").status_code == 404


def test_files_are_found_in_the_preview_of_a_text_whose_address_will_change(client: Client) -> None:
    publisher, article = make_user("publisher"), make_article(slug="dia-chi-cu")
    file = actions.attach_file(article, check(make_upload("pdf", "so-tay.pdf")), by=publisher)
    article.slug = "dia-chi-moi"
    actions.write_article(article, by=publisher, changed=["slug"])
    sign_in(client, publisher)
    page = client.get(f"{LIST}{article.pk}/xem-truoc/").content.decode()
    assert f'href="/huong-dan/dia-chi-cu/tep/{file.pk}/"' in page
