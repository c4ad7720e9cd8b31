"""Gives the looked-at portal work in every state that pages show: handed down, reported, drafted, shown to everybody.

Run inside the portal (`manage.py shell`); prints where the pages are that no link of a list leads to.
"""

import json
import sys
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from campaigns import links
from campaigns.actions.approval import submit_report
from campaigns.actions.drafts import keep_files, save_draft
from campaigns.actions.extensions import ask_extension
from campaigns.actions.hand_down import hand_down
from campaigns.actions.progress import Beside, report_progress
from campaigns.actions.publish_evidence import publish_evidence
from campaigns.actions.recall import recall
from campaigns.actions.talk import ask_unit
from campaigns.models import Assignment, Evidence, Membership, Notice, ReportDraft, Unit
from campaigns.report_fields import Cited
from guidance import actions, preview_links
from guidance.actions.preview import make_preview_link
from guidance.feedback import count_answer
from guidance.models import Answer, Article
from hanoi_portal.models import ImportRun, User
from hanoi_portal.search.misses import count_miss
from hanoi_portal.uploads import check
from tests.factories import make_upload

COMMUNES = (
    "Trúc Bạch",
    "Quán Thánh",
    "Vĩnh Phúc",
)  # reported, asks for more time, not given anything
WORDS = "Đã mở mười hai lớp tập huấn cho 1.250 người.\n\nTài liệu phát đến từng tổ dân phố."


def make_work() -> None:
    """Make it, once; print the addresses as JSON."""
    district = Unit.objects.get(code="Q001")
    officer = Membership.objects.get(unit=district).user
    coordinator = _coordinator()
    communes = [_commune(district, number, name) for number, name in enumerate(COMMUNES, start=1)]
    cascading = Assignment.objects.get(unit=district, task__code="4.2")
    deadline = min(cascading.deadline, timezone.localdate() + timedelta(days=20))
    hand_down(cascading, [each.code for each in communes[:2]], deadline=deadline, by=officer)
    part, open_part = (Assignment.objects.get(parent=cascading, unit=unit) for unit in communes[:2])
    ask_extension(
        open_part,
        by=_officer_of(communes[1]),
        day=deadline + timedelta(days=5),
        reason="Lớp tập huấn phải chờ giảng viên của quận.",
    )
    report_progress(part, by=_officer_of(communes[0]), is_final=True, percent=100, text=WORDS)
    reported = Assignment.objects.get(unit=district, task__code="4.3")
    report_progress(
        reported,
        by=officer,
        is_final=True,
        percent=100,
        text=WORDS,
        files=[check(make_upload("pdf", "Kế hoạch lớp tập huấn.pdf"))],
        beside=Beside(
            difficulties="Thiếu giảng viên có kinh nghiệm.",
            cited=[Cited("https://hanoimoi.example/giu-nep", "Giữ nếp thanh lịch trên mạng")],
        ),
    )
    publish_evidence(Evidence.objects.get(report__assignment=reported), by=coordinator)
    begun = Assignment.objects.get(unit=district, task__code="4.1")
    save_draft(begun, by=officer, content={"stage": "doing", "text": WORDS}, expected="")
    ask_unit(begun, by=coordinator, text="Quận cần hỗ trợ giảng viên không?")
    later = begun.deadline + timedelta(days=14)
    ask_extension(begun, by=officer, day=later, reason="Giảng viên bận đến giữa tháng sau.")
    given_back = Assignment.objects.filter(unit__code="Q002", role="lead").order_by("pk")[:2]
    recall(given_back, by=coordinator, reason="Giao nhầm đơn vị.")
    notice = Notice.objects.get(unit=district, event=Notice.Event.ISSUED)
    link = links.path_of(notice, begun)
    desk = begun.get_absolute_url()
    places = {
        "link": links.path_of(notice),
        "link_assignment": link,
        "link_talk": f"{link}hoi-dap/",
        "begun": desk,
        "talk": f"{desk}hoi-dap/",
        "extension": f"{desk}gia-han/",
        "ask_extension": f"{cascading.get_absolute_url()}gia-han/",
        "link_extension": f"{link}gia-han/",
        "reported": reported.get_absolute_url(),
        "review": f"/quan-tri/campaigns/assignment/{reported.pk}/change/",
        "hand_down": f"{cascading.get_absolute_url()}giao-tiep/",
        "handed_down": cascading.get_absolute_url(),
        "decide": f"{part.get_absolute_url()}xet-duyet/",
        "change_part": f"{open_part.get_absolute_url()}xet-duyet/",
        "part_extension": f"{open_part.get_absolute_url()}gia-han/",
        "approval": reverse("approval", args=[_submitted(district, officer).pk]),
    }
    sys.stdout.write(json.dumps({**places, **_newsroom(), **_loaded()}))


