"""Reporting on one assignment, the same on the desk and through a letter's link: the report, its draft, files ahead.

Who sits where is a `Seat`: the desk's is a signed-in officer, the link's is whoever holds it. Whatever is refused, what
was typed and the files that came with it are kept in the draft.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import StoredFile
from hanoi_portal.text import clean_line
from hanoi_portal.uploads import MAX_FILES, CheckedFile, UploadsField

from ..actions.approval import submit_report
from ..actions.drafts import By, NewerDraft, draft_of, keep_files, save_draft
from ..actions.progress import Beside, report_progress
from ..forms import ReportForm
from ..models import Assignment, ReportDraft
from ..report_fields import ArticlesInput
from ..rules import needs_head
from ..timeliness import day_of
from .find_guidance import articles_having

Page = Callable[[HttpRequest, Assignment, dict[str, Any], int], HttpResponse]
Told = Callable[[Assignment, bool], HttpResponse]


@dataclass(frozen=True)
class Seat:
    """Who reports, on what, and how the answers look there.

    `fetch` reads the assignment anew (404 when it is out of reach), `page` shows it, `told` answers a report that was
    written, `path` is the page's own address.
    """

    by: By
    path: str
    fetch: Callable[[], Assignment]
    page: Page
    told: Told


def answer(request: HttpRequest, seat: Seat) -> HttpResponse:
    """GET: the page. POST: write the report; or, by the button pressed, only save it or look for guidance."""
    assignment = seat.fetch()
    if request.method != "POST":
        form = ReportForm.about(assignment, draft_of(assignment, seat.by))
        return _page(request, seat, assignment, form)
    form = ReportForm(request.POST, request.FILES, assignment=assignment)
    is_valid = form.is_valid()
    if "luu" in request.POST:
        return _save(request, seat, assignment, form)
    if "tim" in request.POST:
        _keep(seat, assignment, form)
        _look_for_articles(form, request.POST.get("tim-bai", ""))
        return _page(request, seat, assignment, form)
    kept = _kept(request)
    count = len(kept) + len(form.cleaned_data.get("evidence") or [])
    if count > MAX_FILES:
        text = _("Mỗi báo cáo tối đa %(limit)s tệp; đang có %(count)s. Xin bỏ chọn bớt.")
        form.add_error("evidence", text % {"limit": MAX_FILES, "count": count})
        is_valid = False
    if not is_valid:
        _keep(seat, assignment, form)
        return _page(request, seat, assignment, form)
    is_final = form.cleaned_data["stage"] == ReportForm.DONE
    if is_final and needs_head(seat.by, assignment.unit, day_of()):
        return _submit(request, seat, assignment, form)
    try:
        _report(assignment, seat.by, form.cleaned_data, kept)
    except StaleState as error:
        fresh = seat.fetch()
        _keep(seat, fresh, form)
        form.renew(fresh)
        return _page(request, seat, fresh, form, refusal=str(error), status=409)
    return seat.told(assignment, is_final)


def answer_draft(request: HttpRequest, seat: Seat) -> JsonResponse:
    """Save what is typed while it is typed. 409 with what stands there when it was saved elsewhere meanwhile."""
    assignment = seat.fetch()
    form = ReportForm(request.POST, assignment=assignment)
    try:
        draft = save_draft(assignment, by=seat.by, content=form.typed(), expected=_stamp(form))
    except NewerDraft as error:
        text = str(error.draft.content.get("text", ""))
        said = _("Ông/bà đã lưu một bản khác lúc %(at)s từ nơi khác. Chưa ghi đè bản đó.")
        told = {
            "stamp": error.draft.stamp,
            "said": said % {"at": _moment(error.draft)},
            "text": text,
        }
        return JsonResponse(told, status=409)
    said = _("Đã lưu nháp lúc %(at)s.") % {"at": _moment(draft)}
    return JsonResponse({"stamp": draft.stamp, "said": said})


def answer_files(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Keep files ahead of their report; give back the list of all that are kept. 422 says what is wrong."""
    assignment = seat.fetch()
    field = ReportForm(assignment=assignment).fields["evidence"]
    try:
        checked: Sequence[CheckedFile] = field.clean(request.FILES.getlist("evidence"))
        draft = keep_files(assignment, by=seat.by, files=checked)
    except ValidationError as error:
        return JsonResponse({"said": " ".join(error.messages)}, status=422)
    except NotAllowed:
        raise
    except DomainError as error:
        return JsonResponse({"said": str(error)}, status=422)
    stored = _files(draft)
    came_now = {str(each.key) for each in stored[len(stored) - len(checked) :]}
    kept = _rows(stored, {*_kept(request), *came_now})
    return render(request, "campaigns/_draft_files.html", {"kept": kept})


def shown(assignment: Assignment) -> Any:
    """Return the reports on an assignment with all that they carry, newest first, in five queries."""
    rows = assignment.reports.select_related("author", "decided_by", "assignment__task")
    return rows.prefetch_related("evidence__stored", "cited", "articles")


# --- parts --------------------------------------------------------------------------------------
def _report(assignment: Assignment, by: By, cleaned: dict[str, Any], kept: list[str]) -> None:
    beside = Beside(
        indicator_value=cleaned.get("indicator"),
        difficulties=cleaned["difficulties"],
        cited=cleaned["cited"],
        articles=cleaned["articles"],
        kept=kept,
        draft=cleaned["draft"],
    )
    report_progress(
        assignment,
        by=by,
        is_final=cleaned["stage"] == ReportForm.DONE,
        percent=cleaned["percent"],
        text=cleaned["text"],
        files=cleaned["evidence"],
        beside=beside,
        expected=cleaned["seen"],
    )


