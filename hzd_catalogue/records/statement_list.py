"""The list of all published statements: facets, search and orders, read as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from itertools import chain, islice
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, Value, When

from hzd_catalogue.lists.facets import Facet
from hzd_catalogue.lists.form import ListFilterSet
from hzd_catalogue.lists.index import BY_NAME, ListIndex, Sort
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.per_revision import Changed, PerRevision
from hzd_catalogue.lists.search import NAME, SearchField
from hzd_catalogue.reference.choices import Voice
from hzd_catalogue.reference.models import FederalState, Level, Source, Topic

from .differences import COMPARED_KINDS, Beside, Compared, Difference, standings
from .filters import HZD_NAMES, as_number, catalogue_vocabulary, days_of_changes, labels_since
from .kinds import Kind, RecordType
from .records import Record
from .statements import CONCERNED, Statement, chronological_key
from .version_writer import GONE_STATEMENTS, RECORDS

#: What the newest of several documents says; the others are what ``Difference`` calls them.
CURRENT = "aktuell"
#: Of fewer rows their own keys are asked for, of more all.
_FEW = 1000


class RankFacet(Facet):
    """What a statement is beside those of other documents on the same thing."""

    def _found(self, rows: Any) -> Iterator[tuple[int, Any]]:
        """Read it by the one rule of ``differences``; kinds that are not compared have none."""
        older = standings(rows)
        compared = rows.filter(kind__in=COMPARED_KINDS).values_list("pk", flat=True)
        for pk in compared.iterator():
            yield pk, older[pk].difference if pk in older else CURRENT


class RecordFacet(Facet):
    """The records that a statement speaks of: its own, and those that it names."""

    def _found(self, rows: Any) -> Iterator[tuple[int, Any]]:
        """Read them by the paths of their addresses."""
        own = rows.values_list("pk", *CONCERNED).iterator()
        named = chain(
            ((pk, record) for pk, *some in own for record in some if record),
            rows.filter(concerns__isnull=False).values_list("pk", "concerns").iterator(),
        )
        first = list(islice(named, _FEW))
        records = Record.objects.published().order_by()
        if len(first) < _FEW:
            records = records.filter(pk__in={record for _pk, record in first})
        paths = {
            pk: f"{kind}/{slug}" for pk, kind, slug in records.values_list("pk", "type", "slug")
        }
        for pk, record in chain(first, named):
            if record in paths:
                yield pk, paths[record]


def _record_labels() -> list[tuple[str, str]]:
    """Return path and name of all published records in the order of their names."""
    known = Record.objects.published().order_by("sort_key", "type", "slug")
    records = list(known.values_list("type", "slug", "name"))
    often = Counter(name for _type, _slug, name in records)
    return [
        (f"{kind}/{slug}", name if often[name] == 1 else f"{name} ({RecordType(kind).label})")
        for kind, slug, name in records
    ]


def _record_labels_since(
    labels: Mapping[str, str], changed: Changed
) -> Mapping[str, tuple[str, int]] | None:
    """Return the labels that are others; None where the label of one depends on another's name."""
    records = Record.objects.published()

    def said(row: Mapping[str, Any]) -> tuple[str, str]:
        value, name = f"{row['type']}/{row['slug']}", row["name"]
        full = f"{name} ({RecordType(row['type']).label})"
        return value, full if labels.get(value) == full else name

    order = ("sort_key", "type", "slug")
    found = labels_since(labels, records, changed[RECORDS], order, said)
    if not found:
        return found
    names = [label for label, _place in found.values()]
    before = [labels.get(value, "") for value in found]
    alone = records.filter(name__in=names).count() == len(found)
    return found if alone and not any(text.endswith(")") for text in (*names, *before)) else None


class StatementFilterSet(ListFilterSet):
    """The facets of ``/aussagen/``."""

    land = Facet(
        label="Bundesland",
        lookup="federal_state__code",
        labels=lambda: FederalState.objects.values_list("code", "name"),
        missing_label="ohne Bundesland",
    )
    art = Facet(label="Art der Angabe", lookup="kind", labels=lambda: Kind.choices)
    thema = Facet(
        label="Thema des Eintrags",
        lookup="record__topics__slug",
        labels=lambda: Topic.objects.values_list("slug", "name"),
    )
    ebene = Facet(
        label="Ebene des Eintrags",
        lookup="record__levels__slug",
        labels=lambda: Level.objects.values_list("slug", "name"),
    )
    typ = Facet(label="Typ des Eintrags", lookup="record__type", labels=lambda: RecordType.choices)
    quelle = Facet(
        label="Quelle",
        lookup="source__code",
        labels=lambda: [
            # Two documents of one publisher may be of one age.
            (source.code, f"{source.reference} ({source.label})")
            for source in Source.objects.published().order_by("-rank")
        ],
    )
    stimme = Facet(label="Stimme der Quelle", lookup="source__voice", labels=lambda: Voice.choices)
    rang = RankFacet(
        label="Rang",
        labels=lambda: [
            (CURRENT, CURRENT),
            *((str(word), f"älter, {word.to_the_newest}") for word in Difference),
        ],
        missing_label="nicht verglichen",
    )
    jahr = Facet(label="Jahr", lookup="year", missing_label="ohne Jahresangabe")
    eintrag = RecordFacet(
        label="Eintrag", labels=_record_labels, labels_since=_record_labels_since, covers_all=False
    )


