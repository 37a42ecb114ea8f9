"""Keeps finished public pages for one revision of the data; without it, the pages are the same.

The middleware stands around all others that add to an answer, so that what it keeps is the whole
answer, compressed as it was sent. A repeated request costs one look at the revision.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import re
import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone

from hzd_catalogue.conditional import unless_known
from hzd_catalogue.prefix import without_prefix
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of
from hzd_catalogue.release import release

from .health import LIVE, READY

T = TypeVar("T")

#: Seconds after which a page is forgotten even if the data stay as they are.
KEPT_SECONDS = 3600
#: Larger pages are made anew each time, so that a few of them do not fill the cache.
MAX_BYTES = 500_000

#: Conditions for writing; for whom they do not hold, there is no page.
_IF_MATCH = {"HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"}
_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')


class Shared(Generic[T]):
    """What is read anew for everybody who asks, and only once for all who wait meanwhile.

    Each gets what was read after asking, as if alone. Of a crowd before a database that takes a
    round trip, one asks at a time.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._begun = 0
        self._outcome: tuple[T] | DatabaseError | None = None

    def get(self) -> T:
        """Return what is read.

        Raises:
            DatabaseError: as it was read.
        """
        # The one that goes on now, if any, began too early.
        next_one = self._begun + 1
        with self._lock:
            if self._begun < next_one or self._outcome is None:
                self._begun, self._outcome = self._begun + 1, None
                try:
                    self._outcome = (self._read(),)
                except DatabaseError as error:
                    self._outcome = error
            outcome = self._outcome
        if isinstance(outcome, DatabaseError):
            raise outcome
        return outcome[0]


_SEEN = Shared(Revision.current_key)


class PageCacheMiddleware:
    """Answers a repeated request for a public page with the bytes of the first answer.

    Only pages at the one address that they name as their own are kept, and none that a visitor
    searched for: whatever else people write into addresses fills no cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not (settings.PAGE_CACHE and may_be_kept(request)):
            return self._get_response(request)
        given: Any = request
        try:
            given.seen = _SEEN.get()
        except DatabaseError as error:
            given.failure = error
            return self._get_response(request)
        kept = cache.get(page_key(request, given.seen))
        if kept is not None:
            return unless_known(request, kept)
        response = self._get_response(request)
        # Perhaps a later one than was seen: the one that the page was made from.
        revision = getattr(request, "revision", None)
        if (
            revision is not None
            and isinstance(response, HttpResponse)
            and response.status_code == 200
            and not response.cookies
            and "no-store" not in response.get("Cache-Control", "")
            and len(response.content) <= MAX_BYTES
            and is_at_its_own_address(request, response)
        ):
            kept = HttpResponse(response.content, headers=dict(response.items()))
            cache.set(page_key(request, revision.key), kept, KEPT_SECONDS)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Let a page that may be kept read the revision, in its own snapshot, before all else.

        Raises:
            DatabaseError: where the database was away just now, so that nobody waits for it twice.
        """
        if hasattr(request, "failure"):
            raise request.failure
        if hasattr(request, "seen"):
            revision_of(request)


def may_be_kept(request: HttpRequest) -> bool:
    """Return whether the answer to ``request`` may be a page that is kept."""
    return (
        request.method == "GET"
        and request.path_info not in (LIVE, READY)
        and _IF_MATCH.isdisjoint(request.META)
        and not request.path_info.startswith(
            (settings.ADMIN_PATH, without_prefix(settings.STATIC_URL), LIVE, READY)
        )
        and not (request.META.get("QUERY_STRING") and request.GET.get("q"))
    )


def is_at_its_own_address(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether a page names the address that was asked for as its own.

    What names none, such as JSON and error pages, has the address without a query string.
    """
    if response.get("Content-Type", "").startswith("text/html"):
        is_packed = response.get("Content-Encoding") == "gzip"
        page = gzip.decompress(response.content) if is_packed else response.content
        named = _CANONICAL.search(page.decode())
        return named is not None and html.unescape(named[1]) == request.build_absolute_uri()
    return not request.META.get("QUERY_STRING")


def page_key(request: HttpRequest, revision: Hashable) -> str:
    """Return the cache key of the page that ``request`` asks for at the key of a revision.

    It holds all that a public page depends on: the revision, so that an edit shows at once on
    every host; the release, so that an update does too; scheme, host and the path to the
    application, because pages name their own address; that address; whether it is compressed; and
    the day, because the comparison of a document becomes overdue with time. Public pages have no
    session, no language and no user.
    """
    asked = request.META
    parts = (
        release(),
        revision,
        request.scheme,
        # As it was sent: only who is asked for under a name of this site has a page to keep.
        asked.get("HTTP_HOST") or (asked["SERVER_NAME"], asked["SERVER_PORT"]),
        request.path,
        request.path_info,
        asked.get("QUERY_STRING", ""),
        re_accepts_gzip.search(asked.get("HTTP_ACCEPT_ENCODING", "")) is not None,
        timezone.localdate().isoformat(),
    )
    return f"page-{hashlib.sha256(repr(parts).encode()).hexdigest()}"
