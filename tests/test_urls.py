"""Every address of the portal, asked for by everybody: who gets what, and what happens by a wrong method.

The tables below are the declaration. An address without a row fails, and so does a row without an address, so that
nobody adds a page without saying who may see it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone

from campaigns import calendar_feed, links
from campaigns.actions.calendar import open_calendar
from campaigns.models import Assignment, Holiday, Notice, Task, Unit, UnitGroup
from comments.actions import ask_for_erasure
from comments.models import HouseRule, PhoneKeeping, ThreadSetting, WatchedWord
from guidance import preview_links
from guidance.models import Audience, Category, Series, Tag
from hanoi_portal.models import (
    EmptySearch,
    HistoryEntry,
    ImportRun,
    Organisation,
    OutgoingMail,
    User,
)
from hanoi_portal.page_cache.declaring import parameters_of
from hanoi_portal.roles import (
    ADMINISTRATOR,
    COORDINATOR,
    EDITOR,
    MODERATOR,
    PRESS_OFFICER,
    PUBLISHER,
    ROLES,
    UNIT_OFFICER,
)
from hanoi_portal.sealed_key import token_of
from tests.factories import (
    PASSWORD,
    make_appeal,
    make_article,
    make_assignment,
    make_comment,
    make_document,
    make_extension,
    make_issued_plan_722,
    make_officer,
    make_preview_link,
    make_reminder,
    make_revision,
    make_unit,
    make_user,
    sign_in,
)

pytestmark = pytest.mark.django_db

ANYONE = "anonymous"
EVERYBODY = (ANYONE, *ROLES)
STAFF = tuple(role for role in ROLES if ROLES[role].is_staff)
OFFICERS = (UNIT_OFFICER, PRESS_OFFICER)


@dataclass(frozen=True)
class Row:
    """An address ("{article.slug}" is filled in from the world), its methods, and what GET answers to whom."""

    address: str
    methods: str = "GET"
    everyone: int = 200
    others: dict[str, int] = field(default_factory=dict)
    is_public: bool = False  # the same bytes for everybody: no cookie, and any cache may keep it
    doers: tuple[str, ...] = ()  # who may do what it is for, where no answer to GET tells

    def answer_to(self, who: str) -> int:
        """The status of the page's first method, asked for by a role or by anyone."""
        return self.others.get(who, self.everyone)

    @property
    def doer(self) -> str | None:
        """Somebody who may do what the page is for, and is not led elsewhere."""
        found = self.doers or tuple(who for who in EVERYBODY if self.answer_to(who) == 200)
        return found[-1] if found else None


def only(status: int, *who: str) -> dict[str, int]:
    """The same answer for some."""
    return dict.fromkeys(who, status)


def public(address: str, methods: str = "GET", status: int = 200) -> Row:
    """A page for everybody, signed in or not."""
    return Row(address, methods, status, is_public=True)


def signed_in(address: str, methods: str = "GET", status: int = 200, **others: int) -> Row:
    """A page for anybody with an account; others are led to the sign-in page."""
    return Row(address, methods, status, {ANYONE: 302, **others})


def admin_button(address: str, *who: str, methods: str = "POST", status: int = 302) -> Row:
    """Something in the admin that only some staff may do: 403 for the rest, anyone is led to sign in."""
    refused = {role: 302 if role in OFFICERS else 403 for role in ROLES if role not in who}
    return Row(address, methods, status, {ANYONE: 302, **refused}, doers=who)


def own_run(page: str, run: str, owner: str, *others: str) -> Row:
    """How far a file is that one of those who may load them confirmed: to the others as if there were none."""
    row = admin_button(f"{page}{{{run}.pk}}/", owner, methods="GET POST", status=200)
    return replace(row, others={**row.others, **only(404, *others)})


NOT_FOR_OTHERS = only(404, ADMINISTRATOR, EDITOR, PUBLISHER, MODERATOR, PRESS_OFFICER)

