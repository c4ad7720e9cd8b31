"""What staff do with a notice that may not have arrived: send it again, or write down how the unit was told instead."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanoi_portal import history, outbox
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import OutgoingMail, User

from ..models import Notice
from ..models.notice import LINK_LIFE
from ..notices import MAIL_KIND, addresses_of
from ..rules import can_mark_told, can_resend_notice

State = OutgoingMail.State


def resend_notice(notice: Notice, *, by: User) -> None:
    """Send the notice to the addresses that the unit has now, under its old Message-ID; its link lives on.

    Also a notice that went out (the unit lost it), or that had no address when it was written. Raises NotAllowed,
    DomainError without an address, StaleState while it waits to be sent.
    """
    if not can_resend_notice(by):
        raise NotAllowed(_("Bạn không có quyền gửi lại thông báo."))
    addresses = addresses_of(notice.unit)
    if not addresses:
        text = _("%(unit)s chưa có địa chỉ nhận thông báo.")
        raise DomainError(text % {"unit": notice.unit.name})
    before = notice.mail.state if notice.mail else ""
    with transaction.atomic():
        if notice.mail is None:
            mail = outbox.queue_mail(
                to=addresses, kind=MAIL_KIND, about_id=notice.pk, unique_key=notice.unique_key
            )
            is_changed = Notice.objects.filter(pk=notice.pk, mail=None).update(mail=mail)
        else:
            sending = OutgoingMail.objects.filter(pk=notice.mail.pk)
            is_changed = outbox.send_anew(sending, recipients=addresses)
        if not is_changed:
            raise StaleState(_("Thông báo này đang chờ gửi."))
        until = timezone.now() + LINK_LIFE
        Notice.objects.filter(pk=notice.pk).update(link_until=until)
        history.record(
            "resend_notice",
            notice,
            by=by,
            from_state=before,
            to_state=State.PENDING,
            data={"recipients": addresses},
        )


def mark_told(notice: Notice, *, by: User, words: str) -> None:
    """Write down that the unit was told by other means: whom, how, when. The mail, if it waits, still goes.

    Raises NotAllowed, DomainError without words, StaleState when it was written before.
    """
    if not can_mark_told(by):
        raise NotAllowed(_("Chỉ người theo dõi kế hoạch mới ghi được việc này."))
    if not words:
        raise DomainError(_("Xin ghi đã báo cho ai, bằng cách nào."))
    with transaction.atomic():
        untold = Notice.objects.filter(pk=notice.pk, told_at=None)
        if not untold.update(told_at=timezone.now(), told_by=by, told_words=words):
            raise StaleState(_("Thông báo này đã được ghi là báo bằng cách khác."))
        history.record("mark_told", notice, by=by, note=words)
