"""Where exports are: addresses, links and names of files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import register_converter
from django.utils import timezone

from hzd_catalogue.reference import german

from .formats import FORMATS, PICTURE

#: The endings of all addresses at which data are, and not a page of them.
DATA_ENDINGS = (*FORMATS, PICTURE, "atom", "jsonld", "zip", "sqlite3")
_DATA_ADDRESS = re.compile(rf"\.({'|'.join(map(re.escape, DATA_ENDINGS))})$")
#: The longest name that a downloaded file gets, without its date and ending.
_LONGEST_NAME = 120


class ExportFormatConverter:
    """The ending of an export's address."""

    regex = "|".join(suffix.replace(".", r"\.") for suffix in FORMATS)

    def to_python(self, value: str) -> str:
        """Return the ending as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the ending as it stands in the address."""
        return value


class PictureFormatConverter(ExportFormatConverter):
    """The ending of a picture's address: the picture itself, or its data."""

    regex = f"{PICTURE}|{ExportFormatConverter.regex}"


# Here, because the list of addresses may be read more than once.
register_converter(ExportFormatConverter, "export")
register_converter(PictureFormatConverter, "picture")


def is_data_address(path: str) -> bool:
    """Return whether data are at a path, or would be: programs ask there, not people."""
    return bool(_DATA_ADDRESS.search(path))


@dataclass(frozen=True)
class ExportLink:
    """Where a result is to be had in another format."""

    label: str
    url: str
    content_type: str
    #: How many rows are to be had there; 0: any number.
    most_rows: int = 0


def export_links(path: str, query: str) -> list[ExportLink]:
    """Return the formats of the result that the page ``path`` shows for a query string."""
    return [
        ExportLink(item.label, export_url(path, suffix, query), item.content_type, item.most_rows)
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
    parts = [german.slug(plural)]
    for words in filters:
        part = german.slug(words)
        if len("_".join([*parts, part])) > _LONGEST_NAME:
            parts.append("und-weitere-filter")
            break
        parts += [part] if part else []
    return f"{'_'.join([*parts, timezone.localdate().isoformat()])}.{suffix}"
