"""Errors of the domain: an action refuses with one of these, and the page says it in words."""

from django.core.exceptions import PermissionDenied


class DomainError(Exception):
    """What was asked cannot be done; `str(error)` is a Vietnamese sentence for the person who asked."""


class NotAllowed(DomainError, PermissionDenied):
    """The rule says no. Django answers 403 when nobody catches it."""


class StaleState(DomainError):
    """Somebody else was faster: the object is no longer in the state the action starts from (409)."""
