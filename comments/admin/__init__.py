"""Moderation in the admin. Its buttons call `comments.actions`; nothing here decides anything by itself."""

from .appeal import AppealAdmin
from .comment import CommentAdmin
from .phone_keeping import PhoneKeepingAdmin
from .privacy import DataRequestAdmin
from .rule import HouseRuleAdmin
from .thread import ThreadSettingAdmin
from .word import WatchedWordAdmin

__all__ = [
    "AppealAdmin",
    "CommentAdmin",
    "DataRequestAdmin",
    "HouseRuleAdmin",
    "PhoneKeepingAdmin",
    "ThreadSettingAdmin",
    "WatchedWordAdmin",
]
