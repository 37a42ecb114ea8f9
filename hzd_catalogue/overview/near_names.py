"""What is offered where a search finds nothing: names near to the query, and other ways on."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import accumulate, chain, islice
from typing import Any

from django.conf import settings
from django.urls import reverse
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hzd_catalogue.lists.addresses import query_string
from hzd_catalogue.lists.per_revision import Changed, PerRevision, let_others_go_on, portions
from hzd_catalogue.lists.postings import Joined
from hzd_catalogue.records.kinds import RecordType
from hzd_catalogue.records.records import Record, sort_key_of
from hzd_catalogue.records.version_writer import RECORDS
from hzd_catalogue.reference.folding import TYPED_WORD
from hzd_catalogue.reference.german import sort_key
from hzd_catalogue.reference.mail import mail_link
from hzd_catalogue.reference.models import FederalState, Topic

from .suggestions import Counted, counted

#: Names that an empty result offers, and how alike they are at least, from 0 to 1.
_MOST_NEAR, _LIKENESS = 5, 0.6
#: Names that are compared at once, and so many that are others since, before all are read again.
_AT_ONCE, _MOST_SINCE = 5_000, 10_000
_TYPES = sorted(RecordType.values)

#: Likeness below zero, so that the nearest comes first, and what decides between equals.
_Near = tuple[float, Any]


def _compared(name: str) -> list[str]:
    """Return a name and each of its words, as they are compared."""
    return [sort_key(word) for word in (name, *TYPED_WORD.findall(name))]


class _Words:
    """The words of some names in one text: an object for each would take five times as much."""

    def __init__(self, names: Iterable[str]) -> None:
        words = [_compared(name) for name in names]
        self._text = "\n".join(chain.from_iterable(words))
        #: How many words come before each name.
        self._starts = array("I", accumulate(map(len, words), initial=0))

    def near(
        self, typed: Iterable[str], likeness: float, left: Iterable[int]
    ) -> list[tuple[float, int]]:
        """Return how near names are, as in ``_Near``, and their numbers; the nearest first.

        Args:
            typed: words, to one of which a word of the name is like.
            likeness: how alike they are at least.
            left: the numbers of names that are left out.
        """
        words: list[str | None] = [*self._text.split("\n")]
        for number in left:
            for place in range(self._starts[number], self._starts[number + 1]):
                words[place] = None
        return sorted(
            (-found, bisect_right(self._starts, place) - 1)
            for word in typed
            for _word, found, place in process.extract(
                word,
                words,
                scorer=OSA.normalized_similarity,
                limit=None,
                score_cutoff=likeness,
            )
        )


class _Nearest:
    """The names that are nearest to some words, of several groups of names."""

    def __init__(self, typed: str) -> None:
        words = map(sort_key, (typed, *TYPED_WORD.findall(typed)))
        self._typed = [*dict.fromkeys(filter(None, words))]
        self._found: dict[str, _Near] = {}

    def look_at(
        self,
        words: _Words,
        name_of: Callable[[int], str],
        rank_of: Callable[[int], Any],
        first: int = 0,
        left: Iterable[int] = (),
    ) -> None:
        """Look at the words of a group.

        Args:
            words: of names in their order.
            name_of: takes the number of one of them.
            rank_of: takes it, and returns what decides between names that are equally near.
            first: the number of the first.
            left: the numbers of those that are left out.
        """
        far = [-near for near, _rank in self._found.values()]
        likeness = min(far) if len(far) == _MOST_NEAR else _LIKENESS
        new: dict[str, _Near] = {}
        left = [number - first for number in left]
        for near, place in words.near(self._typed, likeness, left):
            new.setdefault(name_of(first + place), (near, rank_of(first + place)))
            if len(new) == _MOST_NEAR:
                break
        both = sorted([*self._found.items(), *new.items()], key=lambda item: item[1])
        found: dict[str, _Near] = {}
        for name, how in both:
            found.setdefault(name, how)
        self._found = dict(islice(found.items(), _MOST_NEAR))

    @property
    def names(self) -> list[str]:
        """Those that were found, the nearest first."""
        return list(self._found)


class ComparedNames:
    """All names, as a query that finds nothing is compared with them.

    As ``postings`` says, what is read at once is kept in texts and arrays, and what has changed
    since beside them.
    """

    def __init__(self, records: Sequence[Counted]) -> None:
        """Keep records, those with most statements first."""
        self._counts, self._types, self._pks = array("i"), array("B"), array("I")
        for order, _key, type_, pk, _name in records:
            self._counts.append(order)
            self._types.append(_TYPES.index(type_))
            self._pks.append(pk)
        self._names = Joined([name for *_order, name in records])
        self._words = [
            _Words(name for *_order, name in some) for some in portions(records, _AT_ONCE)
        ]
        self._since: dict[int, Counted] = {}
        self._left: frozenset[int] = frozenset()

    @classmethod
    def read(cls) -> ComparedNames:
        """Read all of them."""
        return cls(list(counted(Record.objects)))

    def followed(self, changed: Changed) -> ComparedNames | None:
        """Return the same after some changes; None where all are to be read again."""
        pks = changed[RECORDS]
        others = {pk: row for pk, row in self._since.items() if pk not in pks}
        new = {row[3]: row for row in counted(Record.objects.filter(pk__in=pks))}
        after = copy(self)
        after._since = {**others, **new}
        after._left = self._left.union(n for n, pk in enumerate(self._pks) if pk in pks)
        return after if len(after._left) + len(after._since) < _MOST_SINCE else None

    def near(self, query: str) -> list[str]:
        """Return the names with a word that looks like the query, or like a word of it.

        The nearest come first; of equals a Land, then the name with most statements.
        """
        nearest = _Nearest(query)
        states = [*FederalState.objects.values_list("name", flat=True)]
        nearest.look_at(_Words(states), states.__getitem__, lambda number: (-1, number))
        for first, words in zip(range(0, len(self._names), _AT_ONCE), self._words, strict=True):
            let_others_go_on()
            left = self._left.intersection(range(first, first + _AT_ONCE))
            nearest.look_at(
                words, self._names.__getitem__, lambda number: (number, True), first, left
            )
        since = sorted(self._since.values())
        nearest.look_at(
            _Words(row[-1] for row in since),
            lambda number: since[number][-1],
            # One that was read later comes before what stands at its place.
            lambda number: (self._place(since[number]), False, number),
        )
        return nearest.names

    def _place(self, record: Counted) -> int:
        """Return how many of those that were read at once come before a record."""

        def order_of(number: int) -> tuple[int, str, str, int]:
            key = sort_key_of(self._names[number])
            return self._counts[number], key, _TYPES[self._types[number]], self._pks[number]

        return bisect_left(range(len(self._names)), record[:4], key=order_of)


COMPARED = PerRevision(ComparedNames.read, ComparedNames.followed)


@dataclass(frozen=True)
class WaysOn:
    """What is offered to someone whose query finds nothing."""

    #: Name and address of the search for it.
    names: list[tuple[str, str]]
    topics: list[Topic]
    #: Address to write to; "" without a mailbox.
    report_url: str


def ways_on(query: str, revision: Hashable) -> WaysOn:
    """Return names that look like a query, the topics, and a way to say what was missed."""
    address = settings.CONTACT_EMAIL
    return WaysOn(
        [
            (name, reverse("search") + query_string({"q": [name]}))
            for name in COMPARED.get(revision).near(query)
        ],
        list(Topic.objects.all()),
        address
        and mail_link(
            address,
            "In der Suche vermisst",
            f"Gesucht: {query}\n\nDas hatte ich erwartet:\n",
        ),
    )
