"""HTML that an editor wrote: cleaned by an allow-list, and its plain text. The one place where HTML is judged.

What CKEditor sends is cleaned when it is saved and once more when it is printed (see docs/decisions/0006-ckeditor.md).
"""

import html
import re

import nh3

from .text import clean_paragraphs

# Where editors' pictures are served from: a reader's browser asks nobody but us.
PICTURES = "/tep/public/"

_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "blockquote"),
    *("strong", "b", "em", "i", "u", "s", "sub", "sup", "abbr"),
    *("a", "img", "figure", "figcaption"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
# Parsers disagree about what is inside these: unlike other tags that are not allowed, they go with all of it. So does
# what Word's "track changes" took out (del): its author believes it gone.
_DROPPED_WHOLE = {
    "del",
    *("script", "style", "svg", "math", "title", "textarea", "noscript", "template"),
    *("iframe", "object", "embed", "select", "xmp", "noembed", "noframes", "plaintext"),
}
_BLOCK_END = re.compile(
    r"</(?:p|h[1-6]|li|blockquote|figcaption|caption|th|td|tr|div)\s*>|<(?:br|hr)\b[^>]*>", re.I
)
_EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|<br>)*</p>\n?")
_NUMBER = re.compile(r"[0-9]{1,4}")
_HEADING = re.compile(r"<(/?)h([1-6])\b", re.I)
_LINK_NOWHERE = re.compile(r"<a\b(?![^>]*\bhref=)[^>]*>(.*?)</a>", re.S)
_LOOSE_BREAK = re.compile(r"(</(?:p|h[2-4]|ul|ol|table|blockquote)>)\s*(?:<br>\s*)+")
# Google Docs wraps all that is copied into a <b> that is not bold.
_GOOGLE_WRAPPER = re.compile(r"<b\b[^>]{0,300}?\bid=.?docs-internal-guid[^>]{0,300}>", re.I)


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        return value if value.startswith(PICTURES) and ".." not in value else None
    if attribute == "href":
        # Nothing in an article has a name to jump to: Word's footnotes, its table of contents.
        return None if value.startswith("#") or "#_" in value else value
    if attribute in {"width", "height", "colspan", "rowspan", "start"}:
        return value if _NUMBER.fullmatch(value) else None
    return value


def printable_html(value: str) -> str:
    """Return the HTML with nothing in it but what an article may have; safe to print as it is."""
    return nh3.clean(
        value,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_attribute,
        set_tag_attribute_values={"img": {"loading": "lazy"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _below_the_title(value: str) -> str:
    """Return the HTML with its headings between 2 and 4: level 1, where a Word text begins, is the article's title."""
    found = [int(level) for _slash, level in _HEADING.findall(value)]
    step = int(1 in found)
    return _HEADING.sub(lambda tag: f"<{tag[1]}h{min(int(tag[2]) + step, 4)}", value)


def clean_html(value: str) -> str:
    """Return what is stored: allowed HTML, its text cleaned, headings in their place, no empty paragraph or idle link.

    HTML of which a reader would see nothing comes back empty, so that "required" means it.
    """
    bare = _GOOGLE_WRAPPER.sub("", clean_paragraphs(value))
    allowed = _LINK_NOWHERE.sub(r"\1", printable_html(_below_the_title(bare)))
    # Characters written as entities (&#8203;) exist only now. Taking them out could join what they kept
    # apart ("java&#8203;script:"), so the result is judged once more.
    text = clean_paragraphs(allowed.replace("&nbsp;", " "))
    cleaned = _EMPTY_PARAGRAPH.sub("", printable_html(text))
    cleaned = _LOOSE_BREAK.sub(r"\1", cleaned).strip()
    return cleaned if plain_text(cleaned) or "<img" in cleaned else ""


def plain_text(value: str) -> str:
    """Return the HTML's words alone, a line for each block."""
    bare = nh3.clean(
        _BLOCK_END.sub("\n", value), tags=set(), clean_content_tags=_DROPPED_WHOLE, attributes={}
    )
    lines = (" ".join(line.split()) for line in html.unescape(bare).split("\n"))
    return clean_paragraphs("\n".join(line for line in lines if line))
