"""List and detail pages of records; the apps say which record and which template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404
from django.views.generic import DetailView, TemplateView

from hzd_catalogue.reference.models import FormerAddress

from .exports import export_links, link_header, record_json_url
from .filtersets import CatalogueFilterSet
from .pagination import paginate
from .presentation import VIEWS, Presentation
from .related import related_records
from .search import Fragment, Term, highlight, marked_excerpt


@dataclass(frozen=True)
class Hit:
    """A record on a list page, with what a search marked in it."""

    record: Any
    name: list[Fragment]
    #: Label and fragments of the line that matched, where it is not the name.
    excerpt: tuple[str, list[Fragment]] | None = None


def marked_hits(
    records: Sequence[Any], filterset: CatalogueFilterSet, terms: Sequence[Term]
) -> list[Hit]:
    """Return the records with their names and matching lines cut into fragments."""
    if not terms:
        # The words of all records are read only where something is searched for.
        return [Hit(record, highlight(record.name, terms)) for record in records]
    index = filterset.index
    return [
        Hit(
            record,
            highlight(record.name, terms),
            marked_excerpt(index.search, index.positions[record.pk], terms),
        )
        for record in records
    ]


class RecordListView(TemplateView):
    """A list with search, facets, order, pages and two views; complete without JavaScript."""

    filterset_class: type[CatalogueFilterSet]
    #: Column label to the name of its order; "" for a column that cannot be sorted by.
    columns: dict[str, str]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the filter set, the page and its hits, and links to other views of them."""
        filterset = self.filterset_class(self.request.GET)
        paging = paginate(filterset.pks, self.request.GET)
        view = self.request.GET.get("ansicht", "")
        problems = [*filterset.problems, *paging.problems]
        if view and view not in VIEWS:
            problems.append("Diese Ansicht gibt es nicht; möglich sind Karten und Tabelle.")
        shown = Presentation(paging, filterset, view if view in VIEWS else "karten")
        result = filterset.search_result
        return super().get_context_data(
            filterset=filterset,
            paging=paging,
            shown=shown,
            headers=shown.headers(self.columns),
            hits=marked_hits(
                filterset.records(paging.items),
                filterset,
                result.terms if result else [],
            ),
            exports=export_links(self.request.path, filterset.result_query),
            problems=problems,
            total=len(filterset.index),
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Name the formats of this result in the header too, for programs."""
        response = super().render_to_response(context, **kwargs)
        response["Link"] = link_header(context["exports"])
        return response


class RecordDetailView(DetailView):
    """One record; editors see drafts through the admin."""

    filterset_class: type[CatalogueFilterSet]
    #: Set by the admin's preview.
    include_drafts = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the record, or lead a former address to the present one for good."""
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            former = get_object_or_404(
                FormerAddress, model=self.model._meta.model_name, slug=kwargs["slug"]
            )
            record = get_object_or_404(self.model.objects.published(), pk=former.record_id)
            return HttpResponsePermanentRedirect(record.get_absolute_url())

    def get_queryset(self) -> Any:
        """Return the records that may be shown, with all relations of a detail page."""
        records = (
            self.model.objects.all() if self.include_drafts else self.model.objects.published()
        )
        return records.with_details()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add related records, the record's JSON and whether this is a preview."""
        return super().get_context_data(
            # A draft is not to be had as JSON.
            record_json_url="" if self.include_drafts else record_json_url(self.object),
            related=related_records(self.filterset_class, self.object.pk),
            is_preview=self.include_drafts,
            **kwargs,
        )
