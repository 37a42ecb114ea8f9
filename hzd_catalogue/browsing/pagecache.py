"""Keeps finished public pages for one revision of the data; without it, the pages are the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from hzd_catalogue.reference.models import Revision

from .release import release

#: Seconds after which a page is forgotten even if the data stay as they are.
KEPT_SECONDS = 3600
#: Larger pages are made anew each time, so that a few of them do not fill the cache.
MAX_BYTES = 500_000


class PageCacheMiddleware:
    """Answers a repeated request for a public page with the bytes of the first answer.

    The key holds the revision, so an edit shows at once on every host; the release, so that an
    update does too; and scheme and host, because pages name their own address. Public pages
    depend on nothing else: they have no session, no language and no user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (
            not settings.PAGE_CACHE
            or request.method != "GET"
            or request.path_info.startswith(settings.ADMIN_PATH)
            or request.path_info == reverse("health")
        ):
            return self._get_response(request)
        key = page_key(request, Revision.current())
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
        ):
            cache.set(key, (response.content, dict(response.items())), KEPT_SECONDS)
        return response


def page_key(request: HttpRequest, revision: Revision) -> str:
    """Return the cache key of the page that ``request`` asks for at ``revision``."""
    parts = (
        release(),
        str(revision.number),
        revision.changed_at.isoformat(),
        request.scheme or "",
        request.get_host(),
        request.get_full_path(),
    )
    return f"page-{hashlib.sha256('|'.join(parts).encode()).hexdigest()}"
