"""Search without a database: the same hits on SQLite and PostgreSQL.

A query matches a row when each of its words is found in one of the row's texts, as ``folding``
says. How a query is understood where that finds nothing is said in ``understanding``.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from hzd_catalogue.reference.folding import (
    BEGINNING,
    CHUNK,
    ENDINGS,
    HYPHENS,
    STOP_WORDS,
    TYPED_WORD,
    WHOLE,
    Fragment,
    Term,
    folded,
    forms,
    forms_of_text,
    highlight,
    loose,
    plain,
    quality,
    whole_forms_of_text,
)
from hzd_catalogue.reference.german import grouped

from .bitmaps import bitmap, members
from .per_revision import let_others_go_on

#: Weights of the fields: a hit in a name counts before one in a related name or in a text.
NAME, RELATED, TEXT = 10, 3, 1
#: What a row gains when the query is its whole name; less when it is only part of it.
WHOLE_NAME_BONUS = 20

#: Joins the parts of a German compound: Schutz-, Antrag-s-, Gemeinde-n-, Bund-es-, Schrift-en-.
LINKS = ("", "s", "es", "n", "en")
SHORTEST_PART = 4
#: So many rows are read before others have their turn.
_ROWS_AT_ONCE = 500
#: "Posteingangs- und Postausgangsmanagement": the second word ends what the first one leaves open.
_OPEN_COMPOUND = re.compile(r"(\w{3,})[-‐‑] (?:und|oder|bzw\.|sowie|/) (\w{6,})")
#: Between both of its words, where they have postings together; in no word as written.
OPEN = " "
#: What stands around a word and belongs to none of its forms.
_AROUND = ".,;:!?()[]{}\"'*/-–—‐‑„“”‚‘’»«›‹…"


@dataclass(frozen=True)
class SearchField:
    """One searchable field of a row: its German label, its lookup path and its weight.

    Several lookups are joined to one line, or put into words by ``text``. ``where`` holds
    conditions for the text to be found, as for a relation that leads to rows which visitors may
    not see.
    """

    label: str
    lookups: str | tuple[str, ...]
    weight: int = TEXT
    where: Mapping[str, Any] = field(default_factory=dict)
    #: Takes the values of the lookups and returns the line; by default they are joined.
    text: Callable[[Sequence[Any]], str] | None = None


class Line(NamedTuple):
    """One searchable text of a row with its German label."""

    label: str
    weight: int
    text: str


@dataclass(frozen=True)
class Tag:
    """A text that many rows have in common, such as the label of a facet's value."""

    label: str
    text: str
    #: The rows that have it, as a bitmap of positions.
    rows: int
    #: Whether it is only found together with words that it does not hold itself.
    is_companion: bool = False

    def quality(self, term: Term) -> int:
        """Return how well the term is found in it; 0 where it is not."""
        chunks = CHUNK.findall(self.text)
        return max(
            (term.quality(form) for chunk in chunks for form in forms_of_text(chunk)), default=0
        )


@dataclass(frozen=True)
class Hits:
    """The rows of one index that contain all terms."""

    #: As a bitmap of positions.
    rows: int
    #: Position to score; higher is better.
    scores: Mapping[int, int]

    def ranked(self) -> list[int]:
        """Return the positions, best first; ties in the order of the index."""
        return sorted(self.scores, key=lambda place: (-self.scores[place], place))


