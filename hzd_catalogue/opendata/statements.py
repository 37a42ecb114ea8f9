"""Every published statement as a row, ``/aussagen/``, and each at an address of its own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.generic import View

from hzd_catalogue.exports.addresses import absolute_url
from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.problems import problem
from hzd_catalogue.exports.schemas import Schema, closed, row_properties, single_schema
from hzd_catalogue.exports.tables import Column, ExportContext, meta_data
from hzd_catalogue.exports.views import DataView
from hzd_catalogue.lists.addresses import Parameters
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.records.differences import COMPARED_KINDS, Compared
from hzd_catalogue.records.earlier import day_of
from hzd_catalogue.records.earlier_list import EarlierList
from hzd_catalogue.records.earlier_statements import EarlierStatements
from hzd_catalogue.records.export_rows import OF_STATEMENTS, ExportFile
from hzd_catalogue.records.models import RetiredKey, Statement, Version
from hzd_catalogue.records.statement_columns import STATEMENT_COLUMNS
from hzd_catalogue.records.statement_list import STATEMENTS, beside, with_named
from hzd_catalogue.records.versions import DAY
from hzd_catalogue.records.views import RecordExportView, RecordListView
from hzd_catalogue.reference.folding import Fragment, highlight
from hzd_catalogue.reference.revisions import revision_of


@dataclass(frozen=True)
class ShownStatement:
    """A statement as the list shows it, with the words that a search found in it."""

    row: Compared
    record: list[Fragment]
    fact: list[Fragment]
    quotes: list[list[Fragment]]
    #: Where the newest statement on the same thing leads to; empty for that one itself.
    newer_url: str

    @property
    def is_compared(self) -> bool:
        """Whether two documents can speak of the same thing."""
        return self.row.statement.kind in COMPARED_KINDS


def shown_statements(shown: Presentation, revision: Hashable) -> list[ShownStatement]:
    """Return the rows of a page with marked words."""
    search = shown.result.search
    mark = partial(highlight, terms=search.reading.terms if search else [])
    return [
        ShownStatement(
            row,
            mark(row.statement.record.name),
            mark(row.statement.fact),
            [mark(quote) for quote in (row.statement.quote, row.statement.since_quote) if quote],
            reverse("statement", args=[row.newer]) if row.newer else "",
        )
        for row in beside(shown.rows.loaded if shown.rows else [], revision)
    ]


class StatementListView(RecordListView):
    """``/aussagen/``"""

    listing = STATEMENTS
    template_name = "opendata/statement_list.html"
    earlier_template_name = "opendata/earlier_statements.html"
    headings: ClassVar[Mapping[str, str]] = {
        "Eintrag": "eintrag",
        # Sorted by its date, as "Sortieren" offers, a column of words would look out of order.
        "Angabe": "",
        "Fundstelle": "quelle",
    }
    has_views = False

    def earlier(self) -> EarlierList:
        return earlier_statements(self.request)

    def rows(self, view: str) -> Any:
        return with_named(self.listing.rows())

    def feed_query(self, parameters: Parameters) -> str:
        """Return none: the changes are those of records."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "statements": shown_statements(context["shown"], self.revision())}


class StatementExportView(RecordExportView):
    """``/aussagen.csv`` and the other formats"""

    listing = STATEMENTS
    columns: ClassVar[Sequence[Column]] = STATEMENT_COLUMNS
    kept: ClassVar[Mapping[str, ExportFile]] = OF_STATEMENTS
    #: As the version of its record has it.
    earlier_row: ClassVar[Schema | None] = {"type": "object"}

    def earlier(self) -> EarlierList:
        return earlier_statements(self.request)

    @property
    def detailed_rows(self) -> Any:
        return with_named(self.listing.rows())

    def told(self, rows: Iterable[Any]) -> Iterable[Compared]:
        return beside(rows, self.revision.key)


def earlier_statements(request: HttpRequest) -> EarlierStatements:
    """Return the statements of the day that a request asks for."""
    day: date = day_of(request.GET.get(DAY, "").strip())
    return EarlierStatements(STATEMENTS, "", day, request.GET)


@dataclass(frozen=True)
class GoneStatement:
    """A statement that was public once."""

    key: str
    since: datetime
    #: What its record last showed with it; None where that was never kept.
    version: Version | None

    @property
    def url(self) -> str:
        """Where it can be seen as it last stood; empty where that was never kept."""
        return f"{self.version.url}#aussage-{self.key}" if self.version else ""


