"""Whether quoted words stand in the paragraph they name, letter for letter, and what does instead.

The one comparison behind forms, files, imports and ``check_sources``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from rapidfuzz import fuzz

from hzd_catalogue.reference import german

QUOTE_MAX_WORDS = 12
#: From which likeness, of 100, a passage is worth being offered.
_LIKE = 60


@dataclass(frozen=True)
class Passage:
    """Words that stand in a paragraph."""

    paragraph: int
    words: str


def fault(paragraphs: Sequence[str], number: int, quote: str) -> tuple[bool, str] | None:
    """Say what is wrong with a quotation, and what to write instead.

    Args:
        paragraphs: all of the document.
        number: the paragraph that is named, from 1.
        quote: the words that should stand there.

    Returns:
        None where they stand there; else whether the number is what to correct, and a sentence.
    """
    if 1 <= number <= len(paragraphs) and quote in paragraphs[number - 1]:
        return None
    places = [n for n, text in enumerate(paragraphs, start=1) if quote in text]
    elsewhere = german.in_words([f"Absatz {place}" for place in places])
    if not 1 <= number <= len(paragraphs):
        count = german.counted(len(paragraphs), "Absatz", "Absätze")
        hint = f"Der Wortlaut steht in {elsewhere}." if places else _offer(paragraphs, 0, quote)
        return True, f"Das Dokument hat nur {count}. {hint}"
    if places:
        return True, f"Der Wortlaut „{quote}“ steht nicht in Absatz {number}, aber in {elsewhere}."
    offer = _offer(paragraphs, number, quote)
    return False, f"Der Wortlaut „{quote}“ steht nicht in Absatz {number}. {offer}"


def _offer(paragraphs: Sequence[str], number: int, quote: str) -> str:
    """Return the nearest passage in a sentence, and why it differs where that cannot be seen."""
    found = nearest(paragraphs, number, quote)
    if found is None:
        return "Nichts im Dokument kommt ihm nahe."
    gap = re.search(r"(\S+)(?! \S)\s+(\S+)", found.words)
    if gap and found.words.split() == quote.split():
        return (
            f"Zwischen „{gap[1]}“ und „{gap[2]}“ steht in Absatz {found.paragraph} kein einfaches "
            "Leerzeichen, sondern etwa ein geschütztes: bitte nur bis dahin zitieren."
        )
    return f"Am nächsten kommt Absatz {found.paragraph}: „{found.words}“."


def nearest(paragraphs: Sequence[str], number: int, quote: str) -> Passage | None:
    """Return the words of the document that are most like a quotation, None when none are.

    Of equals, those of the paragraph that is named; no more words than may be quoted.
    """
    best, best_score = 0, 0.0
    order = sorted(range(1, len(paragraphs) + 1), key=lambda n: (n != number, abs(n - number)))
    for place in order:
        text = paragraphs[place - 1]
        if found := _stretched(quote, text):
            return Passage(place, found)
        # The other way round, the whole paragraph would be sought in the quotation.
        compare = fuzz.partial_ratio if len(text) >= len(quote) else fuzz.ratio
        score = compare(quote, text, score_cutoff=max(_LIKE, best_score))
        if score > best_score:
            best, best_score = place, score
    if not best:
        return None
    return Passage(best, max(_phrases(quote, paragraphs[best - 1]), key=partial(fuzz.ratio, quote)))


def _phrases(quote: str, text: str) -> Iterator[str]:
    """Yield what could be quoted instead: about as many words, with and without marks around."""
    words = [(found.start(), found.end()) for found in re.finditer(r"\S+", text)]
    count = len(quote.split())
    for length in range(max(1, count - 2), min(QUOTE_MAX_WORDS, count + 2) + 1):
        for first in range(max(1, len(words) - length + 1)):
            last = min(first + length, len(words)) - 1
            phrase = text[words[first][0] : words[last][1]]
            yield re.sub(r"^\W+|\W+$", "", phrase)
            yield phrase


def _stretched(quote: str, text: str) -> str:
    """Return what stands in a text where only white space differs from a quotation."""
    pattern = r"\s+".join(map(re.escape, quote.split()))
    found = re.search(pattern, text)
    return found[0] if found else ""
