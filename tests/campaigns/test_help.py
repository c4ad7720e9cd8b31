"""Help for officers: short pages for everybody, and a guide on the desk until its reader closes it."""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from campaigns.help import TOPICS, Topic
from campaigns.models import Membership
from tests.factories import make_officer, make_unit, sign_in

pytestmark = pytest.mark.django_db
GUIDE = "Lần đầu vào đây?"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_each_topic_is_a_page_of_steps_with_a_picture_that_is_there(
    client: Client, topic: Topic
) -> None:
    page = client.get(f"/can-bo/tro-giup/{topic.slug}/")
    assert page.status_code == 200
    for step in topic.steps:
        assert str(step) in page.text
    assert finders.find(topic.picture.path)


def test_the_list_leads_to_every_topic(client: Client) -> None:
    text = client.get("/can-bo/tro-giup/").text
    assert all(f'href="/can-bo/tro-giup/{topic.slug}/"' in text for topic in TOPICS)


def test_an_unknown_topic_is_not_found(client: Client) -> None:
    assert client.get("/can-bo/tro-giup/khong-co/").status_code == 404


def test_the_guide_stays_until_it_is_closed_and_then_stays_away(client: Client) -> None:
    officer = make_officer(make_unit())
    sign_in(client, officer)
    assert GUIDE in client.get("/can-bo/").text
    assert GUIDE in client.get("/can-bo/").text
    assert client.post("/can-bo/tro-giup/da-ro/").status_code == 302
    assert GUIDE not in client.get("/can-bo/").text
    assert GUIDE not in sign_in(Client(), officer).get("/can-bo/").text


def test_closing_the_guide_closes_it_for_oneself_alone(client: Client) -> None:
    unit = make_unit()
    sign_in(client, make_officer(unit))
    colleague = make_officer(unit)
    client.post("/can-bo/tro-giup/da-ro/")
    assert GUIDE in sign_in(Client(), colleague).get("/can-bo/").text
    assert Membership.objects.get(user=colleague).guide_closed_at is None


def test_who_speaks_for_no_unit_gets_no_guide(client: Client) -> None:
    officer = make_officer(make_unit())
    Membership.objects.filter(user=officer).delete()
    sign_in(client, officer)
    assert GUIDE not in client.get("/can-bo/").text
