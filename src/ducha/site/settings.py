"""Settings of the site. What differs between installations comes from the environment, all with defaults that are safe.

DUCHA_DATA          directory of the database, evidence, keys (default ./data)
DUCHA_DATABASE_URL  postgresql://user:password@host:port/name; without it SQLite in DUCHA_DATA
DUCHA_HOSTS         host names the site answers to, separated by commas (default: loopback)
DUCHA_HTTPS         1 where the site is reached by https
DUCHA_ADDRESS       address under which people reach the site, for links in mails and group messages, as in
                    https://ducha.example (default: the first host)
DUCHA_MAIL_URL      smtp://user:password@host:587 (STARTTLS), smtps://…:465 (TLS), smtp+plain://host:25 (a relay in the
                    house); without it nobody is written to
DUCHA_MAIL_FROM     sender of the mails, as in ducha@example.gov.cn; needed with DUCHA_MAIL_URL
DUCHA_GROUP_HOSTS   origins besides WeCom's and DingTalk's own to which chat groups may be posted, separated by commas,
                    as in https://im.example.gov.cn: whoever is named here the server will call
"""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from ducha.site.mail import mail_server

DUCHA_DATA = Path(os.environ.get("DUCHA_DATA", "data")).resolve()


def _secret_key() -> str:
    """The installation's own key, made at its first start; nobody has to invent one."""
    path = DUCHA_DATA / "keys" / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


def _database() -> dict[str, object]:
    url = os.environ.get("DUCHA_DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(DUCHA_DATA / "ducha.sqlite3"),
            "TEST": {"NAME": str(DUCHA_DATA / "test.sqlite3")},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: an acknowledged commit survives a power cut. mmap 0: a torn page is never read as data.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=0;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
    }


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("DUCHA_HOSTS", "127.0.0.1,localhost,testserver").split(",")
APPS = [
    "audit_trail",
    "pages",
    "accounts",
    "organisations",
    "evidence",
    "notices",
    "campaigns",
    "verification",
    "selfassessment",
    "fieldwork",
    "findings",
    "rectification",
    "accountability",
    "papers",
    "reports",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *[f"ducha.apps.{app}" for app in APPS],
    "ducha.site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ducha.apps.pages.middleware.whole_body",
    "ducha.apps.pages.middleware.whole_characters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "ducha.apps.organisations.middleware.acting_member",
    "ducha.apps.pages.middleware.headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "ducha.site.urls"
WSGI_APPLICATION = "ducha.site.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "ducha.site.navigation.shell",
            ]
        },
    }
]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = DUCHA_DATA / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [Path(__file__).parent / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("DUCHA_HTTPS") == "1"
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
_SCHEME = "https" if SESSION_COOKIE_SECURE else "http"
DUCHA_ADDRESS = os.environ.get("DUCHA_ADDRESS", f"{_SCHEME}://{ALLOWED_HOSTS[0]}").rstrip("/")
DUCHA_GROUP_HOSTS = [origin for origin in os.environ.get("DUCHA_GROUP_HOSTS", "").split(",") if origin]
_MAIL = mail_server(os.environ.get("DUCHA_MAIL_URL", ""), os.environ.get("DUCHA_MAIL_FROM", ""))
DUCHA_MAIL_FROM = DEFAULT_FROM_EMAIL = _MAIL.sender
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starts_tls, _MAIL.is_tls
EMAIL_TIMEOUT = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 0
FILE_UPLOAD_PERMISSIONS = 0o600
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "ducha.site.logs.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
