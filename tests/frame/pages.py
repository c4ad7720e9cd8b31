"""The pages that are looked at, and the ways of looking. A later page only adds its line to PAGES."""

from dataclasses import dataclass

from tests.frame import budgets


@dataclass(frozen=True)
class LookedAt:
    """A page: where it is, who opens it, whether it is for everybody (and so held to the budgets)."""

    name: str
    path: str  # "{link}" is filled in from what tests/frame/work.py made
    role: str = ""  # a role of var/demo-accounts.txt; nobody signs in when empty
    follow: str = ""  # a selector on that page: the link to follow to the page that is meant
    unfold: bool = False  # open all that is folded
    is_form: bool = False  # has a form token, and so a cookie: made for one reader
    status: int = 200

    @property
    def is_public(self) -> bool:
        """Whether every reader gets the same bytes."""
        return not self.role and not self.is_form

    @property
    def allowed_shift(self) -> float:
        """How much of the page may move while it loads."""
        is_admin = self.path.startswith("/quan-tri/")
        return budgets.ADMIN_LAYOUT_SHIFT if is_admin else budgets.LAYOUT_SHIFT


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
    is_first_of_its_width: bool = False


WAYS = [
    Way("phone-light", 360, is_first_of_its_width=True),
    Way("phone-dark", 360, scheme="dark", reduced_motion="reduce"),
    Way("phone-forced", 360, forced_colors="active"),
    Way("desktop-light", 1280, is_first_of_its_width=True),
    Way("desktop-dark", 1280, scheme="dark", contrast="more"),
    # 1,280 px at 200 % leaves 640 px to lay out in.
    Way("desktop-zoomed", 640, 400, scale=2, is_first_of_its_width=True),
]

