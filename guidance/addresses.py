"""Pages that moved: what is written when an address changes, and where an old one leads.

Articles are found by their revisions, which keep the address of every text that was shown; the rest by `OldAddress`.
"""

import re
from typing import Any

from django.db import models

from .models import Article, OldAddress, Revision

ARTICLE = re.compile(r"/huong-dan/(?P<slug>[-\w]+)/(?P<rest>.*)", re.ASCII)


def address_of(obj: models.Model) -> str:
    """Return the address that the object's row has now; empty for a new one."""
    if obj.pk is None:
        return ""
    kept: Any = type(obj)._default_manager.filter(pk=obj.pk).first()
    return kept.get_absolute_url() if kept else ""


def lead_on(before: str, obj: Any) -> None:
    """Have the address that an object had lead to the one that it has now; in the caller's transaction."""
    now = obj.get_absolute_url()
    if not before or before == now:
        return
    OldAddress.objects.filter(path=now).delete()
    OldAddress.objects.filter(new_path=before).update(new_path=now)
    OldAddress.objects.update_or_create(path=before, defaults={"new_path": now})


def find_moved(path: str) -> str | None:
    """Return where a path that answers nothing leads to; None if it never was ours."""
    if not path.startswith(("/huong-dan/", "/van-ban/")):
        return None
    path = path if path.endswith("/") else f"{path}/"
    moved = OldAddress.objects.filter(path=path[:200]).first()
    if moved is not None:
        return moved.new_path
    parts = ARTICLE.fullmatch(path)
    if parts is None:
        return None
    shown = Revision.objects.filter(slug=parts["slug"], shown_at__isnull=False)
    pk = shown.order_by("-shown_at").values_list("article", flat=True).first()
    if pk is None:
        return None
    article = Article.objects.filter(pk=pk).exclude(slug=parts["slug"]).first()
    return f"{article.get_absolute_url()}{parts['rest']}" if article else None
