"""What guidance shows on the pages of others: the newest articles at home."""

from typing import Any

from django.utils import timezone

from hanoi_portal.registry import Block

from .models import Article
from .places import ON_HOME


def newest(_subject: Any) -> Block | None:
    """Show the newest articles; nothing before there is one."""
    articles = list(Article.objects.published(timezone.now()).listed()[:ON_HOME])
    return Block("guidance/_newest.html", {"articles": articles}) if articles else None
