"""Reader comments, the house rules they are judged by, appeals, and requests about personal data."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedCharField

from .querysets import AppealQuerySet, CommentQuerySet, DataRequestQuerySet

NAME_MAX = 100
TITLE_MAX = 150
CONTENT_MAX = 3000
MAIL_MAX = 200
APPEAL_MAX = 1000
ANSWER_MAX = 2000
REPORT_MAX = 500


class HouseRule(models.Model):
    """Quy tắc: a numbered rule that a decline must cite. Numbers stay; a rule may retire."""

    number = models.PositiveSmallIntegerField(_("số"), unique=True)
    title = models.CharField(_("tên"), max_length=120)
    text = models.TextField(_("nội dung"))
    sentence = models.CharField(
        _("câu mẫu"),
        max_length=300,
        blank=True,
        help_text=_("Gợi ý sẵn cho lý do không đăng; người kiểm duyệt sửa lại cho đúng bình luận."),
    )
    is_active = models.BooleanField(_("đang áp dụng"), default=True)

    class Meta:
        verbose_name = _("quy tắc bình luận")
        verbose_name_plural = _("quy tắc bình luận")
        ordering = ["number"]

    def __str__(self) -> str:
        return _("Quy tắc %(number)s: %(title)s") % {"number": self.number, "title": self.title}

    def get_absolute_url(self) -> str:
        """Return the rule's place on the public page; it stays the same for ever."""
        return f"/binh-luan/quy-tac/#quy-tac-{self.number}"


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

    article = models.ForeignKey(
        "guidance.Article", verbose_name=_("bài"), on_delete=models.PROTECT, related_name="comments"
    )
    name = models.CharField(_("họ tên"), max_length=NAME_MAX)
    phone = EncryptedCharField(_("số điện thoại"), max_length=30, null=True, blank=True)
    mail = EncryptedCharField(_("thư điện tử"), max_length=MAIL_MAX, null=True, blank=True)
    title = models.CharField(_("tiêu đề"), max_length=TITLE_MAX)
    content = models.TextField(_("nội dung"), max_length=CONTENT_MAX)
    consent_version = models.CharField(_("bản đồng ý"), max_length=20, blank=True)
    consent_text = models.TextField(_("lời đồng ý"), blank=True)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    receipt_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("gửi lúc"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người xử lý"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    rule = models.ForeignKey(
        HouseRule,
        verbose_name=_("quy tắc"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(_("lý do không đăng"), blank=True, editable=False)
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
        ]
        indexes = [
            models.Index(fields=["article", "state", "created_at", "id"], name="comment_thread"),
            models.Index(fields=["state", "created_at"], name="comment_queue"),
            models.Index(fields=["decided_at"], name="comment_decided"),
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
    def anchor(self) -> str:
        """Return the comment's place on a page that shows it."""
        return f"binh-luan-{self.pk}"

    @property
    def report_address(self) -> str:
        """Return where a reader reports the comment; written out, because a page asks for it fifty times."""
        return f"/binh-luan/{self.pk}/bao-cao/"

    def find_appeal(self) -> "Appeal | None":
        """Return the reader's appeal, if there is one."""
        return Appeal.objects.filter(comment=self).first()


class OfficialAnswer(models.Model):
    """Trả lời chính thức: what the Sở answers below a published comment, marked and signed. One for each."""

    comment = models.OneToOneField(
        Comment,
        verbose_name=_("bình luận"),
        on_delete=models.PROTECT,
        related_name="official_answer",
    )
    text = models.TextField(_("nội dung trả lời"), max_length=ANSWER_MAX)
    signed_as = models.CharField(_("ký tên"), max_length=150)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người viết"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("trả lời lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("trả lời chính thức")
        verbose_name_plural = _("trả lời chính thức")

    def __str__(self) -> str:
        return _("Trả lời bình luận số %(number)s") % {"number": self.comment_id}


class CommentReport(models.Model):
    """Báo bình luận: a reader tells moderators, with a reason, of a comment on the page. It decides nothing."""

    comment = models.ForeignKey(
        Comment, verbose_name=_("bình luận"), on_delete=models.PROTECT, related_name="reports"
    )
    rule = models.ForeignKey(
        HouseRule, verbose_name=_("quy tắc"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("lý do báo"), max_length=REPORT_MAX)
    created_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)
    closed_at = models.DateTimeField(_("xem xong lúc"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người xem"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("lượt báo bình luận")
        verbose_name_plural = _("lượt báo bình luận")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["comment", "created_at"],
                name="comment_report_open",
                condition=Q(closed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return _("Lượt báo bình luận số %(number)s") % {"number": self.comment_id}


class ThreadSetting(models.Model):
    """How an article takes comments, where that differs from the ordinary way: read before they are published."""

    class Mode(models.TextChoices):
        BEFORE = "before", _("Duyệt trước khi đăng")
        AFTER = "after", _("Đăng ngay, duyệt sau")
        CLOSED = "closed", _("Không nhận bình luận")

    article = models.OneToOneField(
        "guidance.Article",
        verbose_name=_("bài"),
        on_delete=models.CASCADE,
        related_name="thread_setting",
    )
    mode = models.CharField(
        _("cách nhận"), max_length=10, choices=Mode.choices, default=Mode.BEFORE
    )
    closes_on = models.DateField(
        _("nhận đến hết ngày"),
        null=True,
        blank=True,
        help_text=_("Bỏ trống nếu không có hạn. Bình luận đã đăng vẫn còn trên trang."),
    )

    class Meta:
        verbose_name = _("cách nhận bình luận của một bài")
        verbose_name_plural = _("cách nhận bình luận của từng bài")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.article}: {self.get_mode_display()}"


class WatchedWord(models.Model):
    """A word that staff want to be shown where it occurs. It is a hint to the moderator, never a verdict."""

    word = models.CharField(
        _("từ hoặc cụm từ"),
        max_length=60,
        unique=True,
        help_text=_("Không phân biệt dấu và chữ hoa; chỉ để gợi ý, không tự chặn bình luận nào."),
    )

    class Meta:
        verbose_name = _("từ cần lưu ý")
        verbose_name_plural = _("từ cần lưu ý")
        ordering = ["word"]

    def __str__(self) -> str:
        return self.word


class Appeal(models.Model):
    """Đề nghị xem lại: a reader asks, once, that somebody else read what was declined."""

    class State(models.TextChoices):
        OPEN = "open", _("Chờ xem lại")
        UPHELD = "upheld", _("Giữ quyết định không đăng")
        OVERTURNED = "overturned", _("Đã đăng theo đề nghị")

    comment = models.OneToOneField(
        Comment, verbose_name=_("bình luận"), on_delete=models.PROTECT, related_name="appeal"
    )
    text = models.TextField(_("lời đề nghị"), max_length=APPEAL_MAX, editable=False)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người quyết định không đăng"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    created_at = models.DateTimeField(_("gửi lúc"), default=timezone.now, editable=False)
    answer = models.TextField(_("câu trả lời"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người trả lời"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True, editable=False)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị xem lại")
        verbose_name_plural = _("đề nghị xem lại")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="appeal_answered_in_writing",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True)
                | Q(declined_by__isnull=True)
                | ~Q(answered_by=F("declined_by")),
                name="appeal_read_by_another",
            ),
        ]

    def __str__(self) -> str:
        return _("Đề nghị xem lại bình luận số %(number)s") % {"number": self.comment_id}


class DataRequest(models.Model):
    """Yêu cầu về dữ liệu cá nhân: a copy, given at once, or erasure, which staff carry out in the law's time."""

    class Kind(models.TextChoices):
        COPY = "copy", _("Xin bản sao")
        ERASURE = "erasure", _("Yêu cầu xóa")

    class State(models.TextChoices):
        OPEN = "open", _("Chờ xử lý")
        DONE = "done", _("Đã thực hiện")
        REFUSED = "refused", _("Từ chối, có lý do")

    comment = models.ForeignKey(
        Comment, verbose_name=_("bình luận"), on_delete=models.PROTECT, related_name="data_requests"
    )
    kind = models.CharField(_("yêu cầu"), max_length=10, choices=Kind.choices, editable=False)
    state = models.CharField(
        _("trạng thái"), max_length=10, choices=State.choices, default=State.OPEN, editable=False
    )
    created_at = models.DateTimeField(_("nhận lúc"), default=timezone.now, editable=False)
    due_on = models.DateField(_("hạn theo luật"), editable=False)
    answer = models.TextField(_("câu trả lời"), blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người xử lý"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True, editable=False)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("yêu cầu về dữ liệu cá nhân")
        verbose_name_plural = _("yêu cầu về dữ liệu cá nhân")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "kind"],
                condition=Q(state="open"),
                name="data_request_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""),
                name="data_request_refused_in_writing",
            ),
        ]

    def __str__(self) -> str:
        return _("%(kind)s: bình luận số %(number)s") % {
            "kind": self.get_kind_display(),
            "number": self.comment_id,
        }
