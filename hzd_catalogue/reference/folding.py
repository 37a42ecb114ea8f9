"""Words by German rules: how texts and queries are folded, and when one is found in the other.

Texts are cut into words at white space. Each word is kept in folded forms: case, brackets and
hyphens aside, ß as ss, ² as 2, umlauts once as two letters (ü = ue) and once as one (ü = u).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .german import MONTHS

MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 12

#: Quality of a match: the whole word, its beginning (or a part between hyphens), somewhere inside.
WHOLE, BEGINNING, INSIDE = 3, 2, 1

#: Words that carry no meaning, those of questions among them; they count only where nothing else
#: is asked.
STOP_WORDS = frozenset(
    {"alle", "alles", "am", "an", "auch", "auf", "aus", "bei", "beim", "bitte", "da", "dabei"}
    | {"das", "dem", "den", "ins", "mehr", "zusammen"}
    | {"denn", "der", "des", "die", "dort", "ein", "eine", "einem", "einen", "einer", "eines"}
    | {"es", "etwas", "fuer", "hier", "ich", "im", "in", "man", "mir", "mit", "noch", "oder"}
    | {"sich", "so", "ueber", "um", "und", "uns", "viel", "viele", "vom", "von", "wir", "zu"}
    | {"zum", "zur", "wann", "warum", "was", "welche", "welchem", "welchen", "welcher", "welches"}
    | {"wem", "wen", "wer", "wessen", "wie", "wieso", "wieviel", "wieviele", "wo", "wobei"}
    | {"wofuer", "woher", "wohin", "womit", "woran", "worum", "wozu"}
    | {"arbeitet", "bedeuten", "bedeutet", "benutzen", "benutzt", "betreiben"}
    | {"betreibt", "bieten", "bietet", "finde", "finden", "gibt", "hat", "habe", "haben", "hatte"}
    | {"entwickelt", "gehoeren", "gehoert", "geht", "info", "infos", "information", "informationen"}
    | {"heisst", "ist", "kann", "koennen", "machen", "macht", "mitmachen", "nutzen", "nutzt"}
    | {"sind", "soll", "stehen", "steht", "suche", "suchen", "tun", "tut", "verwenden"}
    | {"verwendet", "war", "waren", "werden", "will", "wird", "wurde", "wurden", "zeige"}
    | {"a", "are", "does", "for", "how", "is", "of", "the", "what", "when", "where", "which", "who"}
)
ENDINGS = ("ern", "en", "er", "es", "em", "e", "n", "s")
_SHORTEST_STEM = 4
#: So many letters of a word are found anywhere inside another. Below stand one letter less, which
#: is found at the end of it or before four letters more, and shorter ones at its beginning only:
#: "geld" is found in "Wohngeldverfahren", "Tier" not in "orientiert", "Eis" not in "Kreis".
_ANYWHERE = 5
#: Two letters are a whole word or none: "KI" does not begin "KIS", but "e2" does "e2p".
_SHORTEST_BEGINNING = 3
#: What stands before a part inside a word has so many letters: "Reise" is not found in "Kreise".
_SHORTEST_FIRST = 3
#: Letters in which no German word ends, so that none begins behind them: "Haft" is not found in
#: "Gesellschaft", "Reise" not in "Landkreise". Nor does one begin within an umlaut.
_NO_END = re.compile(r"(?:[cjq]|[bdgkpt][bdgkp])$")
_UMLAUT = re.compile(r"[aou]e")
HYPHENS = ("-", "‐", "‑")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
CHUNK = re.compile(r"\S+")
TYPED_WORD = re.compile(r"[^\s\-–/,;]+")
#: Dates in figures, which texts have in words: 21.02.2024, 2024-02-21, 9/2019.
_DATES = re.compile(
    r"(?<![\d.])(?:(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})\. ?(?P<year>\d{4})"
    r"|(?P<iso_year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r"|(?P<only_month>\d{1,2})[./](?P<its_year>\d{4}))(?![\d.])"
)
#: A chunk without the punctuation around it; a bracket that opens within the word belongs to it.
_INNER = re.compile(r"(?:\((?=\w+\)\w))?\w(?:.*\w)?", re.DOTALL)
_NOT_ALNUM = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[()\[\]{}]")
#: Where a name goes on with a capital: "Hessen|DANTE", "e|MPK", "He|WoG".
_CAPITAL = re.compile(r"(?<=[^\W\d_A-ZÄÖÜ])(?=[A-ZÄÖÜ]{2}|[A-ZÄÖÜ][^\W\d_])")


def whole_forms(chunk: str) -> tuple[str, ...]:
    """Return the folded forms of a whole chunk of text, umlauts as two letters first.

    "(He)WoG" gives "hewog"; "OZG-Umsetzung" gives "ozgumsetzung"; "Länder" gives "laender" and
    "lander".
    """
    return folded([plain(chunk)])


def forms(chunk: str) -> tuple[str, ...]:
    """Return the folded forms of a chunk, of its parts between hyphens and from capitals on.

    "OZG-Umsetzung" gives "ozgumsetzung", "ozg" and "umsetzung"; "eMPK" gives "empk" and "mpk".
    """
    text = _without_brackets(chunk)
    parts = list(filter(None, _NOT_ALNUM.split(text)))
    # Most chunks are one word and the punctuation around it.
    if len(parts) > 1:
        typed = [_alnum(_without_brackets(word)) for word in TYPED_WORD.findall(chunk)]
        parts = [_alnum(text), *typed, *parts]
    capitals = [text[match.end() :] for match in _CAPITAL.finditer(text)]
    return folded(part.casefold() for part in (*parts, *map(_alnum, capitals)))


# Kept for texts of the catalogue only: what visitors type has no end.
forms_of_text = lru_cache(maxsize=20_000)(forms)


def plain(chunk: str) -> str:
    """Return a chunk's letters and digits in lower case: "(He)WoG" gives "hewog"."""
    return _alnum(_without_brackets(chunk)).casefold()


