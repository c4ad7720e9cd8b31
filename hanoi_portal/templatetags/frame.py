"""The frame's tags and filters: icons, style sheets, dates and numbers as Vietnamese write them, states, fields.

`{% load frame %}` gives every template all of them; the living style guide at /phong-cach/ shows each.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from zlib import crc32

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .. import english
from ..field_parts import field_errors, field_parts
from ..moments import moment, vn_date, vn_datetime, vn_number
from ..registry import Card, registry

register = template.Library()

MAIN_SECTIONS = ("/huong-dan/", "/ke-hoach/", "/van-ban/", "/can-bo/")
SVG = "{http://www.w3.org/2000/svg}"
SHEETS_WITH_FACE = {"main", "admin"}
FACE_SHEET = "css/built/face.css"
FONT_FILES = ("fonts/be-vietnam-pro-400.woff2", "fonts/be-vietnam-pro-600.woff2")


# --- files --------------------------------------------------------------------------------------
@lru_cache(maxsize=32)
def is_built(name: str) -> bool:
    """Whether `build_assets` has made a file; asked of the disk once, for it is made before the portal starts."""
    return finders.find(name) is not None


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    """Link a style sheet: the built file where `build_assets` has made it; else, and under DEBUG, its source."""
    built = f"css/built/{name}.css"
    if not settings.DEBUG and is_built(built):
        paths = [built]
    elif name in SHEETS_WITH_FACE and is_built(FACE_SHEET):
        paths = [FACE_SHEET, f"css/{name}.css"]
    else:
        paths = [f"css/{name}.css"]
    return format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((static(path),) for path in paths)
    )


@register.simple_tag
def font_preload() -> SafeString:
    """Ask for the text face early, so that the first paint already has it; nothing where it was not built."""
    return format_html_join(
        "\n",
        '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>',
        ((static(name),) for name in FONT_FILES if is_built(name)),
    )


@lru_cache(maxsize=1)
def _icons() -> dict[str, tuple[str, str]]:
    """Read our icons from their one file: name -> (viewBox, drawing)."""
    path = Path(settings.BASE_DIR, "static", "img", "icons.svg")
    ElementTree.register_namespace("", SVG[1:-1])
    icons = {}
    for symbol in ElementTree.parse(path).getroot().iter(f"{SVG}symbol"):
        drawing = "".join(ElementTree.tostring(part, "unicode").strip() for part in symbol)
        icons[symbol.attrib["id"]] = (
            symbol.attrib["viewBox"],
            drawing.replace(f' xmlns="{SVG[1:-1]}"', ""),
        )
    return icons


@register.simple_tag
def icon(name: str, label: str = "", css: str = "icon") -> SafeString:
    """Draw one of our icons; without a label it is decoration and hidden from screen readers."""
    box, drawing = _icons()[name]
    said = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="{}" viewBox="{}" {}>{}</svg>', css, box, said, mark_safe(drawing)
    )


# --- words said more than once -------------------------------------------------------------------
@register.simple_block_tag
def capture(content: SafeString) -> SafeString:
    """Keep what a block says for what else says it: `{% capture as page_title %}{% block title %}…{% endcapture %}`."""
    return content


# --- languages ----------------------------------------------------------------------------------
@register.simple_tag
def other_language(request: HttpRequest | None) -> english.OtherLanguage | None:
    """Return this page in the other language: code, name, path; None where it is not offered."""
    return english.other_language(request) if request else None


@register.filter
def in_language(path: str) -> str:
    """Write an address of ours in the language of this page, where it is offered in it."""
    return english.in_language(path)


# --- dates and numbers --------------------------------------------------------------------------
register.filter(vn_datetime)
register.filter(vn_date)
register.filter(vn_number)
register.simple_tag(moment)


@register.filter
def vn_percent(part: float, whole: float) -> str:
    """Write a share of a whole, rounded down so that 100% means all: 43%."""
    return f"{percent_of(part, whole)}%"


@register.filter
def percent_of(part: float, whole: float) -> int:
    """Return the share in whole percents, rounded down; 0 of 0 is 0."""
    return int(part * 100 // whole) if whole else 0


@register.filter
def main_section(path: str | None) -> str:
    """Return where in the main navigation an address lies: a section's own page, "…" after it below it, or nowhere."""
    text = str(path)
    section = next((each for each in MAIN_SECTIONS if text.startswith(each)), "")
    return section if text == section else section and f"{section}…"


# --- states -------------------------------------------------------------------------------------
class Look(NamedTuple):
    """How a state is shown: a tone (class tag--<tone>) and a shape (an icon that differs in black and white)."""

    tone: str
    shape: str


