"""``/katalog.jsonld``: all data of the catalogue in DCAT-AP.de 3, for registers such as GovData.

Written as JSON-LD that carries its context along. Each property stands where the specification
(https://www.dcat-ap.de/def/dcatde/3.0/spec/) has it; what the operator has not said is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from hzd_catalogue.exports.addresses import ExportLink, absolute_url, export_links
from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.views import DataView
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.prefix import without_prefix
from hzd_catalogue.records.kinds import RecordType
from hzd_catalogue.records.models import Record, Version
from hzd_catalogue.records.statement_list import STATEMENTS
from hzd_catalogue.records.structured_data import description_of_list
from hzd_catalogue.reference.choices import DataTheme
from hzd_catalogue.reference.licences import LICENCES, Licence, data_licence
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

from .downloads import ARCHIVE, DATABASE, FILES, WHOLE, Download, StoredFile, newest
from .reference_lists import REFERENCE_LISTS

CONTENT_TYPE = "application/ld+json"
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority/"
_GEOCODING = "http://dcat-ap.de/def/politicalGeocoding/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
#: The EU's names of file types, by media type; it has none for SQLite.
_FILE_TYPES = {
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/zip": "ZIP",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}
#: Hessen by its official key: the data are of the Land, and all of them concern it.
_HOME_STATE = f"{_GEOCODING}stateKey/06"
#: A public body's work; the topics of its records come on top.
_THEMES = frozenset({DataTheme.GOVE})
LISTS = {
    RecordType.PROJECT: PROJECTS,
    RecordType.COOPERATION: COOPERATIONS,
    RecordType.PARTNER: PARTNERS,
}


@dataclass(frozen=True)
class File:
    """One file of a data set; a packed one says what is in it."""

    link: ExportLink
    #: Names it beside the others.
    key: str
    stored: StoredFile | None = None
    #: What the archive is, where the file is one.
    package_type: str = ""


@dataclass(frozen=True)
class Dataset:
    """Data that are to be had as files."""

    #: Names it within the file.
    key: str
    title: str
    description: str
    #: The page that shows the same.
    page_path: str
    files: Sequence[File]
    themes: Iterable[str] = _THEMES
    #: When its first record was published, and when the public last saw a change.
    issued: datetime | None = None
    modified: datetime | None = None
    licence: Licence | None = field(default_factory=data_licence)


def datasets() -> list[Dataset]:
    """Return all data that the catalogue offers."""
    times, themes = _times(), _themes()
    whole: set[str] = set().union(*themes.values())
    lists = [
        _list(listing, themes.get(record_type, set()), *times.get(record_type, (None, None)))
        for record_type, listing in LISTS.items()
    ]
    # The statements are those of the records.
    first = min((issued for issued, _modified in times.values() if issued), default=None)
    last = max((modified for _issued, modified in times.values() if modified), default=None)
    download = newest()
    return [
        *([_whole(download, whole)] if download else []),
        *lists,
        _list(STATEMENTS, whole, first, last),
        *(
            Dataset(
                key=item.path_name,
                title=item.plural(),
                description=f"{item.plural()} im Katalog „{settings.SITE_NAME}“, {item.note}.",
                page_path=reverse(item.page_url_name),
                files=_files(item.links()),
            )
            for item in REFERENCE_LISTS
        ),
    ]


def _list(
    listing: Listing, themes: set[str], issued: datetime | None, modified: datetime | None
) -> Dataset:
    plural, path = listing.nouns[1], reverse(listing.url_name)
    return Dataset(
        key=without_prefix(path).strip("/"),
        title=plural,
        description=description_of_list(plural),
        page_path=path,
        files=_files(export_links(path, "")),
        themes=_THEMES | themes,
        issued=issued,
        modified=modified,
    )


def _whole(download: Download, themes: set[str]) -> Dataset:
    """Describe the newest download, under the licence that its files name."""
    return Dataset(
        key="daten",
        title="Alle Daten",
        description=description_of_list(WHOLE),
        page_path=reverse("download"),
        files=[
            File(
                ExportLink(FILES[name].label, download.url(name), content_type),
                name.rpartition(".")[2],
                download.files[name],
                package_type,
            )
            for name, content_type, package_type in (
                (ARCHIVE, "text/csv", FILES[ARCHIVE].content_type),
                (DATABASE, FILES[DATABASE].content_type, ""),
            )
        ],
        themes=_THEMES | themes,
        issued=download.built_at,
        modified=download.changed_at,
        licence=LICENCES.get(download.made.licence),
    )


def _files(links: Iterable[ExportLink]) -> list[File]:
    return [File(link, link.url.rpartition(".")[2]) for link in links]


def _times() -> dict[str, tuple[datetime | None, datetime | None]]:
    """Return by type when a first record became public, and the last change that was seen."""
    rows = Record.objects.filter(first_published_at__isnull=False).order_by()
    first = dict(rows.values_list("type").annotate(Min("first_published_at")))
    last = dict(Version.objects.order_by().values_list("type").annotate(Max("at")))
    return {key: (first.get(key), last.get(key)) for key in {*first, *last}}


def _themes() -> dict[str, set[str]]:
    """Return by type the EU's themes of the topics that public records have."""
    rows = Record.objects.published().filter(topics__isnull=False).order_by()
    found: dict[str, set[str]] = {}
    for record_type, theme in rows.values_list("type", "topics__data_theme").distinct():
        found.setdefault(record_type, set()).add(theme)
    return found


