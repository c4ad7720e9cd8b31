"""No phone and no address can be read in the database or in a dump; and the key that hides them can be changed."""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection

from comments import contacts, dumps
from comments.contacts import Finding, plain_in_database
from comments.dumps import UnreadableDump, plain_in_dump
from comments.models import Comment
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

PHONE, MAIL = "+84912345678", "Hoa@vidu.example"


def store_plain(comment: Comment, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE comments_comment SET phone = %s WHERE id = %s", [value, comment.pk])


def dump() -> bytes:
    """Return the comments' rows as they lie in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM comments_comment")
        return json.dumps(cursor.fetchall(), default=str, ensure_ascii=False).encode()


def run(*dumps: Path) -> str:
    out = io.StringIO()
    call_command("prove_contacts_hidden", *dumps, stdout=out)
    return out.getvalue()


@pytest.fixture
def fresh_keys() -> Iterator[Any]:
    """Have the fields forget the keys that they keep; they remember the first ones for ever."""
    fields = [Comment._meta.get_field(name) for name in contacts.COLUMNS]

    def forget() -> None:
        for field in fields:
            for name in ("keys", "f"):
                field.__dict__.pop(name, None)

    yield forget
    forget()


def test_a_dump_of_what_the_portal_stores_is_clean(tmp_path: Path) -> None:
    make_comment(phone=PHONE, mail=MAIL)
    make_comment()
    path = tmp_path / "dump.json"
    path.write_bytes(dump())
    told = run(path)
    assert "cơ sở dữ liệu" in told
    assert str(path) in told
    assert plain_in_dump(io.BytesIO(dump())) == []


@pytest.mark.parametrize(
    "written",
    [PHONE, "0912345678", "84912345678", "0912 345.678", "+84 (0)912-345-678", "hoa@VIDU.example"],
)
@pytest.mark.parametrize("code", ["utf-8", "utf-16-le"])
def test_a_contact_in_a_dump_is_found_in_every_spelling(written: str, code: str) -> None:
    comment = make_comment(phone=PHONE, mail=MAIL)
    column = "mail" if "@" in written else "phone"
    second = make_comment(phone=PHONE, mail=MAIL)
    found = plain_in_dump(io.BytesIO(b"x" * 50 + written.encode(code) + b"y\n"))
    assert found == [Finding(comment.pk, column), Finding(second.pk, column)]


def test_a_contact_across_two_pieces_of_a_dump_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    comment = make_comment(phone=PHONE)
    monkeypatch.setattr(dumps, "PIECE", 7)
    assert plain_in_dump(io.BytesIO(b"abcd 0912345678 efgh")) == [Finding(comment.pk, "phone")]


def test_the_command_fails_and_tells_whose_but_not_what(tmp_path: Path) -> None:
    comment = make_comment(phone=PHONE)
    path = tmp_path / "dump.sql"
    path.write_text("INSERT … 0912345678 …", encoding="utf-8")
    with pytest.raises(CommandError) as error:
        run(path)
    assert f"bình luận số {comment.pk}" in str(error.value)
    assert "912345678" not in str(error.value)
    store_plain(comment, "0912345678")
    assert plain_in_database() == [Finding(comment.pk, "phone")]
    with pytest.raises(CommandError, match="cột phone"):
        run()
    with pytest.raises(CommandError, match="Không đọc được"):
        run(tmp_path / "none.sql")


@pytest.mark.parametrize("opener", [gzip.open, bz2.open, lzma.open])
def test_a_packed_dump_is_looked_into(tmp_path: Path, opener: Any) -> None:
    comment = make_comment(phone=PHONE)
    path = tmp_path / "dump.packed"
    with opener(path, "wb") as packed:
        packed.write(dump())
    assert str(path) in run(path)
    with opener(path, "wb") as packed:
        packed.write(dump() + b"0912345678")
    with pytest.raises(CommandError, match=f"bình luận số {comment.pk}"):
        run(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CommandError, match="Không đọc được"):
        run(path)


def test_what_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    make_comment(phone=PHONE)
    path = tmp_path / "dump.gpg"
    path.write_bytes(bytes(reversed(dump())))  # holds a phone, for all that anybody can tell
    with pytest.raises(CommandError, match="Chưa chứng minh được gì"):
        run(path)
    path.write_bytes(b"PGDMP broken")
    with pytest.raises(CommandError, match="Không đọc được"):
        run(path)
    with pytest.raises(UnreadableDump):
        plain_in_dump(io.BytesIO(b""))


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_dump_that_the_operators_guide_tells_to_make_is_looked_into(tmp_path: Path) -> None:
    comment = make_comment(phone=PHONE, mail=MAIL)
    path = tmp_path / "portal.dump"
    parts = connection.settings_dict
    command = ["pg_dump", "--format=custom", f"--file={path}", f"--dbname={parts['NAME']}"]
    server = {"PGHOST": parts["HOST"], "PGPORT": str(parts["PORT"]), "PGUSER": parts["USER"]}
    environment = os.environ | server | {"PGPASSWORD": parts["PASSWORD"]}
    subprocess.run(command, env=environment, check=True)
    assert str(path) in run(path)
    Comment.objects.filter(pk=comment.pk).update(content="Gọi 0912 345 678")
    subprocess.run(command, env=environment, check=True)
    with pytest.raises(CommandError, match=f"bình luận số {comment.pk}"):
        run(path)


def test_a_contact_that_somebody_wrote_in_a_comment_is_told_with_its_place(tmp_path: Path) -> None:
    comment = make_comment(phone=PHONE)
    other = make_comment(content="Gọi 0912 345 678")
    (tmp_path / "dump.json").write_bytes(dump())
    with pytest.raises(CommandError, match=f"trong lời của bình luận số {other.pk}") as error:
        run(tmp_path / "none.sql", tmp_path / "dump.json")
    assert f"cột phone của bình luận số {comment.pk}" in str(error.value)
    assert "none.sql" in str(error.value)  # what is wrong with one file hides nothing of the next


def test_django_s_own_dump_holds_no_contact_and_brings_it_back() -> None:
    comment = make_comment(phone=PHONE, mail=MAIL)
    dumped = serializers.serialize("json", Comment.objects.all())
    assert "912345678" not in dumped
    assert "vidu.example" not in dumped
    (loaded,) = serializers.deserialize("json", dumped)
    loaded.save()
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.phone, stored.mail) == (PHONE, MAIL)
    assert plain_in_database() == []


def test_contacts_are_encrypted_anew_under_a_new_key(settings: Any, fresh_keys: Any) -> None:
    comment = make_comment(phone=PHONE, mail=MAIL)
    make_comment()
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a new secret of the server, long enough for everybody"
    settings.SECRET_KEY_FALLBACKS = [old]
    fresh_keys()
    out = io.StringIO()
    call_command("encrypt_contacts_anew", stdout=out)
    assert "1 bình luận" in out.getvalue()
    settings.SECRET_KEY_FALLBACKS = []
    fresh_keys()
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.phone, stored.mail) == (PHONE, MAIL)
    assert plain_in_database() == []
