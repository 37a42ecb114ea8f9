"""Search by German rules, without a database: the same hits on SQLite and PostgreSQL.

Texts are cut into words at white space. Each word is kept in folded forms: case, brackets and
hyphens aside, ß as ss, ² as 2, umlauts once as two letters (ü = ue) and once as one (ü = u).
A query matches a row when each of its words is found inside a word of the row, as typed or
without its ending, so that a part finds its compound and a plural its singular.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from hzd_catalogue.reference.german import grouped

from .bitmaps import bitmap

MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 12

#: Weights of the fields: a hit in a name counts before one in a related name or in a text.
NAME, RELATED, TEXT = 10, 3, 1

#: Quality of a match: the whole word, its beginning (or a part between hyphens), somewhere inside.
WHOLE, BEGINNING, INSIDE = 3, 2, 1
#: What a row gains when the query is its whole name; less when it is only part of it.
WHOLE_NAME_BONUS = 20

STOP_WORDS = frozenset(
    {"am", "an", "auf", "aus", "bei", "das", "dem", "den", "der", "des", "die", "ein", "eine"}
    | {"einem", "einen", "einer", "eines", "fuer", "im", "in", "ist", "mit", "oder", "sind"}
    | {"ueber", "um", "und", "vom", "von", "wer", "wie", "wo", "zu", "zum", "zur"}
)
_ENDINGS = ("ern", "en", "er", "es", "em", "e", "n", "s")
_SHORTEST_STEM = 4
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_CHUNK = re.compile(r"\S+")
_TYPED_WORD = re.compile(r"[^\s\-–/,;]+")
#: A chunk without the punctuation around it; a bracket that opens within the word belongs to it.
_INNER = re.compile(r"(?:\((?=\w+\)\w))?\w(?:.*\w)?", re.DOTALL)
_NOT_ALNUM = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[()\[\]{}]")


@dataclass(frozen=True)
class SearchField:
    """One searchable field of a row: its German label, its lookup path and its weight.

    Several lookups are joined to one line. ``where`` holds conditions for the text to be found,
    as for a relation that leads to rows which visitors may not see.
    """

    label: str
    lookups: str | tuple[str, ...]
    weight: int = TEXT
    where: Mapping[str, Any] = field(default_factory=dict)


def whole_forms(chunk: str) -> tuple[str, ...]:
    """Return the folded forms of a whole chunk of text, umlauts as two letters first.

    "(He)WoG" gives "hewog"; "OZG-Umsetzung" gives "ozgumsetzung"; "Länder" gives "laender" and
    "lander".
    """
    return _folded([_NOT_ALNUM.sub("", _plain(chunk))])


def forms(chunk: str) -> tuple[str, ...]:
    """Return the folded forms of a chunk and of its parts between hyphens and the like.

    "OZG-Umsetzung" gives "ozgumsetzung", "ozg" and "umsetzung".
    """
    text = _plain(chunk)
    return _folded([_NOT_ALNUM.sub("", text), *_NOT_ALNUM.split(text)])


# Kept for texts of the catalogue only: what visitors type has no end.
_kept = lru_cache(maxsize=200_000)
whole_forms_of_text = _kept(whole_forms)
forms_of_text = _kept(forms)


def _plain(chunk: str) -> str:
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", chunk).casefold())


def _folded(parts: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for part in filter(None, parts):
        exact = _strip_accents(part.translate(_UMLAUTS))
        found[exact] = None
        found[_loose(exact)] = None
    return tuple(found)


def _strip_accents(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _loose(folded: str) -> str:
    """Write two-letter umlauts as their base letter: "laender" and "lander" become one."""
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _stems(word: str) -> tuple[str, ...]:
    """Return the word as typed and without a German ending, if enough of it is left."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return (word, word[: -len(ending)])
    return (word,)


@dataclass(frozen=True)
class Term:
    """One word of a query: as typed, and the variants that count as found."""

    typed: str
    variants: tuple[str, ...]

    @classmethod
    def of(cls, typed: str) -> Term | None:
        """Return the term for a typed word; None when it holds no letter or digit."""
        exact = forms(typed)
        if not exact:
            return None
        word, loose = exact[0], _loose(exact[0])
        return cls(typed, tuple(dict.fromkeys((word, *_stems(loose)))))

    def matches(self, chunk: str) -> bool:
        """Whether the term stands in this chunk of text."""
        return any(variant in form for form in forms_of_text(chunk) for variant in self.variants)


