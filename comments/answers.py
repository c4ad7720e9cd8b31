"""Answers that several pages of comments give: go on, too many, not from another site."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from . import limits


class SeeOther(HttpResponseRedirect):
    """303: the answer to a form is another page, to be fetched with GET."""

    status_code = 303


def refuse_other_sites(request: HttpRequest) -> None:
    """Refuse what the browser says comes from another site."""
    if request.META.get("HTTP_SEC_FETCH_SITE") == "cross-site":
        raise PermissionDenied


def too_many_asked(request: HttpRequest) -> HttpResponse:
    """Return the page that says so and when to come again, where nothing was typed that could be lost."""
    return too_many(render(request, "errors/429.html", {"open_again_at": limits.open_again_at()}))


def too_many(response: HttpResponse) -> HttpResponse:
    """Make a page the answer 429, with the time after which to come again."""
    response.status_code = 429
    response.headers["Retry-After"] = str(limits.seconds_left())
    return response
