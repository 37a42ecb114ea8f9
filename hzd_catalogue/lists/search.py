"""Search without a database: the same hits on SQLite and PostgreSQL.

A query matches a row when each of its words is found in one of the row's texts, as ``folding``
says. How a query is understood where that finds nothing is said in ``understanding``.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from typing import Any, NamedTuple

from django.db.models import Q, Value
from django.db.models.functions import Coalesce, JSONArray
from django.db.models.lookups import Exact
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
    Term,
    folded,
    forms,
    forms_of_text,
    loose,
    plain,
    quality,
    whole_forms,
)
from hzd_catalogue.reference.german import grouped

from .bitmaps import bitmap
from .per_revision import let_others_go_on
from .postings import (
    Joined,
    Names,
    Posting,
    Postings,
    Scores,
    Words,
    added,
    best_of,
    number_of,
    positions_of,
    replaced,
    rows_of,
    union,
)

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
#: The scores of so many terms are kept at most, and fewer where they take many bits.
_MOST_KEPT, _BITS_KEPT = 64, 2**25
#: Between both of its words, where they have postings together; in no word as written.
OPEN = " "
#: From so many letters on, two typing errors are forgiven, and the first letter may be wrong.
_LONG = 8
#: What stands around a word and belongs to none of its forms.
_AROUND = ".,;:!?()[]{}\"'*/-–—‐‑„“”‚‘’»«›‹…"


@dataclass(frozen=True)
class SearchField:
    """One searchable field of a row: its German label, its lookup path and its weight.

    Several lookups are joined to one line, or put into words by ``text``. ``where`` and ``only``
    hold conditions for the text to be found, as for a relation that leads to rows which visitors
    may not see.
    """

    label: str
    lookups: str | tuple[str, ...]
    weight: int = TEXT
    where: Mapping[str, Any] = field(default_factory=dict)
    #: Takes the values of the lookups and returns the line; by default they are joined.
    text: Callable[[Sequence[Any]], str] | None = None
    #: A condition that is no list of lookups and values.
    only: Q = field(default_factory=Q)

    @property
    def paths(self) -> tuple[str, ...]:
        """The lookups, however many."""
        return (self.lookups,) if isinstance(self.lookups, str) else self.lookups

    def line(self, values: Sequence[Any]) -> Line:
        """Return the line that the values of the lookups make."""
        return Line(self.label, self.weight, (self.text or _line_of)(values))


class Line(NamedTuple):
    """One searchable text of a row with its German label."""

    label: str
    weight: int
    text: str


class Texts:
    """Some lines, folded so that one look tells which of them may hold a word."""

    def __init__(self, lines: Iterable[Line]) -> None:
        """Keep them; as plain values, because many are taken out of a cache to look at one."""
        self.lines = [(line.label, line.weight, line.text) for line in lines]
        texts = [text for _label, _weight, text in self.lines]
        chunks = (CHUNK.findall(text) for text in texts)
        self._folded = Joined(
            [" ".join(form for chunk in some for form in forms_of_text(chunk)) for some in chunks]
        )
        #: Those with a word that is left open ("Posteingangs-") hold what ends in another way.
        self._open = [
            place
            for place, text in enumerate(texts)
            if any(f"{hyphen} " in text or text.endswith(hyphen) for hyphen in HYPHENS)
        ]

    def line(self, place: int) -> Line:
        """Return one of the lines."""
        return Line(*self.lines[place])

    def that_may_hold(self, term: Term) -> Iterable[int]:
        """Return the places of all lines in which a term may stand; in the others it does not."""
        if term.also:
            return range(len(self.lines))
        return {
            *self._open,
            *(place for part in term.variants for place in self._folded.with_(part)),
        }


NO_TEXTS = Texts(())


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

    #: Score to the rows that have it, as a bitmap of positions; higher is better.
    by_score: Scores = field(default_factory=dict)
    #: By position, what decides ties; None: the position itself.
    ranks: Sequence[int] | None = None

    @cached_property
    def rows(self) -> int:
        """All of them, as a bitmap of positions."""
        return rows_of(self.by_score)

    @property
    def scores(self) -> dict[int, int]:
        """Position to score."""
        return {
            position: score
            for score, rows in self.by_score.items()
            for position in positions_of(rows)
        }

    @property
    def best(self) -> int:
        """The highest score."""
        return max(self.by_score)

    def ranked(self, most: int | None = None) -> list[int]:
        """Return the positions, best first; ties in the order of the index.

        Args:
            most: how many; by default all.
        """
        number = self.rows.bit_count() if most is None else most
        found: list[int] = []
        for score in sorted(self.by_score, reverse=True):
            left = number - len(found)
            if left <= 0:
                break
            some = positions_of(self.by_score[score])
            key = None if self.ranks is None else self.ranks.__getitem__
            found += nsmallest(left, some, key=key)
        return found


class SearchIndex:
    """The words of a set of rows, and where they stand.

    Nothing of it changes once it is made: ``followed`` gives the index of the rows as they are
    after a change, which has in common with the one before what the change left alone. The texts
    themselves are not kept: they are many times as large, and a page shows few of them.
    """

    def __init__(
        self,
        lines: Mapping[int, Sequence[Line]] | Iterable[tuple[int, Line]],
        tags: Sequence[Tag] = (),
        ranks: Sequence[int] | None = None,
    ) -> None:
        """Index the rows' lines.

        Args:
            lines: by position, or each with its position in any order; a row without any is none.
            tags: what many rows have in common.
            ranks: by position, what decides ties; by default the position itself.
        """
        self.tags, self._ranks = tags, ranks
        self._rows, found, self._names = _posted(
            ((position, line) for position, texts in sorted(lines.items()) for line in texts)
            if isinstance(lines, Mapping)
            else lines
        )
        #: The words as they are written, but for what stands around them. A compound that is left
        #: open ("Sport- und Pferdewetten") is two folded words.
        self._words = Words({word for postings in found.values() for word in postings})
        #: Weight to where each of them stands.
        self._postings = {
            weight: Postings((postings.get(word, ()) for word in self._words), self.size)
            for weight, postings in found.items()
        }
        found.clear()
        written: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, word in enumerate(self._words):
            for form in _forms_of(word):
                written[form].append(number)
        #: The folded words, and the words as written that each of them is a form of.
        self._forms = Words(written)
        self._written = Postings(map(written.__getitem__, self._forms), len(self._words))
        #: The folded words of compounds that are left open, by the numbers of their forms.
        self._compounds: dict[int, tuple[str, ...]] = {}
        self._note_compounds(written)
        self._take_up(tags)
        #: Forms of a term to its scores by words.
        self._kept: dict[tuple[str, ...], Scores] = {}
        #: Folded query to what names that hold it add to the score of their rows.
        self._bonuses: dict[str, Scores] = {}

    def followed(
        self,
        lines: Mapping[int, Sequence[Line]],
        tags: Sequence[Tag],
        ranks: Sequence[int] | None = None,
    ) -> SearchIndex:
        """Return the index after a change: the same as if all rows were read anew.

        Args:
            lines: all lines of each row that was changed, came, or went (none at all).
            tags: all tags.
            ranks: by position, as they are by now.
        """
        index = copy(self)
        index._ranks, index._kept, index._bonuses = ranks, {}, {}
        if not lines:
            index._take_up(tags)
            return index
        index._names = self._names.followed(
            {position: _names_in(texts) for position, texts in lines.items()}
        )
        index._repost(lines)
        index._take_up(tags)
        return index

    @property
    def size(self) -> int:
        """The last position, and one."""
        return self._rows.bit_length()

    @property
    def _most_kept(self) -> int:
        return min(_MOST_KEPT, 1 + _BITS_KEPT // (self.size + 1))

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self._rows.bit_count()

    def _repost(self, rows: Mapping[int, Sequence[Line]]) -> None:
        """Put other lines in the place of those of some rows."""
        words = {position: _words_in(texts) for position, texts in rows.items()}
        these = {word for some in words.values() for _weight, word in some}
        self._words = self._words.followed(these)
        numbers = self._words.numbers(these)
        now: dict[tuple[int, int], set[int]] = defaultdict(set)
        for position, texts in rows.items():
            self._rows = self._rows | 1 << position if texts else self._rows & ~(1 << position)
            for weight, word in words[position]:
                now[weight, numbers[word]].add(position)
        before = {
            (weight, number): had
            for weight, postings in self._postings.items()
            for number, had in postings.among(rows)
        }
        changed: dict[int, dict[int, Posting]] = {weight: {} for weight in self._postings}
        for key in before.keys() | now.keys():
            weight, number = key
            had, has = before.get(key, set()), now.get(key, set())
            if had != has:
                some = self._postings[weight][number]
                changed[weight][number] = replaced(some, had, has, self.size)
        touched = {number for some in changed.values() for number in some}
        stood = {number for number in touched if self._stands(number)}
        self._postings = {
            weight: postings.followed(changed[weight])
            for weight, postings in self._postings.items()
        }
        stand = {number for number in touched if self._stands(number)}
        self._rewrite(gone=stood - stand, come=stand - stood)

    def _rewrite(self, gone: set[int], come: set[int]) -> None:
        """Take words as written from their forms, and give them others."""
        by_form: dict[str, set[int]] = defaultdict(set)
        for word in gone | come:
            for form in _forms_of(self._words[word]):
                by_form[form].add(word)
        self._forms = self._forms.followed(by_form)
        numbers = self._forms.numbers(by_form)
        size = len(self._words)
        changed = {}
        for form, some in by_form.items():
            before = self._written[numbers[form]]
            changed[numbers[form]] = replaced(before, some & gone, some & come, size)
        self._written = self._written.followed(changed)
        self._note_compounds(by_form)

    def _note_compounds(self, forms: Iterable[str]) -> None:
        numbers = self._forms.numbers(form for form in forms if OPEN in form)
        new = {number: tuple(form.split(OPEN)) for form, number in numbers.items()}
        self._compounds = {**self._compounds, **new}

    def _take_up(self, tags: Sequence[Tag]) -> None:
        """Add the words of the tags, and make what is searched for words."""
        self.tags = tags
        #: The labelled ones, as a row that has them shows them.
        self.tag_texts = Texts(Line(tag.label, TEXT, tag.text) for tag in tags if tag.label)
        self._in_tags: dict[str, list[str]] = defaultdict(list)
        for word in dict.fromkeys(
            _bare(chunk) for tag in tags for chunk in CHUNK.findall(tag.text)
        ):
            for form in _forms_of(word):
                self._in_tags[form].append(word)
        self._forms = self._forms.followed(self._in_tags)

    def _stands(self, number: int) -> bool:
        """Whether a word as written stands in a row."""
        return any(postings[number] for postings in self._postings.values())

    def _is_there(self, number: int) -> bool:
        """Whether a folded word stands anywhere: a change may have left it behind."""
        return bool(self._written[number]) or self._forms[number] in self._in_tags

    def _as_written(self, form: str) -> Iterator[str]:
        """Yield the words as written that a folded word stands for, in a row or a tag."""
        if (number := self._number(form)) is not None:
            yield from map(self._words.__getitem__, positions_of(self._written[number]))
        yield from self._in_tags.get(form, ())

    def _rows_with(self, word: str) -> int:
        """Return in how many rows a word stands as it is written, once a weight."""
        number = self._words.number(word)
        if number is None:
            return 0
        return sum(number_of(postings[number]) for postings in self._postings.values())

    def _spelling(self, form: str) -> str:
        """Return how a folded word is written in most rows: "Anhalt", not "Sachsen-Anhalt"."""
        rows: Counter[str] = Counter()
        for word in self._as_written(form):
            rows[_part_with(form, word)] += self._rows_with(word)
        return min(rows, key=lambda written: (-rows[written], written))

    def _number(self, form: str) -> int | None:
        """Return the number of a folded word that stands anywhere."""
        number = self._forms.number(form)
        return number if number is not None and self._is_there(number) else None

    def _has(self, word: str, *, in_names: bool = False) -> bool:
        """Whether a folded word stands anywhere, or in a name."""
        if OPEN in word or (number := self._number(word)) is None:
            return False
        return not in_names or self._is_in_names(number)

    def _is_in_names(self, number: int) -> bool:
        names = self._postings[NAME]
        return any(names[written] for written in positions_of(self._written[number]))

    # Words -------------------------------------------------------------------------------------

    def _words_with(self, part: str, *, is_stem: bool) -> Iterator[tuple[int, int]]:
        """Yield each folded word in which ``part`` is found, with the quality of the match."""
        is_short = len(part) < SHORTEST_PART
        for number in (self._forms.beginning if is_short else self._forms.holding)(part):
            word = self._forms[number]
            if OPEN in word:
                continue
            found = quality(part, word, is_stem=is_stem)
            if (found or is_short) and self._is_there(number):
                yield number, found

    def _words_of(self, term: Term) -> Iterator[tuple[int, int]]:
        for part in term.words:
            yield from self._words_with(part, is_stem=False)
        if term.stem:
            yield from self._words_with(term.stem, is_stem=True)
        for part in term.words:
            yield from self._open_compounds(part)

    def _open_compounds(self, part: str) -> Iterator[tuple[int, int]]:
        """Yield those that texts leave open and end elsewhere as ``part`` does."""
        for number, (beginning, ending) in self._compounds.items():
            rest = part.removeprefix(beginning)
            if (
                SHORTEST_PART <= len(rest) < len(part)
                and ending.endswith(rest)
                and ending != rest
                and self._is_there(number)
            ):
                yield number, BEGINNING

    def knows(self, term: Term) -> bool:
        """Whether the term, without what counts for it besides, stands anywhere."""
        return any(True for _word in self._words_of(term))

    def is_named(self, term: Term) -> bool:
        """Whether the term stands in a name."""
        return any(self._is_in_names(number) for number, _quality in self._words_of(term))

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
        if len(word) >= _LONG and (joined := self._joined_as(word)):
            return 1, self._spelling(joined)
        if near := self._nearest_whole(word, errors):
            return near[0], self._spelling(near[1])
        # Where a letter is missing, one more belongs to the beginning.
        lengths = (len(word), len(word) + 1) if len(word) >= 6 else ()
        for length in lengths:
            if near := self._nearest_beginning(word, length):
                return near[0], self._spelling(near[1])
        return None

    def _nearest_whole(self, word: str, errors: int) -> tuple[int, str] | None:
        """Return (distance, indexed word) of the whole word most like a mistyped one."""
        near = [
            (int(distance), indexed)
            for length in range(len(word) - errors, len(word) + errors + 1)
            for indexed, distance, _place in process.extract(
                word,
                self._forms.of_length(length),
                scorer=OSA.distance,
                score_cutoff=errors,
                limit=None,
            )
        ]
        return next((found for found in sorted(near) if self._is_meant(found[1], word)), None)

    def _nearest_beginning(self, word: str, length: int) -> tuple[int, str] | None:
        """Return the same for so many letters at the beginning of a longer word, with one error.

        Half of the typed word is right then.
        """
        half = len(word) // 2
        begun = {
            indexed: indexed[:length]
            for indexed in sorted(
                map(
                    self._forms.__getitem__,
                    {*self._forms.beginning(word[:half]), *self._forms.holding(word[half + 1 :])},
                )
            )
            if indexed[length:] in ENDINGS
            or (
                len(indexed) >= length + SHORTEST_PART
                and (len(word) >= _LONG or self._has(indexed, in_names=True))
            )
        }
        near = process.extract(word, begun, scorer=OSA.distance, score_cutoff=1, limit=None)
        found = sorted((int(distance), indexed) for _text, distance, indexed in near)
        return next((each for each in found if self._is_meant(each[1], word)), None)

    def _is_meant(self, indexed: str, word: str) -> bool:
        """Whether a mistyped word can mean an indexed one."""
        if indexed in STOP_WORDS or not self._has(indexed):
            return False
        if len(word) >= _LONG:
            return True
        return indexed[0] == word[0] and (
            (len(word) >= _LONG - 2 and self._spelling(indexed)[:1].isupper())
            or self._has(indexed, in_names=True)
        )

    # Rows --------------------------------------------------------------------------------------

    def _scores_of_words(self, term: Term) -> Scores:
        """Return the scores of the rows in whose lines a term stands.

        Those of a few terms are kept: one query is read in several ways, and many ask for the same.
        """
        key = (*term.words, term.stem)
        scores = self._kept.get(key)
        if scores is None:
            posted: dict[int, list[Posting]] = defaultdict(list)
            for number, found in self._words_of(term):
                form = self._forms[number]
                for word in positions_of(self._written[number]) if found else ():
                    best = min(found, _best_of(form, self._words[word]))
                    for weight, postings in self._postings.items():
                        if some := postings[word]:
                            posted[weight * best].append(some)
            scores = best_of((score, union(some, self.size)) for score, some in posted.items())
            if len(self._kept) >= self._most_kept:
                self._kept.clear()
            self._kept[key] = scores
        return scores

    def _scores(self, term: Term, terms: Sequence[Term]) -> Scores:
        """Return the scores of the rows that contain a term, one of ``terms``."""
        scores = dict(self._scores_of_words(term))
        taken = rows_of(scores)
        for tag, found in self._tags_for(term, terms):
            scores[TEXT * found] = scores.get(TEXT * found, 0) | tag.rows & ~taken
            taken |= tag.rows
        for phrase in term.also:
            # What an aid leads to counts after what was typed, yet a name before a text.
            also = (
                (max(score // (2 * len(phrase)), 1), rows)
                for score, rows in self._all_of(phrase).items()
            )
            scores = best_of((*scores.items(), *also))
        # A word that stands for everything does not rank what has it.
        return {0: rows_of(scores)} if term.is_weak and len(terms) > 1 else scores

    def _tags_for(self, term: Term, terms: Sequence[Term]) -> Iterator[tuple[Tag, int]]:
        """Yield the tags in which a term, one of ``terms``, is found, with the quality of it."""
        for tag in self.tags:
            found = tag.quality(term)
            if found and not (tag.is_companion and all(tag.quality(other) for other in terms)):
                yield tag, found

    def _all_of(self, terms: Sequence[Term]) -> Scores:
        total: Scores | None = None
        for term in terms:
            scores = self._scores(term, terms)
            total = scores if total is None else added(total, scores, both=True)
        return total or {}

    def search(self, terms: Sequence[Term], wished: Sequence[Term] = ()) -> Hits:
        """Return the rows that contain every term; a term scores by its best match.

        Args:
            terms: what has to be found.
            wished: what need not be found, and adds to the score where it is.
        """
        total = self._all_of(terms)
        for term in wished:
            total = added(total, self._scores(term, (*terms, term)), both=False)
        bonus = best_of(
            pair for phrase in _phrases(terms) for pair in self._name_bonus(phrase).items()
        )
        return Hits(added(total, bonus, both=False), self._ranks)

    def _name_bonus(self, phrase: str) -> Scores:
        """Return what rows gain by how much of one of their names the query is.

        That of a few phrases is kept: of a common word, thousands of names are looked at.
        """
        bonus = self._bonuses.get(phrase)
        if bonus is None:
            found: dict[int, list[int]] = defaultdict(list)
            for length, position in self._names.holding(phrase):
                found[WHOLE_NAME_BONUS * len(phrase) // length].append(position)
            bonus = best_of((gain, bitmap(some, self.size)) for gain, some in found.items())
            if len(self._bonuses) >= self._most_kept:
                self._bonuses.clear()
            self._bonuses[phrase] = bonus
        return bonus

    def is_whole_name(self, position: int, terms: Sequence[Term]) -> int:
        """Return 2 where the query is one of the row's names, 1 where it is without weak words."""
        *most, last = (
            self._name_bonus(phrase).get(WHOLE_NAME_BONUS, 0) >> position & 1
            for phrase in _phrases(terms)
        )
        return 2 if last else int(any(most))


