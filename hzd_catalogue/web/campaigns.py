"""Parameters that newsletters and social networks hang on to every link."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: One such parameter with its value, as it stands in a query string.
_CAMPAIGN = re.compile(r"(?:utm_|mtm_|pk_)\w*|fbclid|gclid|msclkid")


class CampaignParametersMiddleware:
    """Takes campaign parameters out of the address before anything looks at it.

    They say where a visitor comes from, which nobody here asks. Left in, each value would be an
    unknown filter to complain of, and a page of its own to keep.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        if query:
            parts = query.split("&")
            kept = [part for part in parts if not _CAMPAIGN.fullmatch(part.partition("=")[0])]
            if len(kept) < len(parts):
                request.META["QUERY_STRING"] = "&".join(kept)
        return self._get_response(request)