PAGES: dict[str, Row] = {
    # --- public ---
    "home": public("/"),
    "article-list": public("/huong-dan/"),
    "category": public("/huong-dan/chuyen-muc/{article.category.slug}/"),
    "article": public("/huong-dan/{article.slug}/"),
    "article-file": Row("/huong-dan/{article.slug}/tep/1/", everyone=404),
    "audience": public("/huong-dan/danh-cho/hoc-sinh/"),
    "tag": public("/huong-dan/the/{guidance_tag.slug}/"),
    "series": public("/huong-dan/tuyen-bai/{guidance_series.slug}/"),
    "document-list": public("/van-ban/"),
    "document": public("/van-ban/{document.slug}/"),
    "document-file": public("/van-ban/{document.slug}/tep/", status=404),
    "rss": public("/rss/"),
    "atom": public("/atom/"),
    "chuyen-muc-rss": public("/huong-dan/chuyen-muc/{article.category.slug}/rss/"),
    "chuyen-muc-atom": public("/huong-dan/chuyen-muc/{article.category.slug}/atom/"),
    "danh-cho-rss": public("/huong-dan/danh-cho/hoc-sinh/rss/"),
    "danh-cho-atom": public("/huong-dan/danh-cho/hoc-sinh/atom/"),
    "the-rss": public("/huong-dan/the/{guidance_tag.slug}/rss/"),
    "the-atom": public("/huong-dan/the/{guidance_tag.slug}/atom/"),
    "plans": public("/ke-hoach/"),
    "plan": public("/ke-hoach/722-kh-stttt/"),
    "plan-document": public("/ke-hoach/722-kh-stttt/van-ban/", status=404),
    "plan-evidence": public("/ke-hoach/722-kh-stttt/minh-chung/{uuid}/", status=404),
    "plan-csv": public("/ke-hoach/722-kh-stttt/du-lieu.csv"),
    "plan-xlsx": public("/ke-hoach/722-kh-stttt/du-lieu.xlsx"),
    "plan-units": public("/ke-hoach/722-kh-stttt/don-vi/"),
    "plan-unit": public("/ke-hoach/722-kh-stttt/don-vi/Q001/"),
    "plan-unit-csv": public("/ke-hoach/722-kh-stttt/don-vi/Q001/du-lieu.csv"),
    "plan-unit-xlsx": public("/ke-hoach/722-kh-stttt/don-vi/Q001/du-lieu.xlsx"),
    "search": public("/tim-kiem/?q=mang"),
    "search-suggest": public("/tim-kiem/goi-y/?q=mang"),
    "robots": public("/robots.txt"),
    "sitemap": public("/sitemap.xml"),
    "page-gioi-thieu": public("/gioi-thieu/"),
    "page-quyen-rieng-tu": public("/quyen-rieng-tu/"),
    "page-tro-giup-tiep-can": public("/tro-giup-tiep-can/"),
    "page-bao-tin-sai": public("/bao-tin-sai/"),
    "comment-list": public("/huong-dan/{article.slug}/binh-luan/tat-ca/"),
    "comment-feed": public("/huong-dan/{article.slug}/binh-luan/rss/"),
    "comment-show": public("/binh-luan/{published.pk}/"),
    "comment-rules": public("/binh-luan/quy-tac/"),
    "comment-figures": public("/binh-luan/so-lieu/"),
    "public-file": public("/tep/public/khong-co.png", status=404),
    "healthz": public("/healthz"),
    "readyz": public("/readyz"),
    "metrics": public("/metrics"),
    # --- a reader's own ---
    "article-view": Row("/huong-dan/luot-xem/{article.pk}.gif"),
    "article-useful": public("/huong-dan/{article.slug}/huu-ich/", "GET POST"),
    "comment-write": Row("/huong-dan/{article.slug}/binh-luan/", "GET POST"),
    "comment-lookup": Row("/binh-luan/tra-cuu/", "GET POST"),
    "comment-report": Row("/binh-luan/{published.pk}/bao-cao/", "GET POST"),
    "comment-sent": Row("/binh-luan/da-gui/"),
    "captcha-image": Row("/captcha/image/" + "a" * 40 + "/", everyone=410),
    "captcha-audio": Row("/captcha/audio/" + "a" * 40 + ".wav", everyone=410),
    "captcha-refresh": Row("/captcha/refresh/", everyone=200),
    # --- accounts: a door is for who is outside ---
    "account_login": Row("/dang-nhap/", "GET POST", 302, {ANYONE: 200}),
    "mfa_authenticate": Row("/dang-nhap/ma-xac-thuc/", "GET POST", 302),
    "account_logout": signed_in("/dang-xuat/", "GET POST"),
    "account_reset_password": Row("/mat-khau/quen/", "GET POST"),
    "account_set_password": Row("/mat-khau/quen/", "GET POST"),
    "account_reset_password_done": Row("/mat-khau/quen/da-gui/"),
    "account_reset_password_from_key": Row("/mat-khau/dat/1-abc-def/"),
    "account_reset_password_from_key_done": Row("/mat-khau/dat/xong/"),
    "account_change_password": signed_in("/mat-khau/doi/", "GET POST"),
    "mfa_index": signed_in("/bao-mat/"),
    "account_reauthenticate": signed_in("/bao-mat/xac-nhan/", "GET POST"),
    "mfa_reauthenticate": signed_in("/bao-mat/xac-nhan-ma/", "GET POST", 302),
    "mfa_activate_totp": Row("/bao-mat/ung-dung/bat/", "GET POST", 302),
    "mfa_deactivate_totp": signed_in("/bao-mat/ung-dung/tat/", "GET POST", 404),
    "mfa_view_recovery_codes": signed_in("/bao-mat/ma-du-phong/", status=404),
    "mfa_generate_recovery_codes": Row("/bao-mat/ma-du-phong/tao/", "GET POST", 302),
    "mfa_download_recovery_codes": signed_in("/bao-mat/ma-du-phong/tai/", status=404),
    # --- the officers' desk ---
    "desk": signed_in("/can-bo/"),
    "desk-acknowledge": signed_in("/can-bo/tiep-nhan/", "POST", 302),
    "assignment": signed_in("/can-bo/phan-cong/{assignment.pk}/", "GET POST", **NOT_FOR_OTHERS),
    "assignment-talk": signed_in(
        "/can-bo/phan-cong/{assignment.pk}/hoi-dap/", "GET POST", **NOT_FOR_OTHERS
    ),
    "assignment-extension": signed_in(
        "/can-bo/phan-cong/{assignment.pk}/gia-han/", "GET POST", **NOT_FOR_OTHERS
    ),
    "assignment-extension-decide": signed_in(
        "/can-bo/phan-cong/{part.pk}/gia-han/tra-loi/", "POST", **NOT_FOR_OTHERS
    ),
    "link-extension": Row("{link}{link_assignment.pk}/gia-han/", "GET POST"),
    "assignment-acknowledge": signed_in(
        "/can-bo/phan-cong/{assignment.pk}/tiep-nhan/",
        "POST",
        302,
        **{**NOT_FOR_OTHERS, COORDINATOR: 404},
    ),
    "assignment-hand-down": signed_in(
        "/can-bo/phan-cong/{cascading.pk}/giao-tiep/",
        "GET POST",
        **{**NOT_FOR_OTHERS, COORDINATOR: 404},
    ),
    "assignment-decide": signed_in(
        "/can-bo/phan-cong/{part.pk}/xet-duyet/", "GET POST", **NOT_FOR_OTHERS
    ),
    "assignment-draft": signed_in(
        "/can-bo/phan-cong/{assignment.pk}/nhap/",
        "POST",
        **{**NOT_FOR_OTHERS, COORDINATOR: 403},
    ),
    "assignment-draft-files": signed_in(
        "/can-bo/phan-cong/{assignment.pk}/nhap/tep/",
        "POST",
        **{**NOT_FOR_OTHERS, COORDINATOR: 403},
    ),
    "assignment-series-csv": signed_in(
        "/can-bo/phan-cong/{assignment.pk}/bai-da-dang.csv", **NOT_FOR_OTHERS
    ),
    "assignment-series-xlsx": signed_in(
        "/can-bo/phan-cong/{assignment.pk}/bai-da-dang.xlsx", **NOT_FOR_OTHERS
    ),
    "find-guidance": Row("/can-bo/tim-bai/?q=mang"),
    "evidence": signed_in("/can-bo/minh-chung/{uuid}/", status=404),
    "preview": Row("{preview}", "GET POST"),
    "preview-file": Row("{preview}tep/1/", everyone=404),
    "link": Row("{link}", "GET POST"),
    "link-assignment": Row("{link}{link_assignment.pk}/", "GET POST"),
    "link-draft": Row("{link}{link_assignment.pk}/nhap/", "POST"),
    "link-draft-files": Row("{link}{link_assignment.pk}/nhap/tep/", "POST"),
    "link-sheet": Row("{link}phieu-giao-viec.pdf"),
    "notice-sheet": signed_in(
        "/can-bo/thong-bao/{ba_dinh_notice.pk}/phieu-giao-viec.pdf", **NOT_FOR_OTHERS
    ),
    "link-talk": Row("{link}{link_assignment.pk}/hoi-dap/", "GET POST"),
    "calendars": signed_in("/can-bo/lich/"),
    "calendar-open": signed_in(
        "/can-bo/lich/tao/{ba_dinh.code}/", "POST", 302, **{**NOT_FOR_OTHERS, COORDINATOR: 404}
    ),
    "calendar-stop": signed_in("/can-bo/lich/huy/{calendar.pk}/", "POST", 404),
    "calendar": Row("/can-bo/lich/{calendar_token}/viec.ics"),
    "help": Row("/can-bo/tro-giup/"),
    "help-topic": Row("/can-bo/tro-giup/bao-cao/"),
    "help-close": signed_in("/can-bo/tro-giup/da-ro/", "POST", 302),
    "approvals": signed_in("/can-bo/trinh/"),
    "approval": signed_in("/can-bo/trinh/999999/", "GET POST", 404),
    "approval-file": signed_in("/can-bo/trinh/999999/tep/{uuid}/", status=404),
    "unit-approval": signed_in(
        "/can-bo/don-vi/Q001/duyet/",
        "POST",
        403,
        **{**NOT_FOR_OTHERS, COORDINATOR: 404},
    ),
    "unit-people": signed_in("/can-bo/don-vi/"),
    "unit-invite": signed_in(
        "/can-bo/don-vi/Q001/moi/", "POST", **{**NOT_FOR_OTHERS, COORDINATOR: 404}
    ),
    "unit-hand-over": signed_in(
        "/can-bo/don-vi/ban-giao/{membership.pk}/",
        "POST",
        302,
        **{**NOT_FOR_OTHERS, COORDINATOR: 404},
    ),
    "unit-leave": signed_in(
        "/can-bo/don-vi/thoi/{leaving.pk}/",
        "POST",
        302,
        **{**NOT_FOR_OTHERS, COORDINATOR: 404},
    ),
    "links": signed_in("/can-bo/lien-ket-da-gui/"),
    "delivery": signed_in("/can-bo/cach-nhan-thu/", "GET POST"),
    "link-revoke": signed_in(
        "/can-bo/lien-ket-da-gui/{ba_dinh_notice.pk}/huy/",
        "POST",
        302,
        **{**NOT_FOR_OTHERS, COORDINATOR: 404},
    ),
    # --- staff ---
    "styleguide": Row("/phong-cach/", everyone=404, others=only(200, *STAFF)),
    "ckeditor_upload": Row(
        "/quan-tri/soan-thao/tai-len/", "POST", 403, only(200, EDITOR, PUBLISHER)
    ),
    "ckeditor_browse": Row(
        "/quan-tri/soan-thao/anh/", "GET POST", 403, only(200, EDITOR, PUBLISHER)
    ),
}

