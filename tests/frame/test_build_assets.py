"""`manage.py build_assets`: small, repeatable, and honest when the font is missing."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from fontTools.ttLib import TTFont

from hanoi_portal.management.commands import build_assets
from tests.frame import budgets

SOURCES = Path(settings.BASE_DIR, "static")
TEMPLATES = Path(settings.BASE_DIR, "templates")


@pytest.fixture
def var_dir(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    """A VAR_DIR of the test's own."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path / "static"


def built() -> str:
    """Run the command; returns what it says."""
    said = io.StringIO()
    call_command("build_assets", stdout=said)
    return said.getvalue()


def test_both_weights_fit_their_budget_and_hold_all_of_vietnamese(var_dir: Path) -> None:
    built()
    files = list((var_dir / "fonts").glob("*.woff2"))
    assert len(files) == 2
    assert sum(path.stat().st_size for path in files) <= budgets.FONT_BYTES
    for path in files:
        with TTFont(path) as font:
            held = font.getBestCmap()
        assert all(ord(sign) in held for sign in "ẪễỘựỷĐđƠơƯưĂăÂâ₫…–“”" + "\u0301\u0323\u031b")


def test_a_second_build_changes_nothing(var_dir: Path) -> None:
    built()
    before = {path: path.stat().st_mtime_ns for path in var_dir.rglob("*.woff2")}
    assert "0 tệp vừa làm mới" in built()
    assert before == {path: path.stat().st_mtime_ns for path in var_dir.rglob("*.woff2")}


def test_a_changed_sheet_is_written_anew(var_dir: Path) -> None:
    built()
    (var_dir / "css" / "built" / "plan.css").write_text("cũ", "utf-8")
    assert "1 tệp vừa làm mới" in built()
    assert ".tile-map" in (var_dir / "css" / "built" / "plan.css").read_text("utf-8")


def test_built_sheets_import_nothing_and_name_only_files_that_exist(var_dir: Path) -> None:
    built()
    for name in build_assets.SHEETS:
        path = var_dir / "css" / "built" / f"{name}.css"
        css = path.read_text("utf-8")
        assert "@import" not in css
        assert "/*" not in css
        assert css.count("{") == css.count("}")
        for address in build_assets.re.findall(r'url\("(\.\.[^"]+)"\)', css):
            place = (path.parent / address).resolve()
            source = SOURCES / place.relative_to(var_dir.resolve())
            assert place.exists() or source.exists(), address


def test_each_sheet_is_built_and_linked_by_a_page() -> None:
    sheets = {
        path for path in (SOURCES / "css").glob("*.css") if "@import" in path.read_text("utf-8")
    }
    assert {path.stem for path in sheets} == set(build_assets.SHEETS)
    pages = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    assert [name for name in build_assets.SHEETS if f'stylesheet "{name}"' not in pages] == []


def test_without_the_font_package_pages_are_set_in_the_systems_face(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_assets, "FONT_PACKAGE", "khong_co_goi_nay")
    said = built()
    assert "phông chữ của hệ thống" in said
    assert not (var_dir / "fonts").exists()
    assert "woff2" not in (var_dir / "css" / "built" / "main.css").read_text("utf-8")


def test_our_one_module_fits_its_budget() -> None:
    assert (SOURCES / "js" / "portal.js").stat().st_size <= budgets.PUBLIC_MODULE_BYTES
