"""Signing in and out, passwords and second factors (django-allauth behind Vietnamese addresses)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
