"""What editors type, a file per thing. Shape of input only."""

from .article import ArticleForm, BodyField
from .category import CategoryForm
from .decisions import (
    ApproveForm,
    ChangeNoteForm,
    ConfirmForm,
    NoteForm,
    RemarkForm,
    ScheduleForm,
    SendBackForm,
    WithdrawForm,
)
from .document import LegalDocumentForm
from .preview import AnswerForm, PreviewLinkForm

__all__ = [
    "AnswerForm",
    "ApproveForm",
    "ArticleForm",
    "BodyField",
    "CategoryForm",
    "ChangeNoteForm",
    "ConfirmForm",
    "LegalDocumentForm",
    "NoteForm",
    "PreviewLinkForm",
    "RemarkForm",
    "ScheduleForm",
    "SendBackForm",
    "WithdrawForm",
]
