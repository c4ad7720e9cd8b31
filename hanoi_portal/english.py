"""Which pages are offered in English, and where: the same address below /en/ (design: the path alone decides).

The frame and what it says of itself are translated; articles, plans and comments stay in Vietnamese. What is written
in English nowhere (the officers' desk, the admin) is not offered: /en/ leads on to the Vietnamese.
"""

import re
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import get_script_prefix

CODE = "en"
PREFIX = f"/{CODE}"
OFFERED = re.compile(
    r"""/(
        | huong-dan/(
            (chuyen-muc|danh-cho|the|tuyen-bai)/[^/]+/
            | (?!(chuyen-muc|danh-cho|the|tuyen-bai)/)[^/]+/ ( binh-luan/ (tat-ca/)? )?
        )?
        | binh-luan/( [0-9]+/ (bao-cao/)? | da-gui/ | tra-cuu/ | quy-tac/ | so-lieu/ )
        | captcha/( image/[0-9a-f]{40}/ | audio/[0-9a-f]{40}\.wav/ | refresh/ )
        | ke-hoach/( [^/]+/ )?
        | van-ban/( [^/]+/ )?
        | tim-kiem/
        | gioi-thieu/ | quyen-rieng-tu/ | tro-giup-tiep-can/ | bao-tin-sai/
    )""",
    re.VERBOSE,
)


class OtherLanguage(NamedTuple):
    """The same page in the other language."""

    code: str
    name: str
    path: str


def is_offered(path: str) -> bool:
    """Whether the page at a Vietnamese address is offered in English."""
    return OFFERED.fullmatch(path if path.endswith("/") else f"{path}/") is not None


def below_prefix(path: str) -> str | None:
    """Return the Vietnamese address that an English one stands for; None when it is not below /en/."""
    if path == PREFIX or path.startswith(f"{PREFIX}/"):
        return path.removeprefix(PREFIX) or "/"
    return None


def other_language(request: HttpRequest) -> OtherLanguage | None:
    """Return where this page is to be had in the other language, if it is."""
    if not is_offered(request.path_info):
        return None
    if getattr(request, "LANGUAGE_CODE", "") == CODE:
        return OtherLanguage("vi", "Tiếng Việt", request.path_info)
    return OtherLanguage(CODE, "English", f"{PREFIX}{request.path_info}")


def in_language(path: str) -> str:
    """Return an address of ours in the language of the page being answered, where it is offered in it."""
    prefix = get_script_prefix().removesuffix("/")
    return f"{prefix}{path}" if not prefix.endswith(PREFIX) or is_offered(path) else path
