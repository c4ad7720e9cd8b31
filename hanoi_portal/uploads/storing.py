"""Keeping checked files, and leaving nothing behind when what they are for fails."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..models import StoredFile, User
from .kinds import CheckedFile


@contextmanager
def storing(by: User | None) -> Iterator[Callable[[CheckedFile], StoredFile]]:
    """Give a function that keeps a checked file; if what it is for fails, the bytes are taken away again.

    Open it around the transaction: the rows go with the rollback, the bytes with this.
    """
    written: list[StoredFile] = []

    def store(checked: CheckedFile) -> StoredFile:
        digest = hashlib.sha256()
        for chunk in checked.file.chunks():
            digest.update(chunk)
        checked.file.seek(0)
        stored = StoredFile(
            original_name=checked.name,
            content_type=checked.content_type,
            size=checked.file.size or 0,
            sha256=digest.hexdigest(),
            uploaded_by=by,
        )
        stored.file.save(checked.name, checked.file, save=False)
        written.append(stored)
        stored.save()
        return stored

    try:
        yield store
    except BaseException:
        for stored in written:
            stored.file.storage.delete(str(stored.file.name))
        raise
