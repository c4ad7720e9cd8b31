"""What guidance stores: articles with their revisions and remarks, all by which they are found, legal documents."""

from .article import ArrangedArticle, Article, search_text_of
from .attachment import Attachment
from .audience import Audience
from .autosave import Autosave
from .category import Category
from .document import LegalDocument
from .feedback import REASONS, Answer, Feedback
from .old_address import OldAddress
from .preview_link import PreviewLink
from .remark import REMARK_MAX, Remark
from .revision import TEXT_FIELDS, Revision
from .series import Series, SeriesPart
from .slug import RESERVED_SLUGS, free_slug
from .tag import Tag
from .view_count import ViewCount

__all__ = [
    "REASONS",
    "REMARK_MAX",
    "RESERVED_SLUGS",
    "TEXT_FIELDS",
    "Answer",
    "ArrangedArticle",
    "Article",
    "Attachment",
    "Audience",
    "Autosave",
    "Category",
    "Feedback",
    "LegalDocument",
    "OldAddress",
    "PreviewLink",
    "Remark",
    "Revision",
    "Series",
    "SeriesPart",
    "Tag",
    "ViewCount",
    "free_slug",
    "search_text_of",
]
