"""The site below a path of a host that has other pages, too."""

import http.client
import json
import re
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit
from zipfile import ZipFile

import pytest

from tests.chance import some
from tests.processes import shell
from tests.proxy import proxied
from tests.serving import ADMINISTRATOR, served

PREFIX = "/amt/katalog"
#: Where addresses stand in pages, feeds, sitemaps, pictures, data and robots.txt; in JSON, what
#: stands before a colon is a name, and OpenAPI sums up paths of its server.
NAMED = re.compile(
    r"""(?:href|src|action)="([^"]*)"|<(?:loc|id|uri)>([^<]*)<|<code>(/[^<]*)<|"""
    r"""(?<!"summary": )"((?:/|http)[^"\s<>]*)"(?!\s*:)|"""
    r"(?:Sitemap|Disallow|Allow): (\S+)|(https?://[^\s\"'<>,;|()]+)"
)
ADDRESSES = """
import json
from tests.addresses import every_kind_of_public_address
print(json.dumps(every_kind_of_public_address()))
"""


def get(port, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def downloads(site, tmp_path_factory):
    """A directory with a download that was built below PREFIX."""
    directory = tmp_path_factory.mktemp("downloads")
    own = {"URL_PREFIX": PREFIX, "SITE_URL": "http://localhost", "DOWNLOAD_DIR": str(directory)}
    build = "from hzd_catalogue.opendata.download_build import build\nbuild()"
    shell({**site, **own}, build)
    return directory


@pytest.fixture(scope="module")
def below(site, downloads, tmp_path_factory):
    """The port of nginx in front of a catalogue below PREFIX."""
    below = {
        "URL_PREFIX": PREFIX,
        "TRUSTED_PROXIES": "127.0.0.1,::1",
        "DOWNLOAD_DIR": str(downloads),
    }
    with (
        served(site, **below) as server,
        proxied(tmp_path_factory.mktemp("nginx"), [server.port], prefix=PREFIX) as proxy,
    ):
        yield proxy.port


def named_in(body, headers):
    """Yield the addresses that an answer names."""
    text = body.decode("utf-8", "replace")
    for found in NAMED.findall(text):
        address = unescape(next((part for part in found if part), ""))
        if address.startswith(("/", "http")) or 'href="' in text:
            yield address
    yield from re.findall(r"<([^>]*)>", headers.get("Link", ""))
    if "Location" in headers:
        yield headers["Location"]


def urls_here(port, address, body, headers):
    """Yield link and address of what an answer names on its own host."""
    here = f"127.0.0.1:{port}"
    if re.search(r"^text/|json$|xml$", headers.get_content_type()):
        for link in named_in(body, headers):
            url = urlsplit(urljoin(f"http://{here}{address}", urldefrag(link).url))
            if url.netloc == here and url.scheme.startswith("http"):
                yield link, url


def test_no_address_leads_out_of_the_path_and_each_one_answers(site, below):
    """Kinds of public addresses, and of what they name one address of each kind."""
    addresses = [f"{PREFIX}{path}" for path in some(json.loads(shell(site, ADDRESSES)), 50)]
    others = {f"{PREFIX}/gibt-es-nicht/": 404, f"{PREFIX}/projekte": 301}
    outside, named = set(), {}
    for address in [*addresses, *others]:
        status, headers, body = get(below, address)
        assert status == others.get(address, 200), address
        for link, url in urls_here(below, address, body, headers):
            if not f"{url.path}/".startswith(f"{PREFIX}/"):
                outside.add((address, link))
            # One of each kind: without the names of records and the values of filters.
            kind = re.sub(r"(?<=.)/[^/.]+(?=[/.])", "/*", url.path.removeprefix(PREFIX))
            names = tuple(sorted(set(re.findall(r"(?:^|&)([^=&]+)=", url.query))))
            named.setdefault((kind, names), url.path + (f"?{url.query}" if url.query else ""))
    assert not outside
    assert len(named) > 60
    for link in named.values():
        if "{" not in link and "/verwaltung/" not in link and "gibt-es-nicht" not in link:
            status, headers, body = get(below, link)
            assert status in (200, 301, 302), link
            for further, url in urls_here(below, link, body, headers):
                assert f"{url.path}/".startswith(f"{PREFIX}/"), (link, further)


def test_programs_find_the_path_where_they_look_for_it(below):
    """In OpenAPI before each address, and in no name that is the same at the root."""
    document = json.loads(get(below, f"{PREFIX}/openapi.json")[2])
    [server] = document["servers"]
    assert server["url"] == f"http://127.0.0.1:{below}{PREFIX}"
    paths = [path for path in document["paths"] if "{" not in path]
    assert len(paths) > 20
    for path in some(paths, 5):
        assert get(below, f"{PREFIX}{path}", "HEAD")[0] == 200, path
    catalogue = json.loads(get(below, f"{PREFIX}/katalog.jsonld")[2])
    keys = {urlsplit(dataset["@id"]).fragment for dataset in catalogue["dcat:dataset"]}
    assert keys >= {"daten", "projekte", "aussagen", "laender"}
    assert b'id="projekte"' in get(below, f"{PREFIX}/api/")[2]
    page = unescape(get(below, f"{PREFIX}/projekte/?land=DE-TH")[2].decode())
    frame = re.search(r'<iframe src="http://[^/"]+([^"]+)"', page)[1]
    assert frame == f"{PREFIX}/einbetten/projekte/?land=DE-TH"
    status, headers, _body = get(below, frame)
    assert (status, "localhost:*" in headers["Content-Security-Policy"]) == (200, True)
    status, headers, _body = get(below, f"{PREFIX}/static/gibt-es-nicht.svg")
    assert (status, headers.get_content_type()) == (404, "text/html")


def test_a_download_names_the_path_in_its_addresses_alone(downloads):
    [path] = downloads.glob("*/*.zip")
    with ZipFile(path) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"projekte.csv", "aussagen.csv", "datapackage.json"} <= set(texts)
    assert not any("katalog" in name for name in texts)
    named = re.findall(r"http://localhost(\S{20})", "".join(texts.values()))
    assert len(named) > 100
    assert all(address.startswith(f"{PREFIX}/") for address in named)


