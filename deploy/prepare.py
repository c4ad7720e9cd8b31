"""Brings the portal's own data up to date before it serves: database, assets, demonstration.

Runs inside `.venv`, once per `make run`, as one process: every step is quick when there is nothing to do.
"""

import hashlib
import io
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.environment import ROOT, SetupError, requirements_digest, say

# Of what django-ckeditor ships only what the portal uses is published: two of its seventy languages, and
# none of the add-ons that its settings switch off (some of them with known holes, or talking to third parties).
NOT_PUBLISHED = [
    "ckeditor/*/lang/[!ev]*",
    "ckeditor/*/lang/e[!n]*",
    "ckeditor/galleriffic",
    *(
        f"ckeditor/ckeditor/plugins/{name}"
        for name in ("preview", "exportpdf", "scayt", "wsc", "flash", "devtools", "mathjax")
    ),
]


def prepare() -> None:
    """Migrates, builds and collects the static files, compiles translations, loads the demonstration."""
    import django
    from django.conf import settings
    from django.core.checks import run_checks
    from django.core.management import call_command
    from django.db import OperationalError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_portal.settings")
    django.setup()

    errors = [message for message in run_checks() if message.is_serious()]
    if errors:
        raise SetupError("Cấu hình chưa đúng: " + " ".join(str(error.msg) for error in errors))

    database = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    say(f"→ Cập nhật cơ sở dữ liệu ({'PostgreSQL' if 'postgres' in database else 'SQLite'})")
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as problem:
        raise SetupError(f"Không dùng được cơ sở dữ liệu: {str(problem).strip()}") from None

    compile_translations()
    collect_static(Path(settings.VAR_DIR) / "run" / "static-stamp", Path(settings.STATIC_ROOT))
    call_command("setup_demo")


def compile_translations() -> None:
    """Compiles every catalogue that is newer than its compiled form, where msgfmt is there."""
    if shutil.which("msgfmt") is None:
        return
    for source in ROOT.glob("*/locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["msgfmt", "-o", str(compiled), str(source)], check=True)


def collect_static(stamp: Path, target: Path) -> None:
    """Builds the assets and collects the static files, unless nothing has changed since the last time."""
    from django.core.management import call_command

    digest = static_digest()
    if target.is_dir() and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    say("→ Chuẩn bị chữ, hình và các tệp tĩnh")
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it reports every glyph
    call_command("build_assets", stdout=io.StringIO())
    call_command(
        "collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=NOT_PUBLISHED
    )
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest, encoding="ascii")


def static_digest() -> str:
    """Changes when a static file of ours, what builds them, or a library changes."""
    digest = hashlib.sha256((requirements_digest("run") + repr(NOT_PUBLISHED)).encode())
    for path in _static_sources():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _static_sources() -> Iterator[Path]:
    yield from sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    yield ROOT / "hanoi_portal" / "static_storage.py"
    yield ROOT / "hanoi_portal" / "management" / "commands" / "build_assets.py"


if __name__ == "__main__":
    try:
        prepare()
    except SetupError as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