# allauth answers these before it looks at the method; what they answer changes nothing.
ALLAUTH_LOOKS_ELSEWHERE = frozenset({"account_reset_password_from_key"})

# Under /quan-tri/, beside the pages that every model has. Anyone is led to sign in; officers have no business there.
ADMIN_DOOR = {ANYONE: 302, **only(302, *OFFICERS)}
ADMIN_PAGES: dict[str, Row] = {
    "index": Row("/quan-tri/", others=ADMIN_DOOR),
    "login": Row("/quan-tri/login/", everyone=302, others=only(403, *OFFICERS)),
    "logout": Row("/quan-tri/logout/", "POST", 302, doers=STAFF),
    "password_change": Row("/quan-tri/password_change/", everyone=302),
    "password_change_done": Row("/quan-tri/password_change/done/", others=ADMIN_DOOR),
    "autocomplete": Row("/quan-tri/autocomplete/", everyone=403, others=ADMIN_DOOR),
    "jsi18n": Row("/quan-tri/jsi18n/", others=ADMIN_DOOR),
    "view_on_site": Row("/quan-tri/r/{content_type.pk}/0/", everyone=404, others=ADMIN_DOOR),
    "app_list": Row(
        "/quan-tri/campaigns/", everyone=404, others={**ADMIN_DOOR, **only(200, ADMINISTRATOR, COORDINATOR)}
    ),
    "person-invite-again": admin_button(
        "/quan-tri/hanoi_portal/user/{person.pk}/moi-lai/", ADMINISTRATOR
    ),
    "person-switch-off": admin_button("/quan-tri/hanoi_portal/user/{person.pk}/tat/", ADMINISTRATOR),
    "person-switch-on": admin_button("/quan-tri/hanoi_portal/user/{person.pk}/bat/", ADMINISTRATOR),
    "guidance_article_preview": admin_button(
        "/quan-tri/guidance/article/{article.pk}/xem-truoc/",
        ADMINISTRATOR, EDITOR, PUBLISHER, methods="GET", status=200,
    ),
    "guidance_article_autosave_new": admin_button(
        "/quan-tri/guidance/article/tu-luu/", EDITOR, PUBLISHER, status=200
    ),
    "guidance_article_autosave": admin_button(
        "/quan-tri/guidance/article/{article.pk}/tu-luu/", EDITOR, PUBLISHER, status=200
    ),
    "guidance_legaldocument_autosave_new": admin_button(
        "/quan-tri/guidance/legaldocument/tu-luu/", EDITOR, PUBLISHER, status=200
    ),
    "guidance_legaldocument_autosave": admin_button(  # a public one is the publishers'; words are kept
        "/quan-tri/guidance/legaldocument/{document.pk}/tu-luu/", EDITOR, PUBLISHER, status=200
    ),
    "guidance_article_previews": admin_button(
        "/quan-tri/guidance/article/{article.pk}/lien-ket-xem-truoc/",
        EDITOR, PUBLISHER, methods="GET POST", status=200,
    ),
    "guidance_article_preview_revoke": admin_button(
        "/quan-tri/guidance/article/{article.pk}/lien-ket-xem-truoc/{preview_link.pk}/huy/",
        EDITOR, PUBLISHER,
    ),
    "guidance_article_calendar": admin_button(
        "/quan-tri/guidance/article/lich/",
        ADMINISTRATOR, EDITOR, PUBLISHER, methods="GET", status=200,
    ),
    "guidance_article_revisions": admin_button(
        "/quan-tri/guidance/article/{article.pk}/phien-ban/",
        ADMINISTRATOR, EDITOR, PUBLISHER, methods="GET", status=200,
    ),
    "guidance_article_revision": admin_button(
        "/quan-tri/guidance/article/{article.pk}/phien-ban/{revision.pk}/",
        ADMINISTRATOR, EDITOR, PUBLISHER, methods="GET", status=200,
    ),
    "guidance_article_restore": admin_button(
        "/quan-tri/guidance/article/{article.pk}/phien-ban/{revision.pk}/lay-lai/", EDITOR, PUBLISHER
    ),
    "guidance_article_review": admin_button(
        "/quan-tri/guidance/article/{article.pk}/trinh-duyet/",
        EDITOR, PUBLISHER, methods="GET POST", status=200,
    ),
    "guidance_article_take_back": admin_button(
        "/quan-tri/guidance/article/{article.pk}/lay-lai/",
        EDITOR, PUBLISHER, methods="GET POST", status=200,
    ),
    "guidance_article_discard": admin_button(
        "/quan-tri/guidance/article/{article.pk}/bo-ban-dang-sua/",
        EDITOR, PUBLISHER, methods="GET POST", status=200,
    ),
    "guidance_article_confirm": admin_button(
        "/quan-tri/guidance/article/{article.pk}/da-xem-lai/",
        EDITOR, PUBLISHER, methods="GET POST", status=200,
    ),
    "guidance_article_remark": admin_button(
        "/quan-tri/guidance/article/{article.pk}/nhan-xet/",
        EDITOR, PUBLISHER, methods="GET POST", status=200,
    ),
    "guidance_article_approve": admin_button(
        "/quan-tri/guidance/article/{article.pk}/duyet/", PUBLISHER, methods="GET POST", status=200
    ),
    "guidance_article_send_back": admin_button(
        "/quan-tri/guidance/article/{article.pk}/tra-lai/", PUBLISHER, methods="GET POST", status=200
    ),
    "guidance_article_publish": admin_button(
        "/quan-tri/guidance/article/{article.pk}/xuat-ban/", PUBLISHER, methods="GET POST", status=200
    ),
    "guidance_article_schedule": admin_button(
        "/quan-tri/guidance/article/{article.pk}/hen-gio/", PUBLISHER, methods="GET POST", status=200
    ),
    "guidance_article_withdraw": admin_button(
        "/quan-tri/guidance/article/{article.pk}/rut-bai/", PUBLISHER, methods="GET POST", status=200
    ),
    "comments_comment_queue": admin_button(
        "/quan-tri/comments/comment/hang-cho/", MODERATOR, methods="GET POST", status=200
    ),
    "comments_comment_import": admin_button(
        "/quan-tri/comments/comment/nap/", MODERATOR, methods="GET POST", status=200
    ),
    "comments_comment_run": own_run(
        "/quan-tri/comments/comment/nap/", "comments_comment_run", MODERATOR
    ),
    "comments_comment_import_empty": admin_button(
        "/quan-tri/comments/comment/nap/mau.csv", MODERATOR, methods="GET", status=200
    ),
    "campaigns_plan_issue": admin_button(  # given out already: its page says so
        "/quan-tri/campaigns/plan/{plan.pk}/giao/", COORDINATOR, methods="GET POST", status=302
    ),
    "campaigns_unit_import": admin_button(
        "/quan-tri/campaigns/unit/nap/",
        *(ADMINISTRATOR, COORDINATOR),
        methods="GET POST",
        status=200,
    ),
    "campaigns_unit_run": own_run(
        "/quan-tri/campaigns/unit/nap/", "campaigns_unit_run", COORDINATOR, ADMINISTRATOR
    ),
    "campaigns_unit_export": admin_button(
        "/quan-tri/campaigns/unit/xuat.csv",
        *(ADMINISTRATOR, COORDINATOR),
        methods="GET",
        status=200,
    ),
    "campaigns_plan_edit_tasks": admin_button(
        "/quan-tri/campaigns/plan/{plan.pk}/sua-nhiem-vu/",
        COORDINATOR,
        methods="GET POST",
        status=200,
    ),
    "campaigns_plan_import": admin_button(
        "/quan-tri/campaigns/plan/nap/", COORDINATOR, methods="GET POST", status=200
    ),
    "campaigns_plan_run": own_run(
        "/quan-tri/campaigns/plan/nap/", "campaigns_plan_run", COORDINATOR
    ),
    "campaigns_plan_template": admin_button(
        "/quan-tri/campaigns/plan/mau.xlsx",
        *(ADMINISTRATOR, COORDINATOR),
        methods="GET",
        status=200,
    ),
    "campaigns_plan_export": admin_button(
        "/quan-tri/campaigns/plan/{plan.pk}/xuat.xlsx",
        *(ADMINISTRATOR, COORDINATOR),
        methods="GET",
        status=200,
    ),
    "campaigns_plan_board": admin_button(
        "/quan-tri/campaigns/plan/{plan.pk}/bang/",
        ADMINISTRATOR, COORDINATOR, methods="GET POST", status=200,
    ),
    "notice-resend": admin_button(
        "/quan-tri/campaigns/notice/{campaigns_notice.pk}/gui-lai/", ADMINISTRATOR, COORDINATOR
    ),
    "notice-told": admin_button(
        "/quan-tri/campaigns/notice/{campaigns_notice.pk}/da-bao/",
        COORDINATOR, methods="GET POST", status=200,
    ),
    "notice-revoke": admin_button(
        "/quan-tri/campaigns/notice/{campaigns_notice.pk}/huy-lien-ket/", COORDINATOR
    ),
    "campaigns_assignment_talk": admin_button(
        "/quan-tri/campaigns/assignment/{assignment.pk}/trao-doi/",
        ADMINISTRATOR, COORDINATOR, methods="GET POST", status=200,
    ),
    "campaigns_extensionrequest_decide": admin_button(  # nothing chosen: back to the list
        "/quan-tri/campaigns/extensionrequest/tra-loi/", COORDINATOR
    ),
    "campaigns_assignment_publish": admin_button(  # no such piece of evidence
        "/quan-tri/campaigns/assignment/{assignment.pk}/minh-chung/tep/999999/cong-khai/",
        COORDINATOR, status=404,
    ),
    "campaigns_assignment_doi-han": admin_button(
        "/quan-tri/campaigns/assignment/doi-han/?ke-hoach={plan.pk}",
        COORDINATOR, methods="GET POST", status=200,
    ),
    "campaigns_assignment_chuyen-giao": admin_button(  # no unit is closed: back to the list
        "/quan-tri/campaigns/assignment/chuyen-giao/?ke-hoach={plan.pk}",
        COORDINATOR, methods="GET",
    ),
    "campaigns_assignment_giao-lai": admin_button(  # nothing is recalled: back to the list
        "/quan-tri/campaigns/assignment/giao-lai/?ke-hoach={plan.pk}", COORDINATOR, methods="GET"
    ),
    "campaigns_assignment_thu-hoi": admin_button(
        "/quan-tri/campaigns/assignment/thu-hoi/?ke-hoach={plan.pk}",
        COORDINATOR, methods="GET POST", status=200,
    ),
}  # fmt: skip

