"""The documentation of the open data, made from what answers: it cannot go stale."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import reverse
from django.views.generic import TemplateView

from hzd_catalogue.exports.addresses import ExportLink, absolute_url, export_links, export_url
from hzd_catalogue.exports.formats import DESCRIPTION, FORMATS, LARGEST_SHEET, PICTURE
from hzd_catalogue.exports.parameters import Parameter
from hzd_catalogue.exports.tables import Column
from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.result import Result
from hzd_catalogue.prefix import without_prefix
from hzd_catalogue.records.data_lists import list_parameters
from hzd_catalogue.records.tables import TableName
from hzd_catalogue.records.views import RecordExportView, record_json_url
from hzd_catalogue.reference.german import LIST_SEPARATOR
from hzd_catalogue.reference.revisions import revision_of
from partners.views import CooperationExportView, PartnerExportView
from projects.views import ProjectExportView

from .changes import CHANGES_PER_PAGE
from .feeds import FEED_LENGTH
from .reference_lists import REFERENCE_LISTS
from .statements import StatementExportView

#: The pictures of pages across the catalogue, by the names of their addresses.
PICTURES = ("state-map", "net-picture", "timeline-picture", "year-chart")


def _without_missing(parameter: Parameter) -> Parameter:
    """Return the same without "ohne", which a list knows only where it has rows without a value."""
    named = {value: label for value, label in parameter.values.items() if value != MISSING}
    return replace(parameter, values=named)


class Field(NamedTuple):
    """One field of each record: its name in JSON, its heading in tables and its meaning."""

    key: str
    label: str
    meaning: str


@dataclass(frozen=True)
class Reference:
    """What there is to know of parameters and fields: of all lists at once, or of one alone."""

    parameters: list[Parameter]
    fields: list[Field]

    @classmethod
    def of(cls, resource: Resource) -> Reference:
        """Return everything of one list."""
        parameters = [_without_missing(parameter) for parameter in resource.parameters]
        return cls(parameters, resource.fields)

    def common(self, others: Iterable[Reference]) -> Reference:
        """Return what is the same in all others."""
        others = list(others)
        return Reference(
            [row for row in self.parameters if all(row in other.parameters for other in others)],
            [row for row in self.fields if all(row in other.fields for other in others)],
        )

    def without(self, known: Reference) -> Reference:
        """Return what is not known yet."""
        return Reference(
            [row for row in self.parameters if row not in known.parameters],
            [row for row in self.fields if row not in known.fields],
        )


@dataclass(frozen=True)
class Resource:
    """One list with its formats, parameters and fields."""

    view: type[RecordExportView]
    revision: Hashable

    @property
    def listing(self) -> Listing:
        """What is listed."""
        return self.view.listing

    @property
    def title(self) -> str:
        """The plural of the records' noun."""
        return self.listing.nouns[1]

    @property
    def key(self) -> str:
        """The name of its part of the documentation."""
        return without_prefix(self.path).strip("/")

    @property
    def path(self) -> str:
        """The path of the list's page."""
        return reverse(self.listing.url_name)

    @property
    def links(self) -> list[ExportLink]:
        """All records, in each format."""
        return export_links(self.path, "")

    @property
    def record_path(self) -> str:
        """Where a record is, with a place for its key."""
        return f"{self.path}{{key}}.json"

    @cached_property
    def example_path(self) -> str:
        """Where the first record is; "" when there is none."""
        result = Result.of(self.listing, self.revision)
        records = result.records(result.ordered[:1], self.listing.rows().names())
        return record_json_url(records[0]) if records else ""

    @property
    def table_path(self) -> str:
        """Where a table of a record is, with places for both."""
        return export_url(f"{self.path}{{key}}/{{tabelle}}", "csv")

    @property
    def tables(self) -> Sequence[TableName]:
        """The tables that a record may have."""
        names: Sequence[TableName] = self.listing.rows().model.table_names
        return names

    @property
    def csv_metadata_path(self) -> str:
        """Where the CSV file is described."""
        return export_url(self.path, DESCRIPTION)

    @property
    def columns(self) -> Sequence[Column]:
        """The fields of each record."""
        return self.view.columns

    @property
    def parameters(self) -> list[Parameter]:
        """What the list can be filtered and ordered by."""
        return list_parameters([self.listing], self.revision)

    @property
    def fields(self) -> list[Field]:
        """The columns as they are told of."""
        return [Field(column.key, column.label, column.meaning) for column in self.columns]

    @property
    def statements(self) -> list[tuple[str, str]]:
        """Name and meaning of the groups of statements that come with a single record."""
        return list(self.listing.rows().model.statement_groups().items())


class StatementResource(Resource):
    """The list of all statements: each has no tables, and no statements of its own."""

    @cached_property
    def example_path(self) -> str:
        result = Result.of(self.listing, self.revision)
        found = result.records(result.ordered[:1])
        return reverse("statement-json", args=[found[0].key]) if found else ""

    @property
    def table_path(self) -> str:
        return ""

    @property
    def tables(self) -> Sequence[TableName]:
        return ()

    @property
    def statements(self) -> list[tuple[str, str]]:
        return []


def statement_resource(revision: Hashable) -> StatementResource:
    """Return the list of all statements."""
    return StatementResource(StatementExportView, revision)


def resources(revision: Hashable) -> list[Resource]:
    """Return all lists of records."""
    return [
        Resource(view, revision)
        for view in (ProjectExportView, CooperationExportView, PartnerExportView)
    ]


class ApiView(TemplateView):
    """``/api/``: the documentation, for people."""

    template_name = "opendata/api.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision = revision_of(self.request)
        found = resources(revision.key)
        references = [Reference.of(resource) for resource in found]
        common = references[0].common(references[1:])
        statements = statement_resource(revision.key)
        return super().get_context_data(
            resources=found,
            common=common,
            own=[
                (resource, reference.without(common))
                for resource, reference in zip(found, references, strict=True)
            ],
            statement_list=statements,
            statement_reference=Reference.of(statements),
            formats=[(suffix, item) for suffix, item in FORMATS.items() if item.is_offered],
            separator=LIST_SEPARATOR,
            most_rows=LARGEST_SHEET,
            reference_lists=REFERENCE_LISTS,
            matrix_links=export_links(reverse("matrix"), ""),
            changes_per_page=CHANGES_PER_PAGE,
            feed_length=FEED_LENGTH,
            picture_urls=[reverse(name, args=[PICTURE]) for name in PICTURES],
            origin=absolute_url(self.request, ""),
            revision=revision,
            **kwargs,
        )
