"""What comments put into the demonstration: a second moderator, and some comments, by the ordinary actions."""

from django.utils import timezone

from guidance.models import Article
from hanoi_portal.registry import DemoContext
from hanoi_portal.roles import MODERATOR

from . import actions
from .models import Comment, HouseRule


def write_comments(context: DemoContext) -> None:
    """Make the moderators and, where there is no comment yet, six under the newest article."""
    first = context.accounts("kiem-duyet", "Lê Quang Huy", MODERATOR)
    context.accounts("kiem-duyet-2", "Hoàng Thị Bích", MODERATOR)
    article = Article.objects.published(timezone.now()).first()
    if article is None or Comment.objects.exists():
        return
    thanks = _send(article, "Nguyễn Thị Hoa", "Cảm ơn bài viết", "Tôi đã đọc cho cả nhà cùng nghe.")
    question = _send(
        article,
        "Trần Văn Bình",
        "Xin hỏi nơi báo tin sai",
        "Khi thấy tin sai trên mạng, tôi báo cho cơ quan nào?",
    )
    advert = _send(article, "Bán hàng", "Giảm giá lớn", "Mua ngay tại www.vi-du.example, rẻ nhất!")
    _send(article, "Phạm Minh", "Góp ý", "Mong có thêm bài cho người lớn tuổi, chữ to hơn.")
    _send(article, "Lý Thị Mơ", "Hỏi thêm", "Gọi giúp tôi số 0912 345 678 để hướng dẫn với ạ.")
    actions.publish_comment(thanks, by=first)
    actions.publish_comment(question, by=first)
    actions.answer_officially(
        question,
        by=first,
        text="Ông/bà dùng trang “Báo tin sai sự thật” ở cuối mọi trang của cổng này.",
        signed_as="Sở Thông tin và Truyền thông Hà Nội",
    )
    reply = _send(
        article,
        "Đỗ Thị Lan",
        "Trả lời: Xin hỏi nơi báo tin sai",
        "Tôi đã báo theo cách này, dễ làm ạ.",
        parent=question,
    )
    actions.publish_comment(reply, by=first)
    rule = HouseRule.objects.get(number=5)
    actions.decline_comment(advert, by=first, rule=rule, reason="Bình luận quảng cáo bán hàng.")
    context.say("6 bình luận mẫu, 2 người kiểm duyệt")


def _send(
    article: Article, name: str, title: str, content: str, *, parent: Comment | None = None
) -> Comment:
    return actions.submit_comment(
        article,
        None,
        name=name,
        title=title,
        content=content,
        phone="",
        parent=parent,
    ).comment
