"""Exports of exactly the result that a list page shows, and single records as JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import register_converter, reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.generic import View

from hzd_catalogue.reference.models import FormerAddress, Revision

from .filtersets import CatalogueFilterSet
from .formats import FORMATS, to_json
from .record_columns import all_statements
from .release import release
from .tables import About, Column, ExportContext, Table, revision_data

#: The longest name that a downloaded file gets, without its date and ending.
_LONGEST_NAME = 120
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class ExportFormatConverter:
    """The ending of an export's address."""

    regex = "|".join(suffix.replace(".", r"\.") for suffix in FORMATS)

    def to_python(self, value: str) -> str:
        """Return the ending as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the ending as it stands in the address."""
        return value


# Here, because the list of addresses may be read more than once.
register_converter(ExportFormatConverter, "export")


@dataclass(frozen=True)
class ExportLink:
    """Where a result is to be had in another format."""

    label: str
    url: str
    content_type: str


def export_links(path: str, query: str) -> list[ExportLink]:
    """Return the formats of the result that the page ``path`` shows for a query string."""
    return [
        ExportLink(item.label, export_url(path, suffix, query), item.content_type)
        for suffix, item in FORMATS.items()
        if item.is_offered
    ]


def export_url(path: str, suffix: str, query: str = "") -> str:
    """Return the address of an export of the page at ``path``."""
    return f"{path.rstrip('/')}.{suffix}{query}"


def absolute_url(request: HttpRequest, path: str) -> str:
    """Return the full address of a path at the host that was asked."""
    return f"{request.scheme}://{request.get_host()}{path}"


def link_header(links: Iterable[ExportLink]) -> str:
    """Return the value of a ``Link`` header (RFC 8288) that names other formats of a page."""
    return ", ".join(
        f'<{link.url}>; rel="alternate"; type="{link.content_type.partition(";")[0]}"'
        for link in links
    )


def file_name(plural: str, filters: Sequence[str], suffix: str) -> str:
    """Return a file name that tells the filters: ``projekte_bundesland-thueringen_2026-11-23.csv``.

    Filters that would make it too long are left out, which the name then says.
    """
    parts = [_slug(plural)]
    for words in filters:
        part = _slug(words)
        if len("_".join([*parts, part])) > _LONGEST_NAME:
            parts.append("und-weitere-filter")
            break
        parts += [part] if part else []
    return f"{'_'.join([*parts, timezone.localdate().isoformat()])}.{suffix}"


def _slug(words: str) -> str:
    return slugify(words.lower().translate(_UMLAUTS))


class ListExportView(View):
    """The result of a list in the format that the address ends in: all pages, in its order."""

    http_method_names = ["get", "head", "options"]
    filterset_class: type[CatalogueFilterSet]
    #: Name of the list's URL pattern.
    list_url_name: str
    columns: Sequence[Column]

    def get(self, request: HttpRequest, suffix: str) -> HttpResponseBase:
        """Answer with the file, or with 304 when the client has this state of the data."""
        # Before the index: the file may hold more than its revision says, but never less.
        revision = Revision.current()
        etag = self.etag(revision)
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged:
            return unchanged
        filterset = self.filterset_class(request.GET)
        table = self.table(filterset, revision)
        export_format = FORMATS[suffix]
        response = StreamingHttpResponse(
            () if request.method == "HEAD" else export_format.write(table),
            content_type=export_format.content_type,
        )
        response["ETag"] = etag
        response["Content-Disposition"] = str(
            content_disposition_header(
                export_format.is_download,
                file_name(table.name, filterset.filters_in_words, suffix),
            )
        )
        response["Link"] = self.link_header(suffix, filterset.result_query)
        return response

    def etag(self, revision: Revision) -> str:
        """Return a weak tag: files of the same data differ in the time they were made at."""
        state = f"{release()} {revision.number} {revision.changed_at.timestamp()}"
        return f'W/"{hashlib.sha256(state.encode()).hexdigest()[:24]}"'

    def table(self, filterset: CatalogueFilterSet, revision: Revision) -> Table:
        """Return the result under this view's columns."""
        path = self.list_path
        full = partial(absolute_url, self.request)
        about = About.of(
            filterset,
            revision,
            url=full(f"{path}{filterset.result_query}"),
            formats={
                suffix: full(export_url(path, suffix, filterset.result_query))
                for suffix, item in FORMATS.items()
                if item.is_offered
            },
        )
        return Table(
            name=filterset.nouns[1],
            columns=self.columns,
            records=filterset.all_records(details=True),
            context=ExportContext(filterset.index, full),
            about=about,
        )

    @property
    def list_path(self) -> str:
        """The path of the list's page."""
        return reverse(self.list_url_name)

    def link_header(self, suffix: str, query: str) -> str:
        """Return the links to the page and, of a CSV file, to its description."""
        header = f'<{self.list_path}{query}>; rel="alternate"; type="text/html"'
        if suffix == "csv":
            described_by = export_url(self.list_path, "csv-metadata.json", query)
            header += f', <{described_by}>; rel="describedby"; type="application/csvm+json"'
        return header


class RecordJsonView(View):
    """One record as JSON: what a list says of it, and every statement behind it."""

    http_method_names = ["get", "head", "options"]
    filterset_class: type[CatalogueFilterSet]
    columns: Sequence[Column]

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Answer with the record, or lead a former address to the present one for good."""
        model = self.filterset_class._meta.model
        records = model.objects.published()
        revision = Revision.current()
        try:
            record = records.with_details().get(slug=slug)
        except model.DoesNotExist:
            former = get_object_or_404(FormerAddress, model=model._meta.model_name, slug=slug)
            record = get_object_or_404(records, pk=former.record_id)
            return HttpResponsePermanentRedirect(record_json_url(record))
        index = self.filterset_class.for_everything().index
        if record.pk not in index.positions:
            raise Http404
        context = ExportContext(index, partial(absolute_url, request))
        data = {
            "meta": {
                "title": record.name,
                "revision": revision_data(revision),
                "generated_at": timezone.localtime().replace(microsecond=0),
                "url": context.absolute_url(record.get_absolute_url()),
            },
            "record": {
                **{column.key: column.data(record, context) for column in self.columns},
                "statements": all_statements(record, context),
            },
        }
        return HttpResponse(to_json(data), content_type="application/json")


def record_json_url(record: Any) -> str:
    """Return the address of a record as JSON."""
    return export_url(record.get_absolute_url(), "json")
