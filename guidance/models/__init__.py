"""What guidance stores: articles with their revisions and remarks, categories, legal documents."""

from .article import Article, search_text_of
from .autosave import Autosave
from .category import Category
from .document import LegalDocument
from .preview_link import PreviewLink
from .remark import REMARK_MAX, Remark
from .revision import TEXT_FIELDS, Revision
from .slug import RESERVED_SLUGS, free_slug

__all__ = [
    "REMARK_MAX",
    "RESERVED_SLUGS",
    "TEXT_FIELDS",
    "Article",
    "Autosave",
    "Category",
    "LegalDocument",
    "PreviewLink",
    "Remark",
    "Revision",
    "free_slug",
    "search_text_of",
]
