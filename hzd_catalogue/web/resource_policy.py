"""Which answers other sites may show in their own pages: pictures and data, nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "Cross-Origin-Resource-Policy"
#: Media types of pictures, and of the formats in which data are offered.
_OPEN = re.compile(r"image/|text/csv\b|application/(json|zip|vnd\.|[\w.-]+\+(json|xml))")


class ResourcePolicyMiddleware:
    """Says of each answer whether a browser may use it in a page of another site.

    What is not named as open is closed: pages, scripts, fonts, whatever the admin answers. An
    answer that says so itself is left alone, and so is 304, which has no type of its own: the
    browser keeps what the first answer said.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code != 304:
            is_open = not request.path_info.startswith(settings.ADMIN_PATH) and _OPEN.match(
                response.get("Content-Type", "")
            )
            response.headers.setdefault(HEADER, "cross-origin" if is_open else "same-origin")
        return response
