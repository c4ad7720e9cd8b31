"""Receipt codes and phone numbers: pure functions, tried with whatever people type."""

import string
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from comments import limits
from comments.phone import normalize_phone
from comments.receipts import ALPHABET, LENGTH, hash_code, make_code, read_code

BODY = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_a_code_is_short_to_copy_and_read_back() -> None:
    codes = [make_code() for _ in range(200)]
    assert len(set(codes)) == 200
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4, 4, 4]
        assert not set(code) & set("ILO01")
        assert read_code(code) == code.replace("-", "")


def test_any_single_wrong_character_is_noticed() -> None:
    code = make_code().replace("-", "")
    for place in range(LENGTH):
        for char in ALPHABET:
            if char != code[place]:
                assert read_code(code[:place] + char + code[place + 1 :]) is None


def test_any_two_exchanged_characters_are_noticed() -> None:
    code = make_code().replace("-", "")
    for first in range(LENGTH):
        for second in range(first + 1, LENGTH):
            typed = list(code)
            typed[first], typed[second] = typed[second], typed[first]
            assert (read_code("".join(typed)) is None) == (code[first] != code[second])


@given(st.text())
def test_reading_a_code_never_fails_whatever_is_typed(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))


@given(BODY)
def test_the_hash_is_of_the_code_however_it_is_shown(bare: str) -> None:
    shown = f"{bare[:4]}-{bare[4:8]}-{bare[8:]}"
    assert hash_code(shown) == hash_code(bare)
    assert len(hash_code(bare)) == 64
    assert set(hash_code(bare)) <= set(string.hexdigits)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912345678", "+84912345678"),
        ("0912 345 678", "+84912345678"),
        ("091.234.5678", "+84912345678"),
        ("(091) 234-5678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("+84 (0)912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("０９１２３４５６７８", "+84912345678"),
        ("024 3825 3536", "+842438253536"),
        ("+1 202-555-0143", "+12025550143"),
        ("+81 3 1234 5678", "+81312345678"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_numbers_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalize_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "0123456789",  # the old eleven-digit prefixes are gone since 2018
        "091234567",
        "09123456789",
        "0512345678",
        "912345678",
        "+84123",
        "+0912345678",
        "12345",
        "không có",
        "0912345678; DROP TABLE",
        "٠٩١٢٣٤٥٦٧٨x",
        "",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert normalize_phone(typed) is None


@given(st.text(max_size=40))
def test_a_number_is_either_refused_or_e164(typed: str) -> None:
    number = normalize_phone(typed)
    assert number is None or (number[0] == "+" and number[1:].isascii() and number[1:].isdigit())
    assert number is None or 8 <= len(number) <= 16


# --- networks -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.5", "203.0.113.0/24"),
        ("", "?"),
    ],
)
def test_a_network_is_a_street_and_not_a_house(address: str, network: str) -> None:
    assert limits.network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network


def test_only_a_keyed_hash_of_a_network_is_kept() -> None:
    key = limits._key("posts", 1, "203.0.113.0/24")
    assert "203.0.113" not in key
    assert key != limits._key("posts", 2, "203.0.113.0/24")
    assert key != limits._key("codes", 1, "203.0.113.0/24")


def test_while_the_shared_cache_is_away_each_process_counts_for_itself(settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "hanoi_portal.cache.TolerantRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    settings.COMMENT_LIMITS = settings.COMMENT_LIMITS | {"posts": 2}
    one, other = (
        RequestFactory().get("/", REMOTE_ADDR=each) for each in ("203.0.113.7", "198.51.100.7")
    )
    assert [limits.is_within("posts", one) for _ in range(4)] == [True, True, False, False]
    assert limits.is_within("posts", other)
    assert limits.is_within("lookups", one)


def test_counts_of_an_earlier_window_are_forgotten() -> None:
    counts = limits._OwnCounts()
    assert [counts.count("a", 1), counts.count("a", 1), counts.count("a", 2)] == [1, 2, 1]
