"""The portal's settings with django-mailer beside them: for the measurement of sending alone, never for the portal."""

import os

from hanoi_portal.settings import *  # noqa: F403
from hanoi_portal.settings import INSTALLED_APPS as PORTAL_APPS

INSTALLED_APPS = [*PORTAL_APPS, "mailer"]
MAILER_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
MAILER_USE_FILE_LOCK = False
EMAIL_PORT = int(os.environ.get("BENCH_PORT") or os.environ["BENCH_SINK"])
