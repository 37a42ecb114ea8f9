"""What is said where a proxy passes on the browser's request wrongly."""

import re

import pytest
from django.test import Client

from tests.signing_in import LOGIN

pytestmark = pytest.mark.django_db
PROXY = "10.0.0.1"


@pytest.fixture(autouse=True)
def _proxies(settings):
    from ipaddress import ip_network

    settings.TRUSTED_PROXIES = [ip_network(f"{PROXY}/32")]
    settings.ALLOWED_HOSTS = ["amt.example", "upstream"]


def sign_in(headers, cookies=True, secure=False, **given):
    """Return the answer to a login whose form was shown, in plain words."""
    client = Client(enforce_csrf_checks=True, SERVER_NAME="amt.example", **given)
    page = client.get(LOGIN, secure=secure).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    if not cookies:
        client.cookies.clear()
    form = {"csrfmiddlewaretoken": token, "username": "a", "password": "b"}
    response = client.post(LOGIN, form, headers=headers, secure=secure)
    return response.status_code, " ".join(response.content.decode().split())


HOST = "gibt ein Proxy davor den Namen nicht weiter"
SCHEME = "Name und Port stimmen, nur http und https unterscheiden sich"


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"origin": "https://amt.example"}, f"{SCHEME}.*fehlte diese Kopfzeile"),
        (
            {"origin": "https://amt.example", "x-forwarded-proto": "https"},
            f"{SCHEME}.*nicht in TRUSTED_PROXIES",
        ),
        ({"origin": "http://anders.example"}, HOST),
        ({"origin": "http://amt.example:8443"}, HOST),
        ({"origin": "https://amt.example:8443"}, HOST),
    ],
)
def test_a_form_that_came_from_elsewhere_says_what_differs(headers, words):
    status, page = sign_in(headers)

    assert status == 403
    assert re.search(f"Für den Betrieb:.*{words}", page)
    assert "abgelaufen" not in page


def test_a_proxy_that_is_believed_and_says_the_other_scheme_is_told():
    headers = {"origin": "http://amt.example", "x-forwarded-proto": "https"}
    status, page = sign_in(headers, secure=True, REMOTE_ADDR=PROXY)

    assert status == 403
    assert re.search(f"{SCHEME}.*nannte sie das andere von beiden", page)


def test_no_cookie_and_an_old_form_are_told_apart():
    origin = {"origin": "http://amt.example"}
    assert "Es kam kein Cookie an" in sign_in(origin, cookies=False)[1]

    client = Client(enforce_csrf_checks=True, SERVER_NAME="amt.example")
    client.get(LOGIN)
    late = client.post(LOGIN, {"csrfmiddlewaretoken": "x" * 64}, headers=origin)
    assert late.status_code == 403
    assert "Die Sitzung ist abgelaufen" in late.content.decode()
    assert "Für den Betrieb" not in late.content.decode()


def test_the_right_origin_is_asked_for_the_password():
    assert sign_in({"origin": "http://amt.example"})[0] == 200


@pytest.mark.parametrize(
    ("address", "headers", "words"),
    [
        (PROXY, {}, "fehlte diese Kopfzeile"),
        ("192.0.2.1", {"x-forwarded-proto": "https"}, "nicht in TRUSTED_PROXIES"),
    ],
)
def test_a_redirect_in_a_circle_is_told_instead(address, headers, words, settings):
    settings.HTTPS = True
    client = Client(SERVER_NAME="amt.example", REMOTE_ADDR=address)

    response = client.get("/hilfe/", headers=headers)

    assert response.status_code == 400
    assert response["Cache-Control"] == "no-store"
    assert words in response.content.decode()


@pytest.mark.parametrize(
    ("address", "headers"), [(PROXY, {"x-forwarded-proto": "http"}), ("192.0.2.1", {})]
)
def test_a_plain_request_is_led_to_https(address, headers, settings):
    settings.HTTPS = True
    client = Client(SERVER_NAME="amt.example", REMOTE_ADDR=address)

    assert client.get("/hilfe/", headers=headers)["Location"] == "https://amt.example/hilfe/"


def test_a_name_that_is_not_the_sites_says_which_setting():
    client = Client(raise_request_exception=False)
    page = client.get("/hilfe/", SERVER_NAME="upstream.invalid").content.decode()
    assert "ALLOWED_HOSTS" in page
    assert "upstream.invalid" not in page
    other = client.get("/hilfe/?q=%00", SERVER_NAME="amt.example").content.decode()
    assert "ALLOWED_HOSTS" not in other
