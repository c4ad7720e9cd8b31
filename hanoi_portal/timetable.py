"""What beat rings for, and how often. A bell nobody heard is no loss: the next one comes before it would matter.

Each task may be rung twice, late, or after a week of silence: it looks at what is due and does that once.
"""

from typing import Any

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def timetable(sweep_seconds: int) -> dict[str, dict[str, Any]]:
    """Return Celery's beat schedule; a bell expires when the next one rings."""
    every = {
        "hanoi_portal.tasks.sweep_outbox": sweep_seconds,
        "hanoi_portal.tasks.sweep_imports": sweep_seconds,
        "hanoi_portal.tasks.clear_sessions": DAY,
        "hanoi_portal.tasks.refresh_search": HOUR,
        "hanoi_portal.tasks.repair_search": DAY,
        "guidance.tasks.bring_in_views": MINUTE,
        "guidance.tasks.turn_articles": MINUTE,
        "guidance.tasks.remind_reviews": HOUR,
        "guidance.tasks.forget_old_words": DAY,
        "campaigns.tasks.send_reminders": 15 * MINUTE,
        "campaigns.tasks.open_periods": 15 * MINUTE,
        "campaigns.tasks.send_digests": 15 * MINUTE,
        "campaigns.tasks.purge_drafts": DAY,
        "comments.tasks.sweep_codes": 10 * MINUTE,
        "comments.tasks.erase_old_phones": HOUR,
    }
    return {
        task: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
        for task, seconds in every.items()
    }
