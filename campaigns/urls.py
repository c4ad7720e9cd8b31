"""Addresses of the campaigns app: the officers' desk and the public plans."""

from django.urls import path

from .views import (
    calendar,
    delivery,
    desk,
    document,
    extensions,
    hand_down,
    help,
    link,
    people,
    public,
    report,
    series,
    talk,
)

urlpatterns = [
    path("can-bo/", desk.show_desk, name="desk"),
    path("can-bo/tiep-nhan/", desk.acknowledge_chosen, name="desk-acknowledge"),
    path("can-bo/phan-cong/<int:pk>/", desk.show_assignment, name="assignment"),
    path(
        "can-bo/phan-cong/<int:pk>/tiep-nhan/",
        desk.acknowledge_one,
        name="assignment-acknowledge",
    ),
    path("can-bo/phan-cong/<int:pk>/nhap/", desk.save_draft, name="assignment-draft"),
    path("can-bo/phan-cong/<int:pk>/nhap/tep/", desk.keep_files, name="assignment-draft-files"),
    path(
        "can-bo/phan-cong/<int:pk>/bai-da-dang.csv",
        series.download_series,
        {"kind": "csv"},
        name="assignment-series-csv",
    ),
    path(
        "can-bo/phan-cong/<int:pk>/bai-da-dang.xlsx",
        series.download_series,
        {"kind": "xlsx"},
        name="assignment-series-xlsx",
    ),
    path("can-bo/tim-bai/", report.find_guidance, name="find-guidance"),
    path("can-bo/phan-cong/<int:pk>/giao-tiep/", hand_down.give_on, name="assignment-hand-down"),
    path("can-bo/phan-cong/<int:pk>/xet-duyet/", hand_down.decide, name="assignment-decide"),
    path("can-bo/cach-nhan-thu/", delivery.choose, name="delivery"),
    path("can-bo/minh-chung/<uuid:key>/", desk.download_evidence, name="evidence"),
    path("can-bo/lien-ket/<str:token>/", link.show_notice, name="link"),
    path("can-bo/lien-ket/<str:token>/<int:pk>/", link.show_assignment, name="link-assignment"),
    path("can-bo/lien-ket/<str:token>/<int:pk>/nhap/", link.save_draft, name="link-draft"),
    path(
        "can-bo/lien-ket/<str:token>/<int:pk>/nhap/tep/", link.keep_files, name="link-draft-files"
    ),
    path("can-bo/lien-ket/<str:token>/phieu-giao-viec.pdf", link.download_sheet, name="link-sheet"),
    path(
        "can-bo/thong-bao/<int:pk>/phieu-giao-viec.pdf",
        link.download_own_sheet,
        name="notice-sheet",
    ),
    path("can-bo/don-vi/", people.list_people, name="unit-people"),
    path("can-bo/don-vi/<str:code>/moi/", people.invite, name="unit-invite"),
    path("can-bo/don-vi/ban-giao/<int:pk>/", people.give_over, name="unit-hand-over"),
    path("can-bo/don-vi/thoi/<int:pk>/", people.end, name="unit-leave"),
    path("can-bo/lich/", calendar.list_calendars, name="calendars"),
    path("can-bo/lich/tao/<str:code>/", calendar.open_one, name="calendar-open"),
    path("can-bo/lich/huy/<int:pk>/", calendar.stop_one, name="calendar-stop"),
    path("can-bo/lich/<str:token>/viec.ics", calendar.show_calendar, name="calendar"),
    path("can-bo/tro-giup/", help.list_topics, name="help"),
    path("can-bo/tro-giup/da-ro/", help.close, name="help-close"),
    path("can-bo/tro-giup/<slug:slug>/", help.show_topic, name="help-topic"),
    path("can-bo/lien-ket-da-gui/", link.list_links, name="links"),
    path("can-bo/lien-ket-da-gui/<int:pk>/huy/", link.revoke, name="link-revoke"),
    path("can-bo/phan-cong/<int:pk>/gia-han/", extensions.ask_on_desk, name="assignment-extension"),
    path(
        "can-bo/phan-cong/<int:pk>/gia-han/tra-loi/",
        extensions.decide_on_desk,
        name="assignment-extension-decide",
    ),
    path(
        "can-bo/lien-ket/<str:token>/<int:pk>/gia-han/",
        extensions.ask_by_link,
        name="link-extension",
    ),
    path("can-bo/phan-cong/<int:pk>/hoi-dap/", talk.talk_on_desk, name="assignment-talk"),
    path("can-bo/lien-ket/<str:token>/<int:pk>/hoi-dap/", talk.talk_by_link, name="link-talk"),
    path("ke-hoach/", public.list_plans, name="plans"),
    path("ke-hoach/<slug:slug>/", public.show_plan, name="plan"),
    path(
        "ke-hoach/<slug:slug>/minh-chung/<uuid:key>/",
        public.download_evidence,
        name="plan-evidence",
    ),
    path("ke-hoach/<slug:slug>/van-ban/", document.download_document, name="plan-document"),
    path(
        "ke-hoach/<slug:slug>/du-lieu.csv", public.download_plan, {"kind": "csv"}, name="plan-csv"
    ),
    path(
        "ke-hoach/<slug:slug>/du-lieu.xlsx",
        public.download_plan,
        {"kind": "xlsx"},
        name="plan-xlsx",
    ),
    path("ke-hoach/<slug:slug>/don-vi/", public.list_units, name="plan-units"),
    path("ke-hoach/<slug:slug>/don-vi/<str:code>/", public.show_unit, name="plan-unit"),
    path(
        "ke-hoach/<slug:slug>/don-vi/<str:code>/du-lieu.csv",
        public.download_unit,
        {"kind": "csv"},
        name="plan-unit-csv",
    ),
    path(
        "ke-hoach/<slug:slug>/don-vi/<str:code>/du-lieu.xlsx",
        public.download_unit,
        {"kind": "xlsx"},
        name="plan-unit-xlsx",
    ),
]
