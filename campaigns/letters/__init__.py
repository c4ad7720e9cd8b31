"""The letters to units: what the worker sends for a notice, in plain text and HTML.

`facts.py` reads what the letters of a whole batch say; `sentences.py` makes the sentences, once for both forms;
`laying.py` lays out what several units are told in the same words only once; `write.py` puts it together.
"""

from .digest import render_digest
from .write import prepare, render

__all__ = ["prepare", "render", "render_digest"]
