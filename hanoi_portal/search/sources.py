"""What an app offers to search: a source for each kind of thing that readers may find."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Record:
    """How something public is found and shown: plain text throughout; the page escapes and marks.

    `text` is what is searched beside the title; `number` is a document's number; `tags` are short names that stand
    on it, each found by itself. `on` is shown with it and narrows by date. Readers find it from `shown_from` and until
    `shown_until`, where these are given. `facets` are pairs of what results are narrowed by and a slug of it, such as
    ("chuyen-muc", "tin-gia").
    """

    title: str
    url: str
    text: str
    number: str = ""
    on: date | datetime | None = None
    shown_from: datetime | None = None
    shown_until: datetime | None = None
    facets: Collection[tuple[str, str]] = field(default_factory=tuple)
    tags: Collection[str] = field(default_factory=tuple)


# Given ids, the records of those of them that are public; given None, of all that are, the oldest first.
RecordReader = Callable[[Collection[int] | None], Iterable[tuple[int, Record]]]


@dataclass(frozen=True)
class Source:
    """Things of one model that readers may find. `kind` is its slug, as in `?loai=bai`; `label` its name on the page.

    `parts` are other models whose rows are said in the records: each with what gives, for one of its rows, the ids
    of the things that say it.
    """

    kind: str
    label: Any
    model: type[models.Model]
    read: RecordReader
    parts: Mapping[type[models.Model], Callable[[Any], Collection[int]]] = field(
        default_factory=dict
    )


@dataclass(frozen=True)
class Facet:
    """Something that results can be narrowed by: the name of its parameter, its label, and its choices when asked."""

    name: str
    label: Any
    choices: Callable[[], Iterable[tuple[str, str]]]  # slug, name
