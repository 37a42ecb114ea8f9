"""Answers with a table in the format that the address ends in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.generic import View

from .addresses import absolute_url, export_url, file_name
from .formats import FORMATS
from .tables import Table


class ExportView(View):
    """What a page shows, as a file: all of it, in its order."""

    http_method_names = ["get", "head", "options"]

    def state(self) -> str:
        """Return what all files of this view are made of: equal states give equal files."""
        raise NotImplementedError

    def table(self) -> Table:
        """Return the table to write."""
        raise NotImplementedError

    @property
    def page_path(self) -> str:
        """The path of the page that shows the same."""
        raise NotImplementedError

    @property
    def page_query(self) -> str:
        """The query string of that page."""
        return ""

    @property
    def file_path(self) -> str:
        """The path of these files without their endings: by default that of the page."""
        return self.page_path

    def get(self, request: HttpRequest, suffix: str, **kwargs: Any) -> HttpResponseBase:
        """Answer with the file, or with 304 when the client has this state of the data."""
        # Weak: files of the same data differ in the time they were made at.
        etag = f'W/"{hashlib.sha256(self.state().encode()).hexdigest()[:24]}"'
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged:
            return unchanged
        response = self.file(suffix)
        response["ETag"] = etag
        response["Link"] = self._link_header(suffix)
        return response

    def name_parts(self, table: Table) -> Sequence[str]:
        """Return what the names of these files say beside the filters."""
        return ()

    def file(self, suffix: str) -> HttpResponseBase:
        """Return the file with its name."""
        table, export_format = self.table(), FORMATS[suffix]
        response = StreamingHttpResponse(
            () if self.request.method == "HEAD" else export_format.write(table),
            content_type=export_format.content_type,
        )
        response["Content-Disposition"] = str(
            content_disposition_header(
                export_format.is_download,
                file_name(table.name, [*table.about.filters, *self.name_parts(table)], suffix),
            )
        )
        return response

    def absolute_url(self, path: str) -> str:
        """Return the full address of a path at the host that was asked."""
        return absolute_url(self.request, path)

    @property
    def page_url(self) -> str:
        """The full address of the page that shows the same."""
        return self.absolute_url(f"{self.page_path}{self.page_query}")

    @property
    def format_urls(self) -> dict[str, str]:
        """The full address of each format that is offered, by its ending."""
        address = partial(export_url, self.file_path, query=self.page_query)
        return {
            suffix: self.absolute_url(address(suffix))
            for suffix, item in FORMATS.items()
            if item.is_offered
        }

    def _link_header(self, suffix: str) -> str:
        """Return the links to the page and, of a CSV file, to its description."""
        query = self.page_query
        header = f'<{self.page_path}{query}>; rel="alternate"; type="text/html"'
        if suffix == "csv":
            described_by = export_url(self.file_path, "csv-metadata.json", query)
            header += f', <{described_by}>; rel="describedby"; type="application/csvm+json"'
        return header