def _phrases(terms: Sequence[Term]) -> list[str]:
    """Return what may be a name: the words without those that are weak, and all of them."""
    strong = "".join(term.words[0] for term in terms if not term.is_weak)
    everything = "".join(term.words[0] for term in terms)
    return [strong, everything] if strong else [everything]


def _bare(chunk: str) -> str:
    """Return a chunk of text without the punctuation around it, which no form of it has."""
    return chunk.strip(_AROUND)


def _forms_of(word: str) -> Iterable[str]:
    """Return the forms under which a word as written, or one that is left open, is found."""
    return (word,) if OPEN in word else forms(word)


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
        found.update((line.weight, word) for word in _open_compounds_in(line.text))
    return found


def _names_in(lines: Iterable[Line]) -> set[str]:
    return {form for line in lines if line.weight == NAME for form in whole_forms(line.text)}


def _posted(
    lines: Iterable[tuple[int, Line]],
) -> tuple[int, dict[int, dict[str, array[int]]], Names]:
    """Note for each word of all rows where it stands.

    Returns:
        The rows as a bitmap, where each word of each weight stands, and the rows' names.
    """
    found: dict[int, dict[str, array[int]]] = {weight: {} for weight in (NAME, RELATED, TEXT)}
    # Each distinct chunk is looked at once: weight to {chunk: the positions of its word}.
    known: dict[int, dict[str, array[int]]] = {weight: {} for weight in found}
    names: dict[str, list[int]] = defaultdict(list)
    rows: set[int] = set()
    for position, line in lines:
        rows.add(position)
        words, positions_by_chunk = found[line.weight], known[line.weight]
        for chunk in line.text.split():
            positions = positions_by_chunk.get(chunk)
            if positions is None:
                positions = words.setdefault(_bare(chunk), array("I"))
                positions_by_chunk[chunk] = positions
            if not positions or positions[-1] != position:
                positions.append(position)
        for word in _open_compounds_in(line.text):
            words.setdefault(word, array("I")).append(position)
        if line.weight == NAME:
            names[line.text].append(position)
    for words in found.values():
        words.pop("", None)
    forms: dict[str, list[int]] = defaultdict(list)
    for name, places in names.items():
        for form in whole_forms(name):
            forms[form] += places
    return bitmap(rows, max(rows, default=-1) + 1), found, Names(forms)


