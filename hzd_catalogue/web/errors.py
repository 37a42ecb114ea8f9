"""Error pages that need neither the database nor a context processor."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.template import loader

from hzd_catalogue.reference import german

from .context import site
from .database import is_unavailable

#: Seconds after which to ask again when the database is away.
RETRY_AFTER = 60
#: A form of which more was sent than is read.
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read.

    A session that ended meanwhile (a restore, a logout in another window) is nothing of the kind:
    the same address leads to the login, and from there back.
    """
    if isinstance(exception, SessionInterrupted):
        again = {"Location": request.get_full_path(), "Cache-Control": "no-store"}
        return HttpResponse(status=303, headers=again)
    if isinstance(exception, _TOO_MUCH):
        return _page(request, 413)
    return _page(request, 400, is_other_host=isinstance(exception, DisallowedHost))


@dataclass(frozen=True)
class Typed:
    """What an editor sent that was answered with an error, to be sent again."""

    address: str
    fields: list[tuple[str, str]]
    #: What no page gives back: "Dateien und Passwörter".
    left_out: str


def not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give the answer to what cannot be sent here its page; its headers say what can."""
    response.content = _page(request, 405).content
    response["Content-Length"] = str(len(response.content))
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure; a database that is the reason is called temporary."""
    if is_unavailable(sys.exc_info()[1]):
        again = request.get_full_path() if request.method == "GET" else ""
        response = _page(request, 503, typed=_typed(request), again=again)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return _page(request, 500)


def _typed(request: Any) -> Typed | None:
    """Return the form that an editor has sent, without passwords and files; None: nobody has.

    Only what the site's own page has sent: nobody else gets a button that sends it. Of a login
    nothing is left without its password, unless it carries a form that was sent too late.
    """
    is_own = request.method == "POST" and getattr(request, "csrf_processing_done", False)
    if not (is_own and request.path_info.startswith(settings.ADMIN_PATH)):
        return None
    is_login = request.path_info.startswith(f"{settings.ADMIN_PATH}login/")
    if is_login and not request.POST.get("held_form"):
        return None
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in sent if "password" not in name]
    left_out = ["Dateien"] * bool(request.FILES) + ["Passwörter"] * (len(fields) < len(sent))
    return Typed(request.get_full_path(), fields, german.in_words(left_out))


def _page(request: HttpRequest, status: int, **more: Any) -> HttpResponse:
    # Without the request, so that no context processor runs.
    context = {**site(request), "without_data": True, **more}
    response = HttpResponse(loader.render_to_string(f"{status}.html", context), status=status)
    if status >= 500:
        response["Cache-Control"] = "no-store"
    return response
