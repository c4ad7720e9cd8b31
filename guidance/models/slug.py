"""The last part of a page's address: made of its words, and its own."""

from django.db import models

from hanoi_portal.text import slugify

# Words that stand where an article's address could stand: /huong-dan/chuyen-muc/…, /huong-dan/xem-truoc/…
RESERVED_SLUGS = frozenset({"chuyen-muc", "danh-cho", "luot-xem", "the", "tuyen-bai", "xem-truoc"})


def free_slug(model: type[models.Model], text: str) -> str:
    """Return an address made of the text's words that no other row of the model has."""
    longest = getattr(model._meta.get_field("slug"), "max_length", 80)
    stem = slugify(text, longest - 5) or "bai"
    taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= RESERVED_SLUGS
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
