"""Phiếu giao việc: the tasks of a notice as a PDF to print, file and pass on, laid out after Nghị định 30/2020/NĐ-CP.

Paper A4, the two heads, the date line, the table and "Nơi nhận" stand where Phụ lục I of the decree puts them.
WeasyPrint needs Pango; where the machine has none, `is_available` is False and no page offers the sheet. It is made
when somebody asks, never with the mail: that would cost a hundred times the mail itself.
"""

import functools
import logging
from datetime import date

from django.template.loader import render_to_string
from django.utils import timezone, translation

from .models import Assignment, Notice, Unit
from .models.plan import Role

logger = logging.getLogger(__name__)
# Nothing is left to carry out: these letters have no sheet.
WITHOUT_SHEET = frozenset({"accepted", "recalled"})


@functools.cache
def is_available() -> bool:
    """Tell whether this machine can make the PDF."""
    try:
        import weasyprint  # noqa: F401
    except OSError as error:
        logger.warning("Không có Pango nên tắt phiếu giao việc PDF: %s", error)
        return False
    return True


def has_sheet(notice: Notice) -> bool:
    """Tell whether the notice has a sheet here. The Party's offices are asked, not given work, so they get none."""
    is_given = notice.event not in WITHOUT_SHEET and notice.unit.kind != Unit.Kind.PARTY
    return is_given and is_available()


def file_name(notice: Notice) -> str:
    """Return under which name it is saved."""
    return f"phieu-giao-viec-{notice.plan.slug}-{notice.unit.code.lower()}.pdf"


def make_sheet(notice: Notice, on: date | None = None) -> bytes:
    """Return the PDF of what the notice is about, as it stands on a day (today)."""
    from weasyprint import HTML

    page = render_to_string("campaigns/mail/sheet.html", sheet_context(notice, on))
    # Nothing outside the page is fetched, whatever somebody wrote into a task.
    return bytes(HTML(string=page, url_fetcher=_fetch_nothing).write_pdf(pdf_variant="pdf/ua-1"))


def sheet_context(notice: Notice, on: date | None = None) -> dict[str, object]:
    """Return what the sheet says."""
    mine = Assignment.objects.held().filter(notices=notice, unit=notice.unit)
    assignments = list(mine.select_related("task").order_by("task__code_sort", "pk"))
    with translation.override("vi"):
        return {
            "notice": notice,
            "plan": notice.plan,
            "unit": notice.unit,
            "on": on or timezone.localdate(),
            "groups": [
                (role.label, [each for each in assignments if each.role == role])
                for role in Role
                if any(each.role == role for each in assignments)
            ],
        }


def _fetch_nothing(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    raise ValueError(f"A sheet fetches nothing: {url}")