PAGES = [
    LookedAt("home", "/"),
    LookedAt("articles", "/huong-dan/"),
    LookedAt("category", "/huong-dan/", follow="main a[href*='/chuyen-muc/']"),
    LookedAt("article", "/huong-dan/", follow=".item__title a"),
    LookedAt("comment", "/binh-luan/2/"),
    LookedAt("useful", "/huong-dan/cung-con-len-mang-an-toan/huu-ich/"),
    LookedAt("useful-why", "/huong-dan/cung-con-len-mang-an-toan/huu-ich/?buoc=vi-sao"),
    LookedAt("audience", "/huong-dan/danh-cho/phu-huynh/"),
    LookedAt("tag", "/huong-dan/the/tin-gia/"),
    LookedAt("series", "/huong-dan/tuyen-bai/len-mang-an-tam/"),
    LookedAt("comment-rules", "/binh-luan/quy-tac/"),
    LookedAt("comment-figures", "/binh-luan/so-lieu/"),
    LookedAt("plans", "/ke-hoach/"),
    LookedAt("plan", "/ke-hoach/722-kh-stttt/"),
    LookedAt("plan-units", "/ke-hoach/722-kh-stttt/don-vi/"),
    LookedAt("plan-unit", "/ke-hoach/722-kh-stttt/don-vi/Q001/"),
    LookedAt("documents", "/van-ban/"),
    LookedAt("document", "/van-ban/", follow=".item__title a"),
    LookedAt("search-empty", "/tim-kiem/"),
    LookedAt("search", "/tim-kiem/?q=ung+xu"),
    LookedAt("search-nothing", "/tim-kiem/?q=zzqxw"),
    LookedAt("search-keys", "/tim-kiem/?q=uwngs+xuwr"),
    LookedAt("search-put-right", "/tim-kiem/?q=mat+khua"),
    LookedAt("search-narrowed", "/tim-kiem/?q=ung+xu&loai=bai&tu=hom-qua"),
    LookedAt("home-english", "/en/"),
    LookedAt("comment-rules-english", "/en/binh-luan/quy-tac/"),
    LookedAt("plan-english", "/en/ke-hoach/722-kh-stttt/"),
    LookedAt("about", "/gioi-thieu/"),
    LookedAt("about-english", "/en/gioi-thieu/"),
    LookedAt("privacy", "/quyen-rieng-tu/"),
    LookedAt("accessibility", "/tro-giup-tiep-can/"),
    LookedAt("false-news", "/bao-tin-sai/"),
    LookedAt("not-found", "/khong-co-trang-nay/", status=404),
    LookedAt("sign-in", "/dang-nhap/", is_form=True),
    LookedAt("forgotten", "/mat-khau/quen/", is_form=True),
    LookedAt("receipt", "/binh-luan/tra-cuu/", is_form=True),
    LookedAt("desk", "/can-bo/", role="unit_officer"),
    LookedAt("assignment", "/can-bo/", role="unit_officer", follow=".work__title a"),
    LookedAt("desk-narrowed", "/can-bo/?q=tuyen+truyen&vai-tro=lead", role="unit_officer"),
    LookedAt("assignment-begun", "{begun}", role="unit_officer"),
    LookedAt("assignment-reported", "{reported}", role="unit_officer"),
    LookedAt("assignment-talk", "{talk}", role="unit_officer"),
    LookedAt("assignment-handed-down", "{handed_down}", role="unit_officer"),
    LookedAt("hand-down", "{hand_down}", role="unit_officer"),
    LookedAt("decide", "{decide}", role="unit_officer"),
    LookedAt("change-part", "{change_part}", role="unit_officer", unfold=True),
    LookedAt("part-extension", "{part_extension}", role="unit_officer"),
    LookedAt("press-assignment", "/can-bo/", role="press_officer", follow=".work__title a"),
    LookedAt("link", "{link}", is_form=True),
    LookedAt("link-assignment", "{link_assignment}", is_form=True),
    LookedAt("link-talk", "{link_talk}", is_form=True),
    LookedAt("links-sent", "/can-bo/lien-ket-da-gui/", role="unit_officer"),
    LookedAt("delivery", "/can-bo/cach-nhan-thu/", role="unit_officer"),
    LookedAt("find-guidance", "/can-bo/tim-bai/?q=mat+khau", is_form=True),
    LookedAt("calendars", "/can-bo/lich/", role="unit_officer"),
    LookedAt("help", "/can-bo/tro-giup/", is_form=True),
    LookedAt("help-topic", "/can-bo/tro-giup/bao-cao/", is_form=True),
    LookedAt("extension", "{extension}", role="unit_officer"),
    LookedAt("extension-ask", "{ask_extension}", role="unit_officer"),
    LookedAt("help-extension", "/can-bo/tro-giup/gia-han/", is_form=True),
    LookedAt("link-extension", "{link_extension}", is_form=True),
    LookedAt("approvals", "/can-bo/trinh/", role="unit_officer"),
    LookedAt("approval", "{approval}", role="unit_officer"),
    LookedAt(
        "admin-extension",
        "/quan-tri/campaigns/extensionrequest/",
        role="coordinator",
        follow="#result_list tbody a",
    ),
    LookedAt(
        "admin-give-again",
        "/quan-tri/campaigns/assignment/giao-lai/?ke-hoach=1",
        role="coordinator",
    ),
    LookedAt(
        "admin-change-deadline",
        "/quan-tri/campaigns/assignment/doi-han/?ke-hoach=1",
        role="coordinator",
    ),
    LookedAt("admin-extensions", "/quan-tri/campaigns/extensionrequest/", role="coordinator"),
    LookedAt("unit-people", "/can-bo/don-vi/", role="unit_officer"),
    LookedAt("press-desk", "/can-bo/", role="press_officer"),
    LookedAt("security", "/bao-mat/", role="unit_officer"),
    LookedAt("style-guide", "/phong-cach/", role="administrator"),
    LookedAt("admin", "/quan-tri/", role="coordinator"),
    LookedAt("admin-units", "/quan-tri/campaigns/unit/", role="coordinator"),
    LookedAt(
        "admin-plan", "/quan-tri/campaigns/plan/", role="coordinator", follow="#result_list tbody a"
    ),
    LookedAt("admin-plan-import", "/quan-tri/campaigns/plan/nap/", role="coordinator"),
    LookedAt("admin-board", "/quan-tri/campaigns/plan/1/bang/", role="coordinator"),
    LookedAt("admin-notices", "/quan-tri/campaigns/notice/", role="coordinator"),
    LookedAt("admin-assignments", "/quan-tri/campaigns/assignment/", role="coordinator"),
    LookedAt(
        "admin-assignment",
        "/quan-tri/campaigns/assignment/",
        role="coordinator",
        follow="#result_list tbody a",
    ),
    LookedAt("admin-review", "{review}", role="coordinator"),
    LookedAt("admin-arrange", "{arranged}", role="publisher"),
    LookedAt(
        "admin-series",
        "/quan-tri/guidance/series/",
        role="publisher",
        follow="#result_list tbody a",
    ),
    LookedAt("admin-comments", "/quan-tri/comments/comment/", role="moderator"),
    LookedAt("admin-comments-import", "/quan-tri/comments/comment/nap/", role="moderator"),
    LookedAt("admin-comments-run", "{import_run}", role="moderator"),
    LookedAt("admin-articles", "/quan-tri/guidance/article/", role="editor"),
    LookedAt(
        "admin-article",
        "/quan-tri/guidance/article/",
        role="editor",
        follow="#result_list tbody th a",
    ),
    LookedAt("admin-article-calendar", "/quan-tri/guidance/article/lich/", role="editor"),
    LookedAt("admin-article-revisions", "/quan-tri/guidance/article/1/phien-ban/", role="editor"),
    LookedAt("admin-article-revision", "{compared}", role="editor"),
    LookedAt("admin-article-reworked", "{reworked}", role="publisher"),
    LookedAt("admin-article-publish", "{publish}", role="publisher"),
    LookedAt("preview-outside", "{preview}", is_form=True),
    LookedAt("admin-article-withdraw", "/quan-tri/guidance/article/1/rut-bai/", role="publisher"),
    LookedAt("admin-article-previews", "{previews}", role="editor"),
    LookedAt("admin-article-new", "/quan-tri/guidance/article/add/", role="editor"),
    LookedAt("admin-arranged", "/quan-tri/guidance/arrangedarticle/", role="editor"),
    LookedAt("admin-all-series", "/quan-tri/guidance/series/", role="editor"),
    LookedAt("admin-tags", "/quan-tri/guidance/tag/", role="publisher"),
    LookedAt(
        "admin-tag", "/quan-tri/guidance/tag/", role="publisher", follow="#result_list tbody a"
    ),
    LookedAt(
        "admin-audience",
        "/quan-tri/guidance/audience/",
        role="publisher",
        follow="#result_list tbody a",
    ),
    LookedAt(
        "admin-category",
        "/quan-tri/guidance/category/",
        role="publisher",
        follow="#result_list tbody a",
    ),
    LookedAt("admin-documents", "/quan-tri/guidance/legaldocument/", role="publisher"),
    LookedAt(
        "admin-document",
        "/quan-tri/guidance/legaldocument/",
        role="publisher",
        follow="#result_list tbody th a",
    ),
    LookedAt("admin-pictures", "/quan-tri/soan-thao/anh/", role="editor"),
    LookedAt("admin-misses", "/quan-tri/hanoi_portal/emptysearch/", role="editor"),
    LookedAt(
        "admin-organisation",
        "/quan-tri/hanoi_portal/organisation/",
        role="administrator",
        follow="#result_list tbody a",
    ),
]
