"""What is done to the files of an article: put beside it, changed behind the same address, taken away."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import User
from hanoi_portal.uploads import CheckedFile, storing

from .. import rules
from ..models import Article, Attachment

MOST = 20


def attach_file(
    article: Article, file: CheckedFile, *, by: User, title: str = "", position: int = 0
) -> Attachment:
    """Put a file beside the article; without a title its own name serves. Readers see it at once.

    Raises NotAllowed, or DomainError when the article has as many as it may.
    """
    _check(article, by)
    with storing(by) as store, transaction.atomic():
        Article.objects.select_for_update().get(
            pk=article.pk
        )  # two at once would both count the same
        count = Attachment.objects.filter(article=article).count()
        if count >= MOST:
            raise DomainError(_("Mỗi bài có tối đa %(most)s tệp.") % {"most": MOST})
        stored = store(file)
        attachment = Attachment.objects.create(
            article=article,
            title=title or stored.original_name,
            stored=stored,
            position=position or count + 1,
        )
        told = {"file": stored.original_name, "sha256": stored.sha256}
        record("attach_file", article, by=by, data=told)
    return attachment


def change_attachment(
    attachment: Attachment,
    *,
    by: User,
    title: str,
    position: int,
    file: CheckedFile | None = None,
) -> None:
    """Name or place the file otherwise; `file` takes its place under the same address, the old bytes are kept.

    Raises NotAllowed, or StaleState when it is no longer there.
    """
    article = attachment.article
    _check(article, by)
    with storing(by) as store, transaction.atomic():
        values = {"title": title, "position": position}
        told: dict[str, object] = {"title": title}
        if file is not None:
            stored = store(file)
            values |= {"stored": stored, "changed_at": timezone.now()}
            told |= {"file": stored.original_name, "sha256": stored.sha256}
        if not Attachment.objects.filter(pk=attachment.pk).update(**values):
            raise StaleState(_("Tệp này vừa được bỏ khỏi bài."))
        record("change_attachment", article, by=by, data=told)


def remove_attachment(attachment: Attachment, *, by: User) -> None:
    """Take the file away from the article; its address answers that there is nothing, the bytes stay in the record."""
    article = attachment.article
    _check(article, by)
    with transaction.atomic():
        record("remove_attachment", article, by=by, data={"title": attachment.title})
        attachment.delete()


def _check(article: Article, by: User) -> None:
    if not rules.can_arrange(by, article):
        raise NotAllowed(_("Tài khoản này không có quyền đổi tệp của bài ở trạng thái hiện tại."))