def _alnum(text: str) -> str:
    return _NOT_ALNUM.sub("", text)


def _without_brackets(chunk: str) -> str:
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", chunk))


def folded(parts: Iterable[str]) -> tuple[str, ...]:
    """Return each part with umlauts as two letters and as one, without accents."""
    found: dict[str, None] = {}
    for part in filter(None, parts):
        exact = _strip_accents(part.translate(_UMLAUTS))
        found[exact] = None
        found[loose(exact)] = None
    return tuple(found)


def _strip_accents(text: str) -> str:
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def loose(word: str) -> str:
    """Write two-letter umlauts as their base letter: "laender" and "lander" become one."""
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def stem_of(word: str) -> str:
    """Return a word without its German ending; "" where none goes or too little is left."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return ""


def quality(part: str, word: str, *, is_stem: bool = False) -> int:
    """Return how well ``part`` is found in ``word``, both folded; 0 where it is not.

    Args:
        part: what was typed.
        word: a word of a text.
        is_stem: whether ``part`` lost an ending, so that it is sooner found by chance.
    """
    # By far the most frequent answer comes first.
    is_short = len(part) < _SHORTEST_BEGINNING and part.isalpha()
    if part not in word or (is_short and part != word):
        return 0
    if word == part:
        return WHOLE
    if word.startswith(part):
        return BEGINNING
    # A stem is sooner found by chance.
    if len(part) < (_ANYWHERE + 1 if is_stem else _ANYWHERE - 1):
        return 0
    found_at = word.find(part, _SHORTEST_FIRST)
    while found_at >= 0:
        rest = len(word) - found_at - len(part)
        is_long_enough = len(part) >= _ANYWHERE or rest == 0 or rest >= _SHORTEST_STEM
        if is_long_enough and _may_begin(word, found_at):
            return INSIDE
        found_at = word.find(part, found_at + 1)
    return 0


def _may_begin(word: str, place: int) -> bool:
    """Whether a part of a folded compound may begin at this place."""
    return not (_NO_END.search(word, 0, place) or _UMLAUT.match(word, place - 1))


@dataclass(frozen=True)
class Term:
    """One word of a query: as typed but for punctuation around it, and what counts as found."""

    typed: str
    #: The word folded, umlauts as two letters first.
    words: tuple[str, ...]
    #: The word without its ending; "" for one that has none.
    stem: str = ""
    #: Whether it stands for all that is searched.
    is_weak: bool = False
    #: Phrases that count as found for it, too, each with all of its words.
    also: tuple[tuple[Term, ...], ...] = ()

    @classmethod
    def of(cls, typed: str) -> Term | None:
        """Return the term for a typed word; None when it holds no letter or digit."""
        exact = forms(typed)
        if not exact:
            return None
        word = exact[0]
        inner = _INNER.search(typed)
        typed = inner.group() if inner else typed
        return cls(typed, tuple(dict.fromkeys((word, loose(word)))), stem_of(loose(word)))

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """All folded forms that are looked for."""
        return tuple(dict.fromkeys((*self.words, self.stem))) if self.stem else self.words

    def quality(self, word: str) -> int:
        """Return how well the term is found in a folded word; 0 where it is not."""
        best = 0
        for part in self.words:
            best = max(best, quality(part, word))
        return max(best, quality(self.stem, word, is_stem=True)) if self.stem else best

    def matches(self, chunk: str) -> bool:
        """Whether the term, or a word that counts for it, stands in this chunk of text.

        "Posteingangs-" leaves open how it ends: "Posteingangsmanagement" stands in it.
        """
        # The rows of a page have most of their words in common.
        known = self._known.get(chunk)
        if known is None:
            known = self._known[chunk] = self._stands_in(chunk)
        return known

    @cached_property
    def _known(self) -> dict[str, bool]:
        """The chunks that were looked at, and whether the term stands in them."""
        return {}

    def _stands_in(self, chunk: str) -> bool:
        is_open = chunk.endswith(HYPHENS) and len(chunk) > _SHORTEST_STEM
        variants = self.variants
        for form in forms_of_text(chunk):
            # Most words hold none of them.
            for variant in variants:
                if variant in form and self.quality(form):
                    return True
            if is_open and self.words[0].startswith(form):
                return True
        return any(term.matches(chunk) for phrase in self.also for term in phrase)


def terms_of(
    query: str, weak_words: frozenset[str] = frozenset(), *, as_typed: bool = False
) -> list[Term]:
    """Cut a query into terms; filler words count only where nothing else is asked.

    Hyphens and slashes separate words, since each part has to be found anyway.

    Args:
        query: what was typed.
        weak_words: folded words that stand for all that is searched.
        as_typed: leave dates in figures, else they become those in words that texts have.
    """
    if not as_typed:
        query = _DATES.sub(_date_in_words, query)
    terms = [term for term in map(Term.of, TYPED_WORD.findall(query)) if term]
    content = [term for term in terms if term.words[0] not in STOP_WORDS]
    return [
        replace(term, is_weak=True) if weak_words.intersection(term.words) else term
        for term in (content or terms)[:MAX_QUERY_WORDS]
    ]


def keys_of(terms: Sequence[Term]) -> frozenset[str]:
    """Return the folded forms of one or more terms; what shares one is the same word."""
    joined = Term.of("".join(term.variants[0] for term in terms))
    # Each by its stem, for the endings within: "häuslicher Gewalt".
    stems = " ".join(min(term.variants, key=len) for term in terms)
    return frozenset((*joined.variants, stems)) if joined else frozenset()


def same_words(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each word that a search cannot tell from an earlier one, with that one."""
    seen: dict[str, str] = {}
    for word in words:
        keys = keys_of(terms_of(word))
        earlier = next((seen[key] for key in sorted(keys) if key in seen), None)
        if earlier is not None:
            yield word, earlier
        seen |= dict.fromkeys(keys - seen.keys(), word)


