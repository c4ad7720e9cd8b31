"""Addresses below /captcha/, named as django-simple-captcha names them."""

from django.urls import re_path

from . import views

urlpatterns = [
    re_path(r"^image/(?P<key>[0-9a-f]{40})/$", views.show_picture, name="captcha-image"),
    re_path(r"^audio/(?P<key>[0-9a-f]{40})\.wav$", views.play_sound, name="captcha-audio"),
    re_path(r"^refresh/$", views.refresh, name="captcha-refresh"),
]