# Who may do what with a model's rows in the admin; roles without an entry may do nothing.
MODELS: dict[str, dict[str, str]] = {
    "hanoi_portal_user": {ADMINISTRATOR: "view add change"},
    "hanoi_portal_outgoingmail": {ADMINISTRATOR: "view", COORDINATOR: "view"},
    "hanoi_portal_historyentry": {ADMINISTRATOR: "view"},
    "hanoi_portal_organisation": {ADMINISTRATOR: "view change"},
    "hanoi_portal_emptysearch": {ADMINISTRATOR: "view", EDITOR: "view", PUBLISHER: "view"},
    "guidance_article": {
        ADMINISTRATOR: "view",
        EDITOR: "view add change",
        PUBLISHER: "view add change",
    },
    "guidance_legaldocument": {
        ADMINISTRATOR: "view",
        EDITOR: "view add change",
        PUBLISHER: "view add change",
    },
    "guidance_category": {
        ADMINISTRATOR: "view add change delete",
        EDITOR: "view",
        PUBLISHER: "view add change delete",
    },
    "guidance_arrangedarticle": {
        ADMINISTRATOR: "view",
        EDITOR: "view change",
        PUBLISHER: "view change",
    },
    "guidance_tag": {
        ADMINISTRATOR: "view add change delete",
        EDITOR: "view add change",
        PUBLISHER: "view add change delete",
    },
    "guidance_audience": {
        ADMINISTRATOR: "view add change",
        EDITOR: "view",
        PUBLISHER: "view add change",
    },
    "guidance_series": {
        ADMINISTRATOR: "view",
        EDITOR: "view add change",
        PUBLISHER: "view add change delete",
    },
    "campaigns_plan": {ADMINISTRATOR: "view", COORDINATOR: "view"},
    "campaigns_task": {ADMINISTRATOR: "view", COORDINATOR: "view"},
    "campaigns_unit": {ADMINISTRATOR: "view add change", COORDINATOR: "view add change"},
    "campaigns_notice": {ADMINISTRATOR: "view", COORDINATOR: "view"},
    "campaigns_unitgroup": {ADMINISTRATOR: "view", COORDINATOR: "view add change delete"},
    "campaigns_holiday": {
        ADMINISTRATOR: "view add change delete",
        COORDINATOR: "view add change delete",
    },
    "campaigns_reminder": {ADMINISTRATOR: "view", COORDINATOR: "view"},
    "campaigns_extensionrequest": {ADMINISTRATOR: "view", COORDINATOR: "view"},
    "campaigns_assignment": {ADMINISTRATOR: "view", COORDINATOR: "view"},
    "comments_comment": {MODERATOR: "view"},
    "comments_watchedword": {MODERATOR: "view add change delete"},
    "comments_threadsetting": {MODERATOR: "view add change"},
    "comments_appeal": {MODERATOR: "view"},
    "comments_datarequest": {MODERATOR: "view"},
    "comments_phonekeeping": {ADMINISTRATOR: "view add", MODERATOR: "view"},
    "comments_houserule": {ADMINISTRATOR: "view add change", MODERATOR: "view"},
}


