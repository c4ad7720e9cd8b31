"""`manage.py load_plan FILE.yaml|.xlsx`: make or change a plan that is not issued; a bad file changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.actions.load import save_plan
from campaigns.drafting import known_names
from campaigns.loading import BadFile, read_plan
from hanoi_portal.errors import DomainError
from hanoi_portal.management.speaking import find_user, progress_to, read_file


class Command(BaseCommand):
    """Loads a plan from YAML or a workbook."""

    help = "Nạp một kế hoạch (giải pháp, nhiệm vụ, nơi thực hiện) từ tệp YAML hoặc XLSX; chưa giao cho ai."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and, if wanted, who loads it."""
        parser.add_argument("file", metavar="TỆP.yaml|.xlsx")
        parser.add_argument("--by", metavar="NGƯỜI", help="tên đăng nhập của người nạp")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, write."""
        by = find_user(options["by"]) if options["by"] else None
        content = read_file(options["file"])
        try:
            draft = read_plan(content, known_names())
            plan, result = save_plan(
                draft, by=by, on_progress=progress_to(self.stdout, _("nhiệm vụ"))
            )
        except BadFile as error:
            text = _("Tệp có %(count)s lỗi, không nạp gì:")
            raise CommandError(f"{text % {'count': len(error.problems)}}\n{error}") from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        text = _(
            "Kế hoạch %(plan)s: %(measures)s giải pháp, %(tasks)s nhiệm vụ "
            "(%(created)s mới, %(changed)s thay đổi, %(same)s giữ nguyên)."
        )
        counts = {"measures": plan.measures.count(), "tasks": plan.tasks.count()}
        self.stdout.write(text % {"plan": plan, **counts, **vars(result)})
