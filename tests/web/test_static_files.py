"""Parts of static files."""

from contextlib import closing

import pytest
from django.test import RequestFactory

from hzd_catalogue.web.static_files import StaticFilesMiddleware
from tests.fuzz.sent import VALUES

CONTENT = b"abcd"


@pytest.fixture
def ask(db, settings, tmp_path):
    """Ask for a file with a header."""
    (tmp_path / "a.txt").write_bytes(CONTENT)
    settings.STATIC_ROOT = str(tmp_path)
    middleware = StaticFilesMiddleware(lambda request: None)

    def ask(part="", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers |= {"range": f"bytes={part}"} if part else {}
        request = RequestFactory().get("/static/a.txt", headers=headers)
        response = middleware(request)
        with closing(response):
            return response.status_code, response.getvalue()

    return ask


def test_every_part_is_to_be_had(ask):
    for first in range(len(CONTENT)):
        for last in range(first, len(CONTENT) + 2):
            part = CONTENT[first : last + 1]
            # The whole is allowed, too (RFC 9110, 14.2).
            assert ask(f"{first}-{last}") in ((206, part), (200, CONTENT))
        assert ask(f"-{first + 1}") in ((206, CONTENT[-first - 1 :]), (200, CONTENT))
        assert ask(f"{first}-") in ((206, CONTENT[first:]), (200, CONTENT))


@pytest.mark.parametrize("part", ["4-", "4-9"])
def test_what_lies_behind_the_end_is_not(ask, part):
    assert ask(part) == (416, b"")


# Of a Content-Type, Django's own request makes an error (web/requests.py).
@pytest.mark.parametrize("header", sorted(set(VALUES) - {"Content-Type"}))
def test_no_header_makes_an_error(ask, header):
    for value in VALUES[header]:
        status, _content = ask(**{header.replace("-", "_"): value})
        assert status in (200, 206, 304, 416), value
