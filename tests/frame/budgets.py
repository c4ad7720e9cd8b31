"""What a page may cost its reader. Every number that a page is held to stands here and nowhere else."""

PUBLIC_FIRST_VIEW_BYTES = 60 * 1024  # as sent over the line, without pictures, with an empty cache
PUBLIC_REQUESTS = 8  # with pictures
PUBLIC_UNUSED_CSS = 0.40  # share of a page's style sheets that no element of it uses
PUBLIC_MODULE_BYTES = 3 * 1024  # our one JavaScript file, before compression
FONT_BYTES = 26 * 1024  # both weights together
LAYOUT_SHIFT = 0.005  # nothing moves while a page loads: 0.00 as browsers report it …
ADMIN_LAYOUT_SHIFT = 0.25  # … but the columns of Django's long lists, which widen as rows arrive
FOCUS_STOPS_LOOKED_AT = 60  # Tab presses on one page
