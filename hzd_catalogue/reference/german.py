"""German text rules: sort keys of names; dates, numbers and lists in words; typed numbers."""

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

_ABBREVIATED = {
    "Januar": "Jan.",
    "Februar": "Febr.",
    "August": "Aug.",
    "September": "Sept.",
    "Oktober": "Okt.",
    "November": "Nov.",
    "Dezember": "Dez.",
    "vermutlich": "verm.",
}
# A day before its month, as in "6. bis 8. Oktober" or "dem 21. Februar".
_DAYS = re.compile(rf"(?:de[mn] )?(?:\d+\. ?(?:–|bis) ?)?\d+\. (?={'|'.join(MONTHS)})")
#: What compounds of the field begin a new part with, so that a break before it can be read.
_PARTS = (
    "behörde|fabrik|führend|gericht|informations|karte|konferenz|konto|kontrolle|kooperation|"
    "leistung|ministeri|netz|plattform|portal|postfach|präsident|programm|projekt|prüfung|"
    "register|schrift|schutz|service|sicherheit|sperr|strategie|system|technik|technologie|"
    "übergreifend|überwachung|umsetzung|universität|verbund|verfahren|vertrag|verwaltung|"
    "vorhaben|weit|zentrale"
)
#: The -s- of a compound follows these endings, and nothing else does.
_LINKED = re.compile(r"(ungs|heits|keits|schafts|ions|täts)(?=[a-zäöüß]{4})")
_SEAM = re.compile(rf"(?<=[a-zäöüß]{{3}})(?={_PARTS})")
SOFT_HYPHEN = "\u00ad"
#: Stands between the values of a list in files for programs; so it stands in none of them.
LIST_SEPARATOR = "|"


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


def brief_date(date: str) -> str:
    """Return a date in words, no longer than month and year need: "nach Febr. 2024"."""
    words = _DAYS.sub("", date).split(" ")
    return " ".join(_ABBREVIATED.get(word, word) for word in words)


def is_number(text: str, digits: int = 18) -> bool:
    """Whether a text is a whole number in plain figures: "²" is a digit to Python as well.

    Args:
        text: what was typed or sent.
        digits: at most so many; whatever has 18 fits into a key of the database.
    """
    return text.isascii() and text.isdigit() and len(text) <= digits


def grouped(number: int) -> str:
    """Return ``number`` with points between its thousands: ``270000`` gives "270.000"."""
    return f"{number:,}".replace(",", ".")


def with_seams(text: str) -> str:
    """Return ``text`` with a soft hyphen at each seam of its compounds, for narrow columns.

    Browsers hyphenate by syllables, where their machine has a dictionary at all:
    "Aufent-haltsüberwachung". Here "Aufenthalts-überwachung" comes out of endings and parts.
    """
    linked = _LINKED.sub(rf"\1{SOFT_HYPHEN}", text)
    return _SEAM.sub(SOFT_HYPHEN, linked)
