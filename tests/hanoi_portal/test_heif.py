"""HEIC photographs become JPEG: upright, in their colours, without traces; made-up ones do no harm."""

import io
from typing import Any

import pillow_heif
import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageChops, ImageStat
from PIL.ExifTags import GPS, IFD, Base
from pytest_django.fixtures import Settings

from hanoi_portal import heif, uploads
from hanoi_portal.uploads import fields
from tests.factories import make_upload

PLACE = b"hanoi-ba-dinh-21.0362"


def make_picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Return a picture whose upper left is red, upper right green, lower left blue, lower right grey."""
    picture = Image.new("RGB", size, "gray")
    half = (size[0] // 2, size[1] // 2)
    for colour, corner in (("red", (0, 0)), ("lime", (half[0], 0)), ("blue", (0, half[1]))):
        picture.paste(Image.new("RGB", half, colour), corner)
    return picture.convert(mode)


def make_heic(turn: int = 1, picture: Image.Image | None = None, **how: Any) -> bytes:
    """Return a HEIC as an iPhone takes it: with its place, its maker, its owner."""
    exif = Image.Exif()
    exif[Base.Orientation] = turn
    exif[Base.Make] = "May anh Ha Noi"
    exif[Base.Artist] = PLACE.decode()
    place = exif.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (21.0, 2.0, 10.3)
    xmp = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    made = pillow_heif.from_pillow(picture or make_picture())
    out = io.BytesIO()
    made.save(out, quality=90, exif=exif.tobytes(), xmp=xmp, **how)
    return out.getvalue()


def read(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
        picture.load()
        return picture


def test_it_is_kept_as_a_jpeg_of_the_same_picture() -> None:
    checked = uploads.check(make_upload(name="IMG_0722.HEIC", content=make_heic()))
    content = checked.file.read()
    assert (checked.name, checked.content_type) == ("IMG_0722.jpg", "image/jpeg")
    assert checked.file.size == len(content)
    kept = read(content)
    assert kept.size == (64, 48)
    difference = ImageStat.Stat(ImageChops.difference(kept, make_picture()))
    assert max(difference.mean) < 6


def test_where_when_and_with_what_it_was_made_is_gone() -> None:
    sent = make_heic()
    assert PLACE in sent
    content = uploads.check(make_upload(name="anh.heic", content=sent)).file.read()
    assert PLACE not in content
    kept = read(content)
    assert not dict(kept.getexif())
    assert not {"xmp", "exif", "comment"} & set(kept.info)


def test_the_colour_profile_stays() -> None:
    picture = make_picture()
    picture.info["icc_profile"] = b"mau" * 60
    content = uploads.check(make_upload(name="anh.heic", content=make_heic(picture=picture)))
    assert read(content.file.read()).info["icc_profile"] == b"mau" * 60


def test_a_turned_photograph_is_upright() -> None:
    sent = make_heic(turn=6)  # as the camera was held: a quarter turn clockwise
    kept = read(uploads.check(make_upload(name="anh.heic", content=sent)).file.read())
    assert kept.size == (48, 64)
    assert kept.getexif().get(Base.Orientation, 1) == 1
    upright = make_picture().transpose(Image.Transpose.ROTATE_270)
    assert max(ImageStat.Stat(ImageChops.difference(kept, upright)).mean) < 6


@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_pictures_without_colour_or_with_a_hole_are_taken(mode: str) -> None:
    sent = make_heic(picture=make_picture(mode))
    checked = uploads.check(make_upload(name="anh.heif", content=sent))
    assert read(checked.file.read()).mode in {"L", "RGB"}


def test_its_name_says_what_it_is_now() -> None:
    sent = make_heic()
    names = {
        "Ảnh lớp học.heif": "Ảnh lớp học.jpg",
        "anh.jpg": "anh.jpg",
        "trang.html": "trang.html.jpg",
    }
    for name, kept in names.items():
        assert uploads.check(make_upload(name=name, content=sent)).name == kept


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_what_cannot_be_opened_is_refused_with_what_to_do(brand: bytes) -> None:
    content = b"\0\0\0\x18ftyp" + brand + bytes(12)
    for with_video in (True, False):
        with pytest.raises(ValidationError, match=r"“anh.heic”.*JPEG.*Tương thích nhất"):
            uploads.check(make_upload(name="anh.heic", content=content), with_video=with_video)


def test_one_that_is_cut_off_is_refused() -> None:
    sent = make_heic(picture=Image.effect_noise((400, 300), 80).convert("RGB"))
    with pytest.raises(ValidationError, match="Không mở được ảnh"):
        uploads.check(make_upload(name="anh.heic", content=sent[: len(sent) // 2]))


def test_one_of_far_too_many_points_is_refused_before_it_is_unpacked() -> None:
    sent = make_heic(picture=make_picture(size=(64, 64)))
    # The size that the file says of itself (ISO/IEC 23008-12, `ispe`).
    said = b"ispe" + bytes(4) + (64).to_bytes(4, "big") * 2
    assert said in sent
    bomb = sent.replace(said, b"ispe" + bytes(4) + (30_000).to_bytes(4, "big") * 2)
    with pytest.raises(ValidationError, match="quá nhiều điểm ảnh"):
        uploads.check(make_upload(name="anh.heic", content=bomb))


def test_a_decoder_that_wants_too_much_memory_ends_alone() -> None:
    sent = make_heic(picture=make_picture(size=(2000, 1500)))
    with pytest.raises(heif.BrokenHeif):
        heif.as_jpeg(sent, memory=60_000_000)
    assert heif.as_jpeg(sent)


def test_what_is_not_ready_in_time_is_asked_for_again_and_the_rest_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fields, "SECONDS", 0.0)
    field = uploads.UploadsField(required=False)
    sent = [make_upload("pdf"), make_upload(name="anh.heic", content=make_heic())]
    with pytest.raises(ValidationError, match=r"Chưa kịp đổi ảnh HEIC “anh\.heic”"):
        field.clean(sent)
    assert [each.content_type for each in field.taken] == ["application/pdf"]


def test_limits_hold_for_what_is_sent_and_for_what_comes_of_it(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    noise = Image.effect_noise((2400, 1800), 120).convert("RGB")
    out = io.BytesIO()
    pillow_heif.from_pillow(noise).save(out, quality=20)
    assert out.tell() < settings.UPLOAD_MAX_BYTES
    with pytest.raises(ValidationError, match="nặng hơn 1 MB"):
        uploads.check(make_upload(name="anh.heic", content=out.getvalue()))
    with pytest.raises(ValidationError, match="nặng hơn 1 MB"):
        uploads.check(make_upload(name="anh.heic", content=make_heic() + bytes(1024 * 1024)))


def test_the_field_offers_heic() -> None:
    assert ".heic" in uploads.ACCEPT
    assert "HEIC" in str(uploads.UploadsField(with_video=True).help_text)
