"""What the commands that change many assignments share: which ones, the reason, a preview, and saying how many."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from campaigns.actions.many import ChangeResult, Choice, require_change_given
from campaigns.management.choosing import add_choice, chosen
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user
from hanoi_portal.models import HistoryEntry
from hanoi_portal.text import clean_paragraphs


class ChangeCommand(BaseCommand):
    """Does its verb to some or all assignments of a plan, or shows with --dry-run what that would do."""

    preview: ClassVar[Callable[..., Choice]]
    act: ClassVar[Callable[..., ChangeResult]]
    not_done: str | Promise  # said above a preview
    done: str | Promise  # with %(changed)s
    takes_recalled = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which assignments and the reason."""
        add_choice(parser)
        parser.add_argument("--reason", metavar="LÝ_DO", required=True, help="gửi cho các đơn vị")

    def typed(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what the verb is told beside the reason."""
        return {}

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview or do it, then say how many."""
        by = find_user(options["by"])
        told = {"reason": clean_paragraphs(options["reason"]), **self.typed(options)}
        verb = type(self)
        try:
            require_change_given(by)
            assignments = chosen(options, is_recalled=self.takes_recalled)
            if options["dry_run"]:
                choice = verb.preview(assignments, **told)
                result = ChangeResult(len(choice.changing), choice.unit_count, len(choice.left))
                self.stdout.write(str(self.not_done))
            else:
                result = verb.act(assignments, by=by, via=HistoryEntry.Via.SHELL, **told)
        except DomainError as error:
            raise CommandError(str(error)) from error
        counts = vars(result)
        self.stdout.write(str(self.done) % counts)
        self.stdout.write(_("  %(units)s đơn vị được thông báo") % counts)
        self.stdout.write(_("  %(left)s phân công giữ nguyên") % counts)
