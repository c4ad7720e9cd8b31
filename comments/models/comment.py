"""What a reader wrote under an article."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import CommentQuerySet
from .contact_field import ContactField
from .house_rule import HouseRule

NAME_MAX = 100
TITLE_MAX = 150
CONTENT_MAX = 3000
MAIL_MAX = 200


class Comment(models.Model):
    """What a reader wrote under an article: waiting, published, declined, or taken back by the reader.

    Never call `full_clean()` on a comment: the encrypted field marks itself "already decrypted" for every
    thread while it cleans. Forms check what is typed, actions write it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ duyệt")
        PUBLISHED = "published", _("Đã đăng")
        DECLINED = "declined", _("Không đăng")
        WITHDRAWN = "withdrawn", _("Người gửi đã rút")

    # Each index costs every comment that is sent. Those of `Meta` serve this column too, and what is filled only later,
    # when somebody decides, has indexes of the filled rows alone.
    article = models.ForeignKey(
        "guidance.Article",
        verbose_name=_("bài"),
        on_delete=models.PROTECT,
        related_name="comments",
        db_index=False,
    )
    # What this replies to: always a comment that replies to nothing itself (rules.can_reply).
    parent = models.ForeignKey(
        "self",
        verbose_name=_("trả lời bình luận"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="replies",
        db_index=False,
    )
    name = models.CharField(_("họ tên"), max_length=NAME_MAX)
    phone = ContactField(_("số điện thoại"), max_length=30, null=True, blank=True)
    mail = ContactField(_("thư điện tử"), max_length=MAIL_MAX, null=True, blank=True)
    title = models.CharField(_("tiêu đề"), max_length=TITLE_MAX)
    content = models.TextField(_("nội dung"), max_length=CONTENT_MAX)
    # That of the page it was written on: what is mailed to its writer is in it, too.
    language = models.CharField(
        _("ngôn ngữ"), max_length=5, default="vi", choices=settings.LANGUAGES, editable=False
    )
    consent_version = models.CharField(_("bản đồng ý"), max_length=20, blank=True)
    consent_text = models.TextField(_("lời đồng ý"), blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    receipt_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("gửi lúc"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True, editable=False)
    # How long its writer waited does not change when a decision is put right later.
    first_decided_at = models.DateTimeField(
        _("xử lý lần đầu lúc"), null=True, blank=True, editable=False
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người xử lý"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    rule = models.ForeignKey(
        HouseRule,
        verbose_name=_("quy tắc"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    reason = models.TextField(_("lý do không đăng"), blank=True, editable=False)
    # Its number on the city's old site, where it was imported from there: the same one never comes twice.
    old_number = models.CharField(
        _("mã ở trang cũ"), max_length=64, null=True, blank=True, unique=True, editable=False
    )
    # How often the reader changed the words: whoever decides says which wording was read.
    corrections = models.PositiveSmallIntegerField(_("số lần sửa"), default=0, editable=False)
    # The folded content, hashed: the same text elsewhere is found without reading every comment.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    redacted_at = models.DateTimeField(
        _("ẩn thông tin cá nhân lúc"), null=True, blank=True, editable=False
    )
    erased_at = models.DateTimeField(_("xóa dữ liệu lúc"), null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("bình luận")
        verbose_name_plural = _("bình luận")
        ordering = ["created_at", "pk"]
        permissions = [
            ("moderate_comment", _("Duyệt bình luận")),
            ("answer_comment", _("Trả lời chính thức dưới bình luận")),
            ("view_phone", _("Xem số điện thoại người bình luận")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="declined") | (Q(rule__isnull=False) & ~Q(reason="")),
                name="comment_decline_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True, mail__isnull=True) | ~Q(consent_version=""),
                name="comment_contact_has_consent",
            ),
            # Not `unique=True`, which on PostgreSQL adds an index for LIKE.
            models.UniqueConstraint(fields=["receipt_hash"], name="comment_receipt"),
        ]
        indexes = [
            models.Index(fields=["article", "state", "created_at", "id"], name="comment_thread"),
            models.Index(
                fields=["article", "created_at", "id"],
                name="comment_thread_tops",
                condition=Q(parent__isnull=True),
            ),
            models.Index(
                fields=["parent", "state", "created_at", "id"],
                name="comment_replies",
                condition=Q(parent__isnull=False),
            ),
            models.Index(fields=["state", "created_at"], name="comment_queue"),
            models.Index(
                fields=["decided_at"],
                name="comment_decided",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(
                fields=["decided_by"],
                name="comment_decided_by",
                condition=Q(decided_by__isnull=False),
            ),
            models.Index(fields=["rule"], name="comment_rule", condition=Q(rule__isnull=False)),
            models.Index(fields=["fingerprint"], name="comment_same_text"),
        ]

    def __str__(self) -> str:
        # History and messages name a comment by this; they must hold nothing that the reader wrote.
        return _("Bình luận số %(number)s") % {"number": self.pk}

    @property
    def is_unread(self) -> bool:
        """Tell whether no moderator has decided, whether it stands on the page meanwhile or not."""
        return self.decided_at is None and self.state in {self.State.WAITING, self.State.PUBLISHED}

    @property
    def version(self) -> str:
        """Return what changes with every wording and every decision, so that a page can say which one it shows."""
        decided = f"{self.decided_at.timestamp():.6f}" if self.decided_at else ""
        return f"{self.corrections}:{decided}"

    @property
    def anchor(self) -> str:
        """Return the comment's place on a page that shows it."""
        return f"binh-luan-{self.pk}"

    @property
    def place(self) -> str:
        """Return the comment's own page, which stays; written out as `report_address` is."""
        return f"/binh-luan/{self.pk}/"

    @property
    def report_address(self) -> str:
        """Return where a reader reports the comment; written out, because a page asks for it fifty times."""
        return f"/binh-luan/{self.pk}/bao-cao/"
