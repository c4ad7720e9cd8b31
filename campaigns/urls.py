"""Public addresses of the campaigns app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
