"""What all lists of records can be filtered and ordered by, and where all are searched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from hzd_catalogue.lists.facets import MISSING, Facet
from hzd_catalogue.lists.form import ListFilterSet
from hzd_catalogue.lists.index import BY_NAME, ListIndex, Sort
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.search import NAME, RELATED, SearchField
from hzd_catalogue.lists.thesaurus import Group, Thesaurus
from hzd_catalogue.lists.understanding import Vocabulary
from hzd_catalogue.reference.choices import Hint, Reach
from hzd_catalogue.reference.models import FederalState, Level, SearchAid, Topic

from .kinds import Kind
from .statements import Milestone, Statement, names_no_draft
from .version_writer import RECORDS

#: Where a search looks in every record, its own name first.
OWN_TEXTS = (
    SearchField("Name", "name", NAME),
    SearchField("Weiterer Name", "statements__name", NAME, {"statements__kind": Kind.NAME}),
    SearchField("Kurz gesagt", "summary"),
    SearchField("Beschreibung", "description"),
)


#: Of so many labels the places are asked for one by one; of more, all labels are read.
_MOST_PLACED = 10


def labels_since(
    labels: Mapping[str, str],
    rows: QuerySet,
    pks: Collection[int],
    order: Sequence[str],
    said: Callable[[Mapping[str, Any]], tuple[str, str]],
) -> dict[str, tuple[str, int]] | None:
    """Return which labels of records are others by now, each with the number of those before it.

    Args:
        labels: as they were, by the values of a facet.
        rows: the records that have one.
        pks: those that may have changed.
        order: the fields that say in which order they come.
        said: takes the primary key, the name and these fields of a record; returns value and label.

    Returns:
        None where they are many, or some have gone or have another value: then all are to be read.
    """
    changed = rows.filter(pk__in=pks).values(*{"pk", "name", *order})
    others = [
        (value, label, row)
        for row in changed
        for value, label in [said(row)]
        if labels.get(value) != label
    ]
    come = sum(value not in labels for value, _label, _row in others)
    known = len(labels) - (MISSING in labels)
    if len(others) > _MOST_PLACED or rows.count() != known + come:
        return None
    return {
        value: (label, rows.filter(_before(row, order)).count()) for value, label, row in others
    }


def _before(row: Mapping[str, Any], order: Sequence[str]) -> Q:
    """Return what is so of the rows that come before one in an order."""
    before = Q()
    for number, name in enumerate(order):
        same = {other: row[other] for other in order[:number]}
        before |= Q(**same, **{f"{name}__lt": row[name]})
    return before


class RecordFilterSet(ListFilterSet):
    """The facets of every kind of record."""

    # The first one is shown unfolded: it is what most visitors come with.
    land = Facet(
        label="Bundesland",
        pairs="state_pairs",
        labels=lambda: FederalState.objects.values_list("code", "name"),
    )
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
    reichweite = Facet(label="Reichweite", lookup="reach", labels=lambda: Reach.choices)
    jahr = Facet(label="Jahr", pairs="year_pairs", missing_label="ohne Jahresangabe")
    hinweis = Facet(
        label="Hinweis", rule="with_hint", labels=lambda: Hint.choices, covers_all=False
    )


#: The states that sources name, whatever else a record counts for.
NAMED_STATE = "named_state"
#: Of partners: the records in which they have a role.
JOINT_RECORD = "joint_record"
TRAITS: Mapping[str, Facet] = {
    NAMED_STATE: Facet(
        label="Genanntes Bundesland",
        pairs="named_state_pairs",
        labels=lambda: FederalState.objects.values_list("code", "name"),
        covers_all=False,
    ),
}


def as_number(key: tuple[int, int, int]) -> int:
    """Return a chronological key as one number: what an index keeps of each row is small."""
    year, month, day = key
    return (year * 100 + month) * 100 + day


def newest_milestones(records: Any, index: ListIndex, slots: Any) -> dict[int, int]:
    """Return the time of each record's newest milestone by slot."""
    newest: dict[int, int] = {}
    for pk, key in records.order_by().milestone_keys():
        # A record that was published since the slots were read has none.
        if (slot := index.slots.get(pk)) is not None:
            newest[slot] = max(newest.get(slot, 0), as_number(key))
    return newest


def numbers_of_states(records: Any, index: ListIndex, slots: Iterable[int]) -> dict[int, int]:
    """Return in how many federal states each record counts, by slot."""
    return index.numbers_of_values("land", slots)


SORTS: Mapping[str, Sort] = {
    "name": BY_NAME,
    "neueste": Sort(
        "neuester Meilenstein",
        newest_milestones,
        directions=("neueste zuerst", "älteste zuerst"),
    ),
    "laender": Sort(
        "Zahl der Länder",
        numbers_of_states,
        directions=("meiste zuerst", "wenigste zuerst"),
    ),
}


