"""The one place where an article's state and stage change: if it still is what was seen, with its history row."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import NotAllowed, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import HistoryEntry, User

from ..models import Article


def change_stage(
    article: Article,
    *,
    by: User | None,
    verb: str,
    to: Article.State | Article.Stage | None = None,
    note: str = "",
    via: str = HistoryEntry.Via.WEB,
    data: dict[str, Any] | None = None,
    **values: Any,
) -> HistoryEntry:
    """Move the article to a state or a stage and change `values`; in the caller's transaction.

    StaleState if meanwhile somebody moved it, or saved another working copy. A state that is not moved to may be
    left alone: then only the values change, and the row is still held against what was seen.
    """
    before: str = ""
    if isinstance(to, Article.State):
        before, values["state"] = article.state, to
    elif to is not None:
        before, values["stage"] = article.stage, to
    if "stage" in values:
        values["stage_since"] = timezone.now()
    seen = {
        "pk": article.pk,
        "state": article.state,
        "stage": article.stage,
        "working": article.working_id,
    }
    if not Article.objects.filter(**seen).update(**values):
        raise StaleState(_("Có người vừa đổi bài này. Xin xem lại trước khi làm tiếp."))
    for name, value in values.items():
        setattr(article, name, value)
    after = "" if to is None else to.value
    return record(
        verb,
        article,
        by=by,
        from_state=before,
        to_state=after,
        note=note,
        via=via,
        data=data,
    )


def need(is_one_of_them: bool, is_possible: bool, sentence: str) -> None:
    """Refuse who never may (NotAllowed), and what is not possible now (StaleState, with the sentence)."""
    if not is_one_of_them:
        raise NotAllowed(_("Tài khoản này không có quyền làm việc này với bài viết."))
    if not is_possible:
        raise StaleState(sentence)
