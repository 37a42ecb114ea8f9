"""Says in words for whoever runs the site what a proxy in front passes on wrongly.

Without Host and scheme of the browser's request, forms are refused as foreign and redirects lead in
a circle. Neither tells an administrator why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.template import loader

from .client_address import is_trusted, parse
from .context import site

_SCHEME = "HTTP_X_FORWARDED_PROTO"
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Trouble:
    """Why something was refused: for who asked, and for who runs the site."""

    heading: str
    lead: str
    for_operator: str = ""


EXPIRED = Trouble(
    "Die Sitzung ist abgelaufen",
    "Das Formular wurde zu spät oder von einer anderen Seite abgeschickt. Bitte laden Sie "
    "die Seite "
    "neu und senden Sie es noch einmal.",
)
NO_COOKIE = Trouble(
    "Es kam kein Cookie an",
    "Zu diesem Formular gehört ein Cookie, und der Browser hat keines mitgeschickt. Bitte "
    "erlauben Sie "
    "Cookies für diese Website, laden Sie die Seite neu und senden Sie das Formular noch einmal.",
    "Wenn es bei allen so ist: Ein Proxy davor muss Cookies in beiden Richtungen unverändert "
    "weitergeben, mit ihrem Pfad. Mit HTTPS=on sendet ein Browser sie nur über https.",
)
_FOREIGN = "Das Formular kam von einer anderen Adresse"
_FOREIGN_LEAD = (
    "Der Browser nennt als Adresse der Seite, auf der das Formular stand, eine andere als "
    "die, unter "
    "der es hier ankam. Es wurde deshalb nicht angenommen."
)
_HOST = (
    "Wenn es bei allen so ist, gibt ein Proxy davor den Namen nicht weiter, den der Browser "
    "aufruft. "
    "Er muss die Kopfzeile Host unverändert weitergeben, mit dem Port (nginx: "
    "proxy_set_header Host "
    "$http_host). Wo er den Namen ändern soll, nennt CSRF_TRUSTED_ORIGINS den, den der "
    "Browser zeigt."
)
_UNKNOWN_SCHEME = (
    "Name und Port stimmen, nur http und https unterscheiden sich. Wenn es bei allen so ist, "
    "muss der "
    "Proxy, der TLS beendet, mit X-Forwarded-Proto sagen, was der Browser aufruft (nginx: "
    "proxy_set_header X-Forwarded-Proto $scheme). Bei dieser Anfrage {}."
)
_LOOP = Trouble(
    "Hier fehlt eine Einstellung",
    "Diese Website wird nur über https gezeigt, und so, wie die Anfrage ankam, führte jede "
    "Weiterleitung im Kreis.",
    "HTTPS ist an. Der Proxy, der TLS beendet, muss mit X-Forwarded-Proto sagen, was der "
    "Browser aufruft "
    "(nginx: proxy_set_header X-Forwarded-Proto $scheme), und in TRUSTED_PROXIES stehen. Bei "
    "dieser "
    "Anfrage {}.",
)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that Django refuses as possibly forged."""
    return _page(request, 403, _why_refused(request))


class SchemeMiddleware:
    """With HTTPS: leads to it, or tells of a proxy that would make a circle of that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.HTTPS or request.is_secure():
            return self._get_response(request)
        # A proxy that is believed and says "http" means it: the redirect leads on.
        is_said = request.META.get(_SCHEME, "").lower() == "https"
        if is_said or _lacks_scheme(request):
            trouble = Trouble(
                _LOOP.heading, _LOOP.lead, _LOOP.for_operator.format(_scheme_in_words(request))
            )
            return _page(request, 400, trouble)
        return HttpResponsePermanentRedirect(
            f"https://{request.get_host()}{request.get_full_path()}"
        )


def _why_refused(request: HttpRequest) -> Trouble:
    named = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER", "")
    theirs, ours = _place(named), _place(f"{request.scheme}://{request.get_host()}")
    is_trusted_origin = named.rstrip("/") in settings.CSRF_TRUSTED_ORIGINS
    if theirs is not None and ours is not None and theirs != ours and not is_trusted_origin:
        if theirs[0] == ours[0] and _is_only_scheme(theirs[1:], ours[1:]):
            words = _UNKNOWN_SCHEME.format(_scheme_in_words(request))
            return Trouble(_FOREIGN, _FOREIGN_LEAD, words)
        return Trouble(_FOREIGN, _FOREIGN_LEAD, _HOST)
    return EXPIRED if settings.CSRF_COOKIE_NAME in request.COOKIES else NO_COOKIE


def _place(origin: str) -> tuple[str, str, int] | None:
    """Return host, scheme and port that an address names; None where it names none."""
    try:
        parts = urlsplit(origin)
        if parts.hostname is None or parts.scheme not in _DEFAULT_PORTS:
            return None
        return parts.hostname, parts.scheme, parts.port or _DEFAULT_PORTS[parts.scheme]
    except ValueError:
        return None


def _is_only_scheme(theirs: tuple[str, int], ours: tuple[str, int]) -> bool:
    """Return whether two schemes with their ports differ in nothing but the scheme."""
    have_default_ports = all(port == _DEFAULT_PORTS[scheme] for scheme, port in (theirs, ours))
    return theirs[0] != ours[0] and (theirs[1] == ours[1] or have_default_ports)


def _lacks_scheme(request: HttpRequest) -> bool:
    return _is_from_proxy(request) and _SCHEME not in request.META


def _is_from_proxy(request: HttpRequest) -> bool:
    address = parse(request.META.get("REMOTE_ADDR", ""))
    return address is not None and is_trusted(address)


def _scheme_in_words(request: HttpRequest) -> str:
    if _SCHEME not in request.META:
        return "fehlte diese Kopfzeile"
    if not _is_from_proxy(request):
        return "kam die Kopfzeile von einer Adresse, die nicht in TRUSTED_PROXIES steht"
    return "nannte sie das andere von beiden"


def _page(request: HttpRequest, status: int, trouble: Trouble) -> HttpResponse:
    # Without the request, so that no context processor runs.
    context = {**site(request), "without_data": True, "trouble": trouble, "status": status}
    response = HttpResponse(loader.render_to_string("refused.html", context), status=status)
    response["Cache-Control"] = "no-store"
    return response
