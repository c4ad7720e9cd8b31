"""Mails to the people who work on articles. Each is about one row of the history; the worker finds the words."""

from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy

from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.outbox import queue_mail
from hanoi_portal.registry import RenderedMail

from .models import Article
from .rules import PUBLISH

EDITORIAL = "guidance.editorial"
MAIL_WORDS = {EDITORIAL: gettext_lazy("Việc biên tập")}

# For each verb that is mailed: the subject, and the first sentence. {title} is the article, {who} the actor.
SENTENCES = {
    "send_for_review": (
        gettext_lazy("Chờ duyệt: {title}"),
        gettext_lazy("{who} trình duyệt một bài. Xin xem, rồi duyệt hoặc trả lại."),
    ),
    "remark": (
        gettext_lazy("Có nhận xét: {title}"),
        gettext_lazy("{who} nhận xét bài này."),
    ),
    "remark_outside": (
        gettext_lazy("Người đọc ngoài trả lời: {title}"),
        gettext_lazy("Người được gửi liên kết xem trước đã trả lời. Lời ấy đã lưu cạnh bài."),
    ),
    "send_back": (
        gettext_lazy("Cần sửa thêm: {title}"),
        gettext_lazy("{who} trả lại bài này để sửa thêm."),
    ),
    "approve_article": (
        gettext_lazy("Đã duyệt: {title}"),
        gettext_lazy("{who} đã duyệt bài này. Việc còn lại là xuất bản hoặc hẹn giờ đăng."),
    ),
    "miss_schedule": (
        gettext_lazy("Không đăng được lúc đã hẹn: {title}"),
        gettext_lazy("Bài này không đăng được lúc đã hẹn và đã trở lại bước soạn. Lý do ở dưới."),
    ),
    "remind_review": (
        gettext_lazy("Đến ngày xem lại: {title}"),
        gettext_lazy("Bài này đến ngày xem lại. Xin xem nội dung có còn đúng không, rồi xác nhận."),
    ),
}


def tell(entry: HistoryEntry, people: Iterable[User], *, except_for: User | None = None) -> None:
    """Queue one mail about the entry to each of them; in the caller's transaction."""
    for person in people:
        if person.email and person.is_active and person != except_for:
            queue_mail(
                to=[person.email],
                kind=EDITORIAL,
                about_id=entry.pk,
                unique_key=f"{EDITORIAL}:{entry.pk}:{person.pk}",
            )


def publishers() -> list[User]:
    """Return everybody who approves and publishes."""
    found = User.objects.with_perm(PUBLISH, include_superusers=False)
    return list(found.filter(is_staff=True, is_active=True))


def people_of(article: Article) -> list[User]:
    """Return those who work on the text: its owner, who began it, who wrote or remarked on what is not shown yet."""
    ids = article.writers()
    ids |= {pk for pk in (article.owner_id, article.created_by_id) if pk is not None}
    unseen = article.remarks.filter(author__isnull=False, revision__shown_at__isnull=True)
    ids |= set(unseen.values_list("author", flat=True))
    return list(User.objects.filter(pk__in=ids, is_active=True).order_by("pk"))


def keepers_of(article: Article) -> list[User]:
    """Return who answers for the published text: its owner, else who began it, else the publishers."""
    for person in (article.owner, article.created_by):
        if person is not None and person.is_active:
            return [person]
    return publishers()


def render(entry_id: int) -> RenderedMail:
    """Write the mail about a row of the history."""
    entry = HistoryEntry.objects.get(pk=entry_id)
    subject, sentence = SENTENCES[entry.verb]
    article = Article.objects.filter(pk=entry.subject_id).first()
    path = reverse("admin:guidance_article_change", args=[entry.subject_id])
    context = {
        "title": entry.subject_name,
        "sentence": str(sentence).format(who=entry.actor_name),
        "note": entry.note,
        "url": f"{settings.SITE_URL}{path}" if article else "",
    }
    return RenderedMail(
        subject=str(subject).format(title=entry.subject_name)[:200],
        text=render_to_string("guidance/mail/editorial.txt", context),
        html=render_to_string("guidance/mail/editorial.html", context),
    )
