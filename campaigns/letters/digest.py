"""The words of a daily digest: every notice since the last one, the latest first, each with its work and its link."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from hanoi_portal.registry import RenderedMail

from .. import links
from ..models import DigestItem
from .facts import read_letters


def render_digest(item_id: int) -> RenderedMail:
    """Return the digest that an item is in, in Vietnamese."""
    item = DigestItem.objects.select_related("contact__unit").get(pk=item_id)
    ids = list(
        DigestItem.objects.filter(mail=item.mail_id, contact=item.contact_id)
        .order_by("-notice__created_at", "-notice_id")
        .values_list("notice_id", flat=True)
    )
    with translation.override("vi"):
        letters = read_letters(ids)
        notices = []
        for letter in (letters[pk] for pk in ids):
            link = links.path_of(letter.notice) if letter.facts.link_until else "/can-bo/"
            notices.append(
                {
                    "notice": letter.notice,
                    "number": letter.facts.plan.number,
                    "rows": letter.facts.rows,
                    "words": letter.facts.words,
                    "url": settings.SITE_URL + link,
                }
            )
        unit = item.contact.unit
        subject = _("V/v tổng hợp %(count)s thông báo trong ngày – %(unit)s")
        subject %= {"count": len(notices), "unit": unit.name}
        context = {
            "subject": subject,
            "unit": unit,
            "notices": notices,
            "choose_url": f"{settings.SITE_URL}/can-bo/cach-nhan-thu/",
        }
        return RenderedMail(
            subject=subject,
            text=render_to_string("campaigns/mail/digest.txt", context).strip() + "\n",
            html=render_to_string("campaigns/mail/digest.html", context),
        )