def _open_compounds_in(text: str) -> Iterator[str]:
    if not any(f"{hyphen} " in text for hyphen in HYPHENS):
        return
    for beginning, ending in _OPEN_COMPOUND.findall(text):
        for first in folded([plain(beginning)]):
            for second in folded([plain(ending)]):
                yield f"{first}{OPEN}{second}"


def read_lines(
    queryset: Any, fields: Sequence[SearchField], positions: Mapping[int, int]
) -> Iterator[tuple[int, Line]]:
    """Yield the searchable lines of rows with their positions, one query a field.

    Args:
        queryset: the rows to index.
        fields: their fields, the row's own name first.
        positions: primary key to position.
    """
    for search_field in fields:
        rows = queryset.order_by().filter(search_field.only, **search_field.where)
        values = rows.values_list("pk", *search_field.paths).iterator(chunk_size=_ROWS_AT_ONCE)
        for number, (pk, *texts) in enumerate(values):
            if number % _ROWS_AT_ONCE == 0:
                let_others_go_on()
            # A row that came after the positions belongs to the next revision's index.
            if pk in positions and any(texts):
                yield positions[pk], search_field.line(texts)


def collect_lines(
    queryset: Any, fields: Sequence[SearchField], positions: Mapping[int, int]
) -> dict[int, list[Line]]:
    """Return the same by position, in one query for all fields: meant for a few rows.

    Lines come in the order of their fields, each line of a row once.
    """
    # As JSON, values of whatever type fit into one column.
    first, *others = (
        queryset.order_by()
        .filter(search_field.only, *_without_index(search_field.where))
        .values_list("pk", Value(number), JSONArray(*search_field.paths))
        for number, search_field in enumerate(fields)
    )
    found = sorted(
        (number, positions[pk], fields[number].line(texts))
        for pk, number, texts in first.union(*others, all=True)
        if pk in positions and any(texts)
    )
    lines: dict[int, list[Line]] = {position: [] for position in positions.values()}
    for _number, position, line in found:
        if line not in lines[position]:
            lines[position].append(line)
    return lines


def _without_index(where: Mapping[str, Any]) -> Iterator[Any]:
    """Yield conditions for the texts of a few rows, which no database looks up in an index.

    With an index of kinds, SQLite began with the names of all records in place of these rows.
    """
    for path, value in where.items():
        is_text = isinstance(value, str)
        yield Exact(Coalesce(path, Value("")), value) if is_text else Q(**{path: value})


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
    return pks, SearchIndex(read_lines(queryset, fields, positions), [tag])


def _line_of(values: Iterable[Any]) -> str:
    """Join the values of one row to a line; large numbers as German texts write them."""
    return " ".join(
        grouped(value) if isinstance(value, int) and value > 9999 else str(value)
        for value in values
        if value not in (None, "")
    )
