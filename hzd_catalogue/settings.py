"""Settings of the catalogue: one file, read from top to bottom.

Every switch is an environment variable; docs/operating.md lists them all. A value that cannot
be used is refused by the name of its variable.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import quote, urlsplit

import dj_database_url
import idna
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.utils import get_random_secret_key
from django.core.validators import URLValidator, validate_email

from hzd_catalogue import private_files
from hzd_catalogue.reference.licences import LICENCES

BASE_DIR = Path(__file__).resolve().parent.parent


def env_str(name: str, default: str = "") -> str:
    """Return the variable ``name`` without surrounding space; empty counts as not set."""
    return os.environ.get(name, "").strip() or default


def env_secret(name: str) -> str:
    """Return the variable ``name``, or else what the file holds that ``name``_FILE names.

    Raises:
        ImproperlyConfigured: when both are set, and when the file holds nothing or cannot be read.
    """
    file = env_str(f"{name}_FILE")
    if not file:
        return env_str(name)
    if env_str(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; use one of them.")
    try:
        value = Path(file).read_text().strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise ImproperlyConfigured(
            f"{name}_FILE is {file!r}, which cannot be read: {reason}."
        ) from None
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE is {file!r}, which is empty.")
    return value


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


def env_hosts(name: str, default: str = "") -> list[str]:
    """Return the variable ``name`` as hosts or origins, spelled as browsers send them.

    A browser asks "Gießen.example" for xn--gieen-nqa.example.

    Raises:
        ImproperlyConfigured: when a part is no name that a host can have.
    """
    return [_as_sent(name, part) for part in env_list(name, default)]


def _as_sent(name: str, value: str) -> str:
    scheme, separator, host = value.rpartition("://")
    if host.isascii():
        return value
    wildcard, rest = re.fullmatch(r"(\*?\.?)(.*)", host, re.DOTALL).groups()  # type: ignore[union-attr]
    host, colon, port = rest.partition(":")
    try:
        sent = idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise ImproperlyConfigured(f"{name} holds {value!r}, which is no name of a host.") from None
    return f"{scheme}{separator}{wildcard}{sent}{colon}{port}"


def env_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return the variable ``name`` as a list of networks; an address is a network of one.

    Raises:
        ImproperlyConfigured: when a part is neither.
    """
    try:
        return [ip_network(part) for part in env_list(name)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} is {env_str(name)!r}; use addresses or networks such as 10.0.0.0/8."
        ) from error


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """Return the variable ``name`` as one of ``choices``.

    Raises:
        ImproperlyConfigured: when it is none of them.
    """
    value = env_str(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; use one of {', '.join(choices)}.")
    return value


def env_email(name: str) -> str:
    """Return the variable ``name`` as an e-mail address; empty where it is not set.

    Raises:
        ImproperlyConfigured: when it is none.
    """
    value = env_str(name)
    try:
        if value:
            validate_email(value)
    except ValidationError:
        raise ImproperlyConfigured(f"{name} is {value!r}; use an e-mail address.") from None
    return value


def env_tag_authority(name: str, default: str) -> str:
    """Return the variable ``name`` as the authority of tag URIs (RFC 4151): a domain and a date.

    Raises:
        ImproperlyConfigured: when it is none.
    """
    value = env_str(name, default)
    label = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
    if not re.fullmatch(rf"{label}(\.{label})*,\d{{4}}(-\d\d(-\d\d)?)?", value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; use a domain of your own in small letters and a day on which "
            "it was, such as example.org,2026."
        )
    return value


def env_url(name: str) -> str:
    """Return the variable ``name`` as the address of a page; empty where it is not set.

    Raises:
        ImproperlyConfigured: when it is none.
    """
    value = env_str(name)
    try:
        if value:
            URLValidator(schemes=["http", "https"])(value)
    except ValidationError:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; use an address such as https://www.example.org/."
        ) from None
    return value


