"""Words that people type and the words that lead to what they look for, matched as a search does.

A word of the thesaurus stands for a typed one when both fold to the same, with or without an
ending: "Flüchtling" is found by "Flüchtlinge". Several words may be one of the thesaurus, and how
they are joined does not count: "Doktor Arbeit" is "Doktorarbeit", "eAkte" is "E-Akte".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from hzd_catalogue.reference.folding import Term, folded, keys_of, terms_of

from .search import NAME, Line, SearchIndex


@dataclass(frozen=True)
class Group:
    """Typed words, what they lead to, and the key of the row that says so."""

    key: str
    words: Sequence[str]
    leads_to: Sequence[str]


@dataclass(frozen=True)
class Expansion:
    """Terms of a query that stand in the thesaurus, and what counts as found in their place."""

    terms: tuple[Term, ...]
    leads_to: tuple[str, ...]
    #: The key of the group.
    key: str

    @property
    def typed(self) -> str:
        """The words as they were typed: "häusliche Gewalt"."""
        return " ".join(term.typed for term in self.terms)

    @property
    def term(self) -> Term:
        """The one term for all of them, found by each of its words or by what it leads to."""
        phrases = tuple(tuple(terms_of(phrase)) for phrase in self.leads_to)
        if len(self.terms) == 1:
            return replace(self.terms[0], also=phrases)
        together = folded(["".join(term.words[0] for term in self.terms)])
        return Term(self.typed, together, also=(self.terms, *phrases))


class Thesaurus:
    """The groups by the folded forms of their words."""

    def __init__(self, groups: Iterable[Group] = ()) -> None:
        groups = list(groups)
        #: The words themselves, for those that are mistyped; one of several is none by itself.
        self.words = SearchIndex(
            (number, Line("Wort", NAME, word))
            for number, group in enumerate(groups)
            for word in group.words
            if len(word.split()) == 1
        )
        self._groups: dict[str, Group] = {}
        self._longest = 0
        for group in groups:
            for word in group.words:
                terms = terms_of(word)
                # A word may be typed apart: "Doktor Arbeit".
                self._longest = max(self._longest, len(terms), 2)
                for key in keys_of(terms):
                    self._groups.setdefault(key, group)

    def expand(self, terms: Sequence[Term]) -> Iterator[Expansion]:
        """Yield which terms of a query lead elsewhere, in their order; each counts once.

        Of several words that could be one, the most are taken: "Freistaat Sachsen" before
        "Sachsen".
        """
        start = 0
        while start < len(terms):
            expansion = self._longest_at(terms, start)
            if expansion:
                yield expansion
            start += len(expansion.terms) if expansion else 1

    def applied(self, terms: Sequence[Term]) -> list[Term]:
        """Return the terms with what they lead to; several that are one word become one term."""
        applied: list[Term] = list(terms)
        for expansion in self.expand(terms):
            start = applied.index(expansion.terms[0])
            applied[start : start + len(expansion.terms)] = [expansion.term]
        return applied

    def _longest_at(self, terms: Sequence[Term], start: int) -> Expansion | None:
        for end in range(min(start + self._longest, len(terms)), start, -1):
            span = tuple(terms[start:end])
            for key in sorted(keys_of(span)):
                group = self._groups.get(key)
                if group:
                    return Expansion(span, tuple(group.leads_to), group.key)
        return None
