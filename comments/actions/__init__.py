"""What is done to comments, one function per verb. Every caller uses these.

History names a comment by its number alone: nothing that the reader wrote, no phone, no address.
"""

from .appeal import answer_appeal, ask_for_review
from .correct_data import ask_for_name, correct_as_asked, correct_contact
from .follow import ask_for_erasure, correct_comment, give_copy, withdraw_comment
from .keep_phones import erase_old_phones, phones_past, set_phone_days
from .keep_rules import save_house_rule
from .keep_words import remove_watched_word, save_watched_word
from .load import ImportChange, import_comments, preview_comments
from .moderate import (
    decline_comment,
    publish_comment,
    publish_comments,
    redact_comment,
    save_thread_setting,
    undo_decision,
)
from .privacy import (
    erase_as_asked,
    erase_old_mails,
    refuse_request,
    reveal_phone,
)
from .speak import answer_officially, keep_reported, report_comment
from .submit import Receipt, find_submitted, submit_comment

__all__ = [
    "ImportChange",
    "Receipt",
    "answer_appeal",
    "answer_officially",
    "ask_for_erasure",
    "ask_for_name",
    "ask_for_review",
    "correct_as_asked",
    "correct_comment",
    "correct_contact",
    "decline_comment",
    "erase_as_asked",
    "erase_old_mails",
    "erase_old_phones",
    "find_submitted",
    "give_copy",
    "import_comments",
    "keep_reported",
    "phones_past",
    "preview_comments",
    "publish_comment",
    "publish_comments",
    "redact_comment",
    "refuse_request",
    "remove_watched_word",
    "report_comment",
    "reveal_phone",
    "save_house_rule",
    "save_thread_setting",
    "save_watched_word",
    "set_phone_days",
    "submit_comment",
    "undo_decision",
    "withdraw_comment",
]
