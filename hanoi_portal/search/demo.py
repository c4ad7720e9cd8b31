"""What search puts into the demonstration: the words of all that the other steps have published."""

from ..registry import DemoContext
from . import index, spelling


def index_everything(context: DemoContext) -> None:
    """Put the index right and count its words."""
    index.rebuild()
    context.say(f"{spelling.refresh_words()} từ và cụm từ")
