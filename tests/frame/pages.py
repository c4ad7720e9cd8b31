"""The pages that are looked at, and the ways of looking. A later page only adds its line to PAGES."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LookedAt:
    """A page: where it is, who opens it, whether it is for everybody (and so held to the budgets)."""

    name: str
    path: str
    role: str = ""  # a role of var/demo-accounts.txt; nobody signs in when empty
    follow: str = ""  # a selector on that page: the link to follow to the page that is meant
    status: int = 200

    @property
    def is_public(self) -> bool:
        """Whether every reader gets it."""
        return not self.role


@dataclass(frozen=True)
class Way:
    """A way of looking: a screen, and what its owner has asked of the browser."""

    name: str
    width: int
    height: int = 800
    scheme: str = "light"
    forced_colors: str = "none"
    reduced_motion: str = "no-preference"
    contrast: str = "no-preference"
    scale: float = 1


WAYS = [
    Way("phone-light", 360),
    Way("phone-dark", 360, scheme="dark", reduced_motion="reduce"),
    Way("phone-forced", 360, forced_colors="active"),
    Way("desktop-light", 1280),
    Way("desktop-dark", 1280, scheme="dark", contrast="more"),
    # 1,280 px at 200 % leaves 640 px to lay out in.
    Way("desktop-zoomed", 640, 400, scale=2),
]

PAGES = [
    LookedAt("home", "/"),
    LookedAt("about", "/gioi-thieu/"),
    LookedAt("privacy", "/quyen-rieng-tu/"),
    LookedAt("accessibility", "/tro-giup-tiep-can/"),
    LookedAt("false-news", "/bao-tin-sai/"),
    LookedAt("not-found", "/khong-co-trang-nay/", status=404),
    LookedAt("style-guide", "/phong-cach/", role="administrator"),
    LookedAt("admin", "/quan-tri/", role="coordinator"),
    LookedAt("admin-units", "/quan-tri/campaigns/unit/", role="coordinator"),
]
