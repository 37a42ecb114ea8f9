"""The served site as a browser gets it: compression, caching, headers, and the admin under them."""

import re
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.serving import ADMINISTRATOR


def fetch(url, **headers):
    request = Request(url, headers={name.replace("_", "-"): text for name, text in headers.items()})
    with urlopen(request, timeout=10) as response:
        return response.read(), response.headers


@pytest.fixture
def stylesheet(site_url):
    """The address of KERN's stylesheet, as the home page names it."""
    html = fetch(f"{site_url}/")[0].decode()
    return site_url + re.search(r'href="(/static/kern/kern\.min\.\w+\.css)"', html)[1]


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_static_files_are_compressed_and_kept_for_good(stylesheet, encoding):
    plain, _ = fetch(stylesheet)
    packed, headers = fetch(stylesheet, Accept_Encoding=encoding)

    assert headers["Content-Encoding"] == encoding
    assert len(packed) < len(plain) / 3
    assert "immutable" in headers["Cache-Control"]


def test_pages_are_compressed_and_set_no_cookie(site_url):
    _, headers = fetch(f"{site_url}/projekte/", Accept_Encoding="gzip")

    assert headers["Content-Encoding"] == "gzip"
    assert headers["Set-Cookie"] is None
    assert "Cookie" not in headers.get("Vary", "")


def test_pages_forbid_everything_that_is_not_from_this_site(site_url):
    _, headers = fetch(f"{site_url}/")
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_admin_works_under_the_same_policy(page):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    page.goto("/verwaltung/")
    page.get_by_label("Benutzername").fill(ADMINISTRATOR[0])
    page.get_by_label("Passwort").fill(ADMINISTRATOR[1])
    page.get_by_role("button", name="Anmelden").click()
    expect(page).to_have_url(re.compile("/verwaltung/$"))
    page.goto("/verwaltung/projects/project/add/")
    page.get_by_label("Name:", exact=True).press_sequentially("Ein Versuch")

    # Filled in by the admin's own script.
    expect(page.get_by_label("Adresse:", exact=True)).to_have_value("ein-versuch")
    # The search field of a record's reference, which is Select2's.
    page.goto("/verwaltung/projects/project/")
    page.locator("#result_list tbody th a").first.click()
    page.locator(".select2-selection:visible").first.click()
    expect(page.locator(".select2-results__option").first).to_be_visible()
    assert complaints == []
    # A visitor's page never gets the admin's cookies.
    assert page.context.cookies() != []
    assert page.request.get("/").status == 200
    assert {cookie["path"] for cookie in page.context.cookies()} == {"/verwaltung/"}
