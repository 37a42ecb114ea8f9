"""Names: those that the search field suggests, and those near to a query that finds nothing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
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
        pks = changed[RECORDS]
        found = [row for row in self.records if row[3] not in pks]
        found = sorted([*found, *_counted(Record.objects.filter(pk__in=pks))])
        if not self.are_all:
            # Those that are not known come after the last one that is.
            found = [row for row in found if row <= self.records[-1]]
        after = MostNamed(found, are_all=self.are_all)
        return after if after.are_all or len(after.names) == MOST_SUGGESTED else None


def _words_of_names() -> list[tuple[str, str]]:
    """Return each name and each of its words, as they are compared, with the name."""
    return [
        (sort_key(word), name)
        for name in _names(_counted(Record.objects))
        for word in (name, *TYPED_WORD.findall(name))
    ]


NAMES = PerRevision(MostNamed.read, MostNamed.followed)
_WORDS = PerRevision(_words_of_names)


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


def _near(query: str, words: Sequence[tuple[str, str]]) -> list[str]:
    """Return the names with a word that looks like the query, or like a word of it."""
    found: dict[str, float] = {}
    for typed in {query, *TYPED_WORD.findall(query)}:
        for _word, likeness, place in process.extract(
            sort_key(typed),
            [word for word, _name in words],
            scorer=OSA.normalized_similarity,
            limit=_MOST_NEAR,
            score_cutoff=_LIKENESS,
        ):
            name = words[place][1]
            found[name] = max(found.get(name, 0), likeness)
    return sorted(found, key=lambda name: -found[name])[:_MOST_NEAR]


def ways_on(query: str, revision: Hashable) -> WaysOn:
    """Return names that look like a query, the topics, and a way to say what was missed."""
    address = settings.CONTACT_EMAIL
    return WaysOn(
        [
            (name, reverse("search") + query_string({"q": [name]}))
            for name in _near(query, _WORDS.get(revision))
        ],
        list(Topic.objects.all()),
        address
        and mail_link(
            address,
            "In der Suche vermisst",
            f"Gesucht: {query}\n\nDas hatte ich erwartet:\n",
        ),
    )
