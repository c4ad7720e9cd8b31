"""What must hold before a text may go to readers."""

from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError

from ..checklist import findings
from ..models import Article


def refuse_unready(article: Article) -> None:
    """Raise DomainError, with all the reasons, for a text that readers must not get."""
    reasons = [each.text for each in findings(article) if each.is_blocking]
    if Article.objects.filter(slug=article.text()["slug"]).exclude(pk=article.pk).exists():
        reasons.append(_("Địa chỉ mới của bài đã có bài khác dùng. Xin đặt địa chỉ khác."))
    if reasons:
        raise DomainError(" ".join(reasons))
