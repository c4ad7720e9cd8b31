"""`manage.py rebuild_search`: puts the search index right, and counts its words; searching goes on meanwhile."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from hanoi_portal.search import index, spelling
from hanoi_portal.search.sources import Source


class Command(BaseCommand):
    """Rebuilds the search index."""

    help = "Dựng lại chỉ mục tìm kiếm: chỉ ghi những gì sai khác, nên chạy bao nhiêu lần cũng được."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether everything is written anew."""
        parser.add_argument(
            "--anew", action="store_true", help="xóa và ghi lại tất cả; khi ấy tìm tạm thời ra ít"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, saying how far it has come."""
        changed = index.rebuild(self._say, anew=options["anew"])
        words = spelling.refresh_words()
        text = _("Đã ghi lại %(changed)s mục; kho có %(words)s từ và cụm từ.")
        self.stdout.write(text % {"changed": changed, "words": words})

    def _say(self, source: Source, done: int) -> None:
        self.stdout.write(f"  {source.label}: {done}")