def _submitted(district: Unit, head: User) -> ReportDraft:
    """A final report that a colleague wrote and put before the unit's head."""
    Membership.objects.filter(unit=district, user=head).update(is_head=True)
    Unit.objects.filter(pk=district.pk).update(head_approves=True)
    writer = _officer(district, "can-bo-thu-hai", "Phạm Thu Hà")
    told = {"4.1", "4.2", "4.3"}
    work = Assignment.objects.filter(unit=district).exclude(task__code__in=told)[0]
    words = {"stage": "done", "text": WORDS, "difficulties": "Thiếu giảng viên có kinh nghiệm."}
    keep_files(work, by=writer, files=[check(make_upload("pdf", "Báo cáo tổng hợp.pdf"))])
    draft = save_draft(work, by=writer, content=words, expected="")
    keys = [str(each.stored.key) for each in draft.files.select_related("stored")]
    return submit_report(work, by=writer, stamp=draft.stamp, keys=keys)


def _newsroom() -> dict[str, str]:
    """A published article that is being changed, under review, with a remark and a link for outside readers."""
    editor, publisher = (User.objects.get(username=name) for name in ("bien-tap", "xuat-ban"))
    article = Article.objects.earliest("pk")
    article.body = f"<p>{WORDS}</p>{article.body}"
    article.summary = f"{article.summary} Có thêm số liệu mới."
    actions.write_article(article, by=editor, changed=["body", "summary"])
    article.refresh_from_db()
    actions.send_for_review(article, by=editor, note="Nhờ xem giúp số liệu.")
    actions.attach_file(
        article, check(make_upload("pdf", "Cẩm nang.pdf")), by=publisher, title="Cẩm nang ứng xử"
    )
    actions.remark(article, by=publisher, text="Xin ghi nguồn của số liệu.")
    link = make_preview_link(article, by=editor, days=7)
    today = timezone.localdate()
    for answer in (Answer.YES, Answer.NO, Answer.OUTDATED):
        count_answer(article, answer, today)
    for query in ("nhà ở xã hội", "mức phạt đưa tin sai sự thật lên mạng xã hội năm nay"):
        count_miss(query, today)
    base = f"/quan-tri/guidance/article/{article.pk}/"
    return {
        "preview": preview_links.path_of(link),
        "reworked": f"{base}change/",
        "compared": f"{base}phien-ban/{article.working_id}/",
        "publish": f"{base}xuat-ban/",
        "previews": f"{base}lien-ket-xem-truoc/",
        "arranged": f"/quan-tri/guidance/arrangedarticle/{article.pk}/change/",
    }


def _loaded() -> dict[str, str]:
    """A file of comments that a moderator has had loaded."""
    run = ImportRun.objects.create(
        key="looked-at",
        loads="comments.Comment",
        by=User.objects.get(username="kiem-duyet"),
        state=ImportRun.State.DONE,
        told="Đã nhập. 5.000 bình luận mới.",
        address="/quan-tri/comments/comment/?state=all",
        ended_at=timezone.now(),
    )
    return {"import_run": f"/quan-tri/comments/comment/nap/{run.pk}/"}


def _commune(district: Unit, number: int, name: str) -> Unit:
    return Unit.objects.create(
        code=f"{district.code}-P{number}",
        kind=Unit.Kind.COMMUNE,
        parent=district,
        name=f"UBND phường {name}",
        short_name=name,
    )


def _officer_of(unit: Unit) -> User:
    return _officer(unit, unit.code.lower(), "Bùi Thị Hạnh")


def _officer(unit: Unit, username: str, full_name: str) -> User:
    user = User.objects.create(
        username=username, full_name=full_name, email=f"{username}@don-vi.example"
    )
    Membership.objects.create(unit=unit, user=user, since=timezone.localdate())
    return user


def _coordinator() -> User:
    return next(
        user for user in User.objects.filter(is_active=True) if user.has_perm("campaigns.follow_up")
    )
