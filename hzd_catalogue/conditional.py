"""What a client is told that has an answer already (RFC 9110, section 13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date_safe

_CONDITIONS = {
    *("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
}
#: What speaks of a body; the second follows from its type.
_OF_BODY = (
    *("Content-Disposition", "Content-Encoding", "Content-Length", "Content-Type"),
    "Cross-Origin-Resource-Policy",
)


def names_a_condition(environ: Mapping[str, Any]) -> bool:
    """Return whether a client names what it has already."""
    return not environ.keys().isdisjoint(_CONDITIONS)


def unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return an answer, or 304 where its tag or time is the one that the client names.

    Another time is another state, also a later one: the client had it before a restore, or of the
    release that came after this one.

    The 304 has all other headers of the answer, because a browser puts them in the place of those
    that it has: one with less would take a page's own policy away.
    """
    if not names_a_condition(request.META):
        return response
    time = response.get("Last-Modified")
    since = request.META.get("HTTP_IF_MODIFIED_SINCE", time)
    if since != time and "HTTP_IF_NONE_MATCH" not in request.META:
        return response
    given: Any = response
    changed_at = parse_http_date_safe(time or "")
    found: Any = get_conditional_response(request, response.get("ETag"), changed_at, given)
    if found.status_code == 304:
        for name, text in response.items():
            if name not in _OF_BODY:
                found.headers.setdefault(name, text)
    answer: HttpResponseBase = found
    return answer
