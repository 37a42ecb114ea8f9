"""Every setting is documented, and a value that cannot be used is refused by its name."""

import ast
import json
import os
import re
import sqlite3
import subprocess
import sys

import pytest

from tests.checkout import PROJECT

ELSEWHERE = {
    "DATABASE_URL": "postgresql://catalogue@database.invalid/catalogue",
    "SECRET_KEY": "a-secret-that-is-long-enough-to-be-taken-for-a-key",
    "ALLOWED_HOSTS": "katalog.example",
}


def names_in_code():
    """Names of the variables that the settings and gunicorn's configuration read."""
    return {
        call.args[0].value
        for file in ("hzd_catalogue/settings.py", "gunicorn.conf.py")
        for call in ast.walk(ast.parse((PROJECT / file).read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "").startswith("env_")
        and isinstance(call.args[0], ast.Constant)
    }


def read(names, variables, tmp_path):
    """Return the settings of these names as a fresh process reads them, or what it complains."""
    program = f"""
import json
from hzd_catalogue import settings
print(json.dumps({{name: getattr(settings, name, None) for name in {names!r}}}, default=str))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.splitlines()[-1]


def test_the_table_of_settings_is_complete():
    rows = re.findall(
        r"^\| `([A-Z_]+)` \|", (PROJECT / "docs/operating.md").read_text(), re.MULTILINE
    )

    assert sorted(rows) == sorted(names_in_code())


def test_relative_directories_start_in_the_project(tmp_path):
    found = read(
        ["BACKUP_DIR", "STATIC_ROOT"],
        {"BACKUP_DIR": "else/backups", "STATIC_ROOT": "else/static"},
        tmp_path,
    )

    assert found == {
        "BACKUP_DIR": str(PROJECT / "else/backups"),
        "STATIC_ROOT": str(PROJECT / "else/static"),
    }


def test_the_embedded_default_is_closed_and_keeps_its_key(tmp_path):
    names = ("DEBUG", "SECRET_KEY", "ALLOWED_HOSTS")
    first = read(names, {}, tmp_path)
    second = read(names, {}, tmp_path)

    assert first == second
    assert first["DEBUG"] is False
    assert len(first["SECRET_KEY"]) >= 50
    assert first["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_the_embedded_database_lies_in_any_directory(tmp_path):
    directory = tmp_path / "a #b ?c %20d"

    databases = read(["DATABASES"], {}, directory)["DATABASES"]

    assert databases["default"]["NAME"] == str(directory / "catalogue.sqlite3")


def test_a_bad_size_of_the_pool_is_refused_by_name(tmp_path):
    message = read(["DEBUG"], {**ELSEWHERE, "DATABASE_POOL": "0"}, tmp_path)

    assert "DATABASE_POOL is '0'" in message


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_required_with_another_database(name, tmp_path):
    message = read(["DEBUG"], {**ELSEWHERE, name: ""}, tmp_path)

    assert f"{name} is not set" in message
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "true"),
        ("HTTPS", "1"),
        ("PUBLIC_ONLY", "yes"),
        ("OFFICIAL_WEBSITE", "maybe"),
        ("HSTS_SECONDS", "-1"),
        ("HSTS_SECONDS", "3600s"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgresql://user@[::1/name"),
        ("CACHE_URL", "memcached://host"),
        ("LOG_LEVEL", "chatty"),
        ("CONTACT_EMAIL", "wir"),
        ("FEED_TAG_AUTHORITY", "example.org"),
        ("FEED_TAG_AUTHORITY", "https://example.org/,2026"),
        ("SECOND_FACTOR", "on"),
        ("DATA_LICENCE", "gpl"),
        ("PUBLISHER_URL", "www.example.org"),
        ("SECURITY_CONTACT", "http://www.example.org/"),
        ("EMBED_ORIGINS", "https://www.example.org/seite"),
        ("EMBED_ORIGINS", "https://www.example.org, *"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("URL_PREFIX", "/a//b"),
        ("URL_PREFIX", "/../a"),
        ("URL_PREFIX", "https://amt.example/katalog"),
        ("URL_PREFIX", "/Bürgeramt"),
        ("ALLOWED_HOSTS", "ü..example"),
        ("CSRF_TRUSTED_ORIGINS", "https://a ü.example"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, 10.0.0.1/24"),
    ],
)
def test_a_bad_value_is_refused_by_name(name, value, tmp_path):
    message = read(["DEBUG"], {name: value}, tmp_path)

    assert message.startswith(f"django.core.exceptions.ImproperlyConfigured: {name} ")


@pytest.mark.parametrize("key", ["a-secret", "ab" * 40, "a" * 49])
def test_a_weak_key_is_refused_and_not_shown(key, tmp_path):
    message = read(["DEBUG"], {"SECRET_KEY": key}, tmp_path)

    assert "SECRET_KEY is too weak: " in message
    assert key not in message


def test_a_kept_key_that_was_cut_off_is_refused(tmp_path):
    (tmp_path / "secret_key").write_text("")

    assert f"SECRET_KEY in {tmp_path}/secret_key is too weak: " in read(["DEBUG"], {}, tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCESS_LOG", "stdout"),
        *(("PORT", "0"), ("PORT", "65536"), ("PORT", "http")),
        ("WEB_CONCURRENCY", "0"),
    ],
)
def test_gunicorn_refuses_a_bad_value_by_name(name, value, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), name: value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert f"{name} is '{value}'" in done.stderr


def test_a_public_host_has_no_admin_no_sessions_and_a_read_only_connection(tmp_path):
    names = ["INSTALLED_APPS", "MIDDLEWARE", "DATABASES"]
    settings = read(names, {**ELSEWHERE, "PUBLIC_ONLY": "on"}, tmp_path)

    everything = " ".join(settings["INSTALLED_APPS"] + settings["MIDDLEWARE"])
    assert not re.search("admin|session|messages|auth.middleware|axes|otp|accounts", everything)
    options = settings["DATABASES"]["default"]["OPTIONS"]["options"]
    assert options == "-c default_transaction_read_only=on"


def test_a_public_host_has_no_login_and_loads_nothing_of_it(tmp_path):
    program = """
import sys
import django
from django.urls import Resolver404, resolve
django.setup()
for path in ("", "login/", "login/code/", "zweiter-faktor/", "projects/project/1/vorschau/"):
    try:
        print(resolve(f"/verwaltung/{path}"))
    except Resolver404:
        print("nowhere")
print([name for name in sys.modules if name.startswith(("axes", "django_otp", "segno"))])
print([name for name in sys.modules if name.startswith("hzd_catalogue.accounts")])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env={**os.environ, "VAR_DIR": str(tmp_path), "PUBLIC_ONLY": "on"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [*["nowhere"] * 5, "[]", "[]"]


def test_trusted_proxies_are_addresses_and_networks(tmp_path):
    value = " 10.0.0.0/8,192.0.2.7, 2001:db8::/32 "
    settings = read(["TRUSTED_PROXIES"], {"TRUSTED_PROXIES": value}, tmp_path)

    assert settings == {"TRUSTED_PROXIES": ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]}
    assert read(["TRUSTED_PROXIES"], {}, tmp_path) == {"TRUSTED_PROXIES": []}


def test_a_public_host_opens_a_file_for_reading_only(tmp_path):
    directory = tmp_path / "a #b ?c %20d ü"

    settings = read(["DATABASES", "DATABASE_FILE"], {"PUBLIC_ONLY": "on"}, directory)

    file = directory / "catalogue.sqlite3"
    assert settings["DATABASES"]["default"]["NAME"] == f"{file.as_uri()}?mode=ro"
    assert settings["DATABASE_FILE"] == str(file)


def test_the_database_refuses_to_be_written_by_a_public_host(tmp_path):
    """SQLite, or the PostgreSQL server on which these tests run."""
    if not os.environ.get("DATABASE_URL"):
        sqlite3.connect(tmp_path / "catalogue.sqlite3").close()
    program = """
import django
from django.core.management import call_command
from django.db import DatabaseError, connection
django.setup()
call_command("check")
with connection.cursor() as cursor:
    cursor.execute("SELECT 1")
    try:
        cursor.execute("CREATE TABLE refused (number integer)")
    except DatabaseError as error:
        print(error)
"""
    variables = {**os.environ, "VAR_DIR": str(tmp_path), "PUBLIC_ONLY": "on"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )

    assert re.search("readonly database|read-only transaction", done.stdout)


def test_several_database_hosts_reach_libpq(tmp_path):
    url = "postgresql://catalogue@one,two/catalogue?load_balance_hosts=random"
    databases = read(["DATABASES"], {**ELSEWHERE, "DATABASE_URL": url}, tmp_path)["DATABASES"]

    assert databases["default"]["HOST"] == "one,two"
    assert databases["default"]["OPTIONS"] == {"load_balance_hosts": "random"}


def test_https_is_believed_and_kept(tmp_path):
    names = ["SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE"]

    variables = {"HTTPS": "on", "HSTS_SECONDS": "60", "TRUSTED_PROXIES": "10.0.0.1"}
    settings = read(names, {**ELSEWHERE, **variables}, tmp_path)

    assert settings == dict(zip(names, [True, 60, True], strict=True))


def test_https_needs_a_proxy_that_is_believed(tmp_path):
    """Otherwise each request would be redirected to itself for ever."""
    message = read(["DEBUG"], {**ELSEWHERE, "HTTPS": "on"}, tmp_path)

    assert "TRUSTED_PROXIES" in message


SECRETS = ("SECRET_KEY", "DATABASE_PASSWORD", "DATABASE_URL", "CACHE_URL")


def test_secrets_may_stand_in_files(tmp_path):
    values = {
        "SECRET_KEY": "from a file, " * 5,
        "DATABASE_PASSWORD": "a:b/c@d ü%",
        "DATABASE_URL": "postgresql://catalogue@database.invalid/catalogue",
        "CACHE_URL": "redis://:x@cache.invalid/0",
    }
    files = {}
    for name in SECRETS:
        file = tmp_path / name
        file.write_text(f"{values[name]}\n")
        files[f"{name}_FILE"] = str(file)
    found = read([*SECRETS, "DATABASES"], {**files, "ALLOWED_HOSTS": "a.example"}, tmp_path)

    assert {name: found[name] for name in SECRETS} == {
        name: value.strip() for name, value in values.items()
    }
    assert found["DATABASES"]["default"]["PASSWORD"] == values["DATABASE_PASSWORD"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_is_not_there_is_missed_by_name(name, tmp_path):
    (tmp_path / "empty").write_text("\n")
    for variables, words in (
        ({f"{name}_FILE": str(tmp_path / "none")}, f"{name}_FILE is"),
        ({f"{name}_FILE": str(tmp_path / "empty")}, f"{name}_FILE is"),
        ({f"{name}_FILE": str(tmp_path / "empty"), name: "x"}, f"{name} and {name}_FILE are both"),
    ):
        message = read(["DEBUG"], {"ALLOWED_HOSTS": "a.example", **variables}, tmp_path)
        assert message.startswith(f"django.core.exceptions.ImproperlyConfigured: {words}")


def test_names_with_umlauts_are_those_that_browsers_send(tmp_path):
    """UTS 46 without transition, as browsers do: ß stays, where IDNA of 2003 wrote ss."""
    variables = {
        "ALLOWED_HOSTS": "katalog.Gießen.example, .münchen.example, *, xn--kln-sna.example, [::1]",
        "CSRF_TRUSTED_ORIGINS": "https://köln.example:8443,https://*.köln.example",
    }
    assert read(list(variables), variables, tmp_path) == {
        "ALLOWED_HOSTS": [
            *("katalog.xn--gieen-nqa.example", ".xn--mnchen-3ya.example", "*"),
            *("xn--kln-sna.example", "[::1]"),
        ],
        "CSRF_TRUSTED_ORIGINS": [
            *("https://xn--kln-sna.example:8443", "https://*.xn--kln-sna.example"),
        ],
    }


@pytest.mark.parametrize(
    ("value", "prefix"), [("", ""), ("/", ""), ("katalog", "/katalog"), ("/a/b-c/", "/a/b-c")]
)
def test_a_path_is_written_with_or_without_slashes(value, prefix, tmp_path):
    names = ["URL_PREFIX", "STATIC_URL", "SESSION_COOKIE_PATH"]
    assert read(names, {"URL_PREFIX": value}, tmp_path) == {
        "URL_PREFIX": prefix,
        "STATIC_URL": f"{prefix}/static/",
        "SESSION_COOKIE_PATH": f"{prefix}/verwaltung/",
    }
