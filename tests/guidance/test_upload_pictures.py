"""Editors' pictures: who may, what is taken, what is left of it."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from hanoi_portal.roles import ROLES
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db

UPLOAD, BROWSE = "/quan-tri/soan-thao/tai-len/", "/quan-tri/soan-thao/anh/"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#0c4a3a").save(out, kind, **options)
    return out.getvalue()


def send(client: Client, name: str, content: bytes, query: str = "") -> dict[str, object]:
    file = SimpleUploadedFile(name, content)
    answer: dict[str, object] = client.post(f"{UPLOAD}{query}", {"upload": file}).json()
    return answer


@pytest.fixture
def editor(client: Client) -> Client:
    return sign_in(client, make_user("editor"))


@pytest.mark.parametrize("role", [*ROLES, None])
def test_only_who_writes_articles_uploads_and_chooses(client: Client, role: str | None) -> None:
    sign_in(client, make_user(role))
    status = 200 if role in {"editor", "publisher"} else 403
    file = SimpleUploadedFile("a.png", picture())
    assert client.post(UPLOAD, {"upload": file}).status_code == status
    assert client.get(BROWSE).status_code == status


def test_anonymous_uploads_nothing(client: Client) -> None:
    file = SimpleUploadedFile("a.png", picture())
    assert client.post(UPLOAD, {"upload": file}).status_code == 403
    assert client.get(BROWSE).status_code == 403
    assert client.get(UPLOAD).status_code == 405


def test_another_site_uploads_nothing(editor: Client) -> None:
    for site in ("cross-site", "same-site"):
        file = SimpleUploadedFile("a.png", picture())
        headers = {"sec-fetch-site": site}
        assert editor.post(UPLOAD, {"upload": file}, headers=headers).status_code == 403


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("GIF", ".gif")])
def test_a_picture_is_stored_and_served(editor: Client, kind: str, suffix: str) -> None:
    answer = send(editor, "Hồ Gươm đẹp.bin", picture(kind))
    address = str(answer["url"])
    assert address.startswith("/tep/public/editor/")
    assert "ho-guom-dep" in address
    assert address.endswith(suffix)
    response = Client().get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("image/")
    response.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("a.png", b"<script>alert(1)</script>"),
        ("a.png", picture()[:40]),
        ("a.png", picture()[:20] + b"\x00" * 40),
        ("a.bmp", picture("BMP")),
        ("a.webp", picture("WEBP")),
        ("a.png", b""),
    ],
)
def test_what_is_no_picture_is_refused_in_words(editor: Client, name: str, content: bytes) -> None:
    answer = send(editor, name, content)
    assert answer["uploaded"] == 0
    assert "ảnh" in str(answer["error"])


def test_no_file_too_large_and_too_many_pixels_are_refused_in_words(editor: Client) -> None:
    assert "Xin chọn" in editor.post(UPLOAD).json()["error"]["message"]
    assert "5 MB" in str(send(editor, "a.png", b"x" * (5 * 1024 * 1024 + 1)))
    assert "điểm ảnh" in str(send(editor, "a.png", picture(size=(6000, 5000))))


def test_nothing_hidden_comes_along(editor: Client) -> None:
    exif = Image.Exif()
    exif[0x010F] = "May anh cua toi"
    exif[0x8825] = {1: "N", 2: (21.0, 1.0, 42.0)}
    content = picture("JPEG", exif=exif, comment=b"bi mat") + b"<script>alert(1)</script>"
    address = str(send(editor, "a.html", content)["url"])
    stored = Path(settings.MEDIA_ROOT, address.removeprefix(settings.MEDIA_URL)).read_bytes()
    for trace in (b"May anh", b"bi mat", b"<script", b"Exif"):
        assert trace not in stored
    assert address.endswith(".jpg")


def test_the_dialog_is_answered_in_its_frame(editor: Client) -> None:
    file = SimpleUploadedFile("a.png", picture())
    response = editor.post(f"{UPLOAD}?CKEditorFuncNum=7", {"upload": file})
    assert "callFunction(7, ...[" in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "'unsafe-inline'" in response["Content-Security-Policy"]
    refused = editor.post(f"{UPLOAD}?CKEditorFuncNum=7")
    assert "callFunction(7, ...[" in refused.content.decode()


def test_a_query_parameter_never_becomes_script(editor: Client) -> None:
    for number in ("alert(1)", "1);alert(1", "<script>", "²"):
        file = SimpleUploadedFile("a.png", picture())
        response = editor.post(f"{UPLOAD}?CKEditorFuncNum={number}", {"upload": file})
        assert response["Content-Type"] == "application/json"
        assert "alert" not in response.content.decode()


def test_stored_pictures_can_be_chosen_and_searched(editor: Client) -> None:
    send(editor, "Tháp Rùa.png", picture())
    page = editor.get(BROWSE).content.decode()
    assert "data-picture" in page
    assert "thap-rua" in page
    assert "jquery" not in page.lower()
    assert "thap-rua" not in editor.post(BROWSE, {"q": "khongco"}).content.decode()
