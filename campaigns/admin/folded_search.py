"""Searching lists without diacritics: "ba dinh" finds UBND quận Ba Đình."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from hanoi_portal.text import fold


class FoldedSearch:
    """A ModelAdmin whose `search_fields` hold folded text; what is typed is folded too."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Fold the words before looking for them; words of which nothing is left find nothing."""
        folded = fold(search_term)
        if search_term.strip() and not folded:
            return queryset.none(), False
        results, may_repeat = super().get_search_results(  # type: ignore[misc]
            request, queryset, folded
        )
        return results, may_repeat
