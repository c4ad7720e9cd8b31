"""The words that moderators want to be shown; who added, changed or removed one stays on record."""

from django.db import transaction

from hanoi_portal.history import record
from hanoi_portal.models import User

from ..models import WatchedWord
from .moderate import require_moderator


def save_watched_word(word: WatchedWord, *, by: User) -> None:
    """Add a word, or change one."""
    require_moderator(by)
    with transaction.atomic():
        before = WatchedWord.objects.select_for_update().filter(pk=word.pk).first()
        if before is not None and before.word == word.word:
            return
        word.save()
        verb = "add_word" if before is None else "change_word"
        record(verb, word, by=by, note=before.word if before else "")


def remove_watched_word(word: WatchedWord, *, by: User) -> None:
    """Watch for the word no longer."""
    require_moderator(by)
    with transaction.atomic():
        record("remove_word", word, by=by)
        word.delete()
