"""Names: those that the search field suggests, and those near to a query that finds nothing."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from sys import intern
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hzd_catalogue.lists.addresses import query_string
from hzd_catalogue.lists.per_revision import Changed, PerRevision
from hzd_catalogue.records.records import Record
from hzd_catalogue.records.version_writer import RECORDS
from hzd_catalogue.reference.folding import TYPED_WORD
from hzd_catalogue.reference.german import sort_key
from hzd_catalogue.reference.mail import mail_link
from hzd_catalogue.reference.models import FederalState, Topic

#: Names that the field suggests.
MOST_SUGGESTED = 60
#: So many records are known, so that some may fall behind before all are counted anew.
_KNOWN = 4 * MOST_SUGGESTED
#: Names that an empty result offers, and how alike they are at least, from 0 to 1.
_MOST_NEAR, _LIKENESS = 5, 0.6
#: What records are compared by, and their name; their primary key stands before it.
Counted = tuple[int, str, str, int, str]


def _counted(records: Any) -> Any:
    """Return the published ones of some records, those with most statements first."""
    return (
        records.published()
        .annotate(order=-Count("statements"))
        .order_by("order", "sort_key", "type", "pk")
        .values_list("order", "sort_key", "type", "pk", "name")
    )


def _names(records: Iterable[Counted]) -> list[str]:
    """Return the names of all Länder and of records, each once."""
    states = FederalState.objects.values_list("name", flat=True)
    return list(dict.fromkeys([*states, *(name for *_order, name in records)]))


def _after(records: Iterable[Counted], changed: Changed) -> list[Counted]:
    """Return counted records after some changes, in their order."""
    pks = changed[RECORDS]
    left = [row for row in records if row[3] not in pks]
    return sorted([*left, *_counted(Record.objects.filter(pk__in=pks))])


class MostNamed:
    """The records with most statements, and the names that are suggested."""

    def __init__(self, records: Sequence[Counted], *, are_all: bool) -> None:
        """Keep them in their order; say whether there are no others."""
        self.are_all = are_all and len(records) <= _KNOWN
        self.records = records[:_KNOWN]
        self.names = _names(self.records)[:MOST_SUGGESTED]

    @classmethod
    def read(cls) -> MostNamed:
        """Count the statements of all records."""
        return cls(list(_counted(Record.objects)[: _KNOWN + 1]), are_all=True)

    def followed(self, changed: Changed) -> MostNamed | None:
        """Return the same after some changes; None where records may count that are not known."""
        found = _after(self.records, changed)
        if not self.are_all:
            # Those that are not known come after the last one that is.
            found = [row for row in found if row <= self.records[-1]]
        after = MostNamed(found, are_all=self.are_all)
        return after if after.are_all or len(after.names) == MOST_SUGGESTED else None


class ComparedNames:
    """All names, and each of their words, as a query that finds nothing is compared with them."""

    def __init__(
        self, records: Sequence[Counted], known: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> None:
        """Keep records, those with most statements first, and what their names are compared by.

        Args:
            records: all of them.
            known: what is known of it by name.
        """
        self._records = records
        self._compared = {name: known.get(name) or _compared(name) for name in _names(records)}

    @classmethod
    def read(cls) -> ComparedNames:
        """Read all of them; they are many, and have most of their texts in common."""
        return cls(
            [
                (order, intern(key), intern(kind), pk, name)
                for order, key, kind, pk, name in _counted(Record.objects)
            ]
        )

    def followed(self, changed: Changed) -> ComparedNames:
        """Return the same after some changes."""
        return ComparedNames(_after(self._records, changed), self._compared)

    @cached_property
    def words(self) -> Sequence[str]:
        """What is compared, in the order of the names."""
        return list(chain.from_iterable(self._compared.values()))

    def name_of(self, place: int) -> str:
        """Return the name that one of the words belongs to."""
        return self._names[bisect_right(self._ends, place)]

    @cached_property
    def _names(self) -> Sequence[str]:
        return list(self._compared)

    @cached_property
    def _ends(self) -> array[int]:
        return array("I", accumulate(map(len, self._compared.values())))


def _compared(name: str) -> tuple[str, ...]:
    """Return a name and each of its words, as they are compared."""
    return tuple(intern(sort_key(word)) for word in (name, *TYPED_WORD.findall(name)))


NAMES = PerRevision(MostNamed.read, MostNamed.followed)
_COMPARED = PerRevision(ComparedNames.read, ComparedNames.followed)


def suggested_names(revision: Hashable) -> list[str]:
    """Return the names that a search field suggests, at most ``MOST_SUGGESTED``."""
    return NAMES.get(revision).names


@dataclass(frozen=True)
class WaysOn:
    """What is offered to someone whose query finds nothing."""

    #: Name and address of the search for it.
    names: list[tuple[str, str]]
    topics: list[Topic]
    #: Address to write to; "" without a mailbox.
    report_url: str


def _near(query: str, names: ComparedNames) -> list[str]:
    """Return the names with a word that looks like the query, or like a word of it."""
    found: dict[str, float] = {}
    for typed in {query, *TYPED_WORD.findall(query)}:
        for _word, likeness, place in process.extract(
            sort_key(typed),
            names.words,
            scorer=OSA.normalized_similarity,
            limit=_MOST_NEAR,
            score_cutoff=_LIKENESS,
        ):
            name = names.name_of(place)
            found[name] = max(found.get(name, 0), likeness)
    return sorted(found, key=lambda name: -found[name])[:_MOST_NEAR]


def ways_on(query: str, revision: Hashable) -> WaysOn:
    """Return names that look like a query, the topics, and a way to say what was missed."""
    address = settings.CONTACT_EMAIL
    return WaysOn(
        [
            (name, reverse("search") + query_string({"q": [name]}))
            for name in _near(query, _COMPARED.get(revision))
        ],
        list(Topic.objects.all()),
        address
        and mail_link(
            address,
            "In der Suche vermisst",
            f"Gesucht: {query}\n\nDas hatte ich erwartet:\n",
        ),
    )
