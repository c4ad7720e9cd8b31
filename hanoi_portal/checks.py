"""System checks: a wrong setting is told in words before anything serves."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_environment(**_kwargs: Any) -> list[CheckMessage]:
    """Tell every environment variable that could not be read (see `environment.py`)."""
    return [
        Error(problem, hint="Xem README, mục “Biến môi trường”.", id="hanoi_portal.E001")
        for problem in settings.ENVIRONMENT_PROBLEMS
    ]
