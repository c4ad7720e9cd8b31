"""All settings, driven by the environment alone (see README, "Biến môi trường").

Nothing else in the code asks whether it runs on SQLite or PostgreSQL, files or Redis, a folder or SMTP.
"""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from .environment import Environment
from .timetable import timetable

BASE_DIR = Path(__file__).resolve().parent.parent
_environment = Environment(BASE_DIR)
ENVIRONMENT_PROBLEMS = _environment.problems  # told by hanoi_portal.checks

# --- where we are -------------------------------------------------------------------------------
VAR_DIR = _environment.own_folder("VAR_DIR", BASE_DIR / "var")
PORT = _environment.number("PORT", 8000, 65535)
SITE_URL = _environment.site_url("SITE_URL", f"http://localhost:{PORT}")
SITE_NAME = _("Hà Nội ứng xử văn minh trên mạng")
IS_HTTPS = urlsplit(SITE_URL).scheme == "https"

DEBUG = bool(_environment.flag("DEBUG", default=False))
METRICS_TOKEN = _environment.text("METRICS_TOKEN")
DEMO = _environment.flag("DEMO")  # None: setup_demo decides by itself
SECRET_KEY = _environment.secret_key(VAR_DIR)
SECRET_KEY_FALLBACKS = _environment.items("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = _environment.items("ALLOWED_HOSTS") or [
    urlsplit(SITE_URL).hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- what is installed --------------------------------------------------------------------------
INSTALLED_APPS = [
    "hanoi_portal.apps.PortalConfig",
    "guidance.apps.GuidanceConfig",
    "campaigns.apps.CampaignsConfig",
    "comments.apps.CommentsConfig",
    "hanoi_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ckeditor",
    "ckeditor_uploader",
    "captcha",
]

MIDDLEWARE = [
    "hanoi_portal.proxies.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hanoi_portal.compression.CompressPublicPages",
    "hanoi_portal.middleware.ContentSecurityPolicyMiddleware",
    "hanoi_portal.middleware.CleanInputMiddleware",
    "hanoi_portal.middleware.PathLanguageMiddleware",
    "hanoi_portal.middleware.PrivateResponseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hanoi_portal.middleware.RequireSecondFactorMiddleware",
]

ROOT_URLCONF = "hanoi_portal.urls"
WSGI_APPLICATION = "hanoi_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hanoi_portal.context_processors.site",
            ],
        },
    },
]

# --- where data lives ---------------------------------------------------------------------------
DATABASES = {"default": _environment.database(VAR_DIR)}
IS_EMBEDDED_DATABASE = not _environment.text("DATABASE_URL")
REDIS_URL = _environment.url("REDIS_URL", "", {"redis", "rediss", "unix"})
# A Redis that no longer answers is as good as away: no reader waits for it.
REDIS_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 1}
CACHES = {
    "default": (
        {
            "BACKEND": "hanoi_portal.cache.TolerantRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": REDIS_PATIENCE,
        }
        if REDIS_URL
        else {
            "BACKEND": "hanoi_portal.cache.FirstComesFileCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 5000},  # the default, 300, would forget failed sign-ins
        }
    ),
    # Public pages (hanoi_portal.page_cache), apart: many pages must not push out failed sign-ins.
    "pages": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "pages",
            "OPTIONS": REDIS_PATIENCE,
        }
        if REDIS_URL
        else {
            "BACKEND": "hanoi_portal.cache.FirstComesFileCache",
            "LOCATION": VAR_DIR / "pages",
            "OPTIONS": {"MAX_ENTRIES": 1000},
        }
    ),
}
MEDIA_ROOT = _environment.folder("MEDIA_ROOT", VAR_DIR / "media")
MEDIA_URL = "/tep/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES = _environment.number("UPLOAD_MAX_MB", 20) * 1024 * 1024
UPLOAD_VIDEO_MAX_BYTES = _environment.number("UPLOAD_VIDEO_MAX_MB", 100) * 1024 * 1024

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static-root"
STATICFILES_DIRS = [BASE_DIR / "static", VAR_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "hanoi_portal.static_storage.PortalStaticStorage"
        )
    },
}

