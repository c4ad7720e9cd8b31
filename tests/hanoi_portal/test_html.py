"""Cleaning what editors write."""

import pytest
from django.template import Context, Template

from hanoi_portal.html import clean_html, plain_text, printable_html


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<p onclick='alert(1)'>a</p>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>a</a>",
        "<a href='java&#8203;script:alert(1)'>a</a>",
        "<a href='java\u200bscript:alert(1)'>a</a>",
        "<a href='java&#10;script:alert(1)'>a</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
        "<svg><p><style><img src=x onerror=alert(1)></style></p></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>",
        "<title><img src=x onerror=alert(1)></title>",
        "<textarea><img src=x onerror=alert(1)></textarea>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<form action='https://other.example'><button>a</button></form>",
        "<p style='background:url(https://other.example)'>a</p>",
        "<base href='https://other.example/'>",
        "<meta http-equiv=refresh content='0;url=https://other.example'>",
    ],
)
def test_nothing_that_runs_or_calls_out_survives(attack: str) -> None:
    for cleaned in (clean_html(attack), printable_html(attack)):
        for trace in ("<script", "onerror", "onclick", "javascript:", "data:", "style", "<svg"):
            assert trace not in cleaned.lower()
        for tag in ("<math", "<title", "<textarea", "<noscript", "<iframe", "<form", "<base"):
            assert tag not in cleaned.lower()
        assert "other.example" not in cleaned


def test_what_an_article_needs_stays() -> None:
    body = (
        "<h2>Đầu đề</h2><p>Chữ <strong>đậm</strong>, <em>nghiêng</em>.</p><ul><li>một</li></ul>"
        '<table><tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr></tbody></table>'
        '<figure><img src="/tep/public/editor/anh.png" alt="Hồ Gươm" width="300" height="200">'
        "<figcaption>Hồ Gươm</figcaption></figure>"
    )
    cleaned = clean_html(body)
    for part in (
        "<h2>Đầu đề</h2>",
        "<strong>đậm</strong>",
        '<th scope="row">a</th>',
        '<td colspan="2">',
        'src="/tep/public/editor/anh.png"',
        'alt="Hồ Gươm"',
        "<figcaption>",
    ):
        assert part in cleaned


def test_pictures_come_from_us_alone() -> None:
    assert "src" not in clean_html('<p>a<img src="https://other.example/a.png" alt=""></p>')
    assert "src" not in clean_html('<p>a<img src="/tep/public/../rieng/a.png" alt=""></p>')


def test_links_keep_their_address_and_tell_nobody_where_they_were_followed() -> None:
    cleaned = clean_html('<p><a href="https://hanoi.gov.vn/" target="_blank">Thành phố</a></p>')
    assert 'href="https://hanoi.gov.vn/"' in cleaned
    assert 'rel="noopener noreferrer"' in cleaned
    assert "target" not in cleaned


def test_cleaning_twice_changes_nothing() -> None:
    once = clean_html("<p>Một &amp; hai &lt;ba&gt;</p><p>&nbsp;</p><p>bốn<br>năm</p>")
    assert clean_html(once) == once
    assert once == "<p>Một &amp; hai &lt;ba&gt;</p><p>bốn<br>năm</p>"


def test_letters_are_stored_as_composed_letters() -> None:
    assert clean_html("<p>s&aacute;ng tha\u0306\u0301ng</p>") == "<p>sáng thắng</p>"


@pytest.mark.parametrize(
    "nothing", ["", "<p></p>", "<p>&nbsp;</p>", "<p>\u200b</p>", "<p>&#8203;</p>"]
)
def test_html_of_which_nothing_is_seen_is_empty(nothing: str) -> None:
    assert clean_html(nothing) == ""


def test_a_picture_alone_is_something() -> None:
    assert clean_html('<p><img src="/tep/public/editor/a.png" alt="Hồ Gươm"></p>')


def test_plain_text_has_a_line_for_each_block() -> None:
    html = "<h2>Một</h2><ul><li>hai</li><li>ba &amp; bốn</li></ul><p>năm<br>sáu</p><svg>x</svg>"
    assert plain_text(html) == "Một\nhai\nba & bốn\nnăm\nsáu"


def test_the_filter_cleans_what_was_written_past_the_form() -> None:
    template = Template("{% load cleaned %}{{ body|cleaned_html }}")
    shown = template.render(Context({"body": "<p>a</p><script>alert(1)</script>"}))
    assert shown == "<p>a</p>"
