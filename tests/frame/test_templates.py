"""What holds for every template: no inline script or style, each partial explains itself, errors need nothing."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import loader

from hanoi_portal.templatetags import frame

TEMPLATES = Path(settings.BASE_DIR, "templates")
ALL = sorted(TEMPLATES.rglob("*.html"))
# Mail programs drop style sheets, so a mail carries its styles itself.
PAGES = [path for path in ALL if "mail" not in path.relative_to(TEMPLATES).parts]
ERRORS = sorted((TEMPLATES / "errors").glob("*.html"))


def named(path: Path) -> str:
    """A template's name, for the report."""
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_no_page_carries_a_script_a_style_or_an_event_of_its_own(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", source)


@pytest.mark.parametrize("path", [path for path in ALL if path.name.startswith("_")], ids=named)
def test_a_partial_opens_with_a_comment_that_lists_its_variables(path: Path) -> None:
    opening = path.read_text("utf-8")[:600]
    assert re.match(r"(\{% load [^%]+%\})?\{% comment %\}\n", opening)
    assert "ariables" in opening or "No variables" in opening


@pytest.mark.parametrize("path", ALL, ids=named)
def test_every_icon_that_a_template_names_is_drawn(path: Path) -> None:
    for name in re.findall(r'{% icon "([\w-]+)"', path.read_text("utf-8")):
        assert frame.icon(name)


@pytest.mark.parametrize("path", ERRORS, ids=named)
def test_an_error_page_needs_no_database_no_request_and_no_context(path: Path) -> None:
    # Not marked with the database: a query would fail this test.
    html = loader.get_template(named(path)).render({})
    assert "<h1>" in html
    assert 'lang="vi"' in html
    assert "csrfmiddlewaretoken" not in html


def test_there_is_an_error_page_for_every_status_we_answer() -> None:
    assert {path.stem for path in ERRORS} == {"400", "403", "404", "429", "500", "503", "csrf"}
