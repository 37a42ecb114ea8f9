"""Keeps finished public pages for one revision of the data; without it, the pages are the same."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of
from hzd_catalogue.release import release

#: Seconds after which a page is forgotten even if the data stay as they are.
KEPT_SECONDS = 3600
#: Larger pages are made anew each time, so that a few of them do not fill the cache.
MAX_BYTES = 500_000

_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')


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
        key = page_key(request, revision_of(request))
        kept = cache.get(key)
        if kept is not None:
            content, headers = kept
            return HttpResponse(content, headers=headers)
        response = self._get_response(request)
        if (
            isinstance(response, HttpResponse)
            and response.status_code == 200
            and not response.cookies
            and "no-store" not in response.get("Cache-Control", "")
            and len(response.content) <= MAX_BYTES
            and is_at_its_own_address(request, response)
        ):
            cache.set(key, (response.content, dict(response.items())), KEPT_SECONDS)
        return response


def may_be_kept(request: HttpRequest) -> bool:
    """Return whether the answer to ``request`` may be a page that is kept."""
    return (
        request.method == "GET"
        and not request.path_info.startswith(settings.ADMIN_PATH)
        and not request.GET.get("q")
    )


def is_at_its_own_address(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether a page names the address that was asked for as its own.

    What names none, such as JSON and error pages, has the address without a query string.
    """
    if response.get("Content-Type", "").startswith("text/html"):
        named = _CANONICAL.search(response.content.decode())
        return named is not None and html.unescape(named[1]) == request.build_absolute_uri()
    return not request.META.get("QUERY_STRING")


def page_key(request: HttpRequest, revision: Revision) -> str:
    """Return the cache key of the page that ``request`` asks for at ``revision``.

    It holds all that a public page depends on: the revision, so that an edit shows at once on
    every host; the release, so that an update does too; scheme, host and the path to the
    application, because pages name their own address; that address; and the day, because the
    comparison of a document becomes overdue with time. Public pages have no session, no language
    and no user.
    """
    parts = (
        release(),
        revision.number,
        revision.changed_at.isoformat(),
        request.scheme,
        request.get_host(),
        request.path,
        request.path_info,
        request.META.get("QUERY_STRING", ""),
        timezone.localdate().isoformat(),
    )
    return f"page-{hashlib.sha256(repr(parts).encode()).hexdigest()}"
