"""The pictures of the help pages, made of the very pages in a phone-wide browser.

They are committed. `HELP_PICTURES=write make test ARGS="tests/frame/test_help.py"` makes them anew.
"""

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Browser

from campaigns.help import TOPICS
from deploy.environment import ROOT
from tests.frame.conftest import Places, StateOf
from tests.harness.portal import Portal

WIDTH, HEIGHT = 360, 600
HEAVIEST = 40_000
# name -> (where, of whom, what stands at the top of the picture)
SHOWN = {
    "nhan-viec": ("{link}", "", "h1"),
    "tim-viec": ("/can-bo/", "unit_officer", ".desk-search"),
    "bao-cao": ("{begun}", "unit_officer", "#bao-cao"),
    "hoi-dap": ("{talk}", "unit_officer", "h1"),
    "giao-tiep": ("{hand_down}", "unit_officer", "h1"),
    "gia-han": ("{ask_extension}", "unit_officer", "h1"),
    "lich": ("/can-bo/lich/", "unit_officer", "h1"),
}


def path_of(name: str) -> Path:
    return ROOT / "static" / "img" / "help" / f"{name}.webp"


def test_every_topic_has_its_picture() -> None:
    assert {topic.picture.name for topic in TOPICS} == set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_can_be_taken_of_the_page_and_the_one_we_show_is_its_like(
    name: str, browser: Browser, frame_portal: Portal, places: Places, state_of: StateOf
) -> None:
    address, role, top = SHOWN[name]
    context = browser.new_context(
        base_url=frame_portal.base_url,
        viewport={"width": WIDTH, "height": 800},
        storage_state=state_of(role),  # type: ignore[arg-type]
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
    )
    page = context.new_page()
    answer = page.goto(address.format(**places))
    assert answer is not None
    assert answer.ok
    box = page.locator(top).first.bounding_box()
    assert box is not None
    clip = {"x": 0, "y": max(box["y"] - 12, 0), "width": WIDTH, "height": HEIGHT}
    taken = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    context.close()
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    assert picture.width == WIDTH
    assert sum(ImageStat.Stat(picture).stddev) > 20, "trang trống"
    if os.environ.get("HELP_PICTURES") == "write":
        path_of(name).parent.mkdir(exist_ok=True)
        picture.save(path_of(name), "WEBP", quality=72, method=6)
    with Image.open(path_of(name)) as shown:
        assert shown.size == (WIDTH, HEIGHT)
    assert path_of(name).stat().st_size <= HEAVIEST
