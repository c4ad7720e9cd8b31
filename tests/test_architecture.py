"""The arrows of the map: campaigns → guidance ← comments, all on the ground floor, and nothing back.

Read from the source, not from what happens to be imported: Python's imports, dotted names given to include(),
and the tags, partials and parents that templates load.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GROUND = "hanoi_portal"
APPS = ("guidance", "campaigns", "comments")
# Who may stand on whom.
ARROWS: dict[str, frozenset[str]] = {
    GROUND: frozenset({GROUND}),
    "guidance": frozenset({"guidance", GROUND}),
    "campaigns": frozenset({"campaigns", "guidance", GROUND}),
    "comments": frozenset({"comments", "guidance", GROUND}),
}
# The wiring: it names the apps (by string), so no app may hold on to it.
WIRING = frozenset(
    f"{GROUND}.{name}" for name in ("settings", "urls", "celery", "wsgi", "views", "account_urls")
)
# Below templates/, a folder of an app is the app's; these are everybody's, and the ground floor's.
COMMON_TEMPLATES = frozenset(
    {
        "account",
        "admin",
        "base.html",
        "captcha",
        "ckeditor",
        "components",
        "desk.html",
        "django",
        "errors",
        "hanoi_portal",
        "home.html",
        "mail",
        "mfa",
        "pages",
        "search.html",
        "styleguide",
    }
)


def python_files(app: str) -> Iterator[Path]:
    """The app's own modules."""
    yield from sorted((ROOT / app).rglob("*.py"))


def module_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, absolute, with its line; `from a import b` is both a and a.b."""
    module = module_of(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            yield node.lineno, base
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def wrong_imports(path: Path) -> list[str]:
    """What a file imports against the arrows, a line each."""
    app = module_of(path).partition(".")[0]
    found = []
    for line, name in imports_of(path):
        top = name.partition(".")[0]
        if (top in ARROWS and top not in ARROWS[app]) or (app != GROUND and name in WIRING):
            found.append(f"{path.relative_to(ROOT)}:{line} {app} → {name}")
    return sorted(set(found))


@pytest.mark.parametrize("app", ARROWS)
def test_imports_follow_the_arrows(app: str) -> None:
    assert [each for path in python_files(app) for each in wrong_imports(path)] == []


def test_there_are_three_apps_and_the_ground_floor() -> None:
    with_models = {path.parent.parent.name for path in ROOT.glob("*/migrations/__init__.py")}
    assert with_models == set(ARROWS)


@pytest.mark.parametrize("app", [GROUND, *APPS])
def test_wiring_names_other_apps_by_string_only_where_things_are_wired(app: str) -> None:
    """A dotted name in a string is an arrow too; only the wiring may draw it against the map."""
    allowed = {ROOT / GROUND / name for name in ("urls.py", "settings.py", "timetable.py")}
    pattern = re.compile(rf"^({'|'.join(ARROWS)})(\.\w+)+$")
    wrong = []
    for path in python_files(app):
        if path in allowed or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found = pattern.match(node.value)
                if found and found.group(1) not in ARROWS[app]:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value}")
    assert wrong == []


def template_files() -> list[Path]:
    """Every template of ours."""
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def owner_of(template: str) -> str:
    """The app whose template this is, by its first folder (or the second, below admin/)."""
    parts = template.split("/")
    first = parts[1] if parts[0] == "admin" and len(parts) > 2 else parts[0]
    return first if first in APPS else GROUND


def tag_libraries() -> dict[str, str]:
    """Which app each of our tag libraries belongs to."""
    return {
        path.stem: app
        for app in ARROWS
        for path in (ROOT / app / "templatetags").glob("*.py")
        if path.stem != "__init__"
    }


def test_every_folder_of_templates_belongs_to_somebody() -> None:
    tops = {path.name for path in (ROOT / "templates").iterdir()}
    assert tops - COMMON_TEMPLATES - set(APPS) == set()


def test_templates_load_and_include_along_the_arrows() -> None:
    libraries = tag_libraries()
    load = re.compile(r"{%-?\s*load\s+([^%]+?)\s*-?%}")
    reference = re.compile(r"{%-?\s*(?:include|extends)\s+[\"']([^\"']+)[\"']")
    wrong = []
    for path in template_files():
        name = str(path.relative_to(ROOT / "templates"))
        if path.suffix not in {".html", ".txt", ".xml"}:
            continue
        owner = owner_of(name)
        text = path.read_text(encoding="utf-8")
        for found in load.finditer(text):
            names = found.group(1).partition(" from ")[2] or found.group(1)
            for library in names.split():
                if library in libraries and libraries[library] not in ARROWS[owner]:
                    wrong.append(f"{name}: {{% load {library} %}} ({libraries[library]})")
        for found in reference.finditer(text):
            target = owner_of(found.group(1))
            if target not in ARROWS[owner]:
                wrong.append(f"{name}: {found.group(1)} ({target})")
    assert wrong == []


def test_every_partial_begins_by_listing_its_variables() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in template_files()
        if path.name.startswith("_")
        and not re.search(r"{%\s*comment|{#", "\n".join(path.read_text("utf-8").splitlines()[:3]))
    ]
    assert silent == []


def test_every_module_begins_by_saying_what_it_is_for() -> None:
    silent = [
        module_of(path)
        for app in ARROWS
        for path in python_files(app)
        if "migrations" not in path.parts
        and path.read_text(encoding="utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("module", "source", "is_wrong"),
    [
        ("guidance/views.py", "from campaigns.models import Plan", True),
        ("guidance/views.py", "import comments", True),
        ("comments/actions.py", "def f():\n    from campaigns import models", True),
        ("campaigns/views/desk.py", "from guidance import querysets", False),
        ("campaigns/views/desk.py", "from ...comments import x", True),
        ("campaigns/views/desk.py", "from hanoi_portal import settings", True),
        ("campaigns/views/desk.py", "from django.conf import settings", False),
        ("hanoi_portal/search.py", "from guidance.search import find", True),
        ("hanoi_portal/health.py", "from .celery import app", False),
    ],
)
def test_this_test_sees_a_wrong_arrow(
    module: str, source: str, is_wrong: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.test_architecture.ROOT", tmp_path)
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    assert bool(wrong_imports(path)) is is_wrong
