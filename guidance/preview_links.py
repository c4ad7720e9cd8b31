"""The token of a preview link: the link's own number, signed. No copy of the database opens an article."""

import uuid
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from hanoi_portal.history import LinkHolder

from .models import PreviewLink


def _signer() -> Signer:
    return Signer(salt="guidance.preview_links.v1", sep=".")


@dataclass(frozen=True)
class PreviewHolder(LinkHolder):
    """An outside reader, by the name that was typed, through the link that an editor passed on."""

    name: str

    def __str__(self) -> str:
        return _("%(name)s (người đọc ngoài)") % {"name": self.name}


def path_of(link: PreviewLink) -> str:
    """Return the address that opens the preview."""
    return f"/huong-dan/xem-truoc/{_signer().sign(link.key.hex)}/"


def find(token: str) -> PreviewLink | None:
    """Return the link that a token was made for, open or not; None for any other text."""
    try:
        key = uuid.UUID(hex=_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    rows = PreviewLink.objects.select_related("article__category", "article__working__category")
    return rows.filter(key=key).first()
