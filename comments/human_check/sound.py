"""Speaks a code in the page's language, where espeak-ng is on the machine; where it is not, pages do not offer it."""

import io
import shutil
import subprocess
import sys
import wave
from array import array
from functools import lru_cache

from django.utils.translation import get_language, override

from .seed import random_for

WORDS = {
    "vi": {
        "2": "hai",
        "3": "ba",
        "4": "bốn",
        "5": "năm",
        "6": "sáu",
        "7": "bảy",
        "8": "tám",
        "9": "chín",
    },
    "en": {
        "2": "two",
        "3": "three",
        "4": "four",
        "5": "five",
        "6": "six",
        "7": "seven",
        "8": "eight",
        "9": "nine",
    },
}
SPEED, GAP = "90", "10"  # words a minute, pauses: slow enough to write down
NOISE = 900  # of 32767
TIMEOUT = 15  # seconds


@lru_cache(maxsize=1)
def espeak() -> str | None:
    """Return the path of espeak-ng, or None."""
    return shutil.which("espeak-ng")


def speak(key: str, challenge: str) -> bytes | None:
    """Return a WAV of the digits over a soft noise, in the active language; None when the machine cannot speak.

    The same code always sounds the same: browsers fetch a sound in parts. A program that fails or takes too long is an
    `OSError` or a `SubprocessError`.
    """
    program = espeak()
    if program is None:
        return None
    language = "en" if (get_language() or "").startswith("en") else "vi"
    text = ". ".join(WORDS[language][char] for char in challenge)
    spoken = subprocess.run(
        [program, "-v", language, "-s", SPEED, "-g", GAP, "--stdout", f"{text}."],
        capture_output=True,
        timeout=TIMEOUT,
        check=True,
    ).stdout
    return _with_noise(spoken, key, challenge)


@lru_cache(maxsize=64)
def speak_once(key: str, challenge: str, language: str) -> bytes | None:
    """Return the same sound, kept a while: a browser that fetches it in parts has it spoken once.

    A failure is not kept: who asks again has it tried again.
    """
    with override(language):
        return speak(key, challenge)


def _with_noise(spoken: bytes, key: str, challenge: str) -> bytes:
    """Return the sound at half its rate (a voice needs no more) over noise."""
    with wave.open(io.BytesIO(spoken)) as source:
        rate = source.getframerate()
        samples = array("h", source.readframes(source.getnframes()))
    if sys.byteorder == "big":  # WAV is little-endian
        samples.byteswap()
    random = random_for(key, challenge)
    noise = [random.randrange(-NOISE, NOISE) for _ in range(4096)]
    mixed = array(
        "h",
        (
            max(-32768, min(32767, (first + second) // 2 + noise[place % 4096]))
            for place, (first, second) in enumerate(zip(samples[::2], samples[1::2], strict=False))
        ),
    )
    if sys.byteorder == "big":
        mixed.byteswap()
    output = io.BytesIO()
    with wave.open(output, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate // 2)
        target.writeframes(mixed.tobytes())
    return output.getvalue()
