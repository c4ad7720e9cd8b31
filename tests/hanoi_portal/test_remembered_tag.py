"""`{% remembered %}`: a part of a template is rendered once for what it shows, and anew as soon as that changes."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from guidance.models import Article
from hanoi_portal import fragments
from tests.factories import make_article

PART = Template(
    "{% load fragments %}{% remembered shown %}<p>{{ shown }} {{ hidden }}</p>{% endremembered %}"
)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A process that has just begun."""
    fragments.forget()


def rendered(shown: Any, hidden: str = "") -> str:
    return PART.render(Context({"shown": shown, "hidden": hidden}))


@pytest.mark.parametrize("shown", ["a", 1, ["a", "b"], ("a",), {"a": 1}, None, ""])
def test_a_part_is_rendered_once_for_its_keys(shown: Any) -> None:
    assert rendered(shown, "lần đầu") == rendered(shown, "lần sau")
    assert "lần sau" in rendered([shown, "khác"], "lần sau")


def test_each_language_has_its_own() -> None:
    rendered("a", "tiếng Việt")
    with override("en"):
        assert "English" in rendered("a", "English")


def test_two_parts_with_the_same_keys_are_two() -> None:
    other = Template(
        "<b></b>{% load fragments %}{% remembered shown %}<i>{{ shown }}</i>{% endremembered %}"
    )
    rendered("a")
    assert other.render(Context({"shown": "a"})) == "<b></b><i>a</i>"


def test_what_is_typed_stays_escaped() -> None:
    for _time in range(2):
        assert rendered("<script>") == "<p>&lt;script&gt; </p>"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Tiêu đề khác hẳn"),
        ("summary", "Tóm tắt khác hẳn."),
        ("body", "<p>Thân bài khác hẳn.</p>"),
        ("author_name", "Người viết khác hẳn"),
        ("source_name", "Nguồn khác hẳn"),
        ("change_note", "Thay đổi khác hẳn"),
    ],
)
def test_an_article_shows_at_once_what_has_changed(client: Client, field: str, value: str) -> None:
    article = make_article()
    address = article.get_absolute_url()
    assert "khác hẳn" not in client.get(address).content.decode()
    Article.objects.filter(pk=article.pk).update(**{field: value})
    assert "khác hẳn" in client.get(address).content.decode()


@pytest.mark.django_db
def test_an_article_shows_at_once_a_neighbour_that_came_or_was_renamed(client: Client) -> None:
    article = make_article()
    address = article.get_absolute_url()
    assert "Bài láng giềng" not in client.get(address).content.decode()
    neighbour = make_article(title="Bài láng giềng")
    assert "Bài láng giềng" in client.get(address).content.decode()
    Article.objects.filter(pk=neighbour.pk).update(title="Tên khác")
    page = client.get(address).content.decode()
    assert "Bài láng giềng" not in page
    assert "Tên khác" in page
