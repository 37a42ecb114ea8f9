"""What all lists of records can be filtered and ordered by, and where all are searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hzd_catalogue.lists.facets import Facet
from hzd_catalogue.lists.form import ListFilterSet
from hzd_catalogue.lists.index import BY_NAME, ListIndex, Sort
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.search import NAME, SearchField
from hzd_catalogue.reference.choices import Hint, Reach
from hzd_catalogue.reference.models import FederalState, Level, Topic

#: Where a search looks in every record, its own name first.
OWN_TEXTS = (
    SearchField("Name", "name", NAME),
    SearchField("Weiterer Name", "other_names__name", NAME),
    SearchField("Kurz gesagt", "summary"),
    SearchField("Beschreibung", "description"),
)


class RecordFilterSet(ListFilterSet):
    """The facets of every kind of record."""

    thema = Facet(
        label="Thema",
        lookup="topics__slug",
        labels=lambda: Topic.objects.values_list("slug", "name"),
    )
    ebene = Facet(
        label="Ebene",
        lookup="levels__slug",
        labels=lambda: Level.objects.values_list("slug", "name"),
    )
    land = Facet(
        label="Bundesland",
        rule="for_state",
        labels=lambda: FederalState.objects.values_list("code", "name"),
    )
    reichweite = Facet(label="Reichweite", lookup="reach", labels=lambda: Reach.choices)
    jahr = Facet(label="Jahr", pairs="year_pairs", missing_label="ohne Jahresangabe")
    hinweis = Facet(
        label="Hinweis", rule="with_hint", labels=lambda: Hint.choices, covers_all=False
    )


def newest_milestones(records: Any, index: ListIndex) -> dict[int, tuple[int, ...]]:
    """Return the time of each record's newest milestone by position."""
    newest: dict[int, tuple[int, ...]] = {}
    for pk, key in records.order_by().milestone_keys():
        # A record that was published since the positions were read has none.
        position = index.positions.get(pk)
        if position is not None:
            newest[position] = max(newest.get(position, key), key)
    return newest


def numbers_of_states(records: Any, index: ListIndex) -> dict[int, int]:
    """Return in how many federal states each record counts, by position."""
    return dict(enumerate(index.numbers_of_values("land")))


SORTS: Mapping[str, Sort] = {
    "name": BY_NAME,
    "neueste": Sort("neuester Meilenstein", newest_milestones),
    "laender": Sort("Zahl der Länder", numbers_of_states),
}


def published(relation: str) -> dict[str, Any]:
    """Return the condition that what a relation leads to is published, for a search field."""
    return {f"{relation}__is_published": True}


def record_listing(
    model: Any,
    filterset_class: type[RecordFilterSet],
    *,
    url_name: str,
    nouns: tuple[str, str],
    dative_nouns: tuple[str, str],
    search_fields: Sequence[SearchField],
) -> Listing:
    """Return the list of all published records of a model, with the orders that all share.

    Args:
        model: the kind of record.
        filterset_class: its facets.
        url_name: name of the list's URL pattern.
        nouns: singular and plural.
        dative_nouns: singular and plural in the dative.
        search_fields: where a search looks besides ``OWN_TEXTS``.
    """
    return Listing(
        rows=model.objects.published,
        filterset_class=filterset_class,
        search_fields=(*OWN_TEXTS, *search_fields),
        url_name=url_name,
        nouns=nouns,
        dative_nouns=dative_nouns,
        sorts=SORTS,
        name_order=("sort_key", "slug"),
    )
