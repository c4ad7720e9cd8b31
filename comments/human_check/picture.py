"""Draws a code. Black on white whatever the page's colours, twice as large as it is shown, about 2 KB."""

import math
from functools import lru_cache
from io import BytesIO

from captcha.conf import settings as captcha_settings
from PIL import Image, ImageDraw, ImageFont

from .seed import random_for

WIDTH, HEIGHT = 200, 64  # CSS pixels: fits a screen of 320 px
SCALE = 2
INK, PAPER = 0, 255
STROKE = 6


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(captcha_settings.CAPTCHA_FONT_PATH, size)


def draw(key: str, challenge: str) -> bytes:
    """Return a PNG: digits turned, shifted and almost touching, with waves of the same ink across them."""
    random = random_for(key, challenge)
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    image = Image.new("L", (width, height), PAPER)
    step = (width - 60) / len(challenge)
    for place, char in enumerate(challenge):
        digit = _digit(char, _font(random.choice((88, 96, 104))), random.uniform(-24, 24))
        left = 30 + place * step + (step - digit.width) / 2 + random.uniform(-6, 6)
        top = (height - digit.height) / 2 + random.uniform(-14, 14)
        image.paste(INK, (round(left), round(top)), digit)
    pen = ImageDraw.Draw(image)
    for lowest, highest in (
        (0.25, 0.45),
        (0.55, 0.75),
    ):  # apart, or together they would hide a digit
        middle, swing = random.uniform(lowest, highest) * height, random.uniform(10, 22)
        phase, pace = random.uniform(0, math.tau), random.uniform(0.010, 0.022)
        wave = [(x, middle + swing * math.sin(phase + pace * x)) for x in range(0, width + 8, 8)]
        pen.line(wave, fill=INK, width=STROKE, joint="curve")
    for _ in range(160):
        x, y = random.randrange(width), random.randrange(height)
        pen.rectangle((x, y, x + 2, y + 2), fill=INK)
    output = BytesIO()
    image.convert("1", dither=Image.Dither.NONE).save(output, "PNG")
    return output.getvalue()


@lru_cache(maxsize=256)
def draw_once(key: str, challenge: str) -> bytes:
    """Return the same picture, kept a while: asking for it again and again costs next to nothing."""
    return draw(key, challenge)


def _digit(char: str, font: ImageFont.FreeTypeFont, angle: float) -> Image.Image:
    """Return one digit as a mask, turned, without empty edges."""
    side = int(font.size * 1.6)
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).text((side / 2, side / 2), char, font=font, fill=255, anchor="mm")
    turned = mask.rotate(angle, resample=Image.Resampling.BICUBIC)
    return turned.crop(turned.getbbox())
