"""What one visitor's headers say changes nobody else's page."""

import http.client
import json
from itertools import chain

import pytest

from tests.chance import some
from tests.processes import shell
from tests.serving import served

PAGES = (
    "/",
    "/projekte/",
    "/projekte/?land=DE-TH",
    "/projekte/wohngeld/",
    "/kooperationen/",
    "/partner/ekom21/",
    "/laender/",
    "/laender/thueringen/",
    "/laender/matrix/",
    "/zeitleiste/",
    "/themen/",
    "/quellen/",
    "/luecken/",
    "/api/",
    "/hilfe/",
    "/impressum/",
    "/projekte.json",
    "/projekte/wohngeld.json",
    "/laender.json",
    "/sitemap.xml",
    "/robots.txt",
    "/aenderungen.atom",
    "/gibt-es-nicht/",
)
#: The pages that are asked for with each header: one of each kind.
POISONED = ("/", "/projekte/?land=DE-TH", "/projekte/wohngeld/", "/themen/", "/laender.json")
#: Headers that some server, proxy or framework takes for a page's new place, name or owner.
HEADERS = {
    **{
        name: ["/themen", "/themen/"]
        for name in (
            *("SCRIPT_NAME", "Script-Name", "X-Script-Name", "PATH_INFO", "Path-Info"),
            *("X-Forwarded-Prefix", "X-Forwarded-Path", "X-Forwarded-Uri", "X-Request-Uri"),
            *("X-Original-URL", "X-Rewrite-URL", "X-Original-URI", "REQUEST_URI", "RAW_URI"),
        )
    },
    **{
        name: ["fremd.example", "localhost:1"]
        for name in (
            *("Host", "X-Host", "X-Forwarded-Host", "X-Forwarded-Server", "X-HTTP-Host-Override"),
            *("SERVER_NAME", "HTTP_HOST", "Via", "Origin", "Referer"),
        )
    },
    **{
        name: ["https", "on", "ssl"]
        for name in (
            *("X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Forwarded-Ssl", "X-Url-Scheme"),
            *("X-Forwarded-Scheme", "X-Scheme", "Front-End-Https", "HTTPS", "wsgi.url_scheme"),
        )
    },
    "Forwarded": ["for=192.0.2.1;proto=https;host=fremd.example"],
    "X-Forwarded-Port": ["1"],
    "SERVER_PORT": ["1"],
    "X-Forwarded-For": ["192.0.2.1"],
    "X-Real-IP": ["192.0.2.1"],
    "REMOTE_USER": ["verwaltung"],
    "Remote-User": ["verwaltung"],
    "X-Forwarded-User": ["verwaltung"],
    "Authorization": ["Basic dmVyd2FsdHVuZzp4"],
    "Cookie": ["sessionid=x; csrftoken=y; messages=z; django_language=en"],
    "X-HTTP-Method-Override": ["HEAD", "POST"],
    "X-Method-Override": ["DELETE"],
    "REQUEST_METHOD": ["HEAD"],
    "QUERY_STRING": ["land=DE-BY"],
    "Accept": ["application/json"],
    "Accept-Language": ["en"],
    "Accept-Charset": ["utf-16"],
    "Accept-Encoding": ["gzip", "br", "identity;q=0"],
    "TE": ["trailers"],
    "Range": ["bytes=0-9"],
    "If-None-Match": ["*"],
    "If-Modified-Since": ["Fri, 01 Jan 2100 00:00:00 GMT"],
    "If-Match": ['"x"'],
    "Cache-Control": ["no-store"],
    "Pragma": ["no-cache"],
    "Vary": ["Cookie"],
    "Expect": ["100-continue"],
    "Upgrade": ["h2c"],
    "Connection": ["close, Host"],
    "X-Requested-With": ["XMLHttpRequest"],
    "User-Agent": ["Googlebot/2.1"],
    "Content-Type": ["application/x-www-form-urlencoded"],
    "X-CSRFToken": ["x"],
}
NAMED_VALUES = [(header, value) for header, values in HEADERS.items() for value in values]


def get(server, path, header="", value=""):
    """Return status, headers without date, and body; None where the server hangs up."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.putrequest("GET", path, skip_host=header == "Host", skip_accept_encoding=True)
        if header:
            connection.putheader(header, value)
        connection.endheaders()
        response = connection.getresponse()
        changing = {"Date", "X-Request-ID"}
        headers = sorted(item for item in response.getheaders() if item[0] not in changing)
        return response.status, headers, response.read()
    except (http.client.HTTPException, OSError):
        return None
    finally:
        connection.close()


@pytest.mark.parametrize("proxies", ["", "127.0.0.1"], ids=["direct", "behind a proxy"])
def test_no_header_changes_the_page_of_the_next_visitor(site, proxies):
    with served(site, TRUSTED_PROXIES=proxies) as server:
        # Twice each, so that both workers have kept every page when the headers come.
        before = {path: get(server, path) for path in chain(PAGES, PAGES)}
        assert {answer[0] for answer in before.values()} == {200, 404}

        for header, value in some(NAMED_VALUES, 40):
            for path in POISONED:
                get(server, path, header, value)
        # And on pages that nobody has asked for yet.
        unseen = [f"/projekte/?jahr={year}" for year in (2004, 2013, 2019)]
        for header in ("SCRIPT_NAME", "X-Forwarded-Host", "X-Forwarded-Proto", "Host", "Cookie"):
            for value in HEADERS[header]:
                for path in unseen:
                    get(server, path, header, value)

        after = {path: get(server, path) for path in PAGES}
        fresh = [get(server, path) for path in unseen]

    assert after == before
    for path, answer in zip(unseen, fresh, strict=True):
        assert answer is not None
        assert answer[0] == 200
        own = f'href="http://127.0.0.1:{server.port}{path}"'
        assert f'<link rel="canonical" {own}>' in answer[2].decode()
        assert "fremd.example" not in answer[2].decode()


def test_another_process_gives_the_same_data_under_the_same_tag(site):
    """In a fresh interpreter over the same database, and behind no server at all."""
    paths = [path for path in PAGES if path.endswith((".json", ".atom"))]
    paths += ["/projekte/wohngeld/laender.json", "/netz.svg"]
    with served(site) as server:
        program = f"""
import json
from django.test import Client
for path in {paths!r}:
    response = Client(headers={{"host": "127.0.0.1:{server.port}"}}).get(path)
    print(json.dumps([response["ETag"], response["Last-Modified"], response.getvalue().decode()]))
"""
        elsewhere = [json.loads(line) for line in shell(site, program).splitlines()]
        for path, expected in zip(paths, elsewhere, strict=True):
            _status, headers, body = get(server, path)
            found = dict(headers)
            assert [found["ETag"], found["Last-Modified"], body.decode()] == expected, path


def test_only_a_named_proxy_says_what_the_scheme_is(site):
    header = ("X-Forwarded-Proto", "https")
    with served(site) as server:
        assert b'href="http://127' in get(server, "/themen/", *header)[2]
    with served(site, TRUSTED_PROXIES="127.0.0.0/8") as server:
        assert b'href="https://127' in get(server, "/themen/", *header)[2]
        assert b'href="http://127' in get(server, "/themen/")[2]
    with served(site, TRUSTED_PROXIES="192.0.2.7") as server:
        assert b'href="http://127' in get(server, "/themen/", *header)[2]
