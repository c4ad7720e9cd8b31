"""The WSGI application that gunicorn serves: Django, behind the page cache."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanoi_portal.settings")

django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (only now are they loaded)

from .page_cache.application import CachedPages  # noqa: E402

# Who changes templates wants to see them change.
application = django_application if settings.DEBUG else CachedPages(django_application)
