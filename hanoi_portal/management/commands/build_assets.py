"""`manage.py build_assets`: make what browsers load out of what we write. Safe and quick to run again.

Writes into VAR_DIR/static/, which STATICFILES_DIRS lists:
  fonts/be-vietnam-pro-400.woff2, -600.woff2   the text face, cut down to what Vietnamese and English need
  css/built/<sheet>.css                        each style sheet with its imports in one file
Without the font's package the portal is set in the system's own face, and the command says so.
"""

import importlib.util
import logging
import re
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

SHEETS = (
    "main", "home", "article", "form", "progress", "plan", "document", "about", "figures", "search", "desk",
    "styleguide", "admin",
)  # fmt: skip
SHEETS_WITH_FACE = {"main", "admin"}
FONT_PACKAGE = "fontpkg_be_vietnam_pro"
FONT_WEIGHTS = {400: "BeVietnamPro-Regular.ttf", 600: "BeVietnamPro-SemiBold.ttf"}
IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\);\n?')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

# Printable ASCII, Vietnamese in full (also as combining marks, for text in NFD), and the signs we use.
CHARACTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\u00a0§©«°±²³·»½×÷"
    + "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
    + "".join(map(chr, range(0x1EA0, 0x1EFA)))
    + "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
    + "–—‘’“”†•…‹›€₫−≈≤≥"
)

# Fallbacks drawn to the measures of our face, so that a page set in them breaks its lines where ours would: a family
# of tokens.css, the weight, the names under which systems keep the font, and the mean advance of ours over theirs,
# measured over a Vietnamese article. Our ascent is 100 % and our descent 26.5 % of the size.
FALLBACKS = (
    ("Portal Arial", 400, ("Arial", "Liberation Sans", "Helvetica Neue"), 1.084),
    ("Portal Arial", 600, ("Arial Bold", "Liberation Sans Bold", "Helvetica Neue Bold"), 1.030),
    ("Portal Roboto", 400, ("Roboto",), 1.097),
    ("Portal Roboto", 600, ("Roboto Bold",), 1.104),
    ("Portal DejaVu", 400, ("DejaVu Sans",), 0.957),
    ("Portal DejaVu", 600, ("DejaVu Sans Bold",), 0.872),
)
FALLBACK_FACE = """\
@font-face { font-family: "%(family)s"; font-weight: %(weight)d; src: %(sources)s; size-adjust: %(size).1f%%;
  ascent-override: %(ascent).1f%%; descent-override: %(descent).1f%%; line-gap-override: 0%%; }
"""
FALLBACK_FACES = "".join(
    FALLBACK_FACE
    % {
        "family": family,
        "weight": weight,
        "sources": ", ".join(f'local("{name}")' for name in names),
        "size": 100 * ratio,
        "ascent": 100 / ratio,
        "descent": 26.5 / ratio,
    }
    for family, weight, names, ratio in FALLBACKS
)
# `optional`: text is never invisible and never changes face under the reader's eyes; a browser that had no time for the
# file on the first page has it on the second.
FACE = """\
@font-face { font-family: "Be Vietnam Pro"; font-weight: %(weight)s; font-display: optional;
  src: url("../../fonts/be-vietnam-pro-%(weight)d.woff2") format("woff2"); }
"""


class Command(BaseCommand):
    """Cut the font, join the style sheets."""

    help = "Làm phông chữ và gộp tệp CSS vào VAR_DIR/static (chạy lại bao nhiêu lần cũng được)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Build what is missing or older than its source, and say in a line what there is."""
        target = Path(settings.VAR_DIR, "static")
        has_font = self._build_fonts(target / "fonts")
        written = self._build_sheets(target / "css" / "built", has_font)
        self.stdout.write(
            f"Giao diện: {len(SHEETS)} tệp CSS ({written} tệp vừa làm mới), "
            + ("phông Be Vietnam Pro." if has_font else "phông chữ của hệ thống.")
        )

    def _build_fonts(self, folder: Path) -> bool:
        """Cut the weights we use; return whether they are there."""
        spec = importlib.util.find_spec(FONT_PACKAGE)
        if spec is None or spec.origin is None:
            self.stdout.write(
                "Chưa cài gói fontpkg-be-vietnam-pro: trang được hiển thị bằng phông chữ của hệ thống."
            )
            return False
        folder.mkdir(parents=True, exist_ok=True)
        for weight, name in FONT_WEIGHTS.items():
            source = Path(spec.origin).parent / "files" / name
            result = folder / f"be-vietnam-pro-{weight}.woff2"
            if not result.exists() or result.stat().st_mtime < source.stat().st_mtime:
                cut_font(source, result)
        return True

    def _build_sheets(self, folder: Path, has_font: bool) -> int:
        """Write each sheet as one file; return how many changed."""
        folder.mkdir(parents=True, exist_ok=True)
        source = Path(settings.BASE_DIR, "static", "css")
        faces = [FACE % {"weight": weight} for weight in FONT_WEIGHTS] if has_font else []
        face = squeeze("".join(faces) + FALLBACK_FACES)
        (folder / "face.css").write_text(face, "utf-8")  # for DEBUG, which uses the sheets' sources
        written = 0
        for name in SHEETS:
            css = join_sheet(source / f"{name}.css")
            if name in SHEETS_WITH_FACE:
                css = face + css
            result = folder / f"{name}.css"
            if not result.exists() or result.read_text("utf-8") != css:
                result.write_text(css, "utf-8")
                written += 1
        return written


def join_sheet(path: Path) -> str:
    """Return a sheet with its imports put in their places, comments and spare blanks left out."""

    def imported(match: re.Match[str]) -> str:
        inner = path.parent / match["path"]
        text = inner.read_text("utf-8")
        # A picture is named from the folder of its own sheet; the joined sheet lies in css/built/.
        return re.sub(r'url\("(?:\.\./)+img/', 'url("../../img/', text)

    return squeeze(IMPORT.sub(imported, path.read_text("utf-8")))


def squeeze(css: str) -> str:
    """Leave out comments and blanks that mean nothing; keeps every blank that may mean something."""
    css = COMMENT.sub("", css)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};]) ?", r"\1", css)
    css = re.sub(r"(?<=[\w\])]): (?=[^{}]*[;}])", ":", css)
    return css.replace(";}", "}").strip()


def cut_font(source: Path, result: Path) -> None:
    """Write the characters we need of a TrueType font as woff2 (about 11 KB)."""
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every glyph otherwise
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
    options.hinting = False
    options.name_IDs = [1, 2]
    options.notdef_outline = True
    part = result.with_suffix(".part")
    with closing(subset.load_font(str(source), options)) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=CHARACTERS)
        cutter.subset(font)
        subset.save_font(font, str(part), options)
    part.replace(result)
