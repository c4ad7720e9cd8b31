"""What every template may use. Reads no cookie and no user: public pages are the same for everybody."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name and address."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
