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


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph in their order, white space within them as one blank."""
    text = " ".join(unicodedata.normalize("NFC", paragraph).split())
    found, start = [], 0
    for end in _END.finditer(text):
        sentence = text[start : end.end(1)]
        if not _NO_END.search(sentence):
            found.append(sentence)
            start = end.end()
    return [*found, text[start:]] if text[start:] else found


def fingerprint(sentence: str) -> str:
    """Return what tells a sentence again without its words: the same as long as it stays so."""
    return hashlib.sha256(sentence.encode()).hexdigest()[:FINGERPRINT_LENGTH]
