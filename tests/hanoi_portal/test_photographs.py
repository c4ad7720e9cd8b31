"""What a camera wrote beside the picture goes, the picture stays: photographs and videos that people send."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageChops
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo
from pytest_django.fixtures import Settings

from hanoi_portal import uploads
from hanoi_portal.photographs import without_traces
from tests.factories import make_content, make_upload

PLACE = b"hanoi-ba-dinh-21.0362"


def make_picture() -> Image.Image:
    """Return a picture of which every corner differs."""
    picture = Image.new("RGB", (64, 48))
    picture.putdata([(x * 4, y * 5, (x * y) % 256) for y in range(48) for x in range(64)])
    return picture


def make_photograph(turn: int = 6, **how: object) -> bytes:
    """Return a JPEG as a phone takes it: turned, with its place, its maker, its owner, and a second picture behind."""
    exif = Image.Exif()
    exif[Base.Orientation] = turn
    exif[Base.Make] = "May anh Ha Noi"
    exif[Base.Artist] = PLACE.decode()
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (21.0, 2.0, 10.3)
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", (105.0, 50.0, 3.1)
    buffer = io.BytesIO()
    xmp = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    make_picture().save(buffer, "JPEG", exif=exif, xmp=xmp, comment=PLACE, quality=90, **how)
    return buffer.getvalue() + b"\xff\xd8\xff\xe1" + PLACE


def points_of(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        return picture.convert("RGB")


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"icc_profile": b"mau" * 40}])
def test_a_photograph_loses_its_place_and_keeps_every_point(how: dict[str, object]) -> None:
    sent = make_photograph(**how)
    with Image.open(io.BytesIO(sent)) as picture:
        assert picture.getexif().get_ifd(IFD.GPSInfo)
    kept = without_traces(sent)
    assert PLACE not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        exif = picture.getexif()
        assert dict(exif) == {Base.Orientation.value: 6}
        assert not exif.get_ifd(IFD.GPSInfo)
        assert picture.info.get("icc_profile") == how.get("icc_profile")
    assert not ImageChops.difference(points_of(sent), points_of(kept)).getbbox()
    assert without_traces(kept) == kept


@pytest.mark.parametrize("turn", range(1, 9))
def test_which_way_is_up_stays(turn: int) -> None:
    with Image.open(io.BytesIO(without_traces(make_photograph(turn)))) as picture:
        assert picture.getexif().get(Base.Orientation, 1) == turn


def test_a_photograph_with_an_unreadable_exif_still_loses_it() -> None:
    plain = make_content("jpeg")
    odd = b"\xff\xe1" + struct.pack(">H", 2 + 10 + len(PLACE)) + b"Exif\0\0MM\0*" + PLACE
    kept = without_traces(plain[:2] + odd + plain[2:])
    assert PLACE not in kept
    assert not ImageChops.difference(points_of(plain), points_of(kept)).getbbox()


def test_a_png_loses_what_is_written_beside_it() -> None:
    words = PngInfo()
    words.add_text("Location", PLACE.decode())
    words.add_itxt("XML:com.adobe.xmp", PLACE.decode())
    exif = Image.Exif()
    exif[Base.Artist] = PLACE.decode()
    buffer = io.BytesIO()
    make_picture().save(buffer, "PNG", pnginfo=words, exif=exif, dpi=(300, 300))
    sent = buffer.getvalue() + PLACE
    kept = without_traces(sent)
    assert sent.count(PLACE) == 4
    assert PLACE not in kept
    assert b"pHYs" in kept
    assert not ImageChops.difference(points_of(kept), make_picture()).getbbox()


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_picture_without_its_end_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match=r"end|cut off"):
        without_traces(make_content(kind)[:-6])


def test_what_is_taken_is_the_picture_without_its_traces() -> None:
    checked = uploads.check(make_upload(name="DSC_0001.JPG", content=make_photograph()))
    content = checked.file.read()
    assert (checked.name, checked.content_type) == ("DSC_0001.JPG", "image/jpeg")
    assert PLACE not in content
    assert checked.file.size == len(content)


# --- video --------------------------------------------------------------------------------------
def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def make_mp4(brand: bytes = b"isom") -> bytes:
    """Return the boxes of a film that says twice where it was made, and has the word in its points too."""
    place = box(b"udta", box(b"\xa9xyz", b"\0\x15\x15\xc7", PLACE))
    track = box(b"trak", box(b"tkhd", bytes(84)), box(b"meta", PLACE))
    head = box(b"ftyp", brand, bytes(4), b"isommp42")
    return head + box(b"moov", box(b"mvhd", bytes(100)), track, place) + box(b"mdat", PLACE)


WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(40)


def test_a_film_loses_its_place_and_nothing_moves() -> None:
    sent = make_mp4()
    checked = uploads.check(make_upload(name="quay.mp4", content=sent), with_video=True)
    kept = checked.file.read()
    assert (checked.name, checked.content_type) == ("quay.mp4", "video/mp4")
    assert (sent.count(PLACE), kept.count(PLACE)) == (3, 1)
    assert len(kept) == len(sent)
    assert kept.index(PLACE) == sent.rindex(PLACE)  # the points themselves
    assert b"mvhd" in kept
    assert kept.count(b"free") == 2


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (make_mp4(b"qt  "), "IMG_1.MOV", "video/mp4"),
        (WEBM, "quay.webm", "video/webm"),
        (WEBM, "trang.html", "video/webm"),
    ],
)
def test_video_is_known_by_its_content(content: bytes, name: str, content_type: str) -> None:
    checked = uploads.check(make_upload(name=name, content=content), with_video=True)
    assert checked.content_type == content_type
    assert not checked.name.endswith(".html")


def test_video_is_taken_only_where_it_is_asked_for() -> None:
    for content in (make_mp4(), WEBM):
        with pytest.raises(ValidationError, match=r"Không nhận tệp “quay\.mp4”"):
            uploads.check(make_upload(name="quay.mp4", content=content))


@pytest.mark.parametrize(
    "content",
    [
        make_mp4()[:-3],
        make_mp4()[:40],
        b"\0\0\0\x10ftypisom" + bytes(4) + b"\0\0\0\x01mdat" + struct.pack(">Q", 1 << 62),
        b"\0\0\0\x10ftypisom" + bytes(4),
        b"\0\0\0\x10ftypisom" + bytes(4) + bytes(8) * 3,
    ],
    ids=["cut", "head", "huge-box", "no-film", "empty-boxes"],
)
def test_a_film_that_is_not_whole_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError, match="bị hỏng hoặc chưa tải đủ"):
        uploads.check(make_upload(name="quay.mp4", content=content), with_video=True)


def test_video_has_a_limit_of_its_own_and_both_are_said(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES, settings.UPLOAD_VIDEO_MAX_BYTES = 1024 * 1024, 2 * 1024 * 1024
    film = make_mp4() + box(b"free", bytes(1_500_000))
    assert uploads.check(make_upload(name="a.mp4", content=film), with_video=True)
    film += box(b"free", bytes(1_500_000))
    with pytest.raises(ValidationError, match="nặng hơn 2 MB"):
        uploads.check(make_upload(name="a.mp4", content=film), with_video=True)
    said = str(uploads.UploadsField(with_video=True).help_text)
    assert "không quá 1 MB mỗi tệp" in said
    assert "video MP4, WebM không quá 2 MB" in said
    assert "video" not in str(uploads.UploadsField().help_text)


def test_a_png_of_a_broken_order_is_read_no_further_than_it_goes() -> None:
    chunk = struct.pack(">I", 4) + b"tEXt" + PLACE[:4] + struct.pack(">I", zlib.crc32(b"tEXt"))
    with pytest.raises(ValueError, match="end"):
        without_traces(b"\x89PNG\r\n\x1a\n" + chunk)
