"""How a query is understood: corrected, aided, and relaxed where it finds nothing.

One step after the other, until one finds something:

1. all words, each as typed or as the thesaurus leads on; a word that stands nowhere is corrected;
2. without the words that stand for all that is searched;
3. with two neighbours as the one word that they are: "ekom 21";
4. only where it is asked for (``relaxed``), and to be shown apart: compounds that stand nowhere
   by their parts, then without the words that stand nowhere, then without one of those in no name
   (the last one first), then without all of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from hzd_catalogue.reference.folding import Term, folded, plain, terms_of
from hzd_catalogue.reference.german import in_words

from .search import LINKS, SHORTEST_PART, Hits, SearchIndex
from .thesaurus import Thesaurus


@dataclass(frozen=True)
class Vocabulary:
    """What the words of a query mean beyond the texts that are searched."""

    #: Folded words that stand for all that is searched: "projekte".
    weak_words: frozenset[str] = frozenset()
    thesaurus: Thesaurus = field(default_factory=Thesaurus)

    def terms(self, query: str) -> list[Term]:
        """Return the terms of a query with what they lead to."""
        return self.thesaurus.applied(terms_of(query, self.weak_words))


NO_VOCABULARY = Vocabulary()
#: Below so many letters, the first part of a compound has to stand somewhere as it is, and rarely.
_TELLING_PART = 7
#: A short one that is found in a larger share of all rows tells little, if it is in no name.
_TELLING_SHARE = 0.125


@dataclass(frozen=True)
class Reading:
    """How a query was understood."""

    terms: Sequence[Term]
    #: Typed word to the word that was searched instead.
    corrections: Mapping[str, str] = field(default_factory=dict)
    #: Words that stand nowhere, as typed; the others were searched without them.
    dropped: Sequence[str] = ()
    #: The first parts of compounds that stand nowhere; they were searched in their place.
    parts: Sequence[str] = ()
    #: Second parts of these, which rank what was found.
    wished: Sequence[Term] = ()
    #: Words that say little, as typed; nothing was found with them.
    left_out: Sequence[str] = ()

    @property
    def query(self) -> str:
        """The words that were searched."""
        return " ".join(term.typed for term in self.terms)

    @property
    def is_relaxed(self) -> bool:
        """Whether this is another question than the one that was asked."""
        return bool(self.dropped or self.parts)

    @property
    def heading(self) -> str:
        """Over what a relaxed reading found: "Zu „wohngeld“:", "Ohne „beantragen“ gefunden:"."""
        without = in_words([f"„{word}“" for word in self.dropped])
        if not self.parts:
            return f"Ohne {without} gefunden:"
        return f"Zu „{self.query}“, ohne {without}:" if without else f"Zu „{self.query}“:"

    @property
    def also(self) -> list[str]:
        """What was searched besides, as the thesaurus leads on; each once."""
        return list(
            dict.fromkeys(
                phrase
                for term in self.terms
                for words in term.also
                if (phrase := " ".join(word.typed for word in words)) != term.typed
            )
        )


@dataclass(frozen=True)
class Found:
    """What a query found in several indexes, and how it was understood for all of them."""

    reading: Reading
    #: One an index, in the order of the indexes.
    hits: Sequence[Hits]


def find(
    query: str,
    indexes: Sequence[SearchIndex],
    vocabulary: Vocabulary = NO_VOCABULARY,
    *,
    relaxed: bool = False,
) -> Found:
    """Search several indexes at once; the first reading that finds something in one counts.

    Returns:
        What was found; nothing, for the query as typed, when no reading finds anything.
    """
    nothing: Found | None = None
    for reading in _readings(query, indexes, vocabulary, relaxed=relaxed):
        found = Found(reading, [index.search(reading.terms, reading.wished) for index in indexes])
        if any(hits.rows for hits in found.hits):
            return found
        nothing = nothing or found
    return nothing or Found(Reading(()), [Hits() for _index in indexes])


def _readings(
    query: str, indexes: Sequence[SearchIndex], vocabulary: Vocabulary, *, relaxed: bool
) -> Iterator[Reading]:
    typed = vocabulary.terms(query)
    if not typed:
        return
    unknown = [
        term for term in typed if not term.also and not any(index.knows(term) for index in indexes)
    ]
    corrections = {
        term.typed: near
        for term in unknown
        if not term.is_weak and (near := _nearest(term, [*indexes, vocabulary.thesaurus.words]))
    }
    terms = [
        understood
        for term in typed
        for understood in (
            vocabulary.terms(corrections[term.typed]) if term.typed in corrections else [term]
        )
    ]
    yield Reading(terms, corrections)
    if content := [term for term in terms if not term.is_weak]:
        yield Reading(content, corrections, left_out=_typed(terms, but=content))
    yield from _joined(typed, indexes)
    # Few texts have a date in figures, but what stands there can be searched for.
    if (in_figures := terms_of(query, as_typed=True)) != terms_of(query):
        yield Reading(in_figures)
    if relaxed:
        uncorrected = [term for term in unknown if term.typed not in corrections]
        for missing, words in ((uncorrected, terms), (unknown, typed)):
            content = [term for term in words if not term.is_weak] or words
            without = [term for term in missing if term in content]
            for reading in _without(without, content, indexes, vocabulary):
                yield replace(reading, corrections={} if words is typed else corrections)
        if named := [term for term in typed if any(index.is_named(term) for index in indexes)]:
            for unnamed in reversed([term for term in typed if term not in named]):
                content = [term for term in typed if term is not unnamed]
                yield Reading(content, dropped=[unnamed.typed])
            yield Reading(named, dropped=_typed(typed, but=named))


def _joined(terms: Sequence[Term], indexes: Sequence[SearchIndex]) -> Iterator[Reading]:
    """Yield readings with two neighbours as one word, where that stands in an index."""
    for place, (first, second) in enumerate(pairwise(terms)):
        word = Term.of(first.typed + second.typed)
        if word and any(index.is_word(form) for index in indexes for form in word.words):
            yield Reading([*terms[:place], word, *terms[place + 2 :]])


def _typed(terms: Sequence[Term], *, but: Sequence[Term]) -> list[str]:
    return [term.typed for term in terms if term not in but]


def _without(
    unknown: Sequence[Term],
    terms: Sequence[Term],
    indexes: Sequence[SearchIndex],
    vocabulary: Vocabulary,
) -> Iterator[Reading]:
    """Yield readings without the unknown ones of ``terms``, with parts of them where they have any.

    Of a compound the first part has to be found, the second one need not.
    """
    parts = {term: found for term in unknown if (found := _parts(term, indexes, vocabulary))}
    if parts:
        yield Reading(
            [
                understood
                for term in terms
                for understood in (vocabulary.terms(parts[term][0]) if term in parts else [term])
                if term in parts or term not in unknown
            ],
            dropped=[term.typed for term in unknown if term not in parts],
            parts=[first for first, *_rest in parts.values()],
            wished=[term for _first, *rest in parts.values() for term in terms_of(" ".join(rest))],
        )
    if unknown and (known := [term for term in terms if term not in unknown]):
        yield Reading(known, dropped=[term.typed for term in unknown])


def _nearest(term: Term, indexes: Sequence[SearchIndex]) -> str:
    """Return the word that a mistyped one most likely is; "" where none is near.

    One error is forgiven from four letters on, two from eight. Two are none in a compound whose
    first part is right: "Bundestag" is not mistyped for "Bundesrat".
    """
    word = term.words[0]
    is_compound = any(
        index.is_word(word[:end])
        for index in indexes
        for end in range(SHORTEST_PART, len(word) - 2)
    )
    errors = 2 if len(word) >= 8 and not is_compound else 1
    near = [found for index in indexes if (found := index.nearest(term, errors))]
    return min(near)[1] if near else ""


def _parts(term: Term, indexes: Sequence[SearchIndex], vocabulary: Vocabulary) -> Sequence[str]:
    """Return the first part of a compound, and the second one where it stands anywhere, too.

    The first one is a word of an index, and one that tells something: "Wohngeldantrag" gives
    "wohngeld" and "antrag".
    """
    word = plain(term.typed)
    for end in range(len(word) - SHORTEST_PART + 1, SHORTEST_PART - 1, -1):
        first, rest = word[:end], word[end:]
        found = folded([first])
        if vocabulary.weak_words.isdisjoint(found) and any(
            index.is_word(form) for index in indexes for form in found
        ):
            second = _second_part(rest, indexes)
            if _tells(first, indexes, has_second=bool(second)):
                return (first, second) if second else (first,)
    return ()


def _tells(first: str, indexes: Sequence[SearchIndex], *, has_second: bool) -> bool:
    """Whether the first part of a compound that stands nowhere leads to what is meant by it.

    A word of a name does; one of four letters together with a second part only. So does any of
    seven letters. A shorter one stands somewhere as it is, and not often: "bundes" of "Bundestag"
    and "person" of "Personalrat" do not.
    """
    found = folded([first])
    if any(index.is_word(form, of_names=True) for index in indexes for form in found):
        return has_second or len(first) > SHORTEST_PART
    if len(first) >= _TELLING_PART:
        return True
    if not any(index.is_word(form, endings=("",)) for index in indexes for form in found):
        return False
    number = sum(index.search(terms_of(first)).rows.bit_count() for index in indexes)
    total = sum(index.row_count for index in indexes)
    return len(first) > SHORTEST_PART and number <= _TELLING_SHARE * total


def _second_part(rest: str, indexes: Sequence[SearchIndex]) -> str:
    """Return what follows the first part and its linking letters, if it stands anywhere."""
    for link in LINKS:
        part = rest.removeprefix(link)
        term = Term.of(part) if rest.startswith(link) and len(part) >= SHORTEST_PART else None
        if term and any(index.knows(term) for index in indexes):
            return part
    return ""
