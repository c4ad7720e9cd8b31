"""Gives the copies up when something that readers see is written, whoever writes it.

It listens to what is sent to the database, so that no action, no page of the admin, no command and no worker can
forget it: every write to a table begins a new generation once it is committed, save to tables that were declared
unseen (`registry.add_unseen_tables`). A forgotten declaration costs speed, never truth.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from ..registry import registry
from . import store

_WRITE = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|MERGE)\b(?:\s+(?:OR\s+\w+|INTO|FROM|TABLE|ONLY)\b)*"
    r'\s+"?(\w+)',
    re.IGNORECASE,
)
_HIDDEN_WRITE = re.compile(
    r"\s*WITH\b.*\b(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE | re.DOTALL
)


def listen() -> None:
    """Listen on every connection that this process opens."""
    connection_created.connect(_attend, dispatch_uid="page_cache")


def purge() -> None:
    """Give up every copy, now: for what changes public pages without a write to the database."""
    store.generation.renew()


def is_seen(sql: str, values: Sequence[Any] = ()) -> bool:
    """Whether a statement with these values writes what readers may see."""
    written = _WRITE.match(sql)
    if written is None:
        return _HIDDEN_WRITE.match(sql) is not None
    verb, table = written.groups()
    return not registry.is_unseen(verb, table, values)


def _attend(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    if _notice not in connection.execute_wrappers:
        connection.execute_wrappers.append(_notice)


def _notice(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    result = execute(sql, params, many, context)
    values = [value for row in params for value in row] if many else params or ()
    if is_seen(sql, values) and not _changed_nothing(sql, context["cursor"]):
        connection: BaseDatabaseWrapper = context["connection"]
        if not any(waiting[1] is purge for waiting in connection.run_on_commit):
            transaction.on_commit(purge, using=connection.alias)
    return result


def _changed_nothing(sql: str, cursor: Any) -> bool:
    # With RETURNING, SQLite counts rows only as they are fetched.
    return cursor.rowcount == 0 and "RETURNING" not in sql
