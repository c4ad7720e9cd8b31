"""The newsroom's calendar: what will be shown, end, be looked at again or take effect, day by day."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from guidance import actions
from guidance.coming import coming
from guidance.models import Article
from tests.factories import make_article, make_document, make_user, sign_in

pytestmark = pytest.mark.django_db

CALENDAR = "/quan-tri/guidance/article/lich/"


def test_each_thing_stands_on_its_day_in_the_order_of_its_hour() -> None:
    now = timezone.localtime().replace(hour=6, minute=0, second=0, microsecond=0)
    now += timedelta(days=1)
    day = now.date() + timedelta(days=3)
    at = now + timedelta(days=3, hours=2)
    draft = make_article(state="draft", published_at=None, title="Tự đăng")
    Article.objects.filter(pk=draft.pk).update(stage="scheduled", publish_at=at)
    make_article(title="Hết", expires_at=at + timedelta(hours=1), review_on=day)
    late = make_article(title="Muộn", review_on=now.date() - timedelta(days=9))
    make_article(title="Xa", review_on=now.date() + timedelta(days=200))
    make_article(title="Đã rút", state="withdrawn", review_on=day)
    document = make_document(effective_on=day, status="upcoming")
    first, second = coming(now)
    assert (first.is_past, [each.title for each in first.events]) == (True, [late.title])
    assert second.on == day
    told = [(each.title, str(each.word)) for each in second.events]
    any_time = {("Hết", "Đến ngày xem lại"), (str(document), "Văn bản có hiệu lực")}
    assert set(told[:2]) == any_time
    assert told[2:] == [("Tự đăng", "Tự đăng"), ("Hết", "Hết hạn")]


def test_a_change_of_a_published_article_stands_there_by_its_new_title() -> None:
    publisher = make_user("publisher")
    article = make_article(title="Cũ", owner=publisher)
    article.title = "Mới"
    actions.write_article(article, by=publisher, changed=["title"])
    article = Article.objects.get(pk=article.pk)
    actions.schedule_article(article, by=publisher, at=timezone.now() + timedelta(days=2))
    ((event,),) = [day.events for day in coming(timezone.now())]
    assert (event.title, event.who) == ("Mới", str(publisher))
    assert str(event.word) == "Đăng nội dung thay đổi"


def test_the_calendar_is_a_page_that_costs_the_same_however_much_is_coming(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, make_user("editor"))
    assert "chưa có gì trong lịch" in client.get(CALENDAR).content.decode()
    for number in range(20):
        day = timezone.localdate() + timedelta(days=number)
        make_article(owner=make_user("editor"), review_on=day, title=f"Bài thứ {number}.")
    with django_assert_max_num_queries(10):
        page = client.get(CALENDAR).content.decode()
    assert page.count("Đến ngày xem lại</span>") == 20
    assert "hôm nay" in page
    assert CALENDAR in client.get("/quan-tri/guidance/article/").content.decode()
