"""The sentences of a paragraph, by a rule that a reader can follow, and what tells them again.

A sentence ends with a full stop, a question mark or an exclamation mark, and the quotation mark
after it, where white space and then a capital letter, a digit or an opening mark follow. A full
stop after one or two digits ("21. Februar") or one of ``ABBREVIATIONS`` ends none. Nothing is
understood: three words with full stops in quotation marks are three sentences.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

#: What a full stop shortens, in the documents at hand and in the usual German of offices.
ABBREVIATIONS = frozenset(
    {
        "Abs",
        "Art",
        "Dr",
        "Hrsg",
        "Nr",
        "Prof",
        "St",
        "ca",
        "bzw",
        "evtl",
        "ggf",
        "vgl",
        "z.B",
        "d.h",
    }
)
FINGERPRINT_LENGTH = 10

_END = re.compile(r"(?<=[.!?])([\"”“’«»)]?)\s+(?=[A-ZÄÖÜ0-9]|[\"„»«‚(]\w)")
_NO_END = re.compile(
    r"(?:^|[\s(„\"])(?:\d{1,2}|" + "|".join(map(re.escape, ABBREVIATIONS)) + r")\.$"
)


def starts(paragraph: str) -> list[int]:
    """Return at which letter of a paragraph, composed (NFC), each of its sentences begins."""
    found, start = [], len(paragraph) - len(paragraph.lstrip())
    for end in _END.finditer(paragraph):
        if not _NO_END.search(paragraph[start : end.end(1)]):
            found.append(start)
            start = end.end()
    return [*found, start] if paragraph[start:].strip() else found


def cut(paragraph: str, at: Sequence[int]) -> list[str]:
    """Return the sentences that begin ``at`` these letters, white space within them as one blank.

    Together they have every letter of the paragraph.
    """
    ends = [*at[1:], len(paragraph)]
    return [plain(paragraph[a:b]) for a, b in zip(at, ends, strict=True)] if at else []


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph in their order, white space within them as one blank."""
    text = unicodedata.normalize("NFC", paragraph)
    return cut(text, starts(text))


def plain(text: str) -> str:
    """Return a text with one blank for each run of white space, and none at its ends."""
    return " ".join(text.split())


def fingerprint(text: str) -> str:
    """Return what tells a sentence or a paragraph again without its words, as long as it stays."""
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT_LENGTH]
