"""Facts asked once in a generation: never older than a page, never shared with a transaction of one's own."""

import pytest
from django.db import transaction

from hanoi_portal.page_cache import store
from hanoi_portal.page_cache.facts import Facts
from hanoi_portal.page_cache.purging import purge


@pytest.fixture
def asked(transactional_db: None) -> tuple[Facts[str], list[str]]:
    """Facts of which everyone is what was asked for, and the keys that were asked."""
    keys: list[str] = []

    def ask(key: str) -> str | None:
        keys.append(key)
        return key.upper() if key != "không có" else None

    return Facts(ask), keys


def test_a_fact_is_asked_once_in_a_generation(asked: tuple[Facts[str], list[str]]) -> None:
    facts, keys = asked
    assert [facts.get("a"), facts.get("b"), facts.get("a")] == ["A", "B", "A"]
    assert keys == ["a", "b"]
    purge()
    assert facts.get("a") == "A"
    assert keys == ["a", "b", "a"]


def test_what_is_not_there_is_asked_each_time(asked: tuple[Facts[str], list[str]]) -> None:
    facts, keys = asked
    assert [facts.get("không có"), facts.get("không có")] == [None, None]
    assert len(keys) == 2


def test_a_transaction_sees_what_it_wrote(asked: tuple[Facts[str], list[str]]) -> None:
    facts, keys = asked
    facts.get("a")
    with transaction.atomic():
        facts.get("a")
        facts.get("a")
    assert len(keys) == 3


def test_without_the_store_nothing_is_kept(
    asked: tuple[Facts[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    facts, keys = asked
    facts.get("a")
    monkeypatch.setattr(store.generation, "known", lambda: None)
    facts.get("a")
    facts.get("a")
    assert len(keys) == 3


def test_a_fact_asked_before_a_change_does_not_outlive_it(transactional_db: None) -> None:
    """The change comes while the question is under way: its answer belongs to the generation before."""
    answers = iter(["cũ", "mới"])

    def ask(_key: str) -> str:
        answer = next(answers)
        if answer == "cũ":
            purge()
        return answer

    facts = Facts(ask)
    assert [facts.get("a"), facts.get("a"), facts.get("a")] == ["cũ", "mới", "mới"]
