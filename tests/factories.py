"""Makes what tests stand on: plain functions, one per thing, each with sensible words of its own.

Every function takes what the test is about by name and invents the rest; nothing here is random.
"""

import io
import re
import zipfile
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from captcha.models import CaptchaStore
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

import campaigns
from campaigns.actions.issue import issue_plan
from campaigns.actions.load import save_plan, save_units
from campaigns.demo import move_assumed_end
from campaigns.loading import read_plan, read_units
from campaigns.models import (
    Assignment,
    ExtensionRequest,
    Measure,
    Membership,
    Notice,
    Plan,
    ProgressReport,
    Reminder,
    Task,
    Unit,
    UnitContact,
)
from campaigns.models.reminder import Rung
from comments.actions import ask_for_review
from comments.consent import CONSENT_VERSION
from comments.models import Appeal, Comment, HouseRule
from comments.receipts import hash_code, make_code
from guidance.models import Article, Category, LegalDocument, PreviewLink, Revision
from hanoi_portal.models import User
from hanoi_portal.roles import ROLES, role_group

PASSWORD = "Hoa-sua-thang-Muoi-722"

_numbers = count(1)


# --- people -------------------------------------------------------------------------------------
def make_user(role: str | None = None, **values: Any) -> User:
    """Make a user who has the role (a key of `hanoi_portal.roles.ROLES`), or none.

    Hashing a password is slow, so the user can only be signed in with `sign_in`, unless `password=` is given.
    """
    number = next(_numbers)
    password = values.pop("password", None)
    values.setdefault("username", f"{(role or 'nguoi-dung').replace('_', '-')}-{number}")
    values.setdefault("email", f"{values['username']}@ha-noi.example")
    values.setdefault("full_name", f"Nguyễn Văn {number}")
    values.setdefault("is_staff", role is not None and ROLES[role].is_staff)
    user = User(**values)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    if role is not None:
        user.groups.add(role_group(role))
    return user


def sign_in(client: Client, user: User) -> Client:
    """Sign the user in on the client, without the sign-in page; return the client."""
    client.force_login(user)
    return client


def allow(user: User, *permissions: str) -> User:
    """Give the user single permissions ("app_label.codename"); return the user as freshly loaded."""
    for label in permissions:
        app_label, codename = label.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    return User.objects.get(pk=user.pk)


# --- units and plans ----------------------------------------------------------------------------
DATA = Path(campaigns.__file__).parent / "data"


def make_unit(kind: str = Unit.Kind.DISTRICT, *, contacts: int = 1, **values: Any) -> Unit:
    """Make a unit of the kind, with so many addresses at which it is told of its work."""
    number = next(_numbers)
    values.setdefault("code", f"D{number}")
    values.setdefault("short_name", f"Đơn vị {number}")
    values.setdefault("name", f"UBND {values['short_name']}")
    unit = Unit.objects.create(kind=kind, **values)
    for each in range(1, contacts + 1):
        UnitContact.objects.create(unit=unit, email=f"van-thu-{each}@d{number}.ha-noi.example")
    return unit


def make_officer(unit: Unit, role: str = "unit_officer", **values: Any) -> User:
    """Make a user who speaks for the unit since a year ago."""
    user = make_user(role, **values)
    since = timezone.localdate() - timedelta(days=365)
    Membership.objects.create(unit=unit, user=user, since=since, is_responsible=True)
    return user


def make_plan_722(*, ends_on: date | None = None) -> Plan:
    """Load the 62 units, each with one address, and Plan 722 with its assumed end moved (to the year's end)."""
    save_units(read_units((DATA / "units.csv").read_bytes(), ()), by=None)
    UnitContact.objects.bulk_create(
        UnitContact(unit=unit, email=f"van-thu@{unit.code.lower()}.ha-noi.example")
        for unit in Unit.objects.filter(contacts=None)
    )
    codes = set(Unit.objects.values_list("code", flat=True))
    draft = read_plan((DATA / "plan-722.yaml").read_bytes(), codes)
    end = ends_on or date(timezone.localdate().year, 12, 31)
    plan, _result = save_plan(move_assumed_end(draft, end), by=None)
    return plan


def make_issued_plan_722(*, by: User | None = None, ends_on: date | None = None) -> Plan:
    """Make Plan 722 and give its tasks: 167 assignments to carry out, 47 to take part in."""
    plan = make_plan_722(ends_on=ends_on)
    issue_plan(plan, by=by or make_user("coordinator"))
    return plan