def env_origins(name: str) -> list[str]:
    """Return the variable ``name`` as a list of origins, of which a host may begin with "*.".

    Raises:
        ImproperlyConfigured: when a part is none; a path, too, would be no origin.
    """
    parts = env_list(name)
    if not all(re.fullmatch(r"https?://(\*\.)?[a-z0-9.-]+(:(\d+|\*))?", part) for part in parts):
        raise ImproperlyConfigured(
            f"{name} is {env_str(name)!r}; use origins such as https://www.example.org, in lower "
            "case and without a path."
        )
    return parts


def env_contact(name: str) -> str:
    """Return the variable ``name`` as a URI: of an e-mail address, or of a page over TLS.

    Raises:
        ImproperlyConfigured: when it is neither.
    """
    if env_str(name).startswith("https://"):
        return env_url(name)
    email = env_email(name)
    return email and f"mailto:{email}"


def env_origin(name: str) -> str:
    """Return the variable ``name`` as scheme and host, with a port; empty where it is not set.

    Raises:
        ImproperlyConfigured: when it is something else.
    """
    value = env_str(name).rstrip("/")
    try:
        parts = urlsplit(value)
        is_origin = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_origin = False
    if value and not (is_origin and value == f"{parts.scheme}://{parts.netloc}"):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; use scheme and host, such as https://katalog.example.org."
        )
    return value


def env_path(name: str) -> str:
    """Return the variable ``name`` as a path of addresses, "/katalog"; empty where it is not set.

    Raises:
        ImproperlyConfigured: when an address would have to be written otherwise than it is.
    """
    value = env_str(name).strip("/")
    if value and not re.fullmatch(r"(?!\.)[A-Za-z0-9._~-]+(/(?!\.)[A-Za-z0-9._~-]+)*", value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; use a path such as katalog, of a to z, digits, - and _."
        )
    return f"/{value}" if value else ""


# Whatever this process writes is for its own account, under whatever umask it was started.
os.umask(private_files.OF_OTHERS)

# Where this process may write: the embedded database and its key, collected static files.
VAR_DIR = BASE_DIR / env_str("VAR_DIR", "var")

# Where `manage.py backup` and `restore` put their files.
BACKUP_DIR = BASE_DIR / env_str("BACKUP_DIR", str(VAR_DIR / "backups"))

# Where `manage.py build_download` puts what /daten/ offers; hosts of one site share it.
DOWNLOAD_DIR = BASE_DIR / env_str("DOWNLOAD_DIR", str(VAR_DIR / "downloads"))

DEBUG = env_bool("DEBUG", default=False)

# A host without the admin, whose connection to the database is read-only.
PUBLIC_ONLY = env_bool("PUBLIC_ONLY", default=False)

# Database. SQLite is the embedded default; postgresql:// goes through psycopg 3. Read replicas
# and failover are libpq's: postgresql://user@host1,host2/name?load_balance_hosts=random
DATABASE_URL = env_secret("DATABASE_URL")
IS_EMBEDDED = not DATABASE_URL
if IS_EMBEDDED:
    DATABASE_URL = f"sqlite:///{quote(str(VAR_DIR / 'catalogue.sqlite3'))}"
if not DATABASE_URL.startswith(("sqlite:", "postgres:", "postgresql:")):
    raise ImproperlyConfigured("DATABASE_URL starts with sqlite:// or postgresql://.")
try:
    DATABASES = {
        "default": dj_database_url.parse(
            DATABASE_URL,
            conn_health_checks=True,
        )
    }
except (dj_database_url.ParseError, ValueError) as error:
    raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
_database = DATABASES["default"]
# Beside the address, so that no special character has to be written otherwise.
DATABASE_PASSWORD = env_secret("DATABASE_PASSWORD")
if DATABASE_PASSWORD:
    _database["PASSWORD"] = DATABASE_PASSWORD
# The file of the database, where it is one.
DATABASE_FILE = None
if "sqlite" in _database["ENGINE"]:
    # Readers and one writer work side by side; a second writer waits instead of failing.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Whoever closes a file last clears up behind it and keeps others waiting meanwhile. So a
    # visitor's connection to the site keeps its connection to the database.
    _database["CONN_MAX_AGE"] = 60
    if _database["NAME"] != ":memory:":
        DATABASE_FILE = Path(_database["NAME"]).absolute()
    if PUBLIC_ONLY and DATABASE_FILE:
        _database["NAME"] = f"{DATABASE_FILE.as_uri()}?mode=ro"
        _database["OPTIONS"] = {"transaction_mode": "DEFERRED", "timeout": 20}