def test_what_is_asked_for_outside_of_the_path_is_not_there(site):
    with served(site, URL_PREFIX=PREFIX) as server:
        for path in ("/", "/projekte/", "/amt/", f"{PREFIX}nachbar/", "/static/css/catalogue.css"):
            assert get(server.port, path)[0] == 404
        status, headers, _body = get(server.port, f"{PREFIX}?q=a")
        assert (status, headers["Location"]) == (301, f"{PREFIX}/?q=a")
        for path in ("/healthz", "/readyz", f"{PREFIX}/healthz", f"{PREFIX}/readyz"):
            assert get(server.port, path, Host="somewhere")[0] == 200


def test_the_admin_keeps_its_cookies_below_the_path(below):
    login = f"{PREFIX}/verwaltung/login/"
    _status, headers, body = get(below, f"{PREFIX}/verwaltung/")
    assert headers["Location"] == f"{login}?next={PREFIX}/verwaltung/"
    _status, headers, body = get(below, login)
    cookie = headers["Set-Cookie"]
    assert cookie.startswith("catalogue-form=")
    assert f"Path={PREFIX}/verwaltung/" in cookie
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body.decode())[1]
    name, password = ADMINISTRATOR
    connection = http.client.HTTPConnection("127.0.0.1", below, timeout=60)
    connection.request(
        "POST",
        login,
        f"csrfmiddlewaretoken={token}&username={name}&password={password}",
        {
            # What another page of this host calls by Django's own name comes along.
            "Cookie": f"{cookie.partition(';')[0]}; sessionid=other; csrftoken=other",
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{below}",
        },
    )
    response = connection.getresponse()
    connection.close()
    assert response.status == 302
    assert response.headers["Location"].startswith(f"{PREFIX}/verwaltung/")
    assert "catalogue-session=" in str(response.headers)
    assert f"Path={PREFIX}/verwaltung/" in str(response.headers)


def test_what_is_kept_for_years_does_not_depend_on_the_path(site):
    """Versions that were written at the root are those that would be written below a path."""
    program = """
from hzd_catalogue.records.models import Record
from hzd_catalogue.records.public_data import public_data
record = Record.objects.published().get(type="projekte", slug="wohngeld")
data = public_data([record.pk])[record.pk]
print(record.get_absolute_url(), data["url"])
"""
    assert shell({**site, "URL_PREFIX": PREFIX}, program).split() == [
        f"{PREFIX}/projekte/wohngeld/",
        "/projekte/wohngeld/",
    ]
