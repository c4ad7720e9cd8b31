"""The wiring of the portal, and the ground floor on which every app stands."""

from .celery import app as celery_app

__all__ = ["celery_app"]