class SearchIndex:
    """The words of a set of rows, and where they stand.

    Nothing of it changes once it is made: ``followed`` gives the index of the rows as they are
    after a change, which has in common with the one before what the change left alone.
    """

    def __init__(
        self,
        lines: Mapping[int, Sequence[Line]] | Sequence[Sequence[Line]],
        tags: Sequence[Tag] = (),
    ) -> None:
        """Index the rows' lines, by position; a row without any is none."""
        rows = lines if isinstance(lines, Mapping) else dict(enumerate(lines))
        self.lines: dict[int, Sequence[Line]] = {}
        #: Weight to {word as written, but for what stands around it: positions, in their order}.
        #: A compound that is left open ("Sport- und Pferdewetten") has two folded words as its key.
        self._postings: dict[int, dict[str, array[int]]] = {
            weight: {} for weight in (NAME, RELATED, TEXT)
        }
        #: Folded word to the words as written that it is a form of.
        self._written: dict[str, tuple[str, ...]] = {}
        #: Folded beginning of a compound that is left open to the words that end it.
        self._endings: dict[str, frozenset[str]] = {}
        self.size = 0
        self._post(rows)
        self._take_up(tags)

    def followed(self, lines: Mapping[int, Sequence[Line]], tags: Sequence[Tag]) -> SearchIndex:
        """Return the index after a change: the same as if all rows were read anew.

        Args:
            lines: all lines of each row that was changed, came, or went (none at all).
            tags: all tags.
        """
        index = copy(self)
        index.lines = dict(self.lines)
        index._postings = {weight: dict(found) for weight, found in self._postings.items()}
        index._written, index._endings = dict(self._written), dict(self._endings)
        index._repost(lines)
        index._take_up(tags)
        return index

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self.lines)

    def _post(self, rows: Mapping[int, Sequence[Line]]) -> None:
        """Note for each word of all rows where it stands."""
        for number, position in enumerate(sorted(rows)):
            if number % _ROWS_AT_ONCE == 0:
                let_others_go_on()
            if lines := rows[position]:
                self.lines[position] = lines
            for weight, word in _words_in(lines):
                self._postings[weight].setdefault(word, array("I")).append(position)
        self.size = max(self.lines, default=-1) + 1
        self._write_down({word for found in self._postings.values() for word in found})

    def _repost(self, rows: Mapping[int, Sequence[Line]]) -> None:
        """Put other lines in the place of those of some rows."""
        added: dict[tuple[int, str], set[int]] = defaultdict(set)
        removed: dict[tuple[int, str], set[int]] = defaultdict(set)
        for position, lines in rows.items():
            before, after = _words_in(self.lines.get(position, ())), _words_in(lines)
            for key in after - before:
                added[key].add(position)
            for key in before - after:
                removed[key].add(position)
            self.lines.pop(position, None)
            if lines:
                self.lines[position] = lines
        for key in {**added, **removed}:
            weight, word = key
            positions = self._postings[weight].get(word, array("I"))[:]
            for position in removed[key]:
                del positions[bisect_left(positions, position)]
            for position in added[key]:
                insort(positions, position)
            self._postings[weight][word] = positions
            if not positions:
                del self._postings[weight][word]
        self.size = max(self.lines, default=-1) + 1
        words = {word for _weight, word in (*added, *removed)}
        gone = {word for word in words if not self._rows_with(word)}
        self._forget(gone)
        self._write_down(words - gone)

    def _write_down(self, words: Iterable[str]) -> None:
        """Add words as written to those of their forms."""
        written: dict[str, list[str]] = defaultdict(list)
        for word in words:
            for form in _forms_of(word):
                if word not in self._written.get(form, ()):
                    written[form].append(word)
            if OPEN in word:
                first, second = word.split(OPEN)
                self._endings[first] = self._endings.get(first, frozenset()) | {second}
        for form, found in written.items():
            self._written[form] = (*self._written.get(form, ()), *found)

    def _forget(self, words: set[str]) -> None:
        """Take away words that stand nowhere any more."""
        for form in {form for word in words for form in _forms_of(word)}:
            self._written[form] = tuple(word for word in self._written[form] if word not in words)
            if not self._written[form]:
                del self._written[form]
        for word in words:
            if OPEN in word:
                first, second = word.split(OPEN)
                self._endings[first] -= {second}
                if not self._endings[first]:
                    del self._endings[first]

    def _take_up(self, tags: Sequence[Tag]) -> None:
        """Add the words of the tags, and make what is searched for words."""
        self.tags = tags
        self._in_tags: dict[str, list[str]] = defaultdict(list)
        for word in dict.fromkeys(
            _bare(chunk) for tag in tags for chunk in CHUNK.findall(tag.text)
        ):
            for form in _forms_of(word):
                self._in_tags[form].append(word)
        self._words = sorted(
            word for word in self._written.keys() | self._in_tags.keys() if OPEN not in word
        )
        self._vocabulary = "\n".join(["", *self._words, ""])
        #: Where each word begins in the vocabulary.
        self._offsets = array("I", accumulate((len(word) + 1 for word in self._words), initial=1))

    def _rows_with(self, word: str) -> int:
        """Return in how many rows a word stands as it is written, once a weight."""
        return sum(len(found.get(word, ())) for found in self._postings.values())

    def _spelling(self, form: str) -> str:
        """Return how a folded word is written in most rows: "Anhalt", not "Sachsen-Anhalt"."""
        rows: Counter[str] = Counter()
        for word in (*self._written.get(form, ()), *self._in_tags.get(form, ())):
            rows[_part_with(form, word)] += self._rows_with(word)
        return min(rows, key=lambda written: (-rows[written], written))

    def _has(self, word: str, *, in_names: bool = False) -> bool:
        """Whether a folded word stands anywhere, or in a name."""
        if in_names:
            names = self._postings[NAME]
            return any(written in names for written in self._written.get(word, ()))
        return OPEN not in word and (word in self._written or word in self._in_tags)

    # Words -------------------------------------------------------------------------------------

    def _words_with(self, part: str, *, is_stem: bool) -> Iterator[tuple[str, int]]:
        """Yield each indexed word in which ``part`` is found, with the quality of the match."""
        first = bisect_left(self._words, part)
        if len(part) < SHORTEST_PART:
            for word in self._words[first:]:
                if not word.startswith(part):
                    break
                yield word, quality(part, word, is_stem=is_stem)
            return
        start = self._vocabulary.find(part)
        while start >= 0:
            number = bisect_right(self._offsets, start) - 1
            word = self._words[number]
            if found := quality(part, word, is_stem=is_stem):
                yield word, found
            start = self._vocabulary.find(part, self._offsets[number] + len(word))

    def _words_of(self, term: Term) -> Iterator[tuple[str, int]]:
        for part in term.words:
            yield from self._words_with(part, is_stem=False)
        if term.stem:
            yield from self._words_with(term.stem, is_stem=True)
        for part in term.words:
            yield from self._open_compounds(part)

    def _open_compounds(self, part: str) -> Iterator[tuple[str, int]]:
        """Yield the postings of what texts leave open and end elsewhere as ``part`` does."""
        for beginning, endings in self._endings.items():
            rest = part.removeprefix(beginning)
            if SHORTEST_PART <= len(rest) < len(part):
                for ending in endings:
                    if ending.endswith(rest) and ending != rest:
                        yield f"{beginning}{OPEN}{ending}", BEGINNING

    def knows(self, term: Term) -> bool:
        """Whether the term, without what counts for it besides, stands anywhere."""
        return any(True for _word in self._words_of(term))

    def is_named(self, term: Term) -> bool:
        """Whether the term stands in a name."""
        return any(self._has(word, in_names=True) for word, _quality in self._words_of(term))

    def is_word(
        self, part: str, *, endings: Sequence[str] = ("", *ENDINGS), of_names: bool = False
    ) -> bool:
        """Whether a folded part of a compound is a word of the index but for its ending.

        Args:
            part: the folded part.
            endings: those that the word may have besides.
            of_names: whether it has to be a word of a name.
        """
        return part not in STOP_WORDS and any(
            self._has(part + ending, in_names=of_names) for ending in endings
        )

    def _joined_as(self, word: str) -> str:
        """Return the indexed compound that a folded word is but for its linking letters; or "".

        "schutzschriftregister" is joined as "schutzschriftenregister".
        """
        for end in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            for link in LINKS[1:]:
                if self._has(joined := word[:end] + link + word[end:]):
                    return joined
        return ""

    def nearest(self, term: Term, errors: int) -> tuple[int, str] | None:
        """Return (distance, spelling) of the word most like a mistyped term, if one is near.

        The distance is Damerau's and Levenshtein's (optimal string alignment). A whole word goes
        before the beginning of one with an ending or four letters more, and that has one error at
        most. Below eight letters the first one is right, and nouns and words of names are meant,
        but by the beginning of a compound only those of names; below six only words of names, and
        none by a beginning: "Wetter" is not mistyped for "weitere", "Hund" not for "Hand", "Tier"
        not for "vier", "Bier" not for "Bürger". A word without meaning is never meant.

        Args:
            term: a word that stands nowhere.
            errors: how many are forgiven.
        """
        word = term.words[-1]
        if len(word) < 4:
            return None
        is_long = len(word) >= 8
        if is_long and (joined := self._joined_as(word)):
            return 1, self._spelling(joined)
        words = [
            indexed
            for indexed in self._words
            if indexed not in STOP_WORDS
            and (is_long or (indexed[0] == word[0] and self._is_meant(indexed, len(word))))
        ]
        # Where a letter is missing, one more belongs to the beginning.
        lengths = (len(word), len(word) + 1) if len(word) >= 6 else ()
        longer = [
            (begun, [indexed[:length] for indexed in begun], 1)
            for length in lengths
            if (
                begun := [
                    indexed
                    for indexed in words
                    if indexed[length:] in ENDINGS
                    or (
                        len(indexed) >= length + SHORTEST_PART
                        and (is_long or self._has(indexed, in_names=True))
                    )
                ]
            )
        ]
        for meant, candidates, allowed in ((words, words, errors), *longer):
            best = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=allowed)
            if best:
                return int(best[1]), self._spelling(meant[best[2]])
        return None

    def _is_meant(self, indexed: str, length: int) -> bool:
        """Whether a short mistyped word of this length can mean an indexed one."""
        if length >= 6 and self._spelling(indexed)[:1].isupper():
            return True
        return self._has(indexed, in_names=True)

    # Rows --------------------------------------------------------------------------------------

    def _scores(self, term: Term, terms: Sequence[Term]) -> dict[int, int]:
        """Return position to score for the rows that contain a term, one of ``terms``."""
        posted = [
            (weight * min(found, _best_of(form, word)), postings[word])
            for form, found in self._words_of(term)
            if found
            for word in self._written.get(form, ())
            for weight, postings in self._postings.items()
            if word in postings
        ]
        scores: dict[int, int] = {}
        # The best match goes last, and stays.
        for score, positions in sorted(posted, key=itemgetter(0)):
            scores.update(dict.fromkeys(positions, score))
        for tag, found in self._tags_for(term, terms):
            for position in members(tag.rows, range(self.size)):
                scores.setdefault(position, TEXT * found)
        for phrase in term.also:
            # What an aid leads to counts after what was typed, yet a name before a text.
            for position, score in self._all_of(phrase).items():
                scores[position] = max(scores.get(position, 0), score // (2 * len(phrase)), 1)
        # A word that stands for everything does not rank what has it.
        return dict.fromkeys(scores, 0) if term.is_weak and len(terms) > 1 else scores

    def _tags_for(self, term: Term, terms: Sequence[Term]) -> Iterator[tuple[Tag, int]]:
        """Yield the tags in which a term, one of ``terms``, is found, with the quality of it."""
        for tag in self.tags:
            found = tag.quality(term)
            if found and not (tag.is_companion and all(tag.quality(other) for other in terms)):
                yield tag, found

    def _all_of(self, terms: Sequence[Term]) -> dict[int, int]:
        total: dict[int, int] | None = None
        for term in terms:
            scores = self._scores(term, terms)
            total = (
                scores
                if total is None
                else {
                    position: score + scores[position]
                    for position, score in total.items()
                    if position in scores
                }
            )
        return total or {}

    def search(self, terms: Sequence[Term], wished: Sequence[Term] = ()) -> Hits:
        """Return the rows that contain every term; a term scores by its best match.

        Args:
            terms: what has to be found.
            wished: what need not be found, and adds to the score where it is.
        """
        total = self._all_of(terms)
        for term in wished:
            for position, score in self._scores(term, (*terms, term)).items():
                if position in total:
                    total[position] += score
        phrases = _phrases(terms)
        for position in total:
            total[position] += max(self._name_bonus(position, phrase) for phrase in phrases)
        return Hits(bitmap(total, self.size), total)

    def _name_bonus(self, position: int, phrase: str) -> int:
        """Return what the row gains by how much of one of its names the query is."""
        return max(
            (
                WHOLE_NAME_BONUS * len(phrase) // len(form)
                for line in self.lines[position]
                if line.weight == NAME
                for form in whole_forms_of_text(line.text)
                if phrase in form
            ),
            default=0,
        )

    def is_whole_name(self, position: int, terms: Sequence[Term]) -> int:
        """Return 2 where the query is one of the row's names, 1 where it is without weak words."""
        *most, last = (
            self._name_bonus(position, phrase) == WHOLE_NAME_BONUS for phrase in _phrases(terms)
        )
        return 2 if last else int(any(most))

    def excerpt(self, position: int, terms: Sequence[Term]) -> Line | None:
        """Return the best text beyond the name that contains a term, if there is one."""
        best: tuple[int, int] | None = None
        for line in (*self.lines[position][1:], *self._tag_lines(position)):
            found = sum(
                any(term.matches(chunk) for chunk in CHUNK.findall(line.text)) for term in terms
            )
            if found and (best is None or (found, line.weight) > best):
                best = (found, line.weight)
                result = line
        return result if best else None

    def _tag_lines(self, position: int) -> list[Line]:
        return [
            Line(tag.label, TEXT, tag.text)
            for tag in self.tags
            if tag.label and tag.rows >> position & 1
        ]


def _phrases(terms: Sequence[Term]) -> list[str]:
    """Return what may be a name: the words without those that are weak, and all of them."""
    strong = "".join(term.words[0] for term in terms if not term.is_weak)
    everything = "".join(term.words[0] for term in terms)
    return [strong, everything] if strong else [everything]


def _bare(chunk: str) -> str:
    """Return a chunk of text without the punctuation around it, which no form of it has."""
    return chunk.strip(_AROUND)


@lru_cache(maxsize=200_000)
def _forms_of(word: str) -> tuple[str, ...]:
    """Return the forms under which a word as written, or one that is left open, is found."""
    return (word,) if OPEN in word else forms_of_text(word)


def _best_of(form: str, word: str) -> int:
    """Return how well a word as written can be found by one of its forms."""
    if OPEN in word:
        return BEGINNING
    first = forms_of_text(word)[0]
    return WHOLE if form in (first, loose(first)) else BEGINNING


def _part_with(form: str, word: str) -> str:
    """Return the part of a word as written that a form stands for, or all of it."""
    parts = TYPED_WORD.findall(word)
    part = next((part for part in parts if form in forms(part)), word)
    return re.sub(r"^\W+|\W+$", "", part)


def _words_in(lines: Iterable[Line]) -> set[tuple[int, str]]:
    """Return the words of a row's lines as they are written, each with the weight of its line."""
    found: set[tuple[int, str]] = set()
    for line in lines:
        found.update((line.weight, word) for word in map(_bare, line.text.split()) if word)
        if any(f"{hyphen} " in line.text for hyphen in HYPHENS):
            found.update((line.weight, word) for word in _open_compounds_in(line.text))
    return found


def _open_compounds_in(text: str) -> Iterator[str]:
    for beginning, ending in _OPEN_COMPOUND.findall(text):
        for first in folded([plain(beginning)]):
            for second in folded([plain(ending)]):
                yield f"{first}{OPEN}{second}"


def marked_excerpt(
    index: SearchIndex, position: int, terms: Sequence[Term]
) -> tuple[str, list[Fragment]]:
    """Return why a row was found: label and fragments of its best line beyond the name.

    "im Namen" and no fragments where no other line matches, "im Katalog" where not even the name
    does: what was asked stands for all rows.
    """
    line = index.excerpt(position, terms)
    if line:
        return line.label, highlight(line.text, terms)
    name = highlight(index.lines[position][0].text, terms)
    return ("im Namen" if any(fragment.is_match for fragment in name) else "im Katalog"), []


def collect_lines(
    queryset: Any, fields: Sequence[SearchField], positions: dict[int, int]
) -> dict[int, list[Line]]:
    """Read the searchable lines of rows by their positions, one query a field.

    Args:
        queryset: the rows to index.
        fields: their fields, the row's own name first.
        positions: primary key to position.
    """
    lines: dict[int, list[Line]] = {position: [] for position in positions.values()}
    # Many rows have a line in common, which is kept once.
    known: dict[Line, Line] = {}
    for search_field in fields:
        let_others_go_on()
        rows = queryset.order_by().filter(**search_field.where)
        lookups = search_field.lookups
        paths = (lookups,) if isinstance(lookups, str) else lookups
        values = rows.values_list("pk", *paths)
        # A row that came after the positions belongs to the next revision's index.
        line_of = search_field.text or _line_of
        found = sorted(
            (positions[pk], line_of(texts))
            for pk, *texts in values
            if pk in positions and any(texts)
        )
        for position, text in found:
            line = Line(search_field.label, search_field.weight, text)
            if line not in lines[position]:
                lines[position].append(known.setdefault(line, line))
    return lines


def build_search_index(
    queryset: Any, fields: Sequence[SearchField], noun: str
) -> tuple[list[int], SearchIndex]:
    """Index rows that have a name but no facets.

    Args:
        queryset: the rows.
        fields: where a search looks, the rows' own name first.
        noun: what they are, found only together with other words.

    Returns:
        The primary keys by position, and the index.
    """
    pks = list(queryset.values_list("pk", flat=True))
    positions = {pk: position for position, pk in enumerate(pks)}
    tag = Tag("", noun, (1 << len(pks)) - 1, is_companion=True)
    return pks, SearchIndex(collect_lines(queryset, fields, positions), [tag])


def _line_of(values: Iterable[Any]) -> str:
    """Join the values of one row to a line; large numbers as German texts write them."""
    return " ".join(
        grouped(value) if isinstance(value, int) and value > 9999 else str(value)
        for value in values
        if value not in (None, "")
    )
