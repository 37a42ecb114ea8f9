"""The documentation of the open data, made from what answers: it cannot go stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView, View

from hzd_catalogue.browsing.exports import (
    ExportLink,
    ListExportView,
    absolute_url,
    export_links,
    export_url,
    record_json_url,
)
from hzd_catalogue.browsing.filtersets import CatalogueFilterSet
from hzd_catalogue.browsing.formats import ABOUT_COLUMNS, FORMATS, to_json
from hzd_catalogue.browsing.tables import Column, revision_data
from hzd_catalogue.records.statements import statement_relations
from hzd_catalogue.reference.models import Revision
from partners.exports import CooperationExportView, PartnerExportView
from projects.exports import ProjectExportView

from .exports import MatrixExportView

#: URL names of the lists that records refer to by their keys.
REFERENCE_LISTS = (
    ("states-json", "Bundesländer", "Schlüssel nach ISO 3166-2"),
    ("levels-json", "Ebenen", "mit ihrer Erklärung"),
    ("topics-json", "Themen", "mit ihrer Entsprechung im EU-Vokabular „data theme“"),
    ("sources-json", "Quellen", "mit Herausgeber, Datum und Rang in der Zeit"),
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a list's address."""

    name: str
    label: str
    #: Value to label; empty where any text goes.
    values: dict[str, str]
    is_repeatable: bool = True


@dataclass(frozen=True)
class Resource:
    """One list with its formats, parameters and fields."""

    view: type[ListExportView]
    filterset: CatalogueFilterSet

    @classmethod
    def of(cls, view: type[ListExportView]) -> Resource:
        """Describe what ``view`` answers."""
        return cls(view, view.filterset_class.for_everything())

    @property
    def title(self) -> str:
        """The plural of the records' noun."""
        return self.filterset.nouns[1]

    @property
    def key(self) -> str:
        """The name of its part of the documentation."""
        return self.path.strip("/")

    @property
    def path(self) -> str:
        """The path of the list's page."""
        return reverse(self.view.list_url_name)

    @property
    def links(self) -> list[ExportLink]:
        """All records, in each format."""
        return export_links(self.path, "")

    @property
    def record_path(self) -> str:
        """Where a record is, with a place for its key."""
        return f"{self.path}{{key}}.json"

    @property
    def example_path(self) -> str:
        """Where the first record is; "" when there is none."""
        records = self.filterset.records(self.filterset.pks[:1])
        return record_json_url(records[0]) if records else ""

    @property
    def csv_metadata_path(self) -> str:
        """Where the CSV file is described."""
        return export_url(self.path, "csv-metadata.json")

    @property
    def columns(self) -> Sequence[Column]:
        """The fields of each record."""
        return self.view.columns

    @property
    def parameters(self) -> list[Parameter]:
        """What the list can be filtered and ordered by."""
        sorts = {"relevanz": "Relevanz (nur mit q)", **self.filterset.sorts}
        return [
            Parameter("q", self.filterset.base_filters["q"].label, {}, is_repeatable=False),
            *(
                Parameter(name, str(facet.label), self.filterset.index.facets[name].labels)
                for name, facet in self.filterset.facets().items()
            ),
            Parameter("sortierung", "Reihenfolge", sorts, is_repeatable=False),
        ]

    @property
    def statements(self) -> list[tuple[str, str]]:
        """Name and meaning of the groups of statements that come with a single record."""
        model = self.filterset._meta.model
        return [
            (relation.name, str(relation.related_model._meta.verbose_name_plural))
            for relation in statement_relations(model)
        ]


def resources() -> list[Resource]:
    """Return all lists of records."""
    return [
        Resource.of(view) for view in (ProjectExportView, CooperationExportView, PartnerExportView)
    ]


class ApiView(TemplateView):
    """``/api/``: the documentation, for people."""

    template_name = "site/api.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            resources=resources(),
            formats=[(suffix, item) for suffix, item in FORMATS.items() if item.is_offered],
            about_columns=ABOUT_COLUMNS,
            reference_lists=[
                (reverse(name), title, meaning) for name, title, meaning in REFERENCE_LISTS
            ],
            matrix_links=export_links(reverse(MatrixExportView.list_url_name), ""),
            origin=absolute_url(self.request, ""),
            revision=Revision.current(),
            **kwargs,
        )


class ApiJsonView(View):
    """``/api.json``: the same for machines."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with all addresses, parameters and fields."""
        data = {
            "meta": {
                "title": settings.SITE_NAME,
                "revision": revision_data(Revision.current()),
                "url": absolute_url(request, reverse("api")),
            },
            "resources": [self.resource(request, item) for item in resources()],
            "lists": [
                {"title": title, "url": absolute_url(request, reverse(name))}
                for name, title, _meaning in REFERENCE_LISTS
            ],
        }
        return HttpResponse(to_json(data), content_type="application/json")

    def resource(self, request: HttpRequest, item: Resource) -> dict[str, Any]:
        """Return one list with its formats, parameters and fields."""
        return {
            "title": item.title,
            "url": absolute_url(request, item.path),
            "formats": [
                {"url": absolute_url(request, link.url), "type": link.content_type}
                for link in item.links
            ],
            "record_url": absolute_url(request, item.record_path),
            "parameters": [
                {
                    "name": parameter.name,
                    "label": parameter.label,
                    "is_repeatable": parameter.is_repeatable,
                    "values": parameter.values,
                }
                for parameter in item.parameters
            ],
            "fields": [
                {"key": column.key, "label": column.label, "meaning": column.meaning}
                for column in item.columns
            ],
        }