FIGURE = SearchField(
    "Kennzahl",
    ("statements__qualifier", "statements__value", "statements__unit"),
    where={"statements__kind": Kind.FIGURE},
)
_DATE = ("year", "month", "day", "last_day", "part")
_DATE_LOOKUPS = tuple(f"statements__{name}" for name in _DATE)


def _since(values: Sequence[Any]) -> str:
    return _since_of(*values)


@lru_cache(maxsize=4096)
def _since_of(*values: Any) -> str:
    """Return a beginning in words: there are few, and each is made of a whole statement."""
    return Statement(**dict(zip(_DATE, values, strict=True))).since


def _milestone(values: Sequence[Any]) -> str:
    title, *date = values
    return Milestone(title=title, **dict(zip(_DATE, date, strict=True))).brief


MILESTONE = SearchField(
    "Meilenstein",
    ("statements__title", *_DATE_LOOKUPS),
    where={"statements__kind": Kind.MILESTONE},
    text=_milestone,
)
SINCE = SearchField(
    "Seit",
    _DATE_LOOKUPS,
    where={
        "statements__kind__in": [kind for kind in Kind if kind != Kind.MILESTONE],
        "statements__year__isnull": False,
    },
    text=_since,
    only=names_no_draft("statements__"),
)
TOPIC = SearchField("Thema", "topics__name", RELATED)


def name_of(label: str, relation: str, **where: Any) -> SearchField:
    """Return the search field for the names of the published records that a relation leads to."""
    where = {f"{relation}__is_published": True, **where}
    return SearchField(label, f"{relation}__name", RELATED, where)


def names_of(label: str, relation: str, **where: Any) -> tuple[SearchField, SearchField]:
    """Return the same for these names and for their other names."""
    own = name_of(label, relation, **where)
    where = {**own.where, f"{relation}__statements__kind": Kind.NAME}
    return own, SearchField(label, f"{relation}__statements__name", RELATED, where)


#: HZD's own names: everything in the catalogue is its work.
HZD_NAMES = "HZD Hessische Zentrale für Datenverarbeitung"
#: Words that stand for all that is in the catalogue, folded.
WEAK_WORDS = frozenset(
    {"hzd", "katalog", "projekt", "projekte", "projekten", "kooperation", "kooperationen"}
    | {"partner", "partnern", "partnerin", "land", "laender", "laendern", "landes"}
    | {"bundesland", "bundeslaender", "bundeslaendern", "zusammenarbeit", "vorhaben"}
    | {"eintrag", "eintraege", "uebersicht", "liste", "system", "systeme", "verfahren"}
)


def catalogue_vocabulary() -> Vocabulary:
    """Return what the words of a query mean in the catalogue, the editors' thesaurus included."""
    groups = (Group(aid.slug, aid.word_list, aid.targets) for aid in SearchAid.objects.all())
    return Vocabulary(WEAK_WORDS, Thesaurus(groups))


def days_of_changes(records: Any) -> dict[int, date]:
    """Return the day of each record's last version, by primary key."""
    last = records.values("pk").annotate(last=Max("versions__at"))
    rows = last.filter(last__isnull=False).values_list("pk", "last")
    return {pk: timezone.localtime(at).date() for pk, at in rows}


def record_listing(
    model: Any,
    filterset_class: type[RecordFilterSet],
    *,
    url_name: str,
    nouns: tuple[str, str],
    dative_nouns: tuple[str, str],
    search_fields: Sequence[SearchField],
    searched_facets: Sequence[str] = ("art", "status", "reichweite", "ebene"),
    traits: Mapping[str, Facet] = TRAITS,
) -> Listing:
    """Return the list of all published records of a model, with the orders that all share.

    Args:
        model: the kind of record.
        filterset_class: its facets.
        url_name: name of the list's URL pattern.
        nouns: singular and plural.
        dative_nouns: singular and plural in the dative.
        search_fields: where a search looks besides ``OWN_TEXTS``.
        searched_facets: those whose labels a search finds.
        traits: what is known of its records and not filtered by.
    """
    return Listing(
        rows=model.objects.published,
        filterset_class=filterset_class,
        search_fields=(*OWN_TEXTS, *search_fields),
        searched_facets=searched_facets,
        # With other words, a Land finds what counts for it (catalogue rule 1).
        companion_facets={"land": "Zählt für"},
        companions=(HZD_NAMES,),
        vocabulary=catalogue_vocabulary,
        url_name=url_name,
        nouns=nouns,
        dative_nouns=dative_nouns,
        sorts=SORTS,
        traits=traits,
        name_order=("sort_key", "slug"),
        days=days_of_changes,
        few=lambda rows, pks: rows.among(pks),
        touched=itemgetter(RECORDS),
    )
