"""Turns a HEIC photograph of an iPhone into a JPEG without what the camera wrote beside it.

The picture is unpacked in a process of its own, with a bound on its memory and its time: whatever a made-up file does
to the decoder, the portal stays up. That process runs this very file, which therefore imports nothing of the portal.
"""

import io
import subprocess
import sys
from pathlib import Path

MAX_PIXELS = 50_000_000  # the largest iPhones take 48 million
SECONDS = 10.0  # the largest take two; the web server gives a whole request thirty
MEMORY = 1_500_000_000  # bytes of address space; 48 million points want about 700 MB
QUALITY = 88
BROKEN, TOO_MANY_POINTS = 3, 4


class BrokenHeif(ValueError):
    """It is cut off, of another family (AVIF), or nothing that the decoder understands."""


class TookTooLong(ValueError):
    """It was not ready in the time that there is."""


class TooManyPoints(ValueError):
    """It has more points than we unpack."""


def as_jpeg(content: bytes, *, seconds: float = SECONDS, memory: int = MEMORY) -> bytes:
    """Return the main picture as JPEG, upright, in its own colours.

    BrokenHeif, TooManyPoints or TookTooLong if that cannot be.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).resolve()), str(memory)],
            input=content,
            capture_output=True,
            timeout=max(0.0, min(seconds, SECONDS)),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLong from error
    if done.returncode == TOO_MANY_POINTS:
        raise TooManyPoints
    if done.returncode != 0 or not done.stdout:
        raise BrokenHeif(done.stderr.decode("utf-8", "replace")[-500:])
    return done.stdout


def _turn_into_jpeg(content: bytes) -> bytes:
    """Unpack and pack anew; only the colour profile goes along. Which way is up is libheif's work (irot, imir)."""
    import pillow_heif
    from PIL import Image

    pillow_heif.options.DECODE_THREADS = 1
    for name in ("AUX_IMAGES", "DEPTH_IMAGES", "THUMBNAILS"):
        setattr(pillow_heif.options, name, False)
    heif = pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
    width, height = heif.size
    if width * height > MAX_PIXELS:
        sys.exit(TOO_MANY_POINTS)
    picture = heif.to_pillow()
    if picture.mode not in {"RGB", "L"}:
        behind = Image.new("RGB", picture.size, "white")
        seen = picture.convert("RGBA")
        behind.paste(seen, mask=seen.getchannel("A"))
        picture = behind
    out = io.BytesIO()
    profile = heif.info.get("icc_profile")
    picture.info.clear()
    picture.save(out, "JPEG", quality=QUALITY, **({"icc_profile": profile} if profile else {}))
    return out.getvalue()


def _main() -> None:
    import resource

    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sys.stdout.buffer.write(_turn_into_jpeg(sys.stdin.buffer.read()))
    except (OSError, SyntaxError, ValueError, RuntimeError, EOFError, MemoryError) as error:
        sys.stderr.write(str(error))
        sys.exit(BROKEN)


if __name__ == "__main__":
    _main()
