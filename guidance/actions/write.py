"""Writing: every save of a text is a revision; what readers get is changed by publishing alone."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import HistoryEntry, User

from .. import rules
from ..models import TEXT_FIELDS, Article, Revision
from .stage import change_stage, need


def write_article(
    article: Article,
    *,
    by: User,
    changed: Collection[str] = (),
    via: str = HistoryEntry.Via.WEB,
) -> None:
    """Save a new article as a draft, or the changed fields (their names) of one that exists.

    The text of an article that was published is kept as its working copy; readers go on with the old one, and what
    explains that it is gone keeps its title.
    """
    if article._state.adding:
        _write_new(article, by=by, via=via)
        return
    with transaction.atomic():
        now = Article.objects.select_for_update().select_related(None).get(pk=article.pk)
        if not rules.can_write(by, now):
            raise NotAllowed(_("Tài khoản này không có quyền sửa bài ở trạng thái hiện tại."))
        texts = [name for name in changed if name in TEXT_FIELDS]
        kept = [name for name in changed if name not in TEXT_FIELDS]
        if texts:
            said = {**now.text(), **{name: getattr(article, name) for name in texts}}
            _keep_text(article, now, said, by=by)
        if "expires_at" in kept and not rules.can_set_end(by, now):
            raise NotAllowed(_("Tài khoản này không có quyền đổi giờ hết hạn của bài đang đăng."))
        if kept:
            article.save(update_fields=[*kept, "changed_at"])
        if changed:
            record("change_article", article, by=by, via=via, data={"fields": sorted(changed)})


def restore_revision(article: Article, revision: Revision, *, by: User) -> None:
    """Have editors go on with an old text; it is saved as the newest revision."""
    with transaction.atomic():
        now = Article.objects.select_for_update().select_related(None).get(pk=article.pk)
        if not rules.can_write(by, now):
            raise NotAllowed(_("Tài khoản này không có quyền sửa bài ở trạng thái hiện tại."))
        said = {**now.text(), **revision.text}
        if Article.objects.filter(slug=said["slug"]).exclude(pk=now.pk).exists():
            said["slug"] = now.text()["slug"]  # another article has taken the old address since
        if said == now.text():
            raise StaleState(_("Bài đang có đúng nội dung của phiên bản này."))
        _keep_text(article, now, said, by=by)
        note = _("Phiên bản lưu số %(number)s") % {"number": revision.pk}
        record("restore_revision", article, by=by, note=note, data={"revision": revision.pk})


def discard_changes(article: Article, *, by: User) -> None:
    """Throw away the working copy; its text stays among the revisions."""
    sentence = _("Bài này hiện không có bản đang sửa nào bỏ được.")
    need(rules.is_writer(by), rules.can_discard(by, article), sentence)
    with transaction.atomic():
        change_stage(article, by=by, verb="discard_changes", working=None)
        # Whoever wrote what was thrown away did not write what comes next: readers' text is the newest again.
        now = Article.objects.get(pk=article.pk)
        shown = Revision.of(now, now.text(), by=None)
        shown.shown_at = timezone.now()
        shown.save()


def _write_new(article: Article, *, by: User, via: str) -> None:
    if not rules.can_write(by):
        raise NotAllowed(_("Tài khoản này không có quyền soạn bài."))
    with transaction.atomic():
        article.state, article.stage = Article.State.DRAFT, Article.Stage.WRITING
        article.created_by = by
        article.save()
        Revision.of(article, article.text(), by=by).save()
        record("write_article", article, by=by, via=via, to_state=article.state)


def _keep_text(article: Article, now: Article, said: dict[str, Any], *, by: User) -> None:
    """Save a text as a revision: the working copy of what readers got once, or its own. `now` is its locked row."""
    revision = Revision.of(now, said, by=by)
    revision.save()
    article.take_text(said)
    if now.state != Article.State.DRAFT:
        article.working, article.changed_at = revision, revision.saved_at
        rows = Article.objects.filter(pk=article.pk)
        rows.update(working=revision, changed_at=revision.saved_at)
    else:
        article.save(update_fields=[*TEXT_FIELDS, "changed_at"])
