"""How many articles, or legal documents, a page holds."""

PER_PAGE = 12
DOCUMENTS_PER_PAGE = 20
NEIGHBOURS = 10
IN_FEED = 30
ON_HOME = 4
RELATED = 5
