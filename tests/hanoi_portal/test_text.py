"""Characters are judged in one place: marks that pile up over other people's lines are cut, no language's own are."""

import unicodedata

import pytest

from hanoi_portal.text import clean_line, clean_paragraphs


@pytest.mark.parametrize(
    "piled",
    [
        "a" + "\u0301" * 10_000,
        "z" + "\u0489\u0300" * 900,
        "a\u200b" + "\u0301\u200b" * 500,
        "a" + "\u0301\u200d" * 500,
        "\u0628" + "\u064b" * 300,
        "a" + "\u0336" * 100 + "\nb" + "\u0336" * 100,
    ],
)
def test_marks_do_not_pile_up_over_the_lines_of_others(piled: str) -> None:
    cleaned = clean_paragraphs(piled)
    for line in cleaned.split("\n"):
        assert sum(unicodedata.category(char).startswith("M") for char in line) <= 4
    assert clean_paragraphs(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    ["Nguyễn Thị Mỹ Ẩn", "हिन्दी", "ภาษาไทย น้ำ", "שָׁלוֹם", "1️⃣ 👨‍👩‍👧", "x̂́ y"],
)
def test_what_people_write_stays_whole(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    for typed in (text, unicodedata.normalize("NFD", text)):
        assert clean_line(typed) == composed
