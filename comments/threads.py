"""How an article takes comments: read in one place by the page, the form and the action."""

from guidance.models import Article

from .models import ThreadSetting


def setting_of(article: Article) -> ThreadSetting | None:
    """Return what staff have set for the article's comments, or None for the ordinary way."""
    return ThreadSetting.objects.filter(article=article).first()