LOOKS: Mapping[str, Look] = {
    "draft": Look("", "shape-empty"),
    "none": Look("", "shape-empty"),
    "issued": Look("", "shape-ring"),
    "pending": Look("", "shape-ring"),
    "acknowledged": Look("info", "shape-quarter"),
    "in_progress": Look("warning", "shape-half"),
    "doing": Look("warning", "shape-half"),
    "returned": Look("warning", "shape-back"),
    "unknown": Look("warning", "shape-question"),
    "reported": Look("info", "shape-most"),
    "claimed": Look("info", "shape-most"),
    "completed": Look("success", "shape-full"),
    "done": Look("success", "shape-full"),
    "published": Look("success", "shape-full"),
    "sent": Look("success", "shape-full"),
    "overdue": Look("danger", "shape-late"),
    "late": Look("danger", "shape-late"),
    "declined": Look("danger", "shape-cross"),
    "failed": Look("danger", "shape-cross"),
    "recalled": Look("", "shape-cross"),
    "withdrawn": Look("", "shape-cross"),
    "expired": Look("", "shape-late"),
    "writing": Look("", "shape-empty"),
    "in_review": Look("warning", "shape-half"),
    "approved": Look("info", "shape-most"),
    "scheduled": Look("info", "shape-quarter"),
    "in_force": Look("success", "shape-full"),
    "partly": Look("warning", "shape-half"),
    "ended": Look("danger", "shape-cross"),
    "upcoming": Look("info", "shape-quarter"),
}


@register.simple_tag
def state_tag(state: str, word: str) -> SafeString:
    """Show a state as colour, shape and word; `word` is what a reader calls it."""
    look = LOOKS.get(state, Look("", "shape-ring"))
    return format_html(
        '<span class="tag{}">{}{}</span>',
        f" tag--{look.tone}" if look.tone else "",
        icon(look.shape, css="tag__shape"),
        word,
    )


@register.simple_tag
def state_shape(state: str, css: str = "tile__shape") -> SafeString:
    """Draw the shape of a state alone, where its word stands nearby."""
    return icon(LOOKS.get(state, Look("", "shape-ring")).shape, css=css)


# --- progress -----------------------------------------------------------------------------------
@register.inclusion_tag("components/_stack_bar.html")
def stack_bar(parts: Iterable[Mapping[str, Any]], label: str, total: int = 0) -> dict[str, Any]:
    """Draw one bar of several parts; each part has `key` (done, reported, doing, late, none), `word`, `count`."""
    rows = [dict(part) for part in parts]
    whole = total or sum(int(row["count"]) for row in rows)
    start = 0.0
    for row in rows:
        width = 100 * int(row["count"]) / whole if whole else 0.0
        row["x"], row["width"] = f"{start:.3f}", f"{width:.3f}"
        start += width
    return {
        "parts": rows,
        "label": label,
        "total": whole,
        "hatch": f"vach-{crc32(repr([label, *rows]).encode()):x}",
    }


@register.simple_tag
def tile_legend(tiles: Iterable[Any]) -> list[dict[str, Any]]:
    """Count a tile map's tiles by state, in the order a reader looks for them; `word` is the state's own."""
    rows: dict[str, dict[str, Any]] = {}
    for tile in tiles:
        state = _of(tile, "state")
        row = rows.setdefault(state, {"state": state, "word": _of(tile, "word"), "count": 0})
        row["count"] += 1
    order = ("done", "reported", "doing", "late", "none")
    return sorted(rows.values(), key=lambda row: order.index(row["state"]))


def _of(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, Mapping) else getattr(thing, name)


@register.inclusion_tag("components/_progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """Draw how much of a whole is done, with the same in words."""
    return {"done": done, "total": total, "label": label, "percent": percent_of(done, total)}


# --- forms --------------------------------------------------------------------------------------
@register.simple_tag
def field(bound: BoundField, autocomplete: str = "", limit: int = 0) -> SafeString:
    """Show one form field in full: label, hint, control, counted limit and error, tied together for screen readers.

    `autocomplete` is the purpose of the field as HTML names it; `limit` overrides the field's own max_length.
    """
    return SafeString(
        render_to_string("components/_field.html", field_parts(bound, autocomplete, limit))
    )


@register.inclusion_tag("components/_error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """Say above the form what must be put right, each line a link to its field."""
    return {
        "form": form,
        "rows": [(bound, field_errors(bound)) for bound in form.visible_fields() if bound.errors],
    }


@register.inclusion_tag("components/_form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Show the summary of errors and every field of a form, in order."""
    return {"form": form}


# --- the staff's first page ---------------------------------------------------------------------
@register.simple_tag
def dashboard_cards(user: Any) -> list[Card]:
    """Return what the apps want this person to see first."""
    return registry.cards(user)
