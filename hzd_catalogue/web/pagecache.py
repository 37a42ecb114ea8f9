"""Keeps finished public pages for one revision of the data; without it, the pages are the same.

It has two halves. The middleware stands around all others, so that what it keeps is the whole
answer, compressed as it was sent. What it has kept is answered before Django is asked: a repeated
request costs one look at the revision, and neither a request nor a response of Django's.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import re
import threading
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.core.handlers.wsgi import get_script_name
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.utils import timezone

from hzd_catalogue.conditional import names_a_condition, unless_known
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of
from hzd_catalogue.release import release

from .health import LIVE, READY
from .requests import Application, Request

T = TypeVar("T")

#: Seconds after which a page is forgotten even if the data stay as they are.
KEPT_SECONDS = 3600
#: Larger pages are made anew each time, so that a few of them do not fill the cache.
MAX_BYTES = 500_000

#: Where the environment of a request has which page it asks for.
_ASKED = "catalogue.asked"
#: A word that is searched for: few would ask for the same.
_SEARCH = re.compile(r"(?:^|&)q=[^&]")
_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')


class Shared(Generic[T]):
    """What is read anew for everybody who asks, and only once for all who wait meanwhile.

    Each gets what was read after asking, as if alone. Of a crowd before a database that takes a
    round trip, one asks at a time.
    """

    def __init__(self, read: Callable[[], T]) -> None:
        self.read = read
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
                    self._outcome = (self.read(),)
                except DatabaseError as error:
                    self._outcome = error
            outcome = self._outcome
        if isinstance(outcome, DatabaseError):
            raise outcome
        return outcome[0]


#: What a request sees of the data before all else.
SEEN = Shared(Revision.current_key)


class Asked:
    """The page that a request asks for, and what was seen of the data when it came."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._parts = (
            environ["wsgi.url_scheme"],
            # As it was sent: only who is asked for under a name of this site has a page to keep.
            environ.get("HTTP_HOST") or (environ["SERVER_NAME"], environ["SERVER_PORT"]),
            get_script_name(environ),
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            re_accepts_gzip.search(environ.get("HTTP_ACCEPT_ENCODING", "")) is not None,
            timezone.localdate().isoformat(),
        )
        self.failure: DatabaseError | None = None

    def key(self, revision: Hashable) -> str:
        """Return the cache key of the page at the key of a revision.

        It holds all that a public page depends on: the revision, so that an edit shows at once on
        every host; the release, so that an update does too; scheme, host and the path to the
        application, because pages name their own address; that address; whether it is compressed;
        and the day, because the comparison of a document becomes overdue with time. Public pages
        have no session, no language and no user.
        """
        parts = (release(), revision, *self._parts)
        return f"page-{hashlib.sha256(repr(parts).encode()).hexdigest()}"


class KeptPages:
    """Answers a repeated request for a public page with the bytes of the first answer."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._no_pages = (
            settings.ADMIN_PATH,
            settings.STATIC_URL.removeprefix(settings.URL_PREFIX),
            LIVE,
            READY,
        )

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not (settings.PAGE_CACHE and self._may_be_kept(environ)):
            return self._application(environ, start_response)
        asked = environ[_ASKED] = Asked(environ)
        try:
            seen = SEEN.get()
        except DatabaseError as error:
            asked.failure = error
            return self._application(environ, start_response)
        kept = cache.get(asked.key(seen))
        if kept is None:
            return self._application(environ, start_response)
        headers, body = kept
        if not names_a_condition(environ):
            start_response("200 OK", headers)
            return [body]
        whole = HttpResponse(body, headers=dict(headers))
        response: Any = unless_known(Request(environ), whole)
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, list(response.items()))
        return [response.content]

    def _may_be_kept(self, environ: dict[str, Any]) -> bool:
        """Return whether the answer may be a page that is kept."""
        return (
            environ["REQUEST_METHOD"] == "GET"
            # Conditions for writing; for whom they do not hold, there is no page.
            and "HTTP_IF_MATCH" not in environ
            and "HTTP_IF_UNMODIFIED_SINCE" not in environ
            and not environ.get("PATH_INFO", "").startswith(self._no_pages)
            and not _SEARCH.search(environ.get("QUERY_STRING", ""))
        )


class PageCacheMiddleware:
    """Keeps the pages that are asked for, as they leave all other middleware.

    Only pages at the one address that they name as their own are kept, and none that a visitor
    searched for: whatever else people write into addresses fills no cache.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked: Asked | None = request.META.get(_ASKED)
        response = self._get_response(request)
        # Perhaps a later one than was seen: the one that the page was made from.
        revision = getattr(request, "revision", None)
        if (
            asked is not None
            and revision is not None
            and isinstance(response, HttpResponse)
            and response.status_code == 200
            and not response.cookies
            and "no-store" not in response.get("Cache-Control", "")
            # What is made of more than the data, as ``data_addresses`` has it.
            and not hasattr(response, "besides")
            and len(response.content) <= MAX_BYTES
            and is_at_its_own_address(request, response)
        ):
            kept = list(response.items()), response.content
            cache.set(asked.key(revision.key), kept, KEPT_SECONDS)
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Let a page that may be kept read the revision, in its own snapshot, before all else.

        Raises:
            DatabaseError: where the database was away just now, so that nobody waits for it twice.
        """
        asked: Asked | None = request.META.get(_ASKED)
        if asked is not None:
            if asked.failure is not None:
                raise asked.failure
            revision_of(request)


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
