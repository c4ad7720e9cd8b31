"""Addresses of the campaigns app: the officers' desk and the public plans."""

from django.urls import path

from .views import desk, public

urlpatterns = [
    path("can-bo/", desk.show_desk, name="desk"),
    path("can-bo/tiep-nhan/", desk.acknowledge_chosen, name="desk-acknowledge"),
    path("can-bo/phan-cong/<int:pk>/", desk.show_assignment, name="assignment"),
    path(
        "can-bo/phan-cong/<int:pk>/tiep-nhan/",
        desk.acknowledge_one,
        name="assignment-acknowledge",
    ),
    path("can-bo/minh-chung/<uuid:key>/", desk.download_evidence, name="evidence"),
    path("ke-hoach/", public.list_plans, name="plans"),
    path("ke-hoach/<slug:slug>/", public.show_plan, name="plan"),
]
