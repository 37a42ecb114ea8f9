"""The quotations of all statements, searched as a last group: "Im Wortlaut der Quellen"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import itemgetter, or_

from django.db.models import Q

from hzd_catalogue.lists.per_revision import PerRevision, let_others_go_on
from hzd_catalogue.lists.search import TEXT, Line, SearchIndex
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.reference.folding import CHUNK, Fragment, Term, highlight

#: So many paragraphs are read before others have their turn.
PLACES_AT_ONCE = 100
#: Source and paragraph.
Place = tuple[int, int]


@dataclass(frozen=True)
class QuotedParagraph:
    """A paragraph of a document, as far as it is quoted and found."""

    #: Where it stands, in words, and the address of that place.
    passage: str
    url: str
    quotes: Sequence[list[Fragment]]
    #: Name and address of the records of which these quotations say something.
    records: Sequence[tuple[str, str]]


def _build() -> tuple[list[Place], SearchIndex]:
    """Return the quoted paragraphs, those of the newest source first, and the index of them."""
    places: list[Place] = []
    return places, SearchIndex(_lines(places))


def _lines(places: list[Place]) -> Iterator[tuple[int, Line]]:
    """Yield the quotations with the positions of their paragraphs, which are written down."""
    rows = Statement.objects.published().newest_first()
    found = rows.values_list("source_id", "paragraph", "quote").iterator()
    for place, some in groupby(found, key=itemgetter(0, 1)):
        if len(places) % PLACES_AT_ONCE == 0:
            let_others_go_on()
        for quote in _longest(quote for _source, _paragraph, quote in some):
            yield len(places), Line("Wortlaut", TEXT, quote)
        places.append(place)


def _longest(quotes: Iterable[str]) -> list[str]:
    """Return the quotations that stand in no longer one, each once."""
    kept: list[str] = []
    for quote in sorted(set(quotes), key=lambda text: (-len(text), text)):
        if not any(quote in longer for longer in kept):
            kept.append(quote)
    return kept


#: Takes a revision; returns the places by position, and the index.
QUOTATIONS = PerRevision(_build)


def quoted_paragraphs(places: Sequence[Place], terms: Sequence[Term]) -> list[QuotedParagraph]:
    """Return paragraphs with those of their quotations in which one of the terms stands."""
    paragraphs: dict[int, list[int]] = {}
    for source, paragraph in places:
        paragraphs.setdefault(source, []).append(paragraph)
    published = Statement.objects.published()
    quotes = published.filter(
        reduce(or_, (Q(source=source, paragraph__in=some) for source, some in paragraphs.items()))
    ).values_list("pk", "quote")
    rows = (
        published.filter(pk__in=[pk for pk, quote in quotes if _stands_in(terms, quote)])
        .select_related("source", "record")
        .order_by("pk")
    )
    found: dict[Place, list[Statement]] = {place: [] for place in places}
    for row in rows:
        found[row.source_id, row.paragraph].append(row)
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