# --- language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [BASE_DIR / "hanoi_portal" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = ["hanoi_portal.formats"]

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "hanoi_portal.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "hanoi_portal.accounts.passwords.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# How long a link to set a password lives: seven days for an invitation; `accounts.tokens` keeps the links
# of people who already have a password much shorter.
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
LOGIN_URL = "/dang-nhap/"
LOGIN_REDIRECT_URL = "/can-bo/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "hanoi_portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = [
    "username*",
    "email*",
    "password1*",
]  # closed; allauth checks that they agree
ACCOUNT_EMAIL_VERIFICATION = "none"  # a person is invited at the address, and answers from there
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "hanoi_portal.accounts.tokens.PasswordLinkTokens"
ACCOUNT_FORMS = {
    "login": "hanoi_portal.accounts.forms.SignInForm",
    "reset_password": "hanoi_portal.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "hanoi_portal.accounts.forms.OwnPasswordForm",
    "change_password": "hanoi_portal.accounts.forms.ChangePasswordForm",
    "reauthenticate": "hanoi_portal.accounts.forms.ReauthenticateForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,3/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "hanoi_portal.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # phones' clocks are often half a minute off
MFA_FORMS = {
    "authenticate": "hanoi_portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "hanoi_portal.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "hanoi_portal.accounts.forms.ActivateAppForm",
}
IS_SECOND_FACTOR_REQUIRED = IS_HTTPS  # of staff; on the way there they are led to set one up

# --- mail and the worker ------------------------------------------------------------------------
globals().update(_environment.email())
EMAIL_TIMEOUT = 10  # seconds; Django's default waits for ever
MAIL_FOLDER = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = _environment.text(
    "DEFAULT_FROM_EMAIL", f"Cong 722 <khong-tra-loi@{urlsplit(SITE_URL).hostname}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
OUTBOX_LEASE_SECONDS = _environment.number("OUTBOX_LEASE_SECONDS", 60)
OUTBOX_FIRST_WAIT_SECONDS = _environment.number("OUTBOX_FIRST_WAIT_SECONDS", 30)
OUTBOX_SWEEP_SECONDS = _environment.number("OUTBOX_SWEEP_SECONDS", 10)

_broker_folder = VAR_DIR / "broker"
# With a host, or kombu warns that there is none.
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "visibility_timeout": 300,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        # A page that rings while Redis is away tries once and goes on: the sweep will send.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    }
    if REDIS_URL
    else {
        "data_folder_in": str(_broker_folder / "messages"),
        "data_folder_out": str(_broker_folder / "messages"),
        "control_folder": str(_broker_folder / "control"),
        "polling_interval": 0.1,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False  # the outbox remembers; a page never waits for the broker
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "run" / "beat-schedule")
CELERY_BEAT_SCHEDULE = timetable(OUTBOX_SWEEP_SECONDS)

# --- browsers -----------------------------------------------------------------------------------
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "phien"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "hanoi_portal.views.csrf_failure"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
# Whose X-Forwarded-For and X-Forwarded-Proto are believed: nginx of the same machine, or what is named.
TRUSTED_PROXIES = _environment.networks(
    "TRUSTED_PROXIES", ["127.0.0.0/8", "::1/128"] if IS_HTTPS else []
)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# django-ckeditor 4 writes inline scripts and styles; the exception holds under /quan-tri/ alone.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}

# --- personal data ------------------------------------------------------------------------------
# With SECRET_KEY(_FALLBACKS) it makes the key that encrypts phones.
SALT_KEY = "hanoi_portal.phone.v1"

# --- comments -----------------------------------------------------------------------------------
CAPTCHA_CHALLENGE_FUNCT = "comments.human_check.codes.make_challenge"
CAPTCHA_TIMEOUT = 30  # minutes: a comment may be 3,000 characters, typed on a phone
# The silent proof of work: 65,536 hashes on average, a second or two in a browser.
COMMENT_WORK_BITS = 16
# Told to readers and to moderators.
COMMENT_PROMISE_HOURS = _environment.number("COMMENT_PROMISE_HOURS", 48)
# As long after a decline may its reader ask for a review; then the reader's address is erased.
COMMENT_APPEAL_DAYS = _environment.number("COMMENT_APPEAL_DAYS", 30)
# Days in which staff answer a request for a copy, a correction or erasure: the decree that carries out Law
# 91/2025/QH15, 356/2025/NĐ-CP, gives ten to twenty days (docs/decisions/0010-binh-luan.md).
COMMENT_DATA_REQUEST_DAYS = {"copy": 10, "correction": 10, "erasure": 20}
# From one network (/24, /48) in ten minutes; thousands of readers share one address of a mobile operator.
COMMENT_LIMITS = {
    "posts": _environment.number("COMMENT_POSTS_PER_NETWORK", 60),
    "codes": _environment.number("COMMENT_CODES_PER_NETWORK", 600),
    "sounds": 60,
    "lookups": 300,
}

# --- guidance -----------------------------------------------------------------------------------
# The four-eyes rule: who wrote a text neither approves nor publishes it.
GUIDANCE_FOUR_EYES = bool(_environment.flag("GUIDANCE_FOUR_EYES", default=False))
# So many days before its day of review an article's owner is reminded, and once more on the day itself.
GUIDANCE_REVIEW_NOTICE_DAYS = 7

# --- libraries ----------------------------------------------------------------------------------
CKEDITOR_BASEPATH = f"{STATIC_URL}ckeditor/ckeditor/"
CKEDITOR_UPLOAD_PATH = "public/editor/"
CKEDITOR_IMAGE_BACKEND = "ckeditor_uploader.backends.PillowBackend"
CKEDITOR_ALLOW_NONIMAGE_FILES = False
# CKEditor 4.22 is no longer supported. Its holes need settings that are not here: its own filter stays on
# (no allowedContent, no fullPage), what calls out or shows raw HTML is removed. docs/decisions/0006-ckeditor.md.
CKEDITOR_CONFIGS = {
    "default": {
        "toolbar": "article",
        "toolbar_article": [
            ["Format", "Bold", "Italic", "RemoveFormat"],
            ["NumberedList", "BulletedList", "Blockquote"],
            ["Link", "Unlink", "Image", "Table", "HorizontalRule"],
            ["PasteText", "PasteFromWord", "Undo", "Redo", "Find", "Maximize"],
        ],
        "format_tags": "p;h2;h3;h4",
        "extra_plugins": ["image2"],
        "removePlugins": (
            "preview,exportpdf,scayt,wsc,flash,print,save,newpage,iframe,forms,smiley,templates,"
            "language,sourcearea,image,about,colorbutton,font,div,pagebreak,autoembed,embed"
        ),
        "removeDialogTabs": "link:advanced;link:target;table:advanced",
        # Letters are stored as letters: s&aacute;ng could not be searched.
        "entities": False,
        "entities_latin": False,
        "entities_greek": False,
        "filebrowserUploadMethod": "form",
        "clipboard_handleImages": False,  # the picture plugin takes pasted pictures itself
        "image2_altRequired": True,
        "height": 420,
        "width": "100%",
    }
}
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]  # answered in docs/decisions/0006-ckeditor.md

# --- words to the operator ----------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "hanoi_portal.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "weasyprint.progress": {"level": "WARNING"},  # a dozen lines for each sheet
        "fontTools": {"level": "WARNING"},
    },
}