def terms_of(query: str) -> list[Term]:
    """Cut a query into terms; filler words count only where nothing else is asked.

    Hyphens and slashes separate words, since each part has to be found anyway.
    """
    terms = [term for term in map(Term.of, _TYPED_WORD.findall(query)) if term]
    content = [term for term in terms if term.variants[0] not in STOP_WORDS]
    return (content or terms)[:MAX_QUERY_WORDS]


@dataclass
class SearchResult:
    """What a query found."""

    #: The rows found, as a bitmap of positions.
    hits: int
    #: Position to score; higher is better.
    scores: dict[int, int]
    #: The terms that were searched for, after correction.
    terms: list[Term]
    #: The query with its corrections.
    query: str = ""
    #: Typed word to the word that was searched instead.
    corrections: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One searchable text of a row with its German label."""

    label: str
    weight: int
    text: str


class SearchIndex:
    """The words of a set of rows, and where they stand."""

    def __init__(self, lines: Sequence[Sequence[Line]]) -> None:
        """Index the rows' lines; a row's position is its place in ``lines``."""
        self.lines = lines
        #: Folded word to {(weight, best quality): positions}.
        self._postings: dict[str, dict[tuple[int, int], list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )
        #: Folded word to one spelling of it, for "Meinten Sie …?".
        self._spelling: dict[str, str] = {}
        for position, texts in enumerate(lines):
            for line in texts:
                for chunk in _CHUNK.findall(line.text):
                    self._add(chunk, line.weight, position)
        self._words = sorted(self._postings)
        self._vocabulary = "\n".join(["", *self._words, ""])
        self._offsets: list[int] = []
        offset = 1
        for word in self._words:
            self._offsets.append(offset)
            offset += len(word) + 1

    def _add(self, chunk: str, weight: int, position: int) -> None:
        whole = whole_forms_of_text(chunk)
        for form in forms_of_text(chunk):
            positions = self._postings[form][weight, WHOLE if form in whole else BEGINNING]
            if not positions or positions[-1] != position:
                positions.append(position)
            if form not in self._spelling:
                self._spelling[form] = re.sub(r"^\W+|\W+$", "", chunk)

    def _words_with(self, variant: str) -> Iterable[tuple[str, int]]:
        """Yield each indexed word that contains ``variant``, with the quality of the match."""
        start = self._vocabulary.find(variant)
        while start >= 0:
            number = bisect_right(self._offsets, start) - 1
            word, offset = self._words[number], self._offsets[number]
            if len(word) == len(variant):
                quality = WHOLE
            else:
                quality = BEGINNING if start == offset else INSIDE
            yield word, quality
            start = self._vocabulary.find(variant, offset + len(word))

    def knows(self, term: Term) -> bool:
        """Whether any row contains the term."""
        return any(variant in self._vocabulary for variant in term.variants)

    def nearest(self, term: Term) -> tuple[int, str] | None:
        """Return (distance, spelling) of the word most like a mistyped term, if one is near.

        One error is forgiven from four letters on, two from eight (Damerau-Levenshtein,
        optimal string alignment); a whole word goes before the beginning of a longer one. Below
        eight letters the first one is right, and below six no word is the beginning of another:
        "Tier" is not mistyped for "vier", "Bier" not for "Bürger". A word without meaning is
        never meant.
        """
        word = _loose(term.variants[0])
        if len(word) < 4:
            return None
        is_long = len(word) >= 8
        words = [
            indexed
            for indexed in self._words
            if indexed not in STOP_WORDS and (is_long or indexed[0] == word[0])
        ]
        beginnings = [indexed[: len(word)] for indexed in words] if len(word) >= 6 else []
        allowed = 2 if is_long else 1
        for candidates in (words, beginnings):
            best = process.extractOne(word, candidates, scorer=OSA.distance, score_cutoff=allowed)
            if best:
                return int(best[1]), self._spelling[words[best[2]]]
        return None

    def _scores(self, term: Term) -> dict[int, int]:
        scores: dict[int, int] = {}
        for variant in term.variants:
            for word, quality in self._words_with(variant):
                for (weight, best_quality), positions in self._postings[word].items():
                    score = weight * min(quality, best_quality)
                    for position in positions:
                        if scores.get(position, 0) < score:
                            scores[position] = score
        return scores

    def search(
        self, terms: Sequence[Term], query: str, corrections: dict[str, str]
    ) -> SearchResult:
        """Return the rows that contain every term; a term scores by its best match."""
        total: dict[int, int] | None = None
        for term in terms:
            scores = self._scores(term)
            if total is None:
                total = scores
            else:
                total = {
                    position: score + scores[position]
                    for position, score in total.items()
                    if position in scores
                }
        total = total or {}
        phrase = _phrase(terms)
        for position in total:
            total[position] += self._name_bonus(position, phrase)
        hits = bitmap(total, len(self.lines))
        return SearchResult(hits, total, list(terms), query, corrections)

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

    def is_whole_name(self, position: int, terms: Sequence[Term]) -> bool:
        """Whether the query is one of the row's names."""
        return self._name_bonus(position, _phrase(terms)) == WHOLE_NAME_BONUS

    def excerpt(self, position: int, terms: Sequence[Term]) -> Line | None:
        """Return the best line beyond the name that contains a term, if there is one."""
        best: tuple[int, int] | None = None
        for line in self.lines[position][1:]:
            found = sum(
                any(term.matches(chunk) for chunk in _CHUNK.findall(line.text)) for term in terms
            )
            if found and (best is None or (found, line.weight) > best):
                best = (found, line.weight)
                result = line
        return result if best else None


