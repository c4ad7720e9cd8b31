"""The officers' help pages, and closing the guide that the desk shows at the first visit.

Help is open to everybody: who came through a letter's link is not signed in.
"""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hanoi_portal.models import User

from ..actions.guide import close_guide
from ..help import TOPICS, find_topic


@require_safe
def list_topics(request: HttpRequest) -> HttpResponse:
    """Show what there is help with."""
    return render(request, "campaigns/help_list.html", {"topics": TOPICS})


@require_safe
def show_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the steps of one topic, and the way to the next."""
    topic = find_topic(slug)
    if topic is None:
        raise Http404
    place = TOPICS.index(topic)
    following = TOPICS[place + 1] if place + 1 < len(TOPICS) else None
    context = {"topic": topic, "following": following}
    return render(request, "campaigns/help_topic.html", context)


@require_POST
@login_required
def close(request: HttpRequest) -> HttpResponse:
    """Close the first visit's guide for good."""
    assert isinstance(request.user, User)
    close_guide(by=request.user)
    return redirect("desk")
