"""Files beside an article: sent in the admin, downloaded under an address that outlives each of them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from guidance.actions import attach_file, change_attachment, remove_attachment
from guidance.actions.attach import MOST
from guidance.forms.shelves import ArrangeForm
from guidance.models import Article, Attachment
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, StoredFile
from hanoi_portal.roles import COORDINATOR, EDITOR, PUBLISHER, ROLES
from hanoi_portal.uploads import check
from tests.factories import make_article, make_upload, make_user, sign_in

pytestmark = pytest.mark.django_db
ARRANGE = "/quan-tri/guidance/arrangedarticle/{}/change/"
STAFF = [role for role in ROLES if ROLES[role].is_staff]


def make_attachment(article: Article | None = None, name: str = "so-tay.pdf") -> Attachment:
    """Put a PDF beside an article."""
    article = article or make_article()
    return attach_file(article, check(make_upload("pdf", name)), by=make_user(PUBLISHER))


def posted(article: Article, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """What the admin page sends for these rows of files."""
    form: dict[str, Any] = {
        "tags": "",
        "documents": "",
        "related": "",
        "seen": ArrangeForm.mark_of(article),
        "attachments-TOTAL_FORMS": str(len(rows)),
        "attachments-INITIAL_FORMS": str(initial),
    }
    for number, row in enumerate(rows):
        form |= {f"attachments-{number}-{name}": value for name, value in row.items()}
    return form


# --- actions ------------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["draft", "published", "withdrawn"])
@pytest.mark.parametrize("role", STAFF)
def test_who_may_arrange_an_article_may_put_files_beside_it(role: str, state: str) -> None:
    article, user = make_article(state=state), make_user(role)
    file = check(make_upload("pdf", "so-tay.pdf"))
    if role == PUBLISHER or (role == EDITOR and state != "published"):
        attach_file(article, file, by=user, title="Sổ tay")
        assert article.attachments.get().title == "Sổ tay"
        return
    with pytest.raises(NotAllowed):
        attach_file(article, file, by=user)
    assert not StoredFile.objects.exists()


def test_another_file_takes_the_place_behind_the_same_address(client: Client) -> None:
    attachment = make_attachment(name="ban-1.pdf")
    address = attachment.get_absolute_url()
    change_attachment(
        attachment,
        by=make_user(PUBLISHER),
        title="Sổ tay, bản 2",
        position=1,
        file=check(make_upload("docx", "ban-2.docx")),
    )
    response = client.get(address)
    assert response.getvalue()
    assert response.status_code == 200
    assert "ban-2.docx" in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].startswith("attachment")
    verbs = HistoryEntry.objects.about(attachment.article).values_list("verb", flat=True)
    assert list(verbs) == ["attach_file", "change_attachment"]


def test_a_file_that_was_taken_away_is_gone_and_cannot_be_changed(client: Client) -> None:
    attachment, publisher = make_attachment(), make_user(PUBLISHER)
    address = attachment.get_absolute_url()
    other = Attachment.objects.get(pk=attachment.pk)
    remove_attachment(attachment, by=publisher)
    assert client.get(address).status_code == 404
    with pytest.raises(StaleState):
        change_attachment(other, by=publisher, title="x", position=1)


def test_an_article_has_no_more_files_than_it_may() -> None:
    article = make_article()
    for _ in range(MOST):
        make_attachment(article)
    with pytest.raises(DomainError, match=str(MOST)):
        make_attachment(article)
    assert StoredFile.objects.count() == MOST


# --- readers ------------------------------------------------------------------------------------
def test_the_article_lists_its_files_in_order_with_kind_and_weight(client: Client) -> None:
    article = make_article()
    second, first = make_attachment(article, "hai.pdf"), make_attachment(article, "mot.pdf")
    publisher = make_user(PUBLISHER)
    change_attachment(first, by=publisher, title="Thứ nhất", position=1)
    change_attachment(second, by=publisher, title="Thứ hai", position=2)
    page = client.get(article.get_absolute_url()).text
    section = page.split('id="tep-dinh-kem"')[1].split("</ul>")[0]
    assert section.index("Thứ nhất") < section.index("Thứ hai")
    assert f'href="{first.get_absolute_url()}"' in section
    assert "PDF, " in section


def test_an_article_without_files_has_no_heading_for_them(client: Client) -> None:
    assert "tep-dinh-kem" not in client.get(make_article().get_absolute_url()).text


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_the_file_of_an_article_that_is_not_published_is_for_its_editors_alone(
    client: Client, state: str
) -> None:
    address = make_attachment(make_article(state=state)).get_absolute_url()
    assert client.get(address).status_code == 404
    assert sign_in(Client(), make_user(COORDINATOR)).get(address).status_code == 404
    response = sign_in(Client(), make_user(EDITOR)).get(address)
    assert response.getvalue()
    assert response.status_code == 200


def test_a_file_is_found_only_under_its_own_article(client: Client) -> None:
    attachment = make_attachment()
    other = make_article()
    assert client.get(f"{other.get_absolute_url()}tep/{attachment.pk}/").status_code == 404


def test_files_add_no_query_to_the_article(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article()
    for _ in range(3):
        make_attachment(article)
    with django_assert_max_num_queries(5):
        assert client.get(article.get_absolute_url()).status_code == 200


# --- the admin ----------------------------------------------------------------------------------
def test_a_file_is_sent_renamed_replaced_and_taken_away_in_the_admin(client: Client) -> None:
    article = make_article()
    sign_in(client, make_user(PUBLISHER))
    where = ARRANGE.format(article.pk)
    new = {"title": "Sổ tay", "upload": make_upload("pdf", "so-tay.pdf"), "position": ""}
    assert client.post(where, posted(article, new)).status_code == 302
    attachment = article.attachments.get()
    row = {"id": attachment.pk, "article": article.pk, "title": "Sổ tay mới", "position": "3"}
    replaced = {**row, "upload": make_upload("xlsx", "bang.xlsx")}
    assert client.post(where, posted(article, replaced, initial=1)).status_code == 302
    attachment.refresh_from_db()
    assert (attachment.title, attachment.position) == ("Sổ tay mới", 3)
    assert attachment.stored.original_name == "bang.xlsx"
    assert (
        client.post(where, posted(article, {**row, "DELETE": "on"}, initial=1)).status_code == 302
    )
    assert not article.attachments.exists()


def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(client: Client) -> None:
    article = make_article()
    sign_in(client, make_user(PUBLISHER))
    row = {
        "title": "Sổ tay",
        "upload": SimpleUploadedFile("so-tay.pdf", b"<!doctype html><p>x</p>"),
        "position": "",
    }
    response = client.post(ARRANGE.format(article.pk), posted(article, row))
    assert response.status_code == 200
    assert "so-tay.pdf" in response.text
    assert 'value="Sổ tay"' in response.text
    assert not article.attachments.exists()


def test_a_row_with_a_name_and_no_file_asks_for_one(client: Client) -> None:
    article = make_article()
    sign_in(client, make_user(PUBLISHER))
    row = {"title": "Sổ tay", "position": ""}
    response = client.post(ARRANGE.format(article.pk), posted(article, row))
    assert response.status_code == 200
    assert "Xin chọn một tệp." in response.text
