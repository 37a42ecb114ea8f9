"""German text rules: the sort key of names, and dates, numbers and lists in words."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.text import slugify

MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
_TRANSLITERATED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def sort_key(text: str) -> str:
    """Return the key by which ``text`` sorts among German names (DIN 5007-1).

    Umlauts sort with their base letter, ß as ss, case, brackets, hyphens and spaces do not
    count. The key holds only ``a-z`` and ``0-9``, so that every database collation orders it
    alike.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", decomposed)


def slug(text: str) -> str:
    """Return ``text`` as it stands in an address: "Übersee-Straße" gives "uebersee-strasse".

    ``static/js/admin.js`` does the same while a name is typed.
    """
    composed = unicodedata.normalize("NFC", text).lower()
    return slugify(composed.translate(_TRANSLITERATED))


def in_words(items: Sequence[str], joiner: str = "und") -> str:
    """Join ``items`` as German prose does: "Hessen, Bremen und Saarland"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joiner} {items[-1]}"


def counted(number: int, singular: str, plural: str) -> str:
    """Return ``number`` with its noun: "1 Projekt", "1.024 Projekte"."""
    return f"{grouped(number)} {singular if number == 1 else plural}"


def grouped(number: int) -> str:
    """Return ``number`` with points between its thousands: ``270000`` gives "270.000"."""
    return f"{number:,}".replace(",", ".")
