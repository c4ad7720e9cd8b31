"""Writing the letter of a notice: laid out for all who are told the same, then addressed to its unit."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation

from hanoi_portal.registry import MailRenderer, RenderedMail

from .. import links
from ..models import Notice
from .facts import Letter, read_letters
from .laying import DESK, LINK, SHEET, UNIT, lay_out


def render(notice_id: int) -> RenderedMail:
    """Return the mail of a notice, in Vietnamese."""
    return prepare([notice_id])(notice_id)


def prepare(notice_ids: Sequence[int]) -> MailRenderer:
    """Fetch what the letters of these notices say; return who writes each, in Vietnamese."""
    with translation.override("vi"):
        letters = read_letters(notice_ids)

    def write(notice_id: int) -> RenderedMail:
        if notice_id not in letters:
            raise Notice.DoesNotExist(f"{notice_id}")
        return _write(letters[notice_id])

    return write


def _write(letter: Letter) -> RenderedMail:
    with translation.override("vi"):
        laid_out = lay_out(letter.facts)
    link = f"{settings.SITE_URL}{links.path_of(letter.notice)}"
    one = _only_assignment(letter)
    subject, text, html = laid_out.filled(
        {
            UNIT: letter.notice.unit.name,
            DESK: settings.SITE_URL + _desk_page(letter, one),
            LINK: f"{link}{one}/" if one else link,
            SHEET: f"{link}phieu-giao-viec.pdf",
        }
    )
    return RenderedMail(subject=subject, text=text, html=html, headers=_headers(letter))


def _only_assignment(letter: Letter) -> int | None:
    """Return the id of the one assignment that a decision is about; None where a letter tells of work to be done."""
    if letter.notice.event == Notice.Event.ISSUED or len(letter.assignment_ids) != 1:
        return None
    return letter.assignment_ids[0]


def _desk_page(letter: Letter, one: int | None) -> str:
    """Return where the letter leads: the desk, or the one assignment that a decision is about."""
    if one is None or letter.notice.event == Notice.Event.RECALLED:
        return "/can-bo/"
    return f"/can-bo/phan-cong/{one}/"


def _headers(letter: Letter) -> dict[str, str]:
    """Return who answers are for, and how mail programs gather the letters of a plan (RFC 2919; RFC 5322 §3.6.4)."""
    plan = letter.facts.plan
    headers = {"List-Id": f"<{plan.slug}.{urlsplit(settings.SITE_URL).hostname}>"}
    if plan.reply_to:
        headers["Reply-To"] = plan.reply_to
    if first := letter.first_message_id:
        headers |= {"In-Reply-To": first, "References": first}
    return headers
