"""Whatever a client sends: no error of ours, no markup back, nobody else notices.

1,000 requests in ``make test``, 20,000 in ``make test-deep``: ``PARTS`` times the same shares on
both databases, each with a seed of its own, so that a failure comes again. What failed is printed
as a ``Sent(…)``: it belongs into ``ONCE_WRONG``, where it is sent in each run. ``sent.py`` says
what is sent, ``answers.py`` what must not come back, ``trying.py`` what must stay as it was,
``admin.py`` what editors send; ``test_over_a_socket.py`` sends bytes that no application gets to
see.
"""

import os

import pytest

from tests.chance import FACTOR
from tests.processes import shell

from .admin import Editorial, admin_requests
from .answers import Application, complaints
from .sent import Sent
from .trying import tried, try_public

pytestmark = pytest.mark.django_db

#: How often the shares below are sent: on each database, but bytes over a socket once.
PARTS = range(20 if FACTOR > 1 else 1)
EDITORIAL, PUBLIC_ONLY, ADMIN, SOCKET = 300, 125, 25, 100
#: So that each database is asked for something else.
FIRST_SEED = 1000 if os.environ.get("DATABASE_URL") else 0
#: Shortened by Hypothesis where it found them.
ONCE_WRONG = (
    # The encoding of a body is no encoding of text, or of nothing that is known (web/requests.py).
    Sent("GET", "/?ab=1124", (("Content-Type", "text/html; charset=base64_codec"),)),
    Sent("GET", "/", (("Content-Type", "text/plain; charset*=x''%41"),)),
    Sent("GET", "/", (("Content-Type", "text/plain; charset*=utf-8''%00"),)),
    Sent("GET", f"/?{'&' * 1001}", (("Content-Type", "text/plain; charset=utf-8"),)),
    # PostgreSQL has no text with NUL (web/requests.py).
    Sent("GET", "/verwaltung/login/", (("Cookie", 'sessionid="abcdefgh\\000"'),)),
)


@pytest.mark.parametrize("sent", ONCE_WRONG, ids=lambda sent: sent.target[:30])
def test_what_once_went_wrong(catalogue, sent):
    assert complaints(Application().ask(sent)) == []


@pytest.mark.parametrize("part", PARTS)
def test_a_host_with_the_admin_bears_every_request(catalogue, settings, part):
    settings.PAGE_CACHE = True
    assert try_public(EDITORIAL, FIRST_SEED + part) >= EDITORIAL


@pytest.mark.parametrize("part", PARTS)
def test_a_public_host_bears_every_request(site, part):
    program = f"""
from tests.fuzz.trying import tried, try_public
print(try_public({PUBLIC_ONLY}, {FIRST_SEED + part + 100}))
"""
    sent = shell({**site, "PUBLIC_ONLY": "on", "LOG_LEVEL": "ERROR"}, program)
    assert int(sent.splitlines()[-1]) >= PUBLIC_ONLY


@pytest.mark.parametrize("part", PARTS)
def test_the_admin_bears_every_request(catalogue, settings, tmp_path, part):
    settings.DOWNLOAD_DIR = tmp_path
    editorial = Editorial()
    assert tried(admin_requests(editorial), ADMIN, FIRST_SEED + part, editorial.complaints) >= ADMIN


def test_as_many_are_sent_as_is_said():
    of_all_parts = 2 * (EDITORIAL + PUBLIC_ONLY + ADMIN) + SOCKET
    assert of_all_parts * len(PARTS) == (20_000 if FACTOR > 1 else 1_000)
