"""``/suche/``: one search over everything that has a name, grouped by kind."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.views.generic import TemplateView

from hzd_catalogue.lists.addresses import query_string
from hzd_catalogue.lists.bitmaps import members
from hzd_catalogue.lists.form import QueryField
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.per_revision import PerRevision
from hzd_catalogue.lists.presentation import Correction
from hzd_catalogue.lists.search import (
    NAME,
    RELATED,
    Fragment,
    SearchField,
    SearchIndex,
    SearchResult,
    build_search_index,
    find,
    highlight,
    marked_excerpt,
)
from hzd_catalogue.reference.models import FederalState, Source, Topic
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

#: Hits a group shows before it links to the whole list.
SHOWN_PER_GROUP = 10


@dataclass(frozen=True)
class Searched:
    """What is searched as one group: projects, states, and so on."""

    nouns: tuple[str, str]
    #: Returns the records that visitors may see.
    records: Callable[[], QuerySet]
    #: Where a search looks.
    fields: Sequence[SearchField]
    #: Takes a revision; returns the primary keys by position, and the index of their texts.
    load: Callable[[Hashable], tuple[Sequence[int], SearchIndex]]
    #: URL name of the list that takes the same query; "" where there is none.
    list_url_name: str = ""


def _listed(listing: Listing) -> Searched:
    def load(revision: Hashable) -> tuple[Sequence[int], SearchIndex]:
        index = listing.index(revision)
        return index.pks, index.search

    return Searched(listing.nouns, listing.rows, listing.search_fields, load, listing.url_name)


def _named(nouns: tuple[str, str], model: Any, *fields: SearchField) -> Searched:
    records = model.objects.all
    index = PerRevision(lambda: build_search_index(records(), fields))
    return Searched(nouns, records, fields, index.get)


SEARCHED = (
    _listed(PROJECTS),
    # An alliance often bears the name of its partner; the organisation itself goes first.
    _listed(PARTNERS),
    _listed(COOPERATIONS),
    _named(
        ("Bundesland", "Bundesländer"),
        FederalState,
        SearchField("Name", "name", NAME),
        SearchField("Schlüssel", "code", NAME),
    ),
    _named(
        ("Thema", "Themen"),
        Topic,
        SearchField("Name", "name", NAME),
        SearchField("Erklärung", "description"),
    ),
    _named(
        ("Quelle", "Quellen"),
        Source,
        SearchField("Titel", "title", NAME),
        SearchField("Nummer", "code", RELATED),
        SearchField("Herausgeber", "publisher", RELATED),
        SearchField("Datum", "date"),
    ),
)


#: The names of all fields that are searched, each once.
SEARCHED_FIELDS = list(dict.fromkeys(field.label for item in SEARCHED for field in item.fields))


@dataclass(frozen=True)
class FoundRecord:
    """One hit with what matched in it."""

    url: str
    name: list[Fragment]
    summary: str
    excerpt: tuple[str, list[Fragment]] | None


@dataclass(frozen=True)
class Group:
    """The hits of one kind, best first."""

    nouns: tuple[str, str]
    count: int
    hits: list[FoundRecord]
    #: Address of all hits of this kind; "" when all are shown or no list takes the query.
    url: str
    #: Sort key: the query as a whole name first, then records, then the score of the best hit.
    order: tuple[bool, bool, int]


class SearchView(TemplateView):
    """Searches everything at once; says what it corrected and what it could not use."""

    template_name = "overview/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the query, the groups with hits, corrections and problems."""
        field = QueryField(required=False)
        problems: list[str] = []
        query = ""
        asked = self.request.GET.get("q", "")
        try:
            query = field.clean(asked)
        except ValidationError as error:
            problems += error.messages
        revision = revision_of(self.request).key
        groups, corrections = search_everything(query, revision) if query else ([], [])
        return super().get_context_data(
            query=query,
            groups=groups,
            count=sum(group.count for group in groups),
            corrections=corrections,
            problems=problems,
            searched_fields=SEARCHED_FIELDS,
            **kwargs,
        )


def search_everything(query: str, revision: Hashable) -> tuple[list[Group], list[Correction]]:
    """Return the groups that have hits, in their order, and the corrections."""
    loaded = [searched.load(revision) for searched in SEARCHED]
    results = find(query, [index for _pks, index in loaded])
    groups = [
        _group(searched, pks, index, result)
        for searched, (pks, index), result in zip(SEARCHED, loaded, results, strict=True)
        if result.hits
    ]
    understood = results[0].query
    corrections = [
        Correction(typed, word, query_string({"q": [understood]}))
        for typed, word in results[0].corrections.items()
    ]
    return sorted(groups, key=lambda group: group.order, reverse=True), corrections


def _group(
    searched: Searched, pks: Sequence[int], index: SearchIndex, result: SearchResult
) -> Group:
    ranked = sorted(
        members(result.hits, range(len(pks))), key=lambda place: (-result.scores[place], place)
    )
    shown = ranked[:SHOWN_PER_GROUP]
    # A record that has gone since the index was read is left out.
    records = searched.records().in_bulk([pks[place] for place in shown])
    url = ""
    if searched.list_url_name and len(ranked) > len(shown):
        url = reverse(searched.list_url_name) + query_string({"q": [result.query]})
    return Group(
        searched.nouns,
        len(ranked),
        [
            _found(records[pks[place]], index, place, result)
            for place in shown
            if pks[place] in records
        ],
        url,
        (
            index.is_whole_name(ranked[0], result.terms),
            bool(searched.list_url_name),
            result.scores[ranked[0]],
        ),
    )


def _found(record: Any, index: SearchIndex, place: int, result: SearchResult) -> FoundRecord:
    return FoundRecord(
        record.get_absolute_url(),
        highlight(str(record), result.terms),
        getattr(record, "summary", ""),
        marked_excerpt(index, place, result.terms),
    )