elif PUBLIC_ONLY:
    _given = _database.get("OPTIONS", {}).get("options", "")
    _database.setdefault("OPTIONS", {})["options"] = (
        f"{_given} -c default_transaction_read_only=on".strip()
    )

# Connections to PostgreSQL of a process that serves (wsgi.py).
DATABASE_POOL = env_int("DATABASE_POOL", 8, least=1)


# What an older version, or another umask, has left open.
if IS_EMBEDDED or VAR_DIR.is_dir():
    private_files.close_directory(VAR_DIR)
PRIVATE_FILES = [
    VAR_DIR / "secret_key",
    *(private_files.database_files(DATABASE_FILE) if DATABASE_FILE else ()),
]
private_files.close_files(PRIVATE_FILES)


def _secret_key() -> str:
    key = env_secret("SECRET_KEY")
    if key:
        return _strong(key, "SECRET_KEY")
    if not IS_EMBEDDED:
        raise ImproperlyConfigured("SECRET_KEY is not set; it is required with DATABASE_URL.")
    path = VAR_DIR / "secret_key"
    if not path.exists():
        # Linked into place when it is complete: of two processes that start at once, both use
        # the key of the first.
        with tempfile.NamedTemporaryFile("w", dir=VAR_DIR) as file:
            file.write(get_random_secret_key())
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return _strong(path.read_text().strip(), f"SECRET_KEY in {path}")


def _strong(key: str, name: str) -> str:
    """Return a key that ``check --deploy`` (security.W009) does not call weak."""
    if len(key) < 50 or len(set(key)) < 5:
        raise ImproperlyConfigured(
            f"{name} is too weak: a key has at least 50 characters, made by chance. "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' makes one."
        )
    return key


try:
    SECRET_KEY = _secret_key()
except OSError as error:
    raise ImproperlyConfigured(
        f"VAR_DIR is {str(VAR_DIR)!r}, and the key cannot be kept there: {error.strerror}."
    ) from error

ALLOWED_HOSTS = env_hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if IS_EMBEDDED else "")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set; it is required with DATABASE_URL.")

# Proxies whose X-Forwarded-Proto and X-Forwarded-For are believed; from anybody else they are
# the client's own invention. gunicorn.conf.py makes the request's scheme of the first.
TRUSTED_PROXIES = env_networks("TRUSTED_PROXIES")

# Behind a proxy that ends TLS: redirect to it, send cookies over TLS only.
HTTPS = env_bool("HTTPS", default=False)
HSTS_SECONDS = env_int("HSTS_SECONDS", 3600)
if HTTPS:
    if not TRUSTED_PROXIES:
        raise ImproperlyConfigured("HTTPS is on; name the proxy that ends TLS in TRUSTED_PROXIES.")
    SECURE_SSL_REDIRECT = True
    # By SchemeMiddleware, which comes after the answers that are given for any scheme.
    SECURE_REDIRECT_EXEMPT = [""]
    SECURE_HSTS_SECONDS = HSTS_SECONDS
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env_hosts("CSRF_TRUSTED_ORIGINS")
SILENCED_SYSTEM_CHECKS = [
    # Other hosts of the same domain are not this site's to decide about.
    "security.W005",
    "security.W021",
    # Once collected, the packages that static files come from may be gone, as in the image.
    "staticfiles.W004",
    # The login page itself says that it is locked; no middleware is needed for that.
    "axes.W002",
]

CSRF_FAILURE_VIEW = "hzd_catalogue.web.behind_proxy.csrf_failure"

# Where the catalogue begins on its host; "" is the root. wsgi.py takes it off the addresses that
# are asked for, Django puts it before those that pages name.
URL_PREFIX = env_path("URL_PREFIX")
FORCE_SCRIPT_NAME = URL_PREFIX or None

# Cookies belong to the admin alone. A visitor's browser sends none, so that a public page
# depends on nothing but its address.
ADMIN_PATH = "/verwaltung/"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = URL_PREFIX + ADMIN_PATH
if URL_PREFIX:
    # Other pages' cookies come along, and of two with one name theirs counts.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "catalogue-session", "catalogue-form"

