"""Parameters that newsletters and social networks hang on to every link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .requests import Application

#: One such parameter with its value, as it stands in a query string.
_CAMPAIGN = re.compile(r"(?:utm_|mtm_|pk_)\w*|fbclid|gclid|msclkid")


class WithoutCampaigns:
    """Takes campaign parameters out of the address before anything looks at it.

    They say where a visitor comes from, which nobody here asks. Left in, each value would be an
    unknown filter to complain of, and a page of its own to keep.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if query:
            parts = query.split("&")
            kept = [part for part in parts if not _CAMPAIGN.fullmatch(part.partition("=")[0])]
            if len(kept) < len(parts):
                environ["QUERY_STRING"] = "&".join(kept)
        return self._application(environ, start_response)
