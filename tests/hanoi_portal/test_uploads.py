"""Files that people send: taken by what they hold, never by their name; limits, names, and pictures that bite."""

import io
import struct
import zipfile
import zlib

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from pytest_django.fixtures import Settings

from hanoi_portal import uploads
from hanoi_portal.uploads import judging
from tests.factories import OFFICE_TYPE, make_content, make_upload


def refused(content: bytes, name: str = "tep.pdf") -> str:
    """Return in which words a file is refused."""
    with pytest.raises(ValidationError) as raised:
        uploads.check(make_upload(name=name, content=content))
    return " ".join(raised.value.messages)


def make_zip(parts: dict[str, bytes | str]) -> bytes:
    """Return a zip of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def make_png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it is so large, with next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body


# --- what is taken ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("pdf", "application/pdf"),
        ("docx", f"{OFFICE_TYPE}.wordprocessingml.document"),
        ("xlsx", f"{OFFICE_TYPE}.spreadsheetml.sheet"),
        ("jpeg", "image/jpeg"),
        ("png", "image/png"),
    ],
)
def test_a_file_is_known_by_its_content_and_its_name_is_made_to_say_so(
    kind: str, content_type: str
) -> None:
    checked = uploads.check(make_upload(kind))
    assert (checked.content_type, checked.name) == (content_type, f"minh-chung.{kind}")
    disguised = uploads.check(make_upload(kind, "trang.html"))
    assert disguised.content_type == content_type
    assert disguised.name.startswith("trang.html.")
    assert disguised.file.read(1)  # the whole is still there to be read


# --- what is not --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<script>alert(1)</script>", "bao-cao.pdf"),
        (b"MZ\x90\x00 a program", "anh.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "anh.png"),
        (make_content("gif"), "anh.png"),
        (b"%!PS-Adobe\n%PDF-1.4 %%EOF", "bao-cao.pdf"),
    ],
    ids=["html", "program", "svg", "gif", "postscript"],
)
def test_what_only_calls_itself_a_document_is_refused_by_name(content: bytes, name: str) -> None:
    said = refused(content, name)
    assert f"Không nhận tệp “{name}”" in said
    assert "PDF, DOCX, XLSX, JPEG, HEIC hoặc PNG" in said


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 cut off in the middle",
        make_content("jpeg")[:-200],
        make_content("png")[:60],
        make_content("png").replace(b"IDAT", b"IDAX"),
        make_content("docx")[:-40],
        b"PK\x03\x04 and nothing of a zip",
    ],
    # Named here: a DOCX bears the time it was made, and pytest-xdist wants the same names in every process.
    ids=["pdf-head", "jpeg-cut", "png-cut", "png-without-data", "docx-cut", "zip-head"],
)
def test_a_broken_or_half_sent_file_is_refused(content: bytes) -> None:
    assert "bị hỏng hoặc chưa tải đủ" in refused(content)


def test_an_empty_file_and_one_too_large_are_refused_with_the_limit(settings: Settings) -> None:
    assert "không có nội dung" in refused(b"")
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
    whole = make_content("pdf")
    at_most = whole[:-6] + b"\n" * (settings.UPLOAD_MAX_BYTES - len(whole)) + whole[-6:]
    assert len(at_most) == settings.UPLOAD_MAX_BYTES
    assert uploads.check(make_upload(content=at_most)).content_type == "application/pdf"
    assert "nặng hơn 3 MB" in refused(at_most + b"\n")


def test_an_ordinary_zip_is_refused_and_told_from_a_document() -> None:
    assert "Không nhận tệp nén" in refused(make_zip({"a.exe": b"MZ"}), "tai-lieu.docx")
    part = "word/document.xml"
    without_list = make_zip({part: "<document/>"})
    assert "Không nhận tệp nén" in refused(without_list, "tai-lieu.docx")
    listed_as_other = make_zip({"[Content_Types].xml": "<Types/>", part: "<document/>"})
    assert "Không nhận tệp nén" in refused(listed_as_other, "tai-lieu.docx")


@pytest.mark.parametrize(
    "extra",
    [
        {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
        {"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml"},
    ],
)
def test_documents_that_carry_macros_are_refused(extra: dict[str, bytes | str]) -> None:
    plain = zipfile.ZipFile(io.BytesIO(make_content("docx")))
    parts: dict[str, bytes | str] = {name: plain.read(name) for name in plain.namelist()}
    assert "macro" in refused(make_zip({**parts, **extra}), "bao-cao.docx")


def test_a_zip_that_unpacks_to_far_too_much_is_refused_unopened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(judging, "MAX_UNPACKED_BYTES", 1_000_000)
    bomb = make_zip({"[Content_Types].xml": "", "word/document.xml": b"0" * 1_000_001})
    assert len(bomb) < 10_000
    assert "giải nén ra quá lớn" in refused(bomb, "bom.docx")
    monkeypatch.setattr(judging, "MAX_ZIP_ENTRIES", 3)
    assert "giải nén ra quá lớn" in refused(make_zip(dict.fromkeys("abcd", b"")), "bom.docx")


@pytest.mark.parametrize("side", [10_001, 60_000])
def test_a_picture_with_far_too_many_points_is_refused_unopened(side: int) -> None:
    assert "quá nhiều điểm ảnh" in refused(make_png_of(side, side), "bom.png")


# --- names --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Báo cáo tháng 5.pdf", "Báo cáo tháng 5.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Lan\\ảnh.jpg", "ảnh.jpg"),
        ('a"b;c<d>|e?.pdf', "a-b-c-d--e-.pdf"),
        ("a\u202egpj.exe\x00.pdf", "agpj.exe.pdf"),
        ("  . ", ""),
        ("tệp.", "tệp"),
    ],
)
def test_a_name_is_kept_as_one_clean_line(sent: str, kept: str) -> None:
    assert uploads.clean_name(sent) == kept


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    kept = uploads.clean_name("ă" * 400 + ".pdf")
    assert len(kept) <= uploads.NAME_LENGTH
    assert kept.endswith("ă.pdf")


def test_a_file_without_a_name_gets_one() -> None:
    nameless = SimpleUploadedFile("x", make_content("pdf"))
    nameless._name = "..."  # type: ignore[attr-defined]  # a browser can send it, Django's own class cannot
    assert uploads.check(nameless).name.endswith(".pdf")


# --- in a form ----------------------------------------------------------------------------------
class EvidenceForm(forms.Form):
    files = uploads.UploadsField(required=False)
    needed = uploads.UploadsField(required=False)


def filled(*sent: SimpleUploadedFile) -> EvidenceForm:
    """Return the form with these files chosen."""
    return EvidenceForm({}, MultiValueDict({"files": list(sent)}))


def test_several_files_are_judged_and_every_bad_one_is_named() -> None:
    form = filled(make_upload("pdf"), make_upload("png"))
    assert form.is_valid()
    assert [each.content_type for each in form.cleaned_data["files"]] == [
        "application/pdf",
        "image/png",
    ]
    assert form.cleaned_data["needed"] == []
    form = filled(
        make_upload("pdf"),
        make_upload(name="hong.pdf", content=b"%PDF-"),
        make_upload(name="may.exe", content=b"MZ"),
    )
    said = " ".join(form.errors["files"])
    assert "hong.pdf" in said
    assert "may.exe" in said
    assert "minh-chung.pdf" not in said


def test_more_files_than_the_limit_are_refused() -> None:
    form = filled(*(make_upload("pdf") for _ in range(uploads.MAX_FILES + 1)))
    assert form.errors["files"] == ["Xin chọn tối đa 10 tệp; đang có 11."]


def test_a_required_field_asks_for_a_file() -> None:
    with pytest.raises(ValidationError):
        uploads.UploadsField().clean([])


def test_the_limits_are_said_before_anything_is_chosen(settings: Settings) -> None:
    shown = str(EvidenceForm()["files"])
    assert " multiple" in shown
    assert uploads.ACCEPT in shown
    said = str(EvidenceForm().fields["files"].help_text)
    assert "tối đa 10 tệp" in said
    assert f"{settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB" in said
