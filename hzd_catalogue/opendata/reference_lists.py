"""The lists that records refer to by their keys, in all formats, and each of their rows as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from hzd_catalogue.exports.addresses import ExportLink, absolute_url, export_links
from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.problems import problem
from hzd_catalogue.exports.schemas import Schema, closed, row_properties, single_schema
from hzd_catalogue.exports.shapes import CHOICE, DATE, INTEGER, URL
from hzd_catalogue.exports.tables import Column, ExportContext, meta_data
from hzd_catalogue.exports.views import DataView
from hzd_catalogue.prefix import with_prefix
from hzd_catalogue.records.columns import choice, name_cell
from hzd_catalogue.records.row_files import RowFileView
from hzd_catalogue.reference.choices import DataTheme
from hzd_catalogue.reference.models import FederalState, Level, Source, Topic
from hzd_catalogue.reference.revisions import revision_of


def _text(key: str, label: str, meaning: str, width: int = 24) -> Column:
    """Return the column of a field."""
    return Column(key, label, meaning, lambda row, _: getattr(row, key), width=width)


def _choice(key: str, label: str, meaning: str) -> Column:
    """Return the column of a field with a closed vocabulary."""

    def data(row: Any, context: ExportContext) -> dict[str, str] | None:
        value = getattr(row, key)
        return choice(value, getattr(row, f"get_{key}_display")()) if value else None

    return Column(key, label, meaning, data, name_cell, shape=CHOICE.or_none)


NAME = _text("name", "Name", "Wie der Katalog es nennt.", 30)
SLUG = _text("slug", "Teil der Adresse", "Der letzte Teil der Webadresse.", 24)
PAGE = Column(
    "url",
    "Adresse",
    "Webadresse der Seite.",
    lambda row, context: context.absolute_url(row.get_absolute_url()),
    width=40,
    shape=URL,
)


def _key(field: str, meaning: str) -> Column:
    return Column("key", "Schlüssel", meaning, lambda row, _: getattr(row, field), width=16)


class ReferenceListView(RowFileView):
    """Rows that records name by their keys; a subclass declares which."""

    sort = "wie auf der Seite"
    model: ClassVar[Any]
    columns: ClassVar[Sequence[Column]]
    #: The part of its addresses that names it.
    path_name: ClassVar[str]
    #: Name of the URL pattern of the page that shows the same.
    page_url_name: ClassVar[str]
    #: What it tells beside names.
    note: ClassVar[str]

    @classmethod
    def listed(cls) -> Any:
        """Return the queryset of what is listed."""
        return cls.model.objects.all()

    @classmethod
    def gone(cls, _slug: str) -> str:
        """Return since when a row is not listed any more, in a sentence; "" for what never was."""
        return ""

    @classmethod
    def plural(cls) -> str:
        """Return what its rows are called."""
        return str(cls.model._meta.verbose_name_plural)

    @classmethod
    def links(cls) -> list[ExportLink]:
        """Return all rows, in each format."""
        return export_links(with_prefix(f"/{cls.path_name}/"), "")

    def rows(self) -> Iterable[Any]:
        return self.listed()

    @property
    def title(self) -> str:
        return self.plural()

    @property
    def name(self) -> str:
        return self.plural()

    @property
    def page_path(self) -> str:
        return reverse(self.page_url_name)

    @property
    def file_path(self) -> str:
        return with_prefix(f"/{self.path_name}")


class StateListData(ReferenceListView):
    """``/laender.csv`` and the other formats"""

    model = FederalState
    path_name = "laender"
    page_url_name = "state-list"
    note = "Schlüssel nach ISO 3166-2"
    columns = (_key("code", "Schlüssel des Landes nach ISO 3166-2."), NAME, SLUG, PAGE)


class LevelListData(ReferenceListView):
    """``/ebenen.csv`` and the other formats"""

    model = Level
    path_name = "ebenen"
    page_url_name = "api"
    note = "mit ihrer Erklärung"
    columns = (
        _key("slug", "Schlüssel der Ebene."),
        NAME,
        _text("explanation", "Erklärung", "Was die Ebene umfasst.", 60),
    )


class TopicListData(ReferenceListView):
    """``/themen.csv`` and the other formats"""

    model = Topic
    path_name = "themen"
    page_url_name = "topic-list"
    note = "mit ihrer Entsprechung im EU-Vokabular „data theme“"
    columns = (
        _key("slug", "Schlüssel des Themas."),
        NAME,
        _text("description", "Erklärung", "Was zum Thema gehört.", 60),
        Column(
            "data_theme",
            "EU-Thema",
            "Die Entsprechung im EU-Vokabular „data theme“.",
            lambda row, _: DataTheme(row.data_theme).uri,
            width=50,
            shape=URL,
        ),
        PAGE,
    )


class SourceListData(ReferenceListView):
    """``/quellen.csv`` and the other formats"""

    model = Source
    path_name = "quellen"
    page_url_name = "source-list"
    note = "mit Herausgeber, Stimme, Datum, Rang in der Zeit und Vergleich mit dem Original"
    columns = (
        _key("code", "Nummer des Dokuments."),
        _text("title", "Titel", "Titel des Dokuments.", 50),
        SLUG,
        _text("publisher", "Herausgeber", "Wer das Dokument herausgibt.", 30),
        _text("published_at", "Originaladresse", "Soweit bekannt, wie die Redaktion sie nennt."),
        Column(
            "original_url",
            "Link zum Original",
            "Wo die Originaladresse vollständig bekannt ist.",
            lambda row, _: row.original_url or None,
            width=40,
            shape=URL.or_none,
        ),
        _choice("voice", "Stimme", "Selbstauskunft, Betreiber oder Dritte."),
        _text("voice_reason", "Grund für die Stimme", "Worauf die Stimme beruht.", 40),
        _text("date", "Datum", "So genau wie bekannt."),
        _choice("date_basis", "Datum ist", "Ob das Dokument sein Datum nennt."),
        _text("date_reason", "Grund für das Datum", "Woraus sich das Datum ergibt.", 40),
        Column(
            "rank",
            "Rang in der Zeit",
            "Das älteste Dokument hat den kleinsten.",
            lambda row, _: row.rank,
            width=10,
            shape=INTEGER,
        ),
        _text("rank_reason", "Grund für den Rang", "Woraus sich der Rang ergibt.", 40),
        _choice("comparison", "Vergleich", "Ergebnis des Vergleichs mit dem Original."),
        Column(
            "compared_on",
            "zuletzt verglichen",
            "Tag des letzten Vergleichs; leer: nie.",
            lambda row, _: row.compared_on.isoformat() if row.compared_on else None,
            width=16,
            shape=DATE.or_none,
        ),
        PAGE,
    )

    @classmethod
    def listed(cls) -> Any:
        return Source.objects.published()

    @classmethod
    def gone(cls, _slug: str) -> str:
        source = Source.objects.filter(slug=_slug, taken_back_at__isnull=False).first()
        if source is None:
            return ""
        day = date_format(localtime(source.taken_back_at), "j. F Y")
        return f"Seit dem {day} gehört dieses Dokument nicht mehr zum Katalog."


REFERENCE_LISTS: tuple[type[ReferenceListView], ...] = (
    StateListData,
    LevelListData,
    TopicListData,
    SourceListData,
)


class ReferenceRowView(DataView):
    """One row of such a list: ``/laender/hessen.json``."""

    reference_list: type[ReferenceListView] = ReferenceListView

    def json_schema(self) -> Schema:
        return single_schema(closed(row_properties(self.reference_list.columns)))

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Answer with the row, or say since when it is not listed any more."""
        listed = self.reference_list
        try:
            row = get_object_or_404(listed.listed(), slug=slug)
        except Http404:
            gone = listed.gone(slug)
            if not gone:
                raise
            return problem(410, "Zurückgenommen", gone)
        context = ExportContext(lambda path: absolute_url(request, path))
        record = {column.key: column.data(row, context) for column in listed.columns}
        page = record.get("url") or context.absolute_url(reverse(listed.page_url_name))
        name = str(record.get("name") or record["title"])
        data = {"meta": meta_data(name, revision_of(request), page), "record": record}
        return HttpResponse(to_json(data), content_type="application/json")
