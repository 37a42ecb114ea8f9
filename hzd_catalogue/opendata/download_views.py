"""``/daten/``: the whole catalogue to take home, the newest and all earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import register_converter
from django.utils.formats import date_format
from django.views.generic import TemplateView, View
from whitenoise.middleware import WhiteNoiseMiddleware

from hzd_catalogue.exports.addresses import ExportLink, absolute_url
from hzd_catalogue.exports.problems import problem
from hzd_catalogue.ranges import File
from hzd_catalogue.records import structured_data
from hzd_catalogue.reference.licences import LICENCES, NOT_CHOSEN

from . import downloads
from .download_tables import PART_KEY
from .downloads import ARCHIVE, DATABASE, FILES, NAME_PATTERN, WHOLE, Download


class DownloadNameConverter:
    """The name of a dated download."""

    regex = NAME_PATTERN

    def to_python(self, value: str) -> str:
        """Return the name as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the name as it stands in the address."""
        return value


class DownloadFileConverter(DownloadNameConverter):
    """The name of a file that each download has."""

    regex = "|".join(name.replace(".", r"\.") for name in FILES)


register_converter(DownloadNameConverter, "download")
register_converter(DownloadFileConverter, "download_file")


@dataclass(frozen=True)
class ShownFile:
    """One file as the page offers it."""

    name: str
    label: str
    url: str
    size: int
    sha256: str

    @property
    def size_in_words(self) -> str:
        """Its size as people read it: "1,2 MB"."""
        return filesizeformat(self.size)


@dataclass(frozen=True)
class ShownTable:
    """One table as the page tells of it."""

    name: str
    title: str
    columns: list[dict[str, str]]


class ShownDownload:
    """A download as the page shows it; the newest one with what is within."""

    def __init__(self, download: Download) -> None:
        self.download = download

    @property
    def files(self) -> list[ShownFile]:
        """Its files, in the order in which they are declared."""
        stored = self.download.files
        return [
            ShownFile(
                name,
                kind.label,
                self.download.url(name),
                stored[name].size,
                stored[name].sha256,
            )
            for name, kind in FILES.items()
            if name in stored
        ]

    @cached_property
    def _description(self) -> dict[str, Any]:
        return self.download.description

    @property
    def licence(self) -> dict[str, str]:
        """The licence that the files name; one without an address where there is none yet."""
        found: list[dict[str, str]] = self._description.get("licenses", [])
        return found[0] if found else {"title": NOT_CHOSEN}

    @property
    def queries(self) -> list[dict[str, str]]:
        """The views of its database."""
        found: list[dict[str, str]] = self._description["databaseViews"]
        return found

    @property
    def tables(self) -> list[ShownTable]:
        """What is within, as the files say themselves: an older one may have other columns."""
        resources = self._description["resources"]
        parts = [resource for resource in resources if _is_part(resource)]
        return [
            ShownTable(resource["name"], resource["title"], list(_columns(resource, parts)))
            for resource in resources
            if not _is_part(resource)
        ]


def _is_part(resource: dict[str, Any]) -> bool:
    """Whether the rows are the values of a cell of another table."""
    return bool(resource["schema"]["primaryKey"] == list(PART_KEY))


def _columns(resource: dict[str, Any], parts: Iterable[dict[str, Any]]) -> Iterator[dict[str, str]]:
    rows_in = {
        field["name"]: part
        for part in parts
        if _references(part)[PART_KEY[0]] == resource["name"]
        for field in part["schema"]["fields"]
    }
    for field in resource["schema"]["fields"]:
        part = rows_in.get(field["name"]) if field["type"] == "list" else None
        yield {
            "name": field["name"],
            "title": field["title"],
            "meaning": field["description"],
            "type": _type_in_words(field),
            "refers_to": _references(part or resource).get(field["name"], ""),
            "rows_in": part["name"] if part else "",
        }


_TYPES = {
    "string": "Text",
    "integer": "ganze Zahl",
    "boolean": "ja oder nein",
    "datetime": "Zeitpunkt",
    "list": "Liste",
}


def _type_in_words(field: dict[str, Any]) -> str:
    if field.get("format") == "uri":
        return "Webadresse"
    return "Datum, so genau wie die Quelle" if "constraints" in field else _TYPES[field["type"]]


def _references(resource: dict[str, Any]) -> dict[str, str]:
    return {
        key["fields"][-1]: key["reference"].get("resource", resource["name"])
        for key in resource["schema"].get("foreignKeys", [])
    }


class DownloadView(TemplateView):
    """The newest download with what is within, and the earlier ones."""

    template_name = "opendata/download.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = downloads.listed()
        newest = next((download for download in found if not download.blocked_on), None)
        return super().get_context_data(
            newest=ShownDownload(newest) if newest else None,
            others=[ShownDownload(download) for download in found if download != newest],
            structured_data=self.structured_data(newest) if newest else [],
            absolute=partial(absolute_url, self.request),
            origin=absolute_url(self.request, ""),
            **kwargs,
        )

    def structured_data(self, newest: Download) -> list[dict[str, Any]]:
        """Return the newest download as a data set of schema.org."""
        address = partial(absolute_url, self.request)
        return [
            structured_data.dataset(
                settings.SITE_NAME,
                structured_data.description_of_list(WHOLE),
                address(self.request.path),
                [
                    ExportLink(FILES[name].label, newest.url(name), FILES[name].content_type)
                    for name in (ARCHIVE, DATABASE)
                ],
                newest.changed_at,
                address,
                LICENCES.get(newest.made.licence),
            )
        ]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Answer with a page that nobody keeps: a build changes it, and no revision tells."""
        response = super().render_to_response(context, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class NewestDownloadView(View):
    """``/daten/it-kooperationen.zip``: leads to the newest one."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, file: str) -> HttpResponse:
        """Lead to the file of the newest download, for now."""
        newest = downloads.newest()
        if newest is None:
            return _none_yet()
        return HttpResponseRedirect(newest.url(file), headers={"Cache-Control": "no-store"})


class DownloadFileView(View):
    """A file of a dated download, at its address for good."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, name: str, file: str) -> HttpResponseBase:
        """Answer with the file or a part of it, or say that it is not there any more."""
        download = downloads.find(name)
        if download is None:
            return problem(
                HTTPStatus.NOT_FOUND,
                "Nicht gefunden",
                "Einen Download von diesem Tag gibt es nicht.",
            )
        if download.blocked_on:
            day = date_format(download.blocked_on, "j. F Y")
            return problem(
                HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
                "Aus rechtlichen Gründen gesperrt",
                f"Dieser Download ist seit dem {day} aus rechtlichen Gründen gesperrt.",
            )
        return _served(request, download, file)


def _served(request: HttpRequest, download: Download, name: str) -> HttpResponseBase:
    # Packed already: packing it again costs time and takes away its length and ranges.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    ending = name.partition(".")[2]
    shown_name = (
        name if name == downloads.DESCRIPTION else f"{downloads.NAME}-{download.name}.{ending}"
    )
    headers = [
        ("Content-Type", FILES[name].content_type),
        ("ETag", f'"{download.files[name].sha256}"'),
        ("Cache-Control", "no-cache"),
        ("Accept-Ranges", "bytes"),
        ("Content-Disposition", f'attachment; filename="{shown_name}"'),
    ]
    # Not today's: the files keep the one that they were made with.
    licence = LICENCES.get(download.made.licence)
    if licence:
        headers.append(("Link", f'<{licence.url}>; rel="license"'))
    file = File(str(download.folder / name), headers)
    response: HttpResponseBase = WhiteNoiseMiddleware.serve(file, request)
    return response


def _none_yet() -> HttpResponse:
    return problem(
        HTTPStatus.NOT_FOUND, "Nicht gefunden", "Es gibt keinen Download, der sich abrufen lässt."
    )
