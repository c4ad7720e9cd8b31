"""Reader comments, the house rules they are judged by, appeals, requests about personal data, how long
phones are kept.
"""

from .answer import ANSWER_MAX, OfficialAnswer
from .appeal import APPEAL_MAX, Appeal
from .comment import CONTENT_MAX, MAIL_MAX, NAME_MAX, TITLE_MAX, Comment
from .data_request import DataRequest
from .house_rule import HouseRule
from .phone_keeping import PHONE_DAYS_DEFAULT, PHONE_DAYS_MAX, PHONE_DAYS_MIN, PhoneKeeping
from .report import REPORT_MAX, CommentReport
from .thread import ThreadSetting
from .word import WatchedWord

__all__ = [
    "ANSWER_MAX",
    "APPEAL_MAX",
    "CONTENT_MAX",
    "MAIL_MAX",
    "NAME_MAX",
    "PHONE_DAYS_DEFAULT",
    "PHONE_DAYS_MAX",
    "PHONE_DAYS_MIN",
    "REPORT_MAX",
    "TITLE_MAX",
    "Appeal",
    "Comment",
    "CommentReport",
    "DataRequest",
    "HouseRule",
    "OfficialAnswer",
    "PhoneKeeping",
    "ThreadSetting",
    "WatchedWord",
]
