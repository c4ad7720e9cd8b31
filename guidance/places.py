"""How many articles a page holds."""

PER_PAGE = 12
NEIGHBOURS = 10
IN_FEED = 30
ON_HOME = 4
