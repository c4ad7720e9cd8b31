"""Public addresses of the comments app."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
