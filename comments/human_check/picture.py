"""Draws a code. Black on white whatever the page's colours, twice as large as it is shown, about 4 KB."""

from functools import lru_cache
from io import BytesIO

from captcha.conf import settings as captcha_settings
from PIL import Image, ImageDraw, ImageFont

from .seed import random_for

WIDTH, HEIGHT = 200, 64  # CSS pixels: fits a screen of 320 px
SCALE = 2
INK, PAPER = 20, 255
STROKE = 4


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(captcha_settings.CAPTCHA_FONT_PATH, size)


def draw(key: str, challenge: str) -> bytes:
    """Return a PNG: digits turned and shifted, with strokes of the same ink across them."""
    random = random_for(key, challenge)
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    image = Image.new("L", (width, height), PAPER)
    step = (width - 40) / len(challenge)
    for place, char in enumerate(challenge):
        digit = _digit(char, _font(random.choice((72, 80, 88))), random.uniform(-24, 24))
        left = 20 + place * step + (step - digit.width) / 2 + random.uniform(-8, 8)
        top = (height - digit.height) / 2 + random.uniform(-12, 12)
        image.paste(INK, (round(left), round(top)), digit)
    pen = ImageDraw.Draw(image)
    for _ in range(3):
        ends = [
            (-10, random.uniform(0.15, 0.85) * height),
            (width / 2, random.uniform(0.1, 0.9) * height),
            (width + 10, random.uniform(0.15, 0.85) * height),
        ]
        pen.line(ends, fill=INK, width=STROKE, joint="curve")
    for _ in range(220):
        x, y = random.randrange(width), random.randrange(height)
        pen.ellipse((x, y, x + 2, y + 2), fill=INK)
    output = BytesIO()
    image.quantize(8).save(output, "PNG", optimize=True)
    return output.getvalue()


def _digit(char: str, font: ImageFont.FreeTypeFont, angle: float) -> Image.Image:
    """Return one digit as a mask, turned, without empty edges."""
    side = int(font.size * 1.6)
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).text((side / 2, side / 2), char, font=font, fill=255, anchor="mm")
    turned = mask.rotate(angle, resample=Image.Resampling.BICUBIC)
    return turned.crop(turned.getbbox())
