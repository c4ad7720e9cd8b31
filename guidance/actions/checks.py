"""What must hold before a text may go to readers."""

from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError
from hanoi_portal.html import plain_text

from ..models import Article


def refuse_unready(article: Article) -> None:
    """Raise DomainError, with the reason, for a text that readers must not get."""
    text = article.text()
    if not (text["summary"].strip() and plain_text(text["body"])):
        raise DomainError(_("Bài chưa có tóm tắt hoặc nội dung nên chưa xuất bản được."))
    if Article.objects.filter(slug=text["slug"]).exclude(pk=article.pk).exists():
        raise DomainError(_("Địa chỉ mới của bài đã có bài khác dùng. Xin đặt địa chỉ khác."))