def _phrase(terms: Sequence[Term]) -> str:
    return "".join(term.variants[0] for term in terms)


def find(query: str, indexes: Sequence[SearchIndex]) -> list[SearchResult]:
    """Search several indexes at once; a word that none of them knows is corrected for all.

    Returns:
        One result an index, in the same order.
    """
    corrections: dict[str, str] = {}
    for term in terms_of(query):
        if not any(index.knows(term) for index in indexes):
            near = [found for index in indexes if (found := index.nearest(term))]
            if near:
                corrections[term.typed] = min(near)[1]
    query = _TYPED_WORD.sub(lambda word: corrections.get(word.group(), word.group()), query)
    terms = terms_of(query)
    return [index.search(terms, query, corrections) for index in indexes]


@dataclass(frozen=True)
class Fragment:
    """A stretch of text, marked where it matches."""

    text: str
    is_match: bool


def highlight(text: str, terms: Sequence[Term]) -> list[Fragment]:
    """Cut ``text`` into fragments; words that contain a term are matches. Nothing is lost."""
    fragments: list[Fragment] = []
    end = 0
    for chunk in _CHUNK.finditer(text):
        if any(term.matches(chunk.group()) for term in terms):
            inner = _INNER.search(chunk.group())
            if inner is None:
                continue
            start = chunk.start() + inner.start()
            if start > end:
                fragments.append(Fragment(text[end:start], is_match=False))
            end = chunk.start() + inner.end()
            fragments.append(Fragment(text[start:end], is_match=True))
    if end < len(text):
        fragments.append(Fragment(text[end:], is_match=False))
    return fragments


def marked_excerpt(
    index: SearchIndex, position: int, terms: Sequence[Term]
) -> tuple[str, list[Fragment]] | None:
    """Return label and fragments of the row's best line beyond its name, if one matches."""
    line = index.excerpt(position, terms)
    return (line.label, highlight(line.text, terms)) if line else None


def collect_lines(
    queryset: Any, fields: Sequence[SearchField], positions: dict[int, int]
) -> list[list[Line]]:
    """Read the searchable lines of all rows, one query a field.

    Args:
        queryset: the rows to index.
        fields: their fields, the row's own name first.
        positions: primary key to position.
    """
    lines: list[dict[Line, None]] = [{} for _ in positions]
    for search_field in fields:
        rows = queryset.order_by().filter(**search_field.where)
        lookups = search_field.lookups
        paths = (lookups,) if isinstance(lookups, str) else lookups
        values = rows.values_list("pk", *paths)
        # A row that came after the positions belongs to the next revision's index.
        found = sorted(
            (positions[pk], _line_of(texts))
            for pk, *texts in values
            if pk in positions and any(texts)
        )
        for position, text in found:
            lines[position][Line(search_field.label, search_field.weight, text)] = None
    return [list(row) for row in lines]


def build_search_index(
    queryset: Any, fields: Sequence[SearchField]
) -> tuple[list[int], SearchIndex]:
    """Index rows that have a name but no facets.

    Returns:
        The primary keys by position, and the index.
    """
    pks = list(queryset.values_list("pk", flat=True))
    positions = {pk: position for position, pk in enumerate(pks)}
    return pks, SearchIndex(collect_lines(queryset, fields, positions))


def _line_of(values: Iterable[Any]) -> str:
    """Join the values of one row to a line; large numbers as German texts write them."""
    return " ".join(
        grouped(value) if isinstance(value, int) and value > 9999 else str(value)
        for value in values
        if value not in (None, "")
    )