# --- the world ----------------------------------------------------------------------------------
@dataclass
class World:
    """One of everything, and a client for everybody."""

    things: dict[str, Any]
    clients: dict[str, Client]

    def address(self, row: Row) -> str:
        """The address of a row, with the numbers of this world."""
        return row.address.format(**self.things)


def make_runs(**owners: User) -> dict[str, ImportRun]:
    """Files that were loaded: of each model one, by the person named."""
    return {
        f"{model}_run": ImportRun.objects.create(
            key=model,
            loads=apps.get_model(*model.split("_"))._meta.label,
            by=by,
            state=ImportRun.State.DONE,
        )
        for model, by in owners.items()
    }


@pytest.fixture
def world() -> World:
    """Plan 722 given out, an article with a comment, a person of each role; the unit officer is Ba Đình's."""
    plan = make_issued_plan_722()
    ba_dinh = Unit.objects.get(short_name="Ba Đình")
    article = make_article()
    comment = make_comment(article)
    document = make_document()
    people = {
        role: make_officer(ba_dinh, password=PASSWORD)
        if role == UNIT_OFFICER
        else make_user(role, password=PASSWORD)
        for role in ROLES
    }
    person = make_user(EDITOR)
    notice = Notice.objects.get(unit__short_name="Hoàn Kiếm")
    clients = {role: sign_in(Client(), people[role]) for role in ROLES}
    cascading = Assignment.objects.get(unit=ba_dinh, task__is_cascading=True)
    calendar = open_calendar(ba_dinh, by=make_officer(ba_dinh))
    things = {
        "ba_dinh": ba_dinh,
        "calendar": calendar,
        "calendar_token": token_of(calendar.key, calendar_feed.PURPOSE),
        "cascading": cascading,
        "part": make_assignment(
            make_unit(Unit.Kind.COMMUNE), task=cascading.task, parent=cascading
        ),
        "plan": plan,
        "article": article,
        "comment": comment,
        "document": document,
        "revision": make_revision(article),
        "preview_link": make_preview_link(article),
        "preview": preview_links.path_of(make_preview_link(article)),
        "person": person,
        "assignment": Assignment.objects.filter(unit=ba_dinh).first(),
        "link": links.path_of(notice),
        "link_assignment": notice.assignments.first(),
        "ba_dinh_notice": Notice.objects.get(unit=ba_dinh),
        "membership": people[
            UNIT_OFFICER
        ].memberships.get(),  # handed over to itself: said, not done
        "leaving": ba_dinh.memberships.create(user=make_user(UNIT_OFFICER), since="2020-01-01"),
        "uuid": UUID(int=7),
        **make_runs(
            comments_comment=people[MODERATOR],
            campaigns_unit=people[COORDINATOR],
            campaigns_plan=people[COORDINATOR],
        ),
        "content_type": ContentType.objects.get_for_model(Unit),
        "hanoi_portal_user": person,
        "hanoi_portal_outgoingmail": OutgoingMail.objects.first(),
        "hanoi_portal_historyentry": HistoryEntry.objects.first(),
        "hanoi_portal_emptysearch": EmptySearch.objects.create(
            folded="xe buyt", day=timezone.localdate(), count=1
        ),
        "hanoi_portal_organisation": Organisation.objects.get_or_create(name="Sở")[0],
        "guidance_article": article,
        "guidance_legaldocument": document,
        "guidance_category": Category.objects.create(name="Chưa có bài", slug="chua-co-bai"),
        "guidance_arrangedarticle": article,
        "guidance_tag": Tag.objects.create(name="tin giả", slug="tin-gia"),
        "guidance_audience": Audience.objects.first(),
        "guidance_series": Series.objects.create(title="Lên mạng an tâm", slug="an-tam"),
        "campaigns_plan": plan,
        "campaigns_task": Task.objects.first(),
        "campaigns_unit": ba_dinh,
        "campaigns_notice": Notice.objects.first(),
        "campaigns_unitgroup": UnitGroup.objects.create(code="noi-thanh", name="Nội thành"),
        "campaigns_holiday": Holiday.objects.create(day="2026-09-02", name="Quốc khánh"),
        "campaigns_reminder": make_reminder(Assignment.objects.earliest("pk")),
        "campaigns_extensionrequest": make_extension(Assignment.objects.earliest("pk")),
        "campaigns_assignment": Assignment.objects.first(),
        "comments_comment": comment,
        "comments_houserule": HouseRule.objects.first(),
        "comments_phonekeeping": PhoneKeeping.objects.create(days=60),
        "comments_appeal": make_appeal(),
        "published": make_comment(article, state="published"),
        "comments_threadsetting": ThreadSetting.objects.create(article=make_article()),
        "comments_watchedword": WatchedWord.objects.create(word="cá độ"),
        "comments_datarequest": ask_for_erasure(comment),
    }
    assert None not in things.values()
    return World(things, {ANYONE: Client(), **clients})


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, str]]:
    """Every named pattern below a resolver: (namespace, name)."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield namespace, pattern.name
        else:
            yield from addresses(pattern, pattern.namespace or namespace)


# --- the tests ----------------------------------------------------------------------------------
def test_every_address_has_its_row_and_every_row_its_address() -> None:
    found = set(addresses(get_resolver()))
    assert {name for space, name in found if not space} == set(PAGES)
    verbs = ("changelist", "add", "change", "delete", "history")
    of_models = {f"{model}_{verb}" for model in MODELS for verb in verbs}
    assert {name for space, name in found if space == "admin"} == of_models | set(ADMIN_PAGES)
    assert {space for space, _name in found} == {"", "admin"}


def test_everybody_gets_what_the_table_says(world: World) -> None:
    wrong = []
    for name, row in [*PAGES.items(), *ADMIN_PAGES.items()]:
        if name in {"account_logout", "logout"}:
            continue  # ends the session of who asks; below
        ask = "post" if row.methods == "POST" else "get"
        for who in EVERYBODY:
            got = getattr(world.clients[who], ask)(world.address(row)).status_code
            if got != row.answer_to(who):
                wrong.append(f"{name} {who}: {got}, not {row.answer_to(who)}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_wrong_method_is_405_to_who_may_use_the_right_one(world: World) -> None:
    wrong = []
    for name, row in [*PAGES.items(), *ADMIN_PAGES.items()]:
        who = row.doer
        if who is None or name in ALLAUTH_LOOKS_ELSEWHERE:
            continue
        if name in ADMIN_PAGES and "POST" not in row.methods:
            continue  # Django's own admin pages do not look at the method
        for method in ("get", "post", "delete"):
            if method.upper() not in row.methods:
                got = getattr(world.clients[who], method)(world.address(row)).status_code
                if got != 405:
                    wrong.append(f"{name} {who} {method}: {got}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_public_pages_are_the_same_for_everybody_and_carry_nothing_of_theirs(world: World) -> None:
    wrong = []
    for name, row in PAGES.items():
        if not row.is_public:
            continue
        pages = set()
        for who in (ANYONE, COORDINATOR, UNIT_OFFICER):
            answer = world.clients[who].get(world.address(row))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            pages.add(body)
            policy = answer.headers.get("Content-Security-Policy", "")
            if answer.cookies:
                wrong.append(f"{name}: sets a cookie")
            if "cookie" in answer.headers.get("Vary", "").lower():
                wrong.append(f"{name}: varies on cookies")
            if "csrfmiddlewaretoken" in body.decode(errors="replace"):
                wrong.append(f"{name}: a form token")
            if "unsafe" in policy or "default-src 'none'" not in policy:
                wrong.append(f"{name}: policy {policy}")
        if len(pages) > 1 and name != "metrics":
            wrong.append(f"{name}: differs between readers")
    assert not wrong, "\n" + "\n".join(wrong)


# Public, and kept by nobody: probes, and files that are read from the disk.
NOT_KEPT = {
    "healthz",
    "readyz",
    "metrics",
    "public-file",
    "document-file",
    "plan-document",
    "plan-evidence",
}


def test_public_pages_are_what_the_page_cache_keeps(world: World) -> None:
    """Whoever adds a public page says `@public_page(…)` on its view, with the parameters that it depends on."""
    kept = {
        name
        for name, row in PAGES.items()
        if parameters_of(resolve(world.address(row).partition("?")[0]).func) is not None
    }
    assert kept == {name for name, row in PAGES.items() if row.is_public} - NOT_KEPT


def test_pages_of_one_person_are_kept_by_nobody(world: World) -> None:
    wrong = []
    for name, row in [*PAGES.items(), *ADMIN_PAGES.items()]:
        if row.is_public or row.methods == "POST" or name == "account_logout":
            continue
        for who in EVERYBODY:
            answer = world.clients[who].get(world.address(row))
            is_of_one = "cookie" in answer.headers.get("Vary", "").lower() or answer.cookies
            if is_of_one and answer.headers["Cache-Control"] != "private, no-store":
                wrong.append(f"{name} {who}: {answer.headers['Cache-Control']}")
            policy = answer.headers.get("Content-Security-Policy", "")
            if not world.address(row).startswith("/quan-tri/") and "unsafe" in policy:
                wrong.append(f"{name} {who}: {policy}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_no_page_has_an_inline_script_style_or_third_party_outside_the_admin(world: World) -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", re.IGNORECASE)
    other = re.compile(
        r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?:https?:)?//(?!localhost)"
    )
    wrong = []
    for name, row in PAGES.items():
        if row.methods == "POST" or name == "account_logout":
            continue
        address = world.address(row)
        for who in (ANYONE, COORDINATOR, UNIT_OFFICER):
            answer = world.clients[who].get(address)
            kind = answer.headers.get("Content-Type", "")
            if not kind.startswith("text/html") or address.startswith("/quan-tri/"):
                continue
            page = answer.content.decode()
            wrong += [
                f"{name} {who}: {found}" for found in inline.findall(page) + other.findall(page)
            ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_models_pages_in_the_admin_open_to_whom_the_table_says(world: World) -> None:
    wrong = []
    for model, allowed in MODELS.items():
        app, _, name = model.rpartition("_")
        base = f"/quan-tri/{app}/{name}/"
        thing = world.things[model]
        pages = {
            "": "view",
            f"{thing.pk}/change/": "view",
            f"{thing.pk}/history/": "view",
            "add/": "add",
            f"{thing.pk}/delete/": "delete",
        }
        for who in EVERYBODY:
            may = allowed.get(who, "").split()
            for page, verb in pages.items():
                expected = 200 if verb in may else 403 if who in STAFF else 302
                got = world.clients[who].get(base + page).status_code
                if got != expected:
                    wrong.append(f"{who} {base}{page}: {got}, not {expected}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("who", EVERYBODY)
def test_anyone_may_sign_out_twice(who: str) -> None:
    for address in ("/dang-xuat/", "/quan-tri/logout/") if who in STAFF else ("/dang-xuat/",):
        client = Client() if who == ANYONE else sign_in(Client(), make_user(who))
        for _time in range(2):
            assert client.post(address).status_code == 302
            assert "_auth_user_id" not in client.session


def test_an_unknown_address_under_the_admin_tells_nothing(world: World) -> None:
    assert world.clients[ANYONE].get("/quan-tri/khong-co-gi/").status_code == 302
    assert world.clients[EDITOR].get("/quan-tri/khong-co-gi/").status_code == 404
