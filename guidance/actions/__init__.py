"""What is done to articles, a file per part of their life. Pages, buttons, commands and the worker all use these."""

from .arrange import arrange_article, order_series, remove_series
from .attach import attach_file, change_attachment, remove_attachment
from .end import expire_due, withdraw_article
from .publish import publish_article, publish_due, schedule_article
from .review import (
    approve_article,
    confirm_review,
    remark,
    remind_reviews,
    send_back,
    send_for_review,
    take_back,
)
from .words import HISTORY_WORDS
from .write import discard_changes, restore_revision, write_article

__all__ = [
    "HISTORY_WORDS",
    "approve_article",
    "arrange_article",
    "attach_file",
    "change_attachment",
    "confirm_review",
    "discard_changes",
    "expire_due",
    "order_series",
    "publish_article",
    "publish_due",
    "remark",
    "remind_reviews",
    "remove_attachment",
    "remove_series",
    "restore_revision",
    "schedule_article",
    "send_back",
    "send_for_review",
    "take_back",
    "withdraw_article",
    "write_article",
]