# Who is idle for eight hours, or closes the browser, signs in again. The cookie itself has no end,
# so that the login page can tell an ended session from a first visit.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# A code from an app beside the password: never asked for, each user's choice, or a must.
SECOND_FACTOR = env_choice("SECOND_FACTOR", "optional", ("off", "optional", "required"))

# What the site says of itself.
SITE_NAME = env_str("SITE_NAME", "IT-Kooperationen der HZD")
# Where visitors find the site, for files that no request asks for.
SITE_URL = env_origin("SITE_URL")
# A mailbox that takes reports of errors in the data; without one, records offer none.
CONTACT_EMAIL = env_email("CONTACT_EMAIL")
# Who names the entries of feeds, whichever host serves them. Nobody owns a name in .invalid
# (RFC 2606), so that this one is nobody else's until the operator gives one.
FEED_TAG_AUTHORITY = env_tag_authority("FEED_TAG_AUTHORITY", "it-kooperationen.invalid,2026")
OFFICIAL_WEBSITE = env_bool("OFFICIAL_WEBSITE", default=False)
# The licence of the data, by its key; none while the operator has not decided.
DATA_LICENCE = env_str("DATA_LICENCE") and env_choice("DATA_LICENCE", "", tuple(LICENCES))
# Who publishes the data, and its own website; what machines read names it.
PUBLISHER = env_str("PUBLISHER")
PUBLISHER_URL = env_url("PUBLISHER_URL")
# Of /katalog.jsonld: for how long the publisher plans to keep the data available, a concept of the
# EU vocabulary "planned-availability"; and who it is for the portal that collects such files.
DATA_AVAILABILITY = env_str("DATA_AVAILABILITY") and env_choice(
    "DATA_AVAILABILITY", "", ("stable", "available", "temporary", "experimental")
)
CONTRIBUTOR_ID = env_url("CONTRIBUTOR_ID")
# Who is told of a gap in security (RFC 9116); without a contact, there is no security.txt.
SECURITY_CONTACT = env_contact("SECURITY_CONTACT")
# Sites that may show lists, records and pictures in a frame; without one, nobody may.
EMBED_ORIGINS = env_origins("EMBED_ORIGINS")

INSTALLED_APPS = [
    "hzd_catalogue.accounts.apps.EditorialAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django_filters",
    "hzd_catalogue.reference",
    "hzd_catalogue.legal",
    "hzd_catalogue.records",
    "partners",
    "projects",
    "hzd_catalogue.overview",
    "hzd_catalogue.opendata",
    "hzd_catalogue.data",
    "hzd_catalogue.imports",
    "hzd_catalogue.accounts",
]

MIDDLEWARE = [
    # Keeps whole answers, with all that those below add to them. What answers with them, and what
    # else is done before Django is asked, stands in front.py.
    "hzd_catalogue.web.pagecache.PageCacheMiddleware",
    # What headers ask of browsers, they ask with every answer: before whatever else may answer.
    "hzd_catalogue.web.resource_policy.ResourcePolicyMiddleware",
    "hzd_catalogue.web.permissions.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "hzd_catalogue.web.health.HealthMiddleware",
    "hzd_catalogue.web.behind_proxy.SchemeMiddleware",
    "hzd_catalogue.web.static_files.StaticFilesMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "hzd_catalogue.web.readonly.ReadOnlyMiddleware",
    "hzd_catalogue.opendata.data_addresses.DataMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

if PUBLIC_ONLY:
    _editing = (
        "hzd_catalogue.accounts",
        "django.contrib.sessions",
        "django.contrib.messages",
        "axes",
        "django_otp",
    )
    INSTALLED_APPS = [app for app in INSTALLED_APPS if not app.startswith(_editing)]
    MIDDLEWARE = [
        name for name in MIDDLEWARE if not name.startswith((*_editing, "django.contrib.auth"))
    ]
else:
    AUTHENTICATION_BACKENDS = [
        "axes.backends.AxesStandaloneBackend",
        "django.contrib.auth.backends.ModelBackend",
    ]

# Failed logins are counted for each pair of account and address, and forgotten a day after the
# last one; hzd_catalogue/accounts/locks.py says how long a pair is locked.
AXES_HANDLER = "hzd_catalogue.accounts.locks.PairHandler"
AXES_CLIENT_IP_CALLABLE = "hzd_catalogue.accounts.locks.counted_address"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(days=1)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
# Who signed in from where is nobody's business; nor are failures shown in the admin.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# The pair's lock is what stops guessing a code, too. Seconds after the first wrong code, doubled by
# each one: against one who knows the password and guesses from many addresses. Until about the
# fifteenth in a row nobody notices.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0.001
OTP_TOTP_ISSUER = SITE_NAME

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
                "hzd_catalogue.web.context.site",
            ],
        },
    }
]

