"""Laying a letter out in plain text and HTML, once for all units that are told the same.

What differs from unit to unit stands in the templates as a mark that nobody can write, and is put in afterwards: a
plan given to 600 communes is laid out once and not 600 times. The facts are the key, so nothing old is ever sent.
"""

import secrets
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import escape

from . import sentences
from .facts import Facts

_SECRET = secrets.token_hex(8)
UNIT, DESK, LINK, SHEET = (f"{_SECRET}{name}" for name in ("unit", "desk", "link", "sheet"))


@dataclass(frozen=True)
class LaidOut:
    """Subject, text and HTML, the marks still in them."""

    subject: str
    text: str
    html: str

    def filled(self, values: dict[str, str]) -> tuple[str, str, str]:
        """Return all three with each mark replaced by its value, escaped in the HTML."""
        subject, text, html = self.subject, self.text, self.html
        for mark, value in values.items():
            subject = subject.replace(mark, value)
            text = text.replace(mark, value)
            html = html.replace(mark, escape(value))
        return subject, text, html


@lru_cache(maxsize=64)
def lay_out(facts: Facts) -> LaidOut:
    """Return what a letter says."""
    subject = sentences.subject(facts, UNIT)
    change = sentences.change(facts)
    signer = sentences.signer(facts)
    context = {
        "subject": subject,
        "change": change,
        "unit": {"name": UNIT},
        "plan": {**vars(facts.plan), "issuer": {"name": facts.plan.issuer}},
        "total": len(facts.rows),
        "groups": sentences.groups(facts),
        "grounds": sentences.grounds(facts.plan),
        "request": sentences.request(facts),
        "signer": {"name": signer},
        "contact": sentences.contact(facts.plan) if signer == facts.plan.issuer else "",
        "words": facts.words,
        "desk_url": DESK,
        "link_url": LINK if facts.link_until else "",
        "link_until": facts.link_until,
        "sheet_url": SHEET if facts.has_sheet else "",
        "reply_to": facts.plan.reply_to,
    }
    template = f"campaigns/mail/notice_{'change' if change else facts.event}"
    return LaidOut(
        subject=subject,
        text=render_to_string(f"{template}.txt", context).strip() + "\n",
        html=render_to_string(f"{template}.html", context),
    )