_DATE = ("year", "month", "day", "last_day", "part")
_WORDS = ("participation_status", "relation", "name_kind", "aspect", "status", "event")
#: What a search finds in a statement, in the order of reading.
_SAID = (
    *("federal_state__name", "partner__name", "related_record__name"),
    *_WORDS,
    *("role", "user_group", "name", "title", "qualifier", "value", "unit"),
)


def _said(values: Sequence[Any]) -> str:
    """Return what a statement says as one line for the search, made of plain values."""
    found = dict(zip((*_SAID, *_DATE), values, strict=True))
    for name in _WORDS:
        found[name] = _labels(name).get(found[name])
    parts = [str(found[name]) for name in _SAID if found[name] not in (None, "")]
    if found["year"] is not None:
        parts.append(_date_of(*(found[name] for name in _DATE)))
    return " ".join(parts)


@cache
def _labels(name: str) -> dict[str, str]:
    """Return the words of a field by its values: Django puts them together at each access."""
    field: Any = Statement._meta.get_field(name)
    return dict(field.flatchoices)


@lru_cache(maxsize=4096)
def _date_of(*values: Any) -> str:
    """Return a date in words: there are few, and each is made of a whole statement."""
    return Statement(**dict(zip(_DATE, values, strict=True))).date


def _ranks(rows: Any, index: ListIndex, slots: Any) -> dict[int, int]:
    """Return the place of each statement's document in time and, within it, of its paragraph."""
    found = rows.order_by().values_list("pk", "source__rank", "paragraph")
    return index.by_slot((pk, (rank << 16) - place) for pk, rank, place in found)


def _dates(rows: Any, index: ListIndex, slots: Any) -> dict[int, int]:
    """Return the date that a statement gives, of those that give one."""
    dated = rows.order_by().filter(year__isnull=False)
    found = dated.values_list("pk", "year", "month", "day", "part")
    return index.by_slot((pk, as_number(chronological_key(*when))) for pk, *when in found)


def _days(rows: Any) -> dict[int, date]:
    """Return the day of the last change of each statement's record."""
    found = list(rows.values_list("pk", "record"))
    records = Record.objects.published()
    if len(pks := {record for _pk, record in found}) < _FEW:
        records = records.filter(pk__in=pks)
    days = days_of_changes(records)
    return {pk: days[record] for pk, record in found if record in days}


def touched_statements(changed: Changed) -> set[int]:
    """Return the statements of the records that have changed, and those that are gone."""
    own = Statement.objects.filter(record__in=changed[RECORDS]).values_list("pk", flat=True)
    return {*own, *changed[GONE_STATEMENTS]}


#: Within a record: what it is about, before what supports the editors' own words.
_KIND_ORDER = Case(
    *(
        When(kind=kind, then=Value(place))
        for place, kind in enumerate(sorted(Kind, key=lambda kind: kind == Kind.EVIDENCE))
    ),
    output_field=IntegerField(),
)


STATEMENTS = Listing(
    rows=Statement.objects.published,
    filterset_class=StatementFilterSet,
    search_fields=(
        SearchField("Angabe", (*_SAID, *_DATE), NAME, text=_said),
        SearchField("Eintrag", "record__name"),
        SearchField("Wortlaut", ("quote", "since_quote")),
    ),
    searched_facets=("art",),
    companions=(HZD_NAMES,),
    vocabulary=catalogue_vocabulary,
    url_name="statement-list",
    nouns=("Angabe", "Angaben"),
    dative_nouns=("Angabe", "Angaben"),
    sorts={
        "eintrag": replace(BY_NAME, label="Eintrag"),
        "quelle": Sort("Quelle", _ranks, directions=("neueste zuerst", "älteste zuerst")),
        "datum": Sort(
            "Datum der Angabe", _dates, directions=("neuestes zuerst", "ältestes zuerst")
        ),
    },
    name_order=("record__sort_key", "record__type", "record__slug", _KIND_ORDER, "paragraph"),
    days=_days,
    touched=touched_statements,
)


def _follow_standings(older: dict[int, Beside], changed: Changed) -> dict[int, Beside]:
    now = standings(Statement.objects.published().filter(record__in=changed[RECORDS]))
    before = {pk: older[pk] for pk in touched_statements(changed) if pk in older}
    if now == before:
        return older
    return {pk: some for pk, some in older.items() if pk not in before} | now


#: Takes a revision; returns what each statement is beside the newest one, by primary key.
STANDINGS = PerRevision(lambda: standings(Statement.objects.published()), follow=_follow_standings)


def with_named(rows: Any) -> Any:
    """Load what a row of the list shows; a record that many name is loaded once."""
    names = Record.objects.names()
    return (
        rows.with_concerned()
        .select_related("source", "federal_state")
        .prefetch_related(*(Prefetch(field, names) for field in CONCERNED))
    )


def beside(statements: Iterable[Statement], revision: Hashable) -> Iterator[Compared]:
    """Yield each statement beside the newest one on the same thing."""
    older: Mapping[int, Beside] = STANDINGS.get(revision)
    return (Compared(statement, *older.get(statement.pk, ())) for statement in statements)