def _date_in_words(date: re.Match[str]) -> str:
    """Write a date in figures as texts do; what is no month stays as it is."""
    found = date.groupdict()
    month = int(found["month"] or found["iso_month"] or found["only_month"])
    if not 1 <= month <= len(MONTHS):
        return date.group()
    day = found["day"] or found["iso_day"]
    year = found["year"] or found["iso_year"] or found["its_year"]
    return f"{f'{int(day)}. ' if day else ''}{MONTHS[month - 1]} {year}"


class Fragment(NamedTuple):
    """A stretch of text, marked where it matches."""

    text: str
    is_match: bool

    @property
    def html(self) -> SafeString:
        """The same as HTML."""
        text = escape(self.text)
        return mark_safe(f"<mark>{text}</mark>") if self.is_match else text  # noqa: S308 (escaped)


def highlight(text: str, terms: Sequence[Term]) -> list[Fragment]:
    """Cut ``text`` into fragments; words that contain a term are matches. Nothing is lost."""
    fragments: list[Fragment] = []
    end = 0
    for chunk in CHUNK.finditer(text):
        word = chunk.group()
        # Most words match nothing: ``any`` with a generator takes half as long again for a text.
        for term in terms:
            if term.matches(word):
                break
        else:
            continue
        inner = _INNER.search(word)
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
