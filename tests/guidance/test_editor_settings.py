"""CKEditor stays closed where it has holes (docs/decisions/0006-ckeditor.md)."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import make_user, sign_in

CONFIG = settings.CKEDITOR_CONFIGS["default"]


def test_its_own_filter_stays_on() -> None:
    assert set(settings.CKEDITOR_CONFIGS) == {"default"}
    for name in ("allowedContent", "extraAllowedContent", "fullPage", "protectedSource"):
        assert name not in CONFIG


def test_what_calls_out_or_shows_raw_html_is_removed() -> None:
    removed = set(CONFIG["removePlugins"].split(","))
    assert removed >= {"preview", "exportpdf", "scayt", "wsc", "flash", "iframe", "sourcearea"}
    buttons = {button for group in CONFIG["toolbar_article"] for button in group}
    assert not buttons & {"Source", "Preview", "ExportPdf", "Scayt", "Flash", "Iframe", "TextColor"}
    assert CONFIG["extra_plugins"] == ["image2"]


def test_letters_stay_letters() -> None:
    assert CONFIG["entities"] is False
    assert CONFIG["entities_latin"] is False


def test_only_pictures_are_taken() -> None:
    assert settings.CKEDITOR_ALLOW_NONIMAGE_FILES is False
    assert settings.CKEDITOR_IMAGE_BACKEND == "ckeditor_uploader.backends.PillowBackend"
    assert reverse("ckeditor_upload").startswith("/quan-tri/")
    assert reverse("ckeditor_browse").startswith("/quan-tri/")


def test_the_warning_is_answered_and_not_only_silenced() -> None:
    page = Path(settings.BASE_DIR, "docs", "decisions", "0006-ckeditor.md").read_text("utf-8")
    assert "ckeditor.W001" in settings.SILENCED_SYSTEM_CHECKS
    assert "ckeditor.W001" in page
    assert "CVE-2024-24815" in page
    for name in re.findall(r"`((?:guidance|templates|tests)/[\w/.]+)`", page):
        assert Path(settings.BASE_DIR, name).exists(), name


@pytest.mark.django_db
def test_the_editor_is_on_the_page_in_vietnamese(client: Client) -> None:
    sign_in(client, make_user("editor"))
    page = client.get("/quan-tri/guidance/article/add/").content.decode()
    assert "data-ckeditor-basepath" in page
    assert "&quot;language&quot;: &quot;vi&quot;" in page
    assert reverse("ckeditor_upload") in page
