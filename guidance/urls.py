"""Public addresses of the guidance app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
