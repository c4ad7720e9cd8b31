"""Keeping the signed document of a plan. Another one takes its place; the history names both by their content."""

from django.db import transaction
from django.utils.translation import gettext as _

from hanoi_portal import history
from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.models import HistoryEntry, StoredFile, User
from hanoi_portal.uploads import PDF, CheckedFile, storing

from ..models import Plan
from ..rules import can_load_plans


def attach_document(
    plan: Plan, checked: CheckedFile, *, by: User, via: str = HistoryEntry.Via.WEB
) -> StoredFile:
    """Keep the PDF as what was signed. Raises NotAllowed; DomainError if it is no PDF; StaleState if another came."""
    if not can_load_plans(by):
        raise NotAllowed(_("Bạn không có quyền sửa kế hoạch."))
    if checked.content_type != PDF.content_type:
        raise DomainError(_("Văn bản đã ký phải là tệp PDF."))
    before = plan.document
    with storing(by) as store, transaction.atomic():
        stored = store(checked)
        if not Plan.objects.filter(pk=plan.pk, document=before).update(document=stored):
            raise StaleState(_("Văn bản của kế hoạch vừa được thay. Mời xem lại."))
        told = {"file": stored.original_name, "sha256": stored.sha256}
        if before is not None:
            told["instead_of"] = before.sha256
        history.record("attach_document", plan, by=by, via=via, data=told)
    plan.document = stored
    return stored
