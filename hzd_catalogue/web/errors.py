"""Error pages that need neither the database nor a context processor."""

from __future__ import annotations

import sys

from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader

from .context import site

#: Seconds after which to ask again when the database is away.
RETRY_AFTER = 60


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    return _page(request, 400, is_other_host=isinstance(exception, DisallowedHost))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure; a database that cannot be reached is called temporary."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _page(request, 503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return _page(request, 500)


def _page(request: HttpRequest, status: int, **more: bool) -> HttpResponse:
    # Without the request, so that no context processor runs.
    context = {**site(request), "without_data": True, **more}
    page = loader.render_to_string(f"{status}.html", context)
    return HttpResponse(page, status=status)