def _submit(
    request: HttpRequest, seat: Seat, assignment: Assignment, form: ReportForm
) -> HttpResponse:
    """Put the report before the unit's head instead of sending it."""
    _keep(seat, assignment, form)
    if form.errors:  # a file that cannot be kept
        return _page(request, seat, assignment, form)
    keys = _many(form.data, "kept")
    try:
        submit_report(assignment, by=seat.by, stamp=_stamp(form), keys=keys)
    except StaleState as error:
        fresh = seat.fetch()
        form.renew(fresh)
        return _page(request, seat, fresh, form, refusal=str(error), status=409)
    return HttpResponseRedirect(f"{seat.path}?da=trinh#bao-cao")


def _save(
    request: HttpRequest, seat: Seat, assignment: Assignment, form: ReportForm
) -> HttpResponse:
    """Save as asked by the button; a wrong file and a newer draft are said, the rest of the form may wait."""
    try:
        save_draft(assignment, by=seat.by, content=form.typed(), expected=_stamp(form))
    except NewerDraft as error:
        _keep_files(seat, assignment, form)
        said = _("%(what)s Bản đó đang ở dưới cùng; bấm “Lưu nháp” lần nữa thì ghi đè.")
        form.data = {**_plain(form), "draft": error.draft.stamp}
        refusal = said % {"what": error}
        return _page(
            request, seat, assignment, form, refusal=refusal, newer=error.draft, status=409
        )
    _keep_files(seat, assignment, form)
    if "evidence" in form.errors:
        only = ReportForm.about(assignment, draft_of(assignment, seat.by))
        said = " ".join(map(str, form.errors["evidence"]))
        return _page(request, seat, assignment, only, refusal=said)
    return HttpResponseRedirect(f"{seat.path}?da=luu#bao-cao")


def _keep(seat: Seat, assignment: Assignment, form: ReportForm) -> None:
    """Keep what was typed and sent although it is not taken; what was saved elsewhere meanwhile stays as it is."""
    form.data = _plain(form)
    try:
        draft = save_draft(assignment, by=seat.by, content=form.typed(), expected=_stamp(form))
        form.data["draft"] = draft.stamp
    except NewerDraft:
        pass  # the words are on the page that follows; sending them asks again
    _keep_files(seat, assignment, form)


def _keep_files(seat: Seat, assignment: Assignment, form: ReportForm) -> None:
    field = form.fields["evidence"]
    assert isinstance(field, UploadsField)
    files = field.taken  # the good ones, also beside one that was refused
    if files:
        try:
            draft = keep_files(assignment, by=seat.by, files=files)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error("evidence", str(error))
            return
        keys = [str(each.key) for each in _files(draft)[-len(files) :]]
        form.data = {**_plain(form), "kept": [*_many(form.data, "kept"), *keys]}


def _page(
    request: HttpRequest,
    seat: Seat,
    assignment: Assignment,
    form: ReportForm,
    *,
    refusal: str = "",
    newer: ReportDraft | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = draft_of(assignment, seat.by)
    stored = _files(draft) if draft else []
    chosen = {*_many(form.data, "kept")} if form.is_bound else {str(each.key) for each in stored}
    saved = draft.saved_at if draft and draft.content else None
    context = {
        "form": form,
        "refusal": refusal,
        "newer": newer,
        "kept": _rows(stored, chosen),
        "draft_saved_at": saved,
        "submitted_at": draft.submitted_at if draft else None,
        "head_words": draft.head_words if draft else "",
        "is_saved_now": request.GET.get("da") == "luu",
        "draft_path": f"{seat.path}nhap/",
        "files_path": f"{seat.path}nhap/tep/",
    }
    return seat.page(request, assignment, context, status)


def _look_for_articles(form: ReportForm, typed: str) -> None:
    widget = form.fields["articles"].widget
    assert isinstance(widget, ArticlesInput)
    widget.words = clean_line(typed)[:200]
    widget.found = articles_having(widget.words)
    widget.is_asked = True


def _rows(stored: Sequence[StoredFile], chosen: set[str]) -> list[dict[str, Any]]:
    """Return the files that came ahead, each with whether it goes with the report."""
    return [{"stored": each, "is_chosen": str(each.key) in chosen} for each in stored]


def _files(draft: ReportDraft) -> list[StoredFile]:
    return [each.stored for each in draft.files.select_related("stored")]


def _kept(request: HttpRequest) -> list[str]:
    """Return the keys of the chosen files that came ahead; what is no key is left out."""
    keys = []
    for typed in request.POST.getlist("kept"):
        with suppress(ValueError):
            keys.append(str(UUID(typed)))
    return keys


def _stamp(form: ReportForm) -> str:
    return clean_line(form["draft"].data or "")


def _plain(form: ReportForm) -> dict[str, Any]:
    """Return the form's data as a plain mapping, lists where there may be several."""
    data = form.data
    if not isinstance(data, QueryDict):
        return dict(data)
    several = {"kept", "articles", "cited_url", "cited_title", "cited_day"}
    return {name: data.getlist(name) if name in several else data[name] for name in data}


def _many(data: Any, name: str) -> list[str]:
    if isinstance(data, QueryDict):
        return data.getlist(name)
    return list(data.get(name, []))


def _moment(draft: ReportDraft) -> str:
    return f"{timezone.localtime(draft.saved_at):%H:%M %d/%m/%Y}"
