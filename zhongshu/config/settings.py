"""Settings. Everything that differs between installations comes from the environment (docs/configuration.md)."""

import os
from pathlib import Path

from zhongshu.config import limits
from zhongshu.identity.policies import rates
from zhongshu.kernel import database
from zhongshu.kernel.logs import logging_settings

ROOT = Path(__file__).resolve().parents[2]
DATA_DIR = database.data_dir()

DEBUG = os.environ.get("ZHONGSHU_DEBUG") == "1"
SECRET_KEY = os.environ.get("ZHONGSHU_SECRET_KEY") or database.secret_key()
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("ZHONGSHU_SECRET_KEY_FALLBACKS", "").split(",") if key]
ALLOWED_HOSTS = os.environ.get("ZHONGSHU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHONGSHU_ORIGINS", "").split(",") if o]
BEHIND_TLS = os.environ.get("ZHONGSHU_TLS") == "1"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    "zhongshu.kernel",
    "zhongshu.web",
    "zhongshu.identity",
    "zhongshu.webhooks",
    "zhongshu.estate",
    "zhongshu.messaging",
    "zhongshu.ledger",
    "zhongshu.people",
    "zhongshu.work",
    "zhongshu.knowledge",
    "zhongshu.cases",
    "zhongshu.billing",
    "zhongshu.channels",
    "zhongshu.scene",
    "zhongshu.quality",
    "zhongshu.cashier",
    "zhongshu.remittance",
    "zhongshu.collecting",
    "zhongshu.community",
    "zhongshu.care",
    "zhongshu.foresight",
    "zhongshu.insight",
    "zhongshu.portal",
    "zhongshu.console",
    "zhongshu.reactions",
    "zhongshu.simulation",
    "zhongshu.config",
]

MIDDLEWARE = [
    "zhongshu.config.probes.probes",
    "zhongshu.config.observing.observed",
    "django.middleware.security.SecurityMiddleware",
    "zhongshu.web.middleware.content_security_policy",
    "zhongshu.config.problems.middleware",
    "zhongshu.web.middleware.without_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhongshu.identity.middleware.actor",
    "zhongshu.config.limiting.limits",
    "zhongshu.web.middleware.refusals",
]

ROOT_URLCONF = "zhongshu.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "zhongshu.console.navigation.context",
            ],
            "builtins": ["django.templatetags.i18n", "zhongshu.web.templatetags.web"],
        },
    }
]

DATABASES = {"default": database.django_settings()}
DATABASES["default"].setdefault("TEST", {})["NAME"] = os.environ.get("ZHONGSHU_TEST_DB", "test_zhongshu")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["zhongshu.identity.sessions.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "zhongshu.identity.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_NAME = "__Host-sessionid" if BEHIND_TLS else "sessionid"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BEHIND_TLS else 0
X_FRAME_OPTIONS = "DENY"
LOGIN_URL = "identity:sign_in"
try:
    LIMITS = rates.chosen(os.environ.get("ZHONGSHU_LIMITS", ""))
except ValueError as error:
    raise SystemExit(f"zhongshu: ZHONGSHU_LIMITS: {error}") from error
LIMITED_ADDRESSES = limits.ADDRESSES

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]  # matter
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 600
MEDIA_ROOT = DATA_DIR / "media"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

# Whether webhooks may go to the own network, and to this machine without TLS.
WEBHOOKS_PRIVATE = os.environ.get("ZHONGSHU_WEBHOOKS_PRIVATE") == "1"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = ["zhongshu.config.timetable"]

LOGGING = logging_settings(os.environ.get("ZHONGSHU_LOGS", ""))