# A statement has ten fields in its record's form: with Django's thousand, no record with a hundred
# statements could be saved.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

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

STATIC_URL = f"{URL_PREFIX}/static/"
# In VAR_DIR, static files are as private as everything there. A place of their own may be read by
# other accounts, such as that of a web server.
_STATIC_FILES_ARE_READ = bool(env_str("STATIC_ROOT"))
STATIC_ROOT = BASE_DIR / env_str("STATIC_ROOT", str(VAR_DIR / "static"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("kern", BASE_DIR / "node_modules" / "@kern-ux" / "native" / "dist"),
    ("fira-sans", BASE_DIR / "node_modules" / "@fontsource" / "fira-sans" / "files"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "hzd_catalogue.web.static_files.StaticFilesStorage",
        "OPTIONS": {
            "file_permissions_mode": 0o644 if _STATIC_FILES_ARE_READ else 0o600,
            "directory_permissions_mode": 0o755 if _STATIC_FILES_ARE_READ else 0o700,
        },
    },
}
# Pages name static files by the hash of their content; the plain copies are never asked for.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Whether finished public pages are kept for one revision of the data.
PAGE_CACHE = env_bool("PAGE_CACHE", default=True)

# A shared cache for several hosts; without one, each process keeps its own of this size.
CACHE_MEGABYTES = env_int("CACHE_MEGABYTES", 32, least=1)
CACHE_URL = env_secret("CACHE_URL")
# What each process keeps of rows and other parts of pages; 0 makes all of them anew, with the same
# content.
FRAGMENT_MEGABYTES = env_int("FRAGMENT_MEGABYTES", 32)
if CACHE_URL and not CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("CACHE_URL starts with redis://, rediss:// or unix://.")
CACHES = {
    "default": (
        {
            # A cache that does not answer neither holds up the site nor breaks it.
            "BACKEND": "hzd_catalogue.web.sharedcache.SharedCache",
            "LOCATION": CACHE_URL,
            "KEY_PREFIX": "hzd-catalogue",
            "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1},
        }
        if CACHE_URL
        else {
            "BACKEND": "hzd_catalogue.web.localcache.LocalCache",
            "OPTIONS": {"max_bytes": CACHE_MEGABYTES * 2**20},
        }
    ),
    # HTML that many pages share. It is looked up dozens of times a page: in the process itself.
    "fragments": (
        {
            "BACKEND": "hzd_catalogue.web.localcache.LocalCache",
            "LOCATION": "fragments",
            "TIMEOUT": None,
            "OPTIONS": {"max_bytes": FRAGMENT_MEGABYTES * 2**20},
        }
        if FRAGMENT_MEGABYTES
        else {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    ),
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "admin:login"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

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
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s]: %(message)s"}
    },
    "filters": {
        "brief": {"()": "hzd_catalogue.web.logs.BriefFilter"},
        "request_id": {"()": "hzd_catalogue.web.logs.RequestIdFilter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["brief", "request_id"],
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django leaves it to the server to drop the body of an answer to HEAD; gunicorn warns of each.
    # Of logins, the failures are worth a line; of pages, what went wrong in making them. That one
    # was not found, the line of its request says.
    # The pool warns of each of its attempts to reach a server that is away; the page says it too.
    "loggers": {
        "gunicorn.http.wsgi": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "psycopg.pool": {"level": "ERROR"},
    },
}