def make_task(plan: Plan | None = None, **values: Any) -> Task:
    """Make a task, in the plan or in a public, issued one of its own."""
    number = next(_numbers)
    today = timezone.localdate()
    if plan is None:
        plan = Plan.objects.create(
            number=f"{number}/KH-STTTT",
            slug=f"{number}-kh-stttt",
            title=f"Kế hoạch thử số {number}",
            issuer=make_unit(Unit.Kind.DEPARTMENT),
            year=today.year,
            starts_on=today - timedelta(days=90),
            ends_on=today + timedelta(days=90),
            issued_at=timezone.now(),
        )
    measure, _is_new = Measure.objects.get_or_create(
        plan=plan, position=1, defaults={"title": "Tuyên truyền"}
    )
    values.setdefault("code", f"1.{plan.tasks.count() + 1}")
    values.setdefault("title", f"Việc số {number}")
    values.setdefault("deliverable", "Một báo cáo")
    values.setdefault("deadline", today + timedelta(days=30))
    return Task.objects.create(plan=plan, measure=measure, **values)


def make_assignment(
    unit: Unit | None = None, *, task: Task | None = None, **values: Any
) -> Assignment:
    """Give a task to a unit to carry out: not yet acknowledged, due in a month, unless said otherwise.

    One that waits for approval or is done has the final report that this takes.
    """
    task = task or make_task()
    state = values.setdefault("state", Assignment.State.ISSUED)
    deadline = values.setdefault("deadline", task.deadline)
    values.setdefault("first_deadline", deadline)
    values.setdefault("role", "lead")
    is_final = state in {Assignment.State.REPORTED, Assignment.State.COMPLETED}
    if is_final:
        values.setdefault("reported_on", timezone.localdate())
        values.setdefault("percent", 100)
    assignment = Assignment.objects.create(task=task, unit=unit or make_unit(), **values)
    if is_final:
        report = ProgressReport(assignment=assignment, author=make_user("unit_officer"))
        report.is_final, report.percent, report.text = True, 100, "Đã làm xong việc được giao."
        if state == Assignment.State.COMPLETED:
            report.decision, report.decided_at = "accepted", timezone.now()
            report.decided_by = make_user("coordinator")
        report.save()
    return assignment


def make_extension(assignment: Assignment | None = None, **values: Any) -> ExtensionRequest:
    """Ask for a fortnight more on the assignment, or on one of its own; nobody has answered yet."""
    assignment = assignment or make_assignment(state=Assignment.State.IN_PROGRESS)
    values.setdefault("author_name", "Nguyễn Văn An")
    values.setdefault("deadline_then", assignment.deadline)
    values.setdefault("day", values["deadline_then"] + timedelta(days=14))
    values.setdefault("reason", "Chờ số liệu của các phường.")
    return ExtensionRequest.objects.create(assignment=assignment, **values)


def make_reminder(assignment: Assignment, rung: int = Rung.DAY_AFTER) -> Reminder:
    """Write that the assignment was told of a rung, with the notice that carried it."""
    notice = Notice.objects.create(
        unit=assignment.unit,
        plan=assignment.task.plan,
        event=Notice.Event.REMINDER,
        unique_key=f"reminder:{next(_numbers)}",
    )
    notice.assignments.add(assignment)
    return Reminder.objects.create(
        assignment=assignment, rung=rung, due_on=assignment.deadline, notice=notice
    )


# --- files --------------------------------------------------------------------------------------
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
OFFICE_MAIN = {
    "docx": ("word/document.xml", f"{OFFICE_TYPE}.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OFFICE_TYPE}.spreadsheetml.sheet.main+xml"),
}


def make_content(kind: str) -> bytes:
    """Return the bytes of a small whole file: pdf, docx, xlsx, jpeg, png or gif."""
    if kind == "pdf":
        return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    buffer = io.BytesIO()
    if kind in OFFICE_MAIN:
        part, content_type = OFFICE_MAIN[kind]
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(
                "[Content_Types].xml",
                f'<Types><Override PartName="/{part}" ContentType="{content_type}"/></Types>',
            )
            archive.writestr(part, "<document/>")
    else:
        Image.new("RGB", (40, 30), "teal").save(buffer, kind)
    return buffer.getvalue()


