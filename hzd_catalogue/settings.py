"""Settings of the catalogue: one file, read from top to bottom.

Every switch is an environment variable; docs/operating.md lists them all. A value that cannot
be used is refused by the name of its variable.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent


def env_str(name: str, default: str = "") -> str:
    """Return the variable ``name`` without surrounding space; empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool) -> bool:
    """Return the variable ``name`` as a switch.

    Raises:
        ImproperlyConfigured: when it is neither "on" nor "off".
    """
    value = env_str(name, "on" if default else "off").lower()
    if value not in ("on", "off"):
        raise ImproperlyConfigured(f"{name} is {value!r}; use on or off.")
    return value == "on"


def env_int(name: str, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
    """Return the variable ``name`` as a whole number from ``least`` to ``most``.

    Raises:
        ImproperlyConfigured: when it is not one.
    """
    value = env_str(name, str(default))
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; use a whole number from {least} to {most}."
        )
    return int(value)


def env_list(name: str, default: str = "") -> list[str]:
    """Return the variable ``name`` as a list of its parts between commas."""
    return [part.strip() for part in env_str(name, default).split(",") if part.strip()]


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """Return the variable ``name`` as one of ``choices``.

    Raises:
        ImproperlyConfigured: when it is none of them.
    """
    value = env_str(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; use one of {', '.join(choices)}.")
    return value


# Where this process may write: the embedded database and its key, collected static files.
VAR_DIR = BASE_DIR / env_str("VAR_DIR", "var")

DEBUG = env_bool("DEBUG", default=False)

# A host without the admin, whose connection to the database is read-only.
PUBLIC_ONLY = env_bool("PUBLIC_ONLY", default=False)

# Database. SQLite is the embedded default; postgresql:// goes through psycopg 3. Read replicas
# and failover are libpq's: postgresql://user@host1,host2/name?load_balance_hosts=random
DATABASE_URL = env_str("DATABASE_URL")
IS_EMBEDDED = not DATABASE_URL
if IS_EMBEDDED:
    DATABASE_URL = f"sqlite:///{quote(str(VAR_DIR / 'catalogue.sqlite3'))}"
if not DATABASE_URL.startswith(("sqlite:", "postgres:", "postgresql:")):
    raise ImproperlyConfigured("DATABASE_URL starts with sqlite:// or postgresql://.")
try:
    DATABASES = {
        "default": dj_database_url.parse(
            DATABASE_URL,
            conn_max_age=env_int("DATABASE_CONN_MAX_AGE", 60),
            conn_health_checks=True,
        )
    }
except (dj_database_url.ParseError, ValueError) as error:
    raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
_database = DATABASES["default"]
if "sqlite" in _database["ENGINE"]:
    # Readers and one writer work side by side; a second writer waits instead of failing.
    _database["OPTIONS"] = {
        "transaction_mode": "DEFERRED" if PUBLIC_ONLY else "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA query_only=ON"
            if PUBLIC_ONLY
            else "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        ),
    }
elif PUBLIC_ONLY:
    _given = _database.get("OPTIONS", {}).get("options", "")
    _database.setdefault("OPTIONS", {})["options"] = (
        f"{_given} -c default_transaction_read_only=on".strip()
    )


def _secret_key() -> str:
    key = env_str("SECRET_KEY")
    if key:
        return key
    if not IS_EMBEDDED:
        raise ImproperlyConfigured("SECRET_KEY is not set; it is required with DATABASE_URL.")
    path = VAR_DIR / "secret_key"
    if not path.exists():
        # Linked into place when it is complete: of two processes that start at once, both use
        # the key of the first.
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=VAR_DIR) as file:
            file.write(get_random_secret_key())
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()


try:
    SECRET_KEY = _secret_key()
except OSError as error:
    raise ImproperlyConfigured(
        f"VAR_DIR is {str(VAR_DIR)!r}, and the key cannot be kept there: {error.strerror}."
    ) from error

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if IS_EMBEDDED else "")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set; it is required with DATABASE_URL.")

# Behind a proxy that ends TLS: believe its X-Forwarded-Proto, send cookies over TLS only.
HTTPS = env_bool("HTTPS", default=False)
HSTS_SECONDS = env_int("HSTS_SECONDS", 3600)
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    SECURE_HSTS_SECONDS = HSTS_SECONDS
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SILENCED_SYSTEM_CHECKS = [
    # Other hosts of the same domain are not this site's to decide about.
    "security.W005",
    "security.W021",
    # Once collected, the packages that static files come from may be gone, as in the image.
    "staticfiles.W004",
]

# Cookies belong to the admin alone. A visitor's browser sends none, so that a public page
# depends on nothing but its address.
ADMIN_PATH = "/verwaltung/"
SESSION_COOKIE_PATH = ADMIN_PATH
CSRF_COOKIE_PATH = ADMIN_PATH

# What the site says of itself.
SITE_NAME = env_str("SITE_NAME", "IT-Kooperationen der HZD")
OFFICIAL_WEBSITE = env_bool("OFFICIAL_WEBSITE", default=False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django_filters",
    "hzd_catalogue.reference",
    "hzd_catalogue.browsing",
    "partners",
    "projects",
    "hzd_catalogue.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "hzd_catalogue.browsing.readonly.ReadOnlyMiddleware",
    "hzd_catalogue.browsing.pagecache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

if PUBLIC_ONLY:
    _editing = ("admin", "sessions", "messages")
    INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.endswith(_editing)]
    MIDDLEWARE = [
        name
        for name in MIDDLEWARE
        if not name.startswith(tuple(f"django.contrib.{app}" for app in (*_editing, "auth")))
    ]

ROOT_URLCONF = "hzd_catalogue.urls"
WSGI_APPLICATION = "hzd_catalogue.wsgi.application"

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
                "hzd_catalogue.site.context.site",
            ],
        },
    }
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env_str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("kern", BASE_DIR / "node_modules" / "@kern-ux" / "native" / "dist"),
    ("fira-sans", BASE_DIR / "node_modules" / "@fontsource" / "fira-sans" / "files"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Pages name static files by the hash of their content; the plain copies are never asked for.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Whether finished public pages are kept for one revision of the data.
PAGE_CACHE = env_bool("PAGE_CACHE", default=True)

# A shared cache for several hosts; without one, each process keeps its own.
CACHE_URL = env_str("CACHE_URL")
if CACHE_URL and not CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("CACHE_URL starts with redis://, rediss:// or unix://.")
CACHES = {
    "default": (
        {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": CACHE_URL,
            "KEY_PREFIX": "hzd-catalogue",
            # A cache that does not answer neither holds up the site nor breaks it.
            "OPTIONS": {
                "IGNORE_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": 1,
                "SOCKET_TIMEOUT": 1,
            },
        }
        if CACHE_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "admin:login"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [_SELF],
        "style-src": [_SELF],
        # KERN draws its icons as data: images inside its stylesheet.
        "img-src": [_SELF, "data:"],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "manifest-src": [_SELF],
        "form-action": [_SELF],
        "base-uri": [_SELF],
        "frame-ancestors": ["'none'"],
    }
}

LOG_LEVEL = env_choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django leaves it to the server to drop the body of an answer to HEAD; gunicorn warns of each.
    "loggers": {"gunicorn.http.wsgi": {"level": "ERROR"}},
}