def gone_statement(key: str) -> GoneStatement | None:
    """Return what is known of a key that no public statement has; None where it never was one.

    Only the versions know what was public: the draft of a statement, or one that was written and
    deleted while its record was withdrawn, was never.
    """
    versions = Version.objects.order_by("-pk")
    statement = Statement.objects.filter(key=key).first()
    retired = RetiredKey.objects.filter(key=key).first()
    if statement is not None:
        versions = versions.filter(record=statement.record_id)
    elif retired is None:
        return None
    # The one lookup that reads the texts of versions: of reserved keys alone.
    for version in versions.filter(public__contains=f'"{key}"').iterator(chunk_size=1):
        if _states(version, key):
            later = versions.filter(record=version.record_id, pk__gt=version.pk)
            ended = later.order_by("pk").first()
            since = ended.at if ended else retired.retired_at if retired else version.at
            return GoneStatement(key, since, version)
    if retired and not Version.objects.filter(at__lt=retired.retired_at).exists():
        # From before there were versions.
        return GoneStatement(key, retired.retired_at, None)
    return None


def _states(version: Version, key: str) -> bool:
    """Whether a version shows a statement as its record's own."""
    shown: Any = version.shown
    return any(
        row["key"] == key and row["url"].startswith(f"{shown['url']}#")
        for rows in shown["statements"].values()
        for row in rows
    )


class OfStatement(View):
    """Answers at the addresses of a statement; says so where it is gone, or never was."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Answer with the statement, or with what became of it."""
        statement = with_named(STATEMENTS.rows()).filter(key=slug).first()
        if statement is not None:
            return self.found(statement)
        gone = gone_statement(slug)
        return self.unknown() if gone is None else self.gone(gone)

    def found(self, statement: Statement) -> HttpResponse:
        """Answer with a published statement."""
        raise NotImplementedError

    def gone(self, gone: GoneStatement) -> HttpResponse:
        """Say that it is gone, since when, and to what it belonged."""
        raise NotImplementedError

    def unknown(self) -> HttpResponse:
        """Say that no public statement ever had this key."""
        raise NotImplementedError


class StatementView(OfStatement):
    """``/aussagen/<key>/``: leads to its place on its record's page"""

    def found(self, statement: Statement) -> HttpResponse:
        # Not for good: the record's address may change.
        return HttpResponseRedirect(statement.get_absolute_url())

    def gone(self, gone: GoneStatement) -> HttpResponse:
        return render(
            self.request, "opendata/statement_gone.html", {"gone": gone}, status=HTTPStatus.GONE
        )

    def unknown(self) -> HttpResponse:
        return render(
            self.request, "opendata/statement_unknown.html", {}, status=HTTPStatus.NOT_FOUND
        )


class StatementJsonView(DataView, OfStatement):
    """``/aussagen/<key>.json``: all that the list says of one"""

    def json_schema(self) -> Schema:
        return single_schema(closed(row_properties(STATEMENT_COLUMNS)))

    def found(self, statement: Statement) -> HttpResponse:
        revision = revision_of(self.request)
        context = ExportContext(partial(absolute_url, self.request))
        [row] = beside([statement], revision.key)
        data = {
            "meta": meta_data(
                statement.fact,
                revision,
                context.absolute_url(reverse("statement", args=[statement.key])),
            ),
            "record": {column.key: column.data(row, context) for column in STATEMENT_COLUMNS},
        }
        return HttpResponse(to_json(data), content_type="application/json")

    def gone(self, gone: GoneStatement) -> HttpResponse:
        since = date_format(localtime(gone.since), "j. F Y")
        detail = f"Die Angabe „{gone.key}“ steht seit dem {since} nicht mehr im Katalog."
        if gone.version:
            record = f"{gone.version.get_type_display()} „{gone.version.name}“"
            detail += f" Sie gehörte zu: {record}. Zuletzt stand sie hier: "
            detail += absolute_url(self.request, gone.url)
        return problem(HTTPStatus.GONE, "Nicht mehr im Katalog", detail)

    def unknown(self) -> HttpResponse:
        return problem(
            HTTPStatus.NOT_FOUND,
            "Unbekannter Schlüssel",
            "Unter diesem Schlüssel kennt der Katalog keine Angabe, auch keine frühere.",
        )