def make_upload(
    kind: str = "pdf", name: str | None = None, content: bytes | None = None
) -> SimpleUploadedFile:
    """Make what a browser sends for a chosen file; the name says the kind unless given."""
    content = make_content(kind) if content is None else content
    return SimpleUploadedFile(name or f"minh-chung.{kind}", content, "application/x-whatever")


# --- guidance -----------------------------------------------------------------------------------
def make_article(**values: Any) -> Article:
    """Make an article that was published an hour ago, in a category of its own."""
    number = next(_numbers)
    if "category" not in values:
        values["category"] = Category.objects.create(
            name=f"Chuyên mục {number}", slug=f"chuyen-muc-{number}"
        )
    values.setdefault("title", f"Ứng xử văn minh trên mạng, bài {number}")
    values.setdefault("slug", f"bai-{number}")
    values.setdefault("summary", "Nghĩ trước khi viết.")
    values.setdefault("body", "<p>Nghĩ trước khi viết, đọc lại trước khi gửi.</p>")
    values.setdefault("state", Article.State.PUBLISHED)
    values.setdefault("published_at", timezone.now() - timedelta(hours=1))
    return Article.objects.create(**values)


def make_revision(article: Article, *, by: User | None = None, **values: Any) -> Revision:
    """Keep a saved text of the article: its own, but for `values`."""
    revision = Revision.of(article, {**article.text(), **values}, by=by)
    revision.save()
    return revision


def make_preview_link(article: Article | None = None, **values: Any) -> PreviewLink:
    """Make a link that opens the article's text for a week."""
    values.setdefault("opens_until", timezone.now() + timedelta(days=7))
    return PreviewLink.objects.create(article=article or make_article(), **values)


def make_document(**values: Any) -> LegalDocument:
    """Make a public legal document of 2020, in force, with a number of its own."""
    number = next(_numbers)
    values.setdefault("number", f"{number + 1000}/QĐ-UBND")
    values.setdefault("slug", f"van-ban-{number}")
    values.setdefault("kind", LegalDocument.Kind.DECISION)
    values.setdefault("title", f"Về việc thử cổng, lần {number}")
    values.setdefault("issuer", "Ủy ban nhân dân thành phố Hà Nội")
    values.setdefault("issued_on", date(2020, 3, 5))
    values.setdefault("is_public", True)
    return LegalDocument.objects.create(**values)


# --- comments -----------------------------------------------------------------------------------
def make_comment(article: Article | None = None, **values: Any) -> Comment:
    """Make a comment that waits, or one in another state with what that state needs."""
    number = next(_numbers)
    values.setdefault("name", f"Trần Thị {number}")
    values.setdefault("title", f"Ý kiến {number}")
    values.setdefault("content", "Bài viết hữu ích cho gia đình tôi.")
    values.setdefault("receipt_hash", hash_code(make_code()))
    if values.get("phone") or values.get("mail"):
        values.setdefault("consent_version", CONSENT_VERSION)
    if values.get("state") == Comment.State.DECLINED:
        values.setdefault("rule", HouseRule.objects.get(number=1))
        values.setdefault("reason", "Có lời xúc phạm người khác.")
    if values.get("state") in {Comment.State.PUBLISHED, Comment.State.DECLINED}:
        values.setdefault("decided_at", timezone.now())
        values.setdefault("first_decided_at", values["decided_at"])
    return Comment.objects.create(article=article or make_article(), **values)


def make_appeal(comment: Comment | None = None) -> Appeal:
    """Make an appeal against a decline that waits for its answer."""
    comment = comment or make_comment(state=Comment.State.DECLINED)
    return ask_for_review(comment, text="Tôi chỉ nói về việc.")


def fill_comment(page: str, **changed: str) -> dict[str, str]:
    """Fill in the comment form of a page (its HTML) rightly, the human check too; return what to post."""
    found = re.search(r'name="captcha_0" value="([0-9a-f]{40})"', page)
    assert found, "no human check on the page"
    return {
        "name": "Nguyễn Thị Hoa Sữa",
        "phone": "",
        "title": "Cảm ơn tòa soạn",
        "content": "Tôi đã đọc cho cả nhà nghe.\n\nMong có thêm bài như thế.",
        "captcha_0": found[1],
        "captcha_1": CaptchaStore.objects.get(hashkey=found[1]).response,
        **changed,
    }
