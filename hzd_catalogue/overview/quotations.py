"""The quotations of all statements, searched as a last group: "Im Wortlaut der Quellen"."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import reduce
from heapq import nsmallest
from itertools import groupby
from operator import itemgetter, or_

from django.db.models import Q

from hzd_catalogue.lists.per_revision import Changed, PerRevision, let_others_go_on
from hzd_catalogue.lists.postings import positions_of
from hzd_catalogue.lists.search import TEXT, Line, SearchIndex
from hzd_catalogue.records.statement_list import touched_statements
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.records.version_writer import RECORDS
from hzd_catalogue.reference.folding import CHUNK, Fragment, Term, highlight

#: So many paragraphs are read before others have their turn.
PLACES_AT_ONCE = 100
#: Of more paragraphs than this, an index that follows would do as much as one that reads all.
PLACES_FOLLOWED = 500
#: The rank of a source, and a paragraph of it.
Place = tuple[int, int]
#: What the index asks of a statement.
_READ = ("pk", "source__rank", "paragraph", "quote")
#: Slot and hash of a statement that is not public.
_NONE, _UNSEEN = -1, 0


@dataclass(frozen=True)
class QuotedParagraph:
    """A paragraph of a document, as far as it is quoted and found."""

    #: Where it stands, in words, and the address of that place.
    passage: str
    url: str
    quotes: Sequence[list[Fragment]]
    #: Name and address of the records of which these quotations say something.
    records: Sequence[tuple[str, str]]


def _number(rank: int, paragraph: int) -> int:
    """Return a place as a number: lower for newer sources, then in the order of paragraphs."""
    return (-rank << 16) + paragraph


def _place(number: int) -> Place:
    return -(number >> 16), number & 0xFFFF


class Quotations:
    """The quoted paragraphs and the index of their words; each paragraph has a slot.

    A slot stays that of its paragraph, also while nobody quotes it. Nothing is altered that
    others may still read.
    """

    def __init__(self) -> None:
        """Read all of them."""
        # By slot, its place as a number.
        self._numbers = array("q")
        # All slots in the order of these.
        self._order = array("I")
        # By primary key of a statement: the slot of its paragraph, and a hash of what it says
        # here, by which those are told that a change has left alone. Both of those that others
        # have taken the place of stand beside them.
        self._slots = array("i")
        self._seen = array("q")
        self._since: dict[int, tuple[int, int]] = {}
        self.index = SearchIndex(self._read())

    def places(self, slots: int, most: int) -> list[Place]:
        """Return the first places of a bitmap of slots, those of the newest source first."""
        numbers = map(self._numbers.__getitem__, positions_of(slots))
        return [_place(number) for number in nsmallest(most, numbers)]

    def _read(self) -> Iterator[tuple[int, Line]]:
        """Yield the quotations with the slots of their paragraphs; note which these are."""
        found = Statement.objects.published().newest_first().values_list(*_READ).iterator()
        for slot, (place, rows) in enumerate(groupby(found, key=itemgetter(1, 2))):
            if slot % PLACES_AT_ONCE == 0:
                let_others_go_on()
            self._numbers.append(_number(*place))
            self._order.append(slot)
            quotes = []
            for row in rows:
                self._note(row[0], slot, hash(row))
                quotes.append(row[-1])
            for line in _lines(quotes):
                yield slot, line

    def _note(self, pk: int, slot: int, seen: int) -> None:
        if (missing := pk + 1 - len(self._slots)) > 0:
            self._slots.extend(array("i", [_NONE]) * missing)
            self._seen.extend(array("q", [_UNSEEN]) * missing)
        self._slots[pk], self._seen[pk] = slot, seen

    def _known(self, pk: int) -> tuple[int, int]:
        """Return slot and hash of a statement."""
        if pk in self._since:
            return self._since[pk]
        return (self._slots[pk], self._seen[pk]) if pk < len(self._slots) else (_NONE, _UNSEEN)

    def _slot(self, number: int) -> int:
        """Return the slot of a place, which gets the next one where it has none."""
        at = bisect_left(self._order, number, key=self._numbers.__getitem__)
        if at < len(self._order) and self._numbers[self._order[at]] == number:
            return self._order[at]
        slot = len(self._numbers)
        self._order.insert(at, slot)
        self._numbers.append(number)
        return slot

    def followed(self, changed: Changed) -> Quotations | None:
        """Return the same after some changes; None: it is as quick to read all anew."""
        published = Statement.objects.published().filter(record__in=changed[RECORDS]).order_by()
        rows = {row[0]: row for row in published.values_list(*_READ)}
        seen = {pk: hash(rows[pk]) if pk in rows else _UNSEEN for pk in touched_statements(changed)}
        others = [pk for pk, number in seen.items() if number != self._known(pk)[1]]
        if not others:
            return self
        after = copy(self)
        after._numbers, after._order = self._numbers[:], self._order[:]
        after._since = dict(self._since)
        touched: set[int] = set()
        for pk in others:
            row = rows.get(pk)
            slot = after._slot(_number(row[1], row[2])) if row else _NONE
            touched |= {slot, self._known(pk)[0]} - {_NONE}
            after._since[pk] = slot, seen[pk]
        if len(touched) > PLACES_FOLLOWED:
            return None
        places = {slot: _place(after._numbers[slot]) for slot in touched}
        quotes = _quotes_of(places.values())
        lines = {slot: _lines(quotes[place]) for slot, place in places.items()}
        after.index = self.index.followed(lines, ())
        return after


def _quotes_of(places: Iterable[Place]) -> dict[Place, list[str]]:
    """Return the published quotations of some places."""
    ranks, paragraphs = map(set, zip(*places, strict=True))
    rows = Statement.objects.published().filter(source__rank__in=ranks, paragraph__in=paragraphs)
    quotes: dict[Place, list[str]] = defaultdict(list)
    for rank, paragraph, quote in rows.order_by().values_list(*_READ[1:]):
        quotes[rank, paragraph].append(quote)
    return quotes


def _lines(quotes: Iterable[str]) -> list[Line]:
    return [Line("Wortlaut", TEXT, quote) for quote in _longest(quotes)]


def _longest(quotes: Iterable[str]) -> list[str]:
    """Return the quotations that stand in no longer one, each once."""
    kept: list[str] = []
    for quote in sorted(set(quotes), key=lambda text: (-len(text), text)):
        if not any(quote in longer for longer in kept):
            kept.append(quote)
    return kept


#: Takes a revision; returns the quoted paragraphs with the index of their words.
QUOTATIONS = PerRevision(Quotations, Quotations.followed)


def quoted_paragraphs(places: Sequence[Place], terms: Sequence[Term]) -> list[QuotedParagraph]:
    """Return paragraphs with those of their quotations in which one of the terms stands."""
    paragraphs: dict[int, list[int]] = {}
    for rank, paragraph in places:
        paragraphs.setdefault(rank, []).append(paragraph)
    published = Statement.objects.published()
    quotes = published.filter(
        reduce(or_, (Q(source__rank=rank, paragraph__in=some) for rank, some in paragraphs.items()))
    ).values_list("pk", "quote")
    rows = (
        published.filter(pk__in=[pk for pk, quote in quotes if _stands_in(terms, quote)])
        .select_related("source", "record")
        .order_by("pk")
    )
    found: dict[Place, list[Statement]] = {place: [] for place in places}
    for row in rows:
        found[row.source.rank, row.paragraph].append(row)
    return [_quoted(statements, terms) for statements in found.values() if statements]


def _stands_in(terms: Sequence[Term], text: str) -> bool:
    return any(term.matches(chunk) for chunk in CHUNK.findall(text) for term in terms)


def _quoted(statements: Sequence[Statement], terms: Sequence[Term]) -> QuotedParagraph:
    first = statements[0]
    return QuotedParagraph(
        first.passage,
        first.passage_url,
        [highlight(quote, terms) for quote in _longest(row.quote for row in statements)],
        list(dict.fromkeys((row.record.name, row.record.get_absolute_url()) for row in statements)),
    )
