"""Answers with a table in the format that the address ends in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any, ClassVar
from wsgiref.util import FileWrapper

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import resolve
from django.utils.encoding import iri_to_uri
from django.utils.http import content_disposition_header
from django.views.generic import View

from hzd_catalogue.prefix import with_prefix
from hzd_catalogue.reference.german import grouped

from .addresses import absolute_url, export_url, file_name
from .formats import DESCRIPTION, FORMATS, Format
from .parameters import Parameter
from .problems import NotUnderstood, empty, not_understood, other_than, problem
from .schemas import Schema
from .tables import Column, Table


class DataView(View):
    """Answers programs: what it does not understand of a request, it refuses.

    A page goes on with the rest and says so; a program would take the answer for what it asked.
    """

    http_method_names = ["get", "head", "options"]
    #: The parameters that it takes.
    parameters: ClassVar[Sequence[Parameter]] = ()

    def takes(self, _revision: Hashable, _suffix: str) -> Sequence[Parameter]:
        """Return the parameters that it takes under an ending of its address."""
        return self.parameters

    def json_schema(self) -> Schema:
        """Return the schema of what it answers in JSON; anything where nobody says."""
        return {"type": "object"}

    def misunderstood(self) -> Sequence[NotUnderstood]:
        """Return what of the request's parameters is not understood."""
        return other_than(self.request.GET, [parameter.name for parameter in self.parameters])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, or say what was not understood."""
        errors = [*empty(request.GET), *self.misunderstood()]
        return not_understood(errors) if errors else super().dispatch(request, *args, **kwargs)


def _written(export_format: Format, table: Table) -> Iterator[bytes]:
    """Write a table when the first part of it is asked for."""
    parts = export_format.write(table)
    try:
        yield from parts
    finally:
        # What a file is read from; the others are lists and generators.
        if isinstance(parts, FileWrapper):
            parts.close()


class ExportView(DataView):
    """What a page shows, as a file: all of it, in its order."""

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
        """Answer with the file."""
        response = self.file(suffix)
        response["Link"] = self._link_header(suffix)
        return response

    def name_parts(self, table: Table) -> Sequence[str]:
        """Return what the names of these files say beside the filters."""
        return ()

    def file(self, suffix: str) -> HttpResponseBase:
        """Return the file with its name."""
        table, export_format = self.table(), FORMATS[suffix]
        if not export_format.takes(table.about.count):
            return self._too_many_rows(export_format, table)
        formats = {
            name: url
            for name, url in table.about.formats.items()
            if FORMATS[name].takes(table.about.count)
        }
        if suffix == DESCRIPTION:
            formats["csv"] = self.absolute_url(export_url(self.file_path, "csv", self._asked_query))
            table = replace(table, key_lists=self._key_lists(table))
        table = replace(table, about=replace(table.about, formats=formats))
        response = StreamingHttpResponse(
            () if self.request.method == "HEAD" else _written(export_format, table),
            content_type=export_format.content_type,
        )
        response["Content-Disposition"] = str(
            content_disposition_header(
                export_format.is_download,
                file_name(table.name, [*table.about.filters, *self.name_parts(table)], suffix),
            )
        )
        return response

    def _too_many_rows(self, export_format: Format, table: Table) -> HttpResponseBase:
        """Lead from a sheet that nobody could read to the file for programs."""
        return problem(
            HTTPStatus.BAD_REQUEST,
            "Zu viele Zeilen",
            f"{export_format.label} gibt es bis {grouped(export_format.most_rows)} Zeilen, dieses "
            f"Ergebnis hat {grouped(table.about.count)}. Als CSV: {table.about.formats['csv']}",
        )

    def _key_lists(self, table: Table) -> dict[str, Sequence[Column]]:
        """Return the columns of the lists in which keys of a table stand, by their addresses."""
        found: dict[str, Sequence[Column]] = {}
        own = self.file_path.strip("/")
        for name in sorted({flat.list_name for flat in table.flat} - {"", own}):
            path = export_url(f"/{name}", "csv")
            view: Any = resolve(path).func
            found[self.absolute_url(with_prefix(path))] = view.view_class.columns
        return found

    @cached_property
    def _site(self) -> str:
        return absolute_url(self.request, "")

    def absolute_url(self, path: str) -> str:
        """Return the full address of a path at the host that was asked."""
        return f"{self._site}{path}"

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

    @property
    def _asked_query(self) -> str:
        """The query string as it was sent: a description counts for the very address alone."""
        query = self.request.META.get("QUERY_STRING", "")
        return iri_to_uri(f"?{query}") if query else ""

    def _link_header(self, suffix: str) -> str:
        """Return the links to the description of a CSV file, and to the page.

        The description comes first: programs look no further (W3C, "Model for Tabular Data", 5.2).
        """
        links = [f'<{self.page_path}{self.page_query}>; rel="alternate"; type="text/html"']
        if suffix == "csv":
            described_by = export_url(self.file_path, DESCRIPTION, self._asked_query)
            links.insert(0, f'<{described_by}>; rel="describedby"; type="application/csvm+json"')
        return ", ".join(links)