class CatalogueJsonLdView(DataView):
    """``/katalog.jsonld``"""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the catalogue and its data sets."""
        download = newest()
        file = _File(partial(absolute_url, request), revision_of(request))
        response = HttpResponse(to_json(file.catalogue(datasets())), content_type=CONTENT_TYPE)
        # A build changes the answer, and no revision tells: nobody keeps it by that alone.
        besides = (download.name, download.built_at.timestamp()) if download else ("", 0.0)
        response.besides = besides  # type: ignore[attr-defined]
        response["Link"] = f'<{reverse("api")}>; rel="alternate"; type="text/html"'
        return response


class _File:
    """Writes what the catalogue offers with the full addresses of one host."""

    def __init__(self, address: Callable[[str], str], revision: Revision) -> None:
        self._address, self._revision = address, revision
        self._shared = _known(
            {
                "dct:publisher": self._publisher(),
                "dcatap:availability": settings.DATA_AVAILABILITY
                and _id(f"{_EU}planned-availability/{settings.DATA_AVAILABILITY.upper()}"),
                "dct:language": _id(f"{_EU}language/DEU", "dct:LinguisticSystem"),
            }
        )

    def catalogue(self, found: Iterable[Dataset]) -> dict[str, Any]:
        """Return the whole file."""
        licence = data_licence()
        return _known(
            {
                "@context": CONTEXT,
                "@id": self._name("katalog"),
                "@type": "dcat:Catalog",
                "dct:title": _text(settings.SITE_NAME),
                "dct:description": _text(
                    "Mit wem die HZD zusammenarbeitet: Projekte, Kooperationen und Partner, jede "
                    "Angabe mit ihrer Fundstelle."
                ),
                **self._shared,
                "foaf:homepage": _id(self._address(reverse("home")), "foaf:Document"),
                "dct:license": licence and _id(licence.dcat_uri, "dct:LicenseDocument"),
                # Before the first change there is nothing that could have one.
                "dct:modified": self._revision.number and _moment(self._revision.changed_at),
                "dct:spatial": _id(_HOME_STATE, "dct:Location"),
                "dcat:themeTaxonomy": _id(f"{_EU}data-theme", "skos:ConceptScheme")
                | {"dct:title": {"@value": "Data theme", "@language": "en"}},
                "dcat:dataset": [self._dataset(dataset) for dataset in found],
            }
        )

    def _dataset(self, dataset: Dataset) -> dict[str, Any]:
        contact = settings.CONTACT_EMAIL and {
            "@type": "vcard:Kind",
            "vcard:hasEmail": _id(f"mailto:{settings.CONTACT_EMAIL}"),
        }
        return _known(
            {
                "@id": self._name(dataset.key),
                "@type": "dcat:Dataset",
                "dct:title": _text(dataset.title),
                "dct:description": _text(dataset.description),
                "dct:identifier": self._name(dataset.key),
                **self._shared,
                "dcat:contactPoint": contact,
                "dcatde:contributorID": settings.CONTRIBUTOR_ID and _id(settings.CONTRIBUTOR_ID),
                "dcat:theme": [_id(DataTheme(theme).uri) for theme in sorted(dataset.themes)],
                "dcatde:politicalGeocodingLevelURI": _id(f"{_GEOCODING}Level/state"),
                "dcatde:politicalGeocodingURI": _id(_HOME_STATE),
                "dct:spatial": _id(_HOME_STATE, "dct:Location"),
                "dcat:landingPage": _id(self._address(dataset.page_path), "foaf:Document"),
                "dct:issued": dataset.issued and _moment(dataset.issued),
                "dct:modified": dataset.modified and _moment(dataset.modified),
                "dcat:distribution": [self._distribution(dataset, file) for file in dataset.files],
            }
        )

    def _distribution(self, dataset: Dataset, file: File) -> dict[str, Any]:
        media_type = file.link.content_type.partition(";")[0]
        file_type, licence = _FILE_TYPES.get(media_type), dataset.licence
        url = _id(self._address(file.link.url))
        return _known(
            {
                "@id": self._name(f"{dataset.key}-{file.key}"),
                "@type": "dcat:Distribution",
                "dct:title": _text(f"{dataset.title} ({file.link.label})"),
                # A file is both, where nothing else leads to it (convention 39).
                "dcat:accessURL": url,
                "dcat:downloadURL": url,
                "dct:format": file_type
                and _id(f"{_EU}file-type/{file_type}", "dct:MediaTypeOrExtent"),
                "dcat:mediaType": _id(f"{_MEDIA_TYPES}{media_type}", "dct:MediaType"),
                "dcat:packageFormat": file.package_type
                and _id(f"{_MEDIA_TYPES}{file.package_type}", "dct:MediaType"),
                **(_stored(file.stored) if file.stored else {}),
                "dct:license": licence and _id(licence.dcat_uri, "dct:LicenseDocument"),
                # Whom a licence with attribution asks to be named (convention 35).
                "dcatde:licenseAttributionByText": licence
                and "-BY-" in licence.spdx
                and settings.PUBLISHER,
                "dcatap:availability": self._shared.get("dcatap:availability"),
                "dct:modified": dataset.modified and _moment(dataset.modified),
            }
        )

    def _publisher(self) -> dict[str, Any] | None:
        """Return who publishes; the same node wherever it is named."""
        if not settings.PUBLISHER:
            return None
        homepage = settings.PUBLISHER_URL and _id(settings.PUBLISHER_URL, "foaf:Document")
        return _known(
            {
                "@id": self._name("herausgeber"),
                "@type": "foaf:Agent",
                "foaf:name": settings.PUBLISHER,
                "foaf:homepage": homepage,
            }
        )

    def _name(self, key: str) -> str:
        """Return the URI of a node of this file."""
        return self._address(f"{reverse('catalogue-json-ld')}#{key}")


def _stored(file: StoredFile) -> dict[str, Any]:
    return {
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _id(f"{CONTEXT['spdx']}checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _id(uri: str, node_type: str = "") -> dict[str, Any]:
    return {"@id": uri, "@type": node_type} if node_type else {"@id": uri}


def _text(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "de"}


def _moment(moment: datetime) -> dict[str, str]:
    local = timezone.localtime(moment).replace(microsecond=0)
    return {"@value": local.isoformat(), "@type": "xsd:dateTime"}


def _known(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}
