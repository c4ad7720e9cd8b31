"""Keeps the words of an officer whose session ended while they wrote: without JavaScript nothing else does."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hanoi_portal.text import clean_paragraphs

LONGEST_TEXT = 20_000
View = Callable[..., HttpResponse]


def keeping_words(view: View) -> View:
    """Give the words of a POST back on a page of their own, with the way to sign in, when nobody is signed in.

    They are shown to whoever sent them and kept by nobody.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        text = clean_paragraphs(request.POST.get("text", ""))[:LONGEST_TEXT]
        if not text:
            return view(request, *args, **kwargs)
        sign_in = redirect_to_login(request.path, settings.LOGIN_URL)
        context = {"text": text, "sign_in_url": sign_in.headers["Location"]}
        return render(request, "campaigns/signed_out.html", context, status=401)

    return answer
