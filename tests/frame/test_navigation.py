"""The main navigation stays on one line of a small phone, in both languages, with the page's own word in bold."""

from typing import Any

import pytest

from deploy.prepare import compile_translations

ROWS = """() => new Set([...document.querySelectorAll(".site-nav a")].map(
  (link) => Math.round(link.getBoundingClientRect().top))).size"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 360, 375, 390])
def test_the_navigation_is_one_line(page: Any, live_server: Any, width: int) -> None:
    compile_translations()
    page.set_viewport_size({"width": width, "height": 700})
    for path in ("/", "/huong-dan/", "/ke-hoach/", "/van-ban/", "/en/", "/en/van-ban/"):
        page.goto(f"{live_server.url}{path}")
        assert page.evaluate(ROWS) == 1, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
