"""What all addresses of data have in common, whatever answers there.

They are read and nothing else, one state of the data has one tag and one time whichever process
answers, pages of other sites may read them, and what goes wrong is said as data, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers, set_response_etag
from django.utils.http import http_date

from hzd_catalogue.conditional import unless_known
from hzd_catalogue.exports.addresses import is_data_address
from hzd_catalogue.exports.problems import CONTENT_TYPE, problem
from hzd_catalogue.prefix import without_prefix
from hzd_catalogue.reference.licences import data_licence
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of
from hzd_catalogue.release import release, released_at

METHODS = ("GET", "HEAD", "OPTIONS")
#: Seconds for which another site need not ask again whether it may read.
_PREFLIGHT_SECONDS = 86_400
#: May be kept, and is asked for again each time: an edit shows at once.
_CACHE_CONTROL = "public, no-cache"
_WORDS = {
    HTTPStatus.BAD_REQUEST: ("Nicht lesbar", "Diese Anfrage ist nicht lesbar."),
    HTTPStatus.NOT_FOUND: ("Nicht gefunden", "Unter dieser Adresse gibt es keine Daten."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("Nicht erlaubt", "Daten lassen sich hier nur lesen."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("Fehler", "Hier ist etwas schiefgegangen."),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Nicht erreichbar",
        "Die Daten sind vorübergehend nicht erreichbar.",
    ),
}


class DataMiddleware:
    """Makes one contract of all addresses of data.

    Its place is within the request's one reading of the database, because the tag names the
    revision that the answer was made from, and around everything that makes answers. It takes the
    place of Django's middleware for conditional requests; a page's tag is made of its bytes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_data(request.path_info):
            return _tagged_page(request, self._get_response(request))
        response = self._answer(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Content-Disposition, ETag, Link"
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") and _is_known(request.path_info):
            return _options() if request.method == "OPTIONS" else _not_allowed()
        response = self._get_response(request)
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            return _as_problem(response)
        # What has a tag of its own is no answer of today's revision: a dated download.
        if response.status_code != HTTPStatus.OK or "ETag" in response:
            return response
        return _with_validators(request, response)


def _tagged_page(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if request.method != "GET" or "no-store" in response.get("Cache-Control", ""):
        return response
    if "ETag" not in response and isinstance(response, HttpResponse) and response.content:
        set_response_etag(response)
        # Weak: a compressed page is the same page.
        response["ETag"] = f"W/{response['ETag']}"
    patch_vary_headers(response, ["Accept-Encoding"])
    return unless_known(request, response)


def is_data(path: str) -> bool:
    """Return whether a path of this site is one of data; pictures of its looks are none."""
    others = (settings.ADMIN_PATH, without_prefix(settings.STATIC_URL))
    return is_data_address(path) and not path.startswith(others)


def state_of(request: HttpRequest, revision: Revision, besides: str = "") -> str:
    """Return a mark of all that an answer is made of: the same in every process and on every host.

    Addresses within are those of the host that was asked.

    Args:
        request: what was asked.
        revision: of the data.
        besides: what else the answer is made of, that no revision tells of.
    """
    parts = (
        release(),
        revision.number,
        revision.changed_at.timestamp(),
        request.build_absolute_uri(),
        besides,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _is_known(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _options() -> HttpResponse:
    """Say what may be done here, to programs and to browsers that ask for other sites."""
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    del response["Content-Type"]
    methods = ", ".join(METHODS)
    response["Allow"] = methods
    response["Access-Control-Allow-Methods"] = methods
    response["Access-Control-Allow-Headers"] = "If-Modified-Since, If-None-Match"
    response["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
    return response


def _not_allowed() -> HttpResponse:
    response = _problem(HTTPStatus.METHOD_NOT_ALLOWED)
    response["Allow"] = ", ".join(METHODS)
    return response


def _problem(status: int) -> HttpResponse:
    title, detail = _WORDS.get(HTTPStatus(status), (HTTPStatus(status).phrase, ""))
    return problem(status, title, detail)


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Return an error as data, also where a page was made of it."""
    status = response.status_code
    found = response
    if response.get("Content-Type") != CONTENT_TYPE:
        found = _problem(status)
        for name in ("Allow", "Retry-After"):
            if name in response:
                found[name] = response[name]
    del found["ETag"]
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    found["Cache-Control"] = "no-store" if is_ours else _CACHE_CONTROL
    return found


def _with_validators(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Say which state this is, or that the client has it already."""
    revision = revision_of(request)
    besides, at = getattr(response, "besides", ("", 0.0))
    # Weak: a compressed file is the same state, and a spreadsheet holds the time it was made at.
    response["ETag"] = f'W/"{state_of(request, revision, besides)}"'
    changed_at = max(revision.changed_at.timestamp(), released_at(), at)
    response["Last-Modified"] = http_date(changed_at)
    response["Cache-Control"] = _CACHE_CONTROL
    licence = data_licence()
    if licence:
        links = [response["Link"]] if "Link" in response else []
        response["Link"] = ", ".join([*links, f'<{licence.url}>; rel="license"'])
    return unless_known(request, response)
