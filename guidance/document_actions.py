"""What is done to legal documents: write, publish, hide. The admin and the demonstration use these."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanoi_portal.errors import DomainError, NotAllowed, StaleState
from hanoi_portal.history import record
from hanoi_portal.models import HistoryEntry, User
from hanoi_portal.uploads import PDF, CheckedFile, storing

from . import rules
from .addresses import lead_on
from .models import LegalDocument

HISTORY_WORDS = {
    "write_document": gettext_lazy("nhập văn bản"),
    "change_document": gettext_lazy("sửa văn bản"),
    "publish_document": gettext_lazy("công khai văn bản"),
    "hide_document": gettext_lazy("ẩn văn bản"),
    "document_public": gettext_lazy("công khai"),
    "document_hidden": gettext_lazy("không công khai"),
}


def write_document(
    document: LegalDocument,
    *,
    by: User,
    changed: Collection[str] = (),
    amends: Iterable[LegalDocument] | None = None,
    file: CheckedFile | None = None,
    via: str = HistoryEntry.Via.WEB,
) -> None:
    """Save a new document, not public yet, or the changed fields (their names) of one that exists.

    `amends`, when given, becomes the documents that it changes; `file` takes the place of the one kept.
    """
    is_new = document.pk is None
    if not rules.can_write_document(by, None if is_new else document):
        raise NotAllowed(_("Tài khoản này không có quyền sửa văn bản ở trạng thái hiện tại."))
    if file is not None and file.content_type != PDF.content_type:
        raise DomainError(_("Tệp văn bản phải là tệp PDF."))
    others = None if amends is None else list(amends)
    if others is not None and document in others:
        raise DomainError(_("Văn bản không tự sửa đổi, bổ sung chính nó."))
    told: dict[str, object] = {}
    with storing(by) as store, transaction.atomic():
        if file is not None:
            document.file = store(file)
            told = {"file": document.file.original_name, "sha256": document.file.sha256}
        if is_new:
            document.is_public = False
            document.save()
        elif changed or file is not None:
            # Only what was typed: somebody may have published it meanwhile.
            own = set(changed) & {each.name for each in LegalDocument._meta.concrete_fields}
            # A document has no revisions: what is written over stays in the history.
            before = LegalDocument.objects.select_for_update().get(pk=document.pk)
            told["before"] = {name: str(getattr(before, name) or "") for name in sorted(own)}
            kept = {*own, "changed_at", *({"file"} if file is not None else ())}
            document.save(update_fields=kept)
            lead_on(before.get_absolute_url() if document.is_public else "", document)
        if others is not None:
            document.amends.set(others)
        if is_new:
            record(
                "write_document", document, by=by, via=via, to_state="document_hidden", data=told
            )
        elif changed or file is not None:
            told["fields"] = sorted(changed)
            record("change_document", document, by=by, via=via, data=told)


def publish_document(document: LegalDocument, *, by: User, via: str = HistoryEntry.Via.WEB) -> None:
    """Show the document to readers."""
    _show(document, True, by=by, verb="publish_document", via=via)


def hide_document(document: LegalDocument, *, by: User) -> None:
    """Take the document away from readers; its address answers that there is nothing."""
    _show(document, False, by=by, verb="hide_document", via=HistoryEntry.Via.WEB)


def _show(document: LegalDocument, is_public: bool, *, by: User, verb: str, via: str) -> None:
    if not rules.is_document_publisher(by):
        raise NotAllowed(_("Tài khoản này không có quyền công khai hoặc ẩn văn bản."))
    with transaction.atomic():
        waiting = LegalDocument.objects.filter(pk=document.pk, is_public=not is_public)
        if not waiting.update(is_public=is_public):
            raise StaleState(
                _("Văn bản này đang được công khai rồi.")
                if is_public
                else _("Văn bản này hiện không được công khai.")
            )
        before, after = "document_hidden", "document_public"
        if not is_public:
            before, after = after, before
        record(verb, document, by=by, via=via, from_state=before, to_state=after)
    document.is_public = is_public
