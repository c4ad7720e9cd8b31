"""What the lists and buttons of guidance's admin share: who asks, searching folded words, doing something to each."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from hanoi_portal.errors import DomainError
from hanoi_portal.models import User
from hanoi_portal.text import fold

Thing = TypeVar("Thing", bound=Model)


def person_of(request: HttpRequest) -> User:
    """The signed-in user; `admin_view` lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


class FoldedSearchAdmin(ModelAdmin):
    """A list in which words are found without their diacritics."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Fold the words before looking for them; words of which nothing is left find nothing."""
        folded = fold(search_term)
        if search_term.strip() and not folded:
            return queryset.none(), False
        return super().get_search_results(request, queryset, folded)

    def do_to_each(
        self,
        request: HttpRequest,
        things: Iterable[Thing],
        act: Callable[[Thing], object],
        told: Callable[[int], str],
    ) -> None:
        """Act on each of the chosen; say how many it was done to, and of each other one why not."""
        count = 0
        for thing in things:
            try:
                act(thing)
                count += 1
            except DomainError as error:
                self.message_user(request, f"{thing}: {error}", messages.ERROR)
        if count:
            self.message_user(request, told(count), messages.SUCCESS)
