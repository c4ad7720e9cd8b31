"""The page cache: public pages, the same bytes for everybody, answered before Django is asked.

`public_page` declares a page and the query parameters it depends on; `application.CachedPages` answers from copies;
`purging` gives all copies up when something that readers see is written. docs/decisions/0015-bo-dem-trang.md says why.
"""
