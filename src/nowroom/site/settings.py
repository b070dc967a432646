"""The one settings file. Every `NOWROOM_*` variable is described in docs/reference/settings.md; a test checks it."""

from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from nowroom.site import environment

# Generic classes of Django take their parameters at run time, too.
django_stubs_ext.monkeypatch()

HOME = environment.home()
DEBUG = environment.flag("NOWROOM_DEBUG")
SECRET_KEY = environment.key("NOWROOM_SECRET_KEY", "secret.key")
CREDENTIAL_KEY = environment.key("NOWROOM_CREDENTIAL_KEY", "credential.key")
BASE_URL = environment.text("NOWROOM_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = environment.listing("NOWROOM_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# Addresses in private networks that sources and webhooks may reach all the same, e.g. an agency's own server.
ALLOW_PRIVATE = environment.listing("NOWROOM_ALLOW_PRIVATE")

# Demo and rehearsals: nothing leaves the machine, channels write into this file instead.
STAND_IN_FILE = Path(environment.text("NOWROOM_STAND_IN_FILE")) if environment.text("NOWROOM_STAND_IN_FILE") else None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_cotton",
    "csp",
    "nowroom.desk",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "nowroom.audit",
    "nowroom.people",
    "nowroom.accounts",
    "nowroom.planning",
    "nowroom.content",
    "nowroom.clearance",
    "nowroom.listening",
    "nowroom.safety",
    "nowroom.publishing",
]
if STAND_IN_FILE:
    INSTALLED_APPS.append("nowroom.rehearsal")  # for the page of what the public would have seen

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nowroom.people.web.DeskMiddleware",
]

ROOT_URLCONF = "nowroom.site.urls"
ASGI_APPLICATION = "nowroom.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "nowroom.desk.context.frame",
            ],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    """The database entry: SQLite as WAL with immediate transactions, PostgreSQL as it is; connections are kept."""
    entry: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600))
    if entry["ENGINE"].endswith("sqlite3"):
        entry["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000;",
        }
    else:
        entry["CONN_HEALTH_CHECKS"] = True
    return entry


DATABASES = {"default": _database(environment.text("NOWROOM_DATABASE_URL", f"sqlite:///{HOME / 'nowroom.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "nowroom.people.adapter.InvitedOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# Single sign-on is named by the operator, so its verified addresses are believed: who was invited comes in.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Nowroom"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if environment.text("NOWROOM_OIDC_URL"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": environment.text("NOWROOM_OIDC_NAME", "Single sign-on"),
                "client_id": environment.text("NOWROOM_OIDC_CLIENT_ID"),
                "secret": environment.text("NOWROOM_OIDC_SECRET"),
                "settings": {"server_url": environment.text("NOWROOM_OIDC_URL")},
            }
        ]
    }

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The built files are committed and served from the package: `nowroom up` needs no collectstatic.
SERVESTATIC_USE_FINDERS = True
MEDIA_ROOT = HOME / "media"

# Mail to approvers. Without a server named, letters go to files that `nowroom up` tells the way to.
MAIL_HOST = environment.text("NOWROOM_MAIL_HOST")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if MAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = HOME / "outbox"
EMAIL_HOST = MAIL_HOST or "localhost"
EMAIL_PORT = int(environment.text("NOWROOM_MAIL_PORT", "587"))
EMAIL_HOST_USER = environment.text("NOWROOM_MAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("NOWROOM_MAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("NOWROOM_MAIL_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("NOWROOM_MAIL_FROM", "Nowroom <nowroom@localhost>")

_SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SECURE = _SECURE
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("NOWROOM_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.text("NOWROOM_LOG_LEVEL", "WARNING")},
}
