"""Requests by chance to the application in this process, and what each must leave as it was.

Used by the tests, and by a process of a host that only shows (PUBLIC_ONLY), whose settings are read
when it starts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as examples

from hzd_catalogue.web.health import LIVE, READY
from tests.addresses import every_kind_of_public_address

from .answers import Answer, Application, complaints
from .sent import Sent, Vocabulary, requests

#: Beside the routes.
_OTHERS = (LIVE, READY, "/static/kern/index.css", "/verwaltung/login/", "/gibt-es-nicht/")


class Visitors:
    """Those who ask for plain pages while somebody sends the rest."""

    def __init__(self) -> None:
        settings.PAGE_CACHE = True
        self.application = Application()
        addresses = every_kind_of_public_address()
        self.known = Vocabulary([*addresses, *_OTHERS])
        self._before: dict[str, Answer] = {}
        for address in addresses:
            # What a frame shows, its page asks for in the same words.
            if address.endswith("/") and not address.startswith("/einbetten/"):
                answer = self._plain(address)
                assert complaints(answer) == [], address
                self.known.learn(answer.body.decode())

    def complaints(self, sent: Sent) -> list[str]:
        """Send a request; return what is wrong with its answer, and with those of others after."""
        answer = self.application.ask(sent)
        return complaints(answer) + self._changed(sent.path) + self._kept_wrongly(sent, answer)

    def changed(self) -> list[str]:
        """Return what is not as it was on any page that has been asked for."""
        return [found for address in self._before for found in self._changed(address)]

    def _plain(self, address: str) -> Answer:
        return self._before.setdefault(address, self.application.ask(Sent("GET", address)))

    def _changed(self, address: str) -> list[str]:
        """Return whether a page that has been asked for before looks different now."""
        before = self._before.get(address)
        if before is None or self.application.ask(Sent("GET", address)).lasting == before.lasting:
            return []
        # So that it fails for this request again, and for no other.
        cache.clear()
        return [f"{address} is another page for the next visitor"]

    def _kept_wrongly(self, sent: Sent, answer: Answer) -> list[str]:
        """Return whether an address that nobody had asked for has been spoilt for who asks next."""
        is_page = answer.status == 200 and "html" in answer.get("Content-Type")
        if "no-store" in answer.get("Cache-Control"):
            return []
        # No other address is ever one that a page names as its own, and so kept.
        if not is_page or not sent.headers or not re.fullmatch(r"[\w=&-]*", sent.query):
            return []
        plain = Sent("GET", sent.target)
        kept = self.application.ask(plain)
        settings.PAGE_CACHE = False
        try:
            anew = self.application.ask(plain)
        finally:
            settings.PAGE_CACHE = True
        if kept.lasting == anew.lasting:
            return []
        cache.clear()
        return ["the next visitor gets another page at this address"]


def tried(strategy: object, number: int, first: int, check: Callable[[Sent], list[str]]) -> int:
    """Check ``number`` requests, beginning with the seed ``first``; return how many were sent.

    Raises:
        AssertionError: with the shortest request that Hypothesis found to fail.
    """
    sent_ones = 0

    @seed(first)
    @examples(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def each(sent: Sent) -> None:
        nonlocal sent_ones
        sent_ones += 1
        found = check(sent)
        if found:
            raise AssertionError("\n".join(found))

    each()
    return sent_ones


def try_public(number: int, part: int) -> int:
    """Send requests to the public side of this process; return how many."""
    visitors = Visitors()
    count = tried(requests(visitors.known), number, part, visitors.complaints)
    assert visitors.changed() == []
    return count
