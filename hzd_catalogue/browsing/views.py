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

from .addresses import query_string
from .exports import export_links, link_header, record_json_url
from .filtersets import CatalogueFilterSet
from .pagination import PAGE_SIZES, Paging, paginate
from .related import related_records
from .search import Fragment, Line, Term, highlight

VIEWS = {"karten": "Karten", "tabelle": "Tabelle"}


@dataclass(frozen=True)
class Hit:
    """A record on a list page, with what a search marked in it."""

    record: Any
    name: list[Fragment]
    #: Label and fragments of the line that matched, where it is not the name.
    excerpt: tuple[str, list[Fragment]] | None = None


@dataclass(frozen=True)
class Choice:
    """A link that changes how a result is shown."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Header:
    """A column of the table: sortable when it has an address."""

    label: str
    url: str = ""
    #: Value of ``aria-sort``; "" for a column that is not the sorted one.
    direction: str = ""


def marked_hits(
    records: Sequence[Any], filterset: CatalogueFilterSet, terms: Sequence[Term]
) -> list[Hit]:
    """Return the records with their names and matching lines cut into fragments."""
    return [
        Hit(record, highlight(record.name, terms), _excerpt(filterset, record.pk, terms))
        for record in records
    ]


def _excerpt(
    filterset: CatalogueFilterSet, pk: int, terms: Sequence[Term]
) -> tuple[str, list[Fragment]] | None:
    line: Line | None = filterset.index.search.excerpt(filterset.index.positions[pk], terms)
    return (line.label, highlight(line.text, terms)) if terms and line else None


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
        shown = Presentation(filterset, paging, view if view in VIEWS else "karten")
        result = filterset.search_result
        return super().get_context_data(
            filterset=filterset,
            paging=paging,
            shown=shown,
            headers=shown.headers(self.columns),
            hits=marked_hits(
                filterset.records(paging.page.object_list),
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


@dataclass(frozen=True)
class Presentation:
    """How a result is shown, and the addresses of the same result shown otherwise."""

    filterset: CatalogueFilterSet
    paging: Paging
    view: str = "karten"

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The view's own parameters, as far as they differ from what a visitor gets anyway."""
        parameters = {}
        if self.filterset.sort != self.filterset.default_sort:
            parameters["sortierung"] = [self.filterset.sort]
        if self.paging.size != PAGE_SIZES[0]:
            parameters["pro-seite"] = [str(self.paging.size)]
        if self.view != "karten":
            parameters["ansicht"] = [self.view]
        return parameters

    def url(self, **changes: str) -> str:
        """Return the query string of this result with some of the view's parameters replaced."""
        changed = {name.replace("_", "-"): [value] for name, value in changes.items()}
        parameters = {**self.filterset.parameters, **self.parameters, **changed}
        return query_string(parameters) or "?"

    @property
    def canonical(self) -> str:
        """The one query string of this page; "" for the plain list."""
        page = {"seite": [str(self.paging.number)]} if self.paging.number > 1 else {}
        return query_string({**self.filterset.parameters, **self.parameters, **page})

    @property
    def views(self) -> list[Choice]:
        """Cards or table."""
        return [
            Choice(label, self.url(ansicht="" if view == "karten" else view), view == self.view)
            for view, label in VIEWS.items()
        ]

    @property
    def sorts(self) -> list[Choice]:
        """The orders to choose from."""
        sorts = dict(self.filterset.sorts)
        if self.filterset.query:
            sorts = {"relevanz": "Relevanz", **sorts}
        return [
            Choice(label, self._sorted(sort), sort == self.filterset.sort.lstrip("-"))
            for sort, label in sorts.items()
        ]

    def _sorted(self, sort: str) -> str:
        return self.url(sortierung="" if sort == self.filterset.default_sort else sort)

    @property
    def sizes(self) -> list[Choice]:
        """The page sizes to choose from."""
        return [
            Choice(
                str(size),
                self.url(pro_seite="" if size == PAGE_SIZES[0] else str(size)),
                size == self.paging.size,
            )
            for size in PAGE_SIZES
        ]

    @property
    def pages(self) -> list[Choice]:
        """Links to the pages around this one; an ellipsis has no address."""
        return [
            Choice(str(number), self._page(number), number == self.paging.number)
            for number in self.paging.elided_range
        ]

    @property
    def previous_url(self) -> str:
        """Address of the page before; "" on the first."""
        return self._page(self.paging.number - 1) if self.paging.page.has_previous() else ""

    @property
    def next_url(self) -> str:
        """Address of the page after; "" on the last."""
        return self._page(self.paging.number + 1) if self.paging.page.has_next() else ""

    def _page(self, number: Any) -> str:
        if not isinstance(number, int):
            return ""
        return self.url(seite="" if number == 1 else str(number))

    def headers(self, columns: dict[str, str]) -> list[Header]:
        """Return the table's columns; a second choice of the same one turns the order round."""
        headers = []
        for label, sort in columns.items():
            if not sort:
                headers.append(Header(label))
                continue
            current = self.filterset.sort
            reverse = f"-{sort}"
            # Names rise from A to Z; dates and numbers start with the newest and the most.
            falls = (current == sort) != (sort == "name")
            direction = ""
            if current.lstrip("-") == sort:
                direction = "descending" if falls else "ascending"
            headers.append(
                Header(label, self._sorted(reverse if current == sort else sort), direction)
            )
        return headers

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        """The view's parameters, for the filter form to keep."""
        return [(name, values[0]) for name, values in self.parameters.items()]


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
