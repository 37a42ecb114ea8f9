"""YAML as the catalogue's files have it, and nothing beyond; what is wrong is said in German.

YAML 1.1 reads into plain words what nobody meant: NO is false, 010 is eight and 12:30 is 750.
Without quotation marks, a value here is true or false, a whole number or a day as one writes it,
or else text; whatever YAML would make of the others comes back as ``Misread``, which fits no field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

#: Lists and mappings within each other; the files need five.
_MAX_DEPTH = 20
#: What libyaml and PyYAML say, in part, and how it is said here.
_REASONS = {
    "mapping values are not allowed": (
        "Der Doppelpunkt geht hier nicht. Entweder gehört der Text in Anführungszeichen, oder die "
        "Einrückung stimmt nicht."
    ),
    "control characters are not allowed": "Hier steht ein unsichtbares Steuerzeichen.",
    "found character that cannot start any token": (
        "Mit diesem Zeichen beginnt kein Wert. Text, der so beginnt, gehört in Anführungszeichen; "
        "eingerückt wird mit Leerzeichen."
    ),
    "found unknown escape character": (
        "Dieses Zeichen hinter dem \\ kennt YAML nicht. In einfachen Anführungszeichen (') steht "
        "\\ für sich selbst."
    ),
    "could not find expected ':'": "Erwartet wird ein Doppelpunkt hinter dem Namen eines Felds.",
    "did not find expected '-' indicator": (
        "Erwartet wird der nächste Eintrag mit „- “ davor. Die Einrückung stimmt nicht, oder "
        "hinter einem Anführungszeichen steht noch etwas."
    ),
    "did not find expected key": (
        "Erwartet wird das nächste Feld. Die Einrückung stimmt nicht, oder hinter einem "
        "Anführungszeichen steht noch etwas."
    ),
    "did not find expected ',' or ']'": "Erwartet wird hier , oder ].",
    "did not find expected ',' or '}'": "Erwartet wird hier , oder }.",
    "found a tab character": "Eingerückt wird mit Leerzeichen, nicht mit Tabulator.",
    "exceeded maximum nesting depth": "Listen und Felder sind zu tief geschachtelt.",
    "found undefined alias": "Verweise mit * kennt der Katalog nicht.",
    "but found another document": "Eine Datei hat nur einen Teil; --- teilt sie in mehrere.",
}
_OTHERWISE = "Hier geht es nach den Regeln von YAML nicht weiter."

_TAG = "tag:yaml.org,2002:"
#: Kinds of value that YAML finds in words without quotation marks.
_SURPRISING = ("bool", "int", "float", "null", "timestamp", "merge", "value")
_SWITCHES = {"true": True, "false": False}
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NotReadableError(Exception):
    """The text is not what the files have; says where and why."""

    def __init__(self, reason: str, line: int | None = None, column: int = 0) -> None:
        place = "" if line is None else f"Zeile {line + 1}, Spalte {column + 1}: "
        super().__init__(place + reason)


@dataclass(frozen=True)
class Misread:
    """A value without quotation marks that YAML takes for something else than it looks like."""

    written: str
    #: What YAML makes of it.
    reading: str

    def __str__(self) -> str:
        return self.written

    @property
    def told(self) -> str:
        """What there is to say of it."""
        if not self.written:
            return "Hier steht kein Wert."
        return f"„{self.written}“ liest YAML ohne Anführungszeichen als {self.reading}."


def read(text: str) -> Any:
    """Return what ``text`` says: lists, mappings, and their values.

    Raises:
        NotReadableError: with the reason in German.
    """
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.reader.ReaderError as error:
        # It counts bytes.
        before = text.encode()[: error.position].decode(errors="replace").split("\n")
        raise _error(error.reason, len(before) - 1, len(before[-1])) from error
    except yaml.MarkedYAMLError as error:
        raise _unreadable(text, error) from error
    return None if node is None else _Reading().value(node)


def _unreadable(text: str, error: yaml.MarkedYAMLError) -> NotReadableError:
    mark: Any = error.problem_mark
    quote = _unclosed_quote(text, error, mark)
    if quote is not None:
        closed = (
            "nirgends geschlossen"
            if error.context == "while scanning a quoted scalar"
            else f"erst in Zeile {mark.line + 1} geschlossen, und dort geht es so nicht weiter"
        )
        reason = f"Das Anführungszeichen, das hier steht, wird {closed}."
        return NotReadableError(reason, quote.line, quote.column)
    return _error(str(error.problem), mark.line, mark.column)


def _unclosed_quote(text: str, error: yaml.MarkedYAMLError, mark: Any) -> Any:
    """Return where a quotation begins that swallowed the lines up to what is wrong, or None."""
    if error.context == "while scanning a quoted scalar":
        return error.context_mark
    found = None
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            if token.start_mark.index >= mark.index:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                is_at_hand = token.end_mark.line == mark.line
                if is_at_hand and token.start_mark.line < token.end_mark.line:
                    found = token.start_mark
    except yaml.MarkedYAMLError:
        # What is wrong is that there is no further token.
        pass
    return found


def _error(problem: str, line: int, column: int) -> NotReadableError:
    reason = next((words for known, words in _REASONS.items() if known in problem), _OTHERWISE)
    return NotReadableError(reason, line, column)


class _Reading:
    """Makes values of nodes."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def value(self, node: Any, depth: int = 0) -> Any:
        if id(node) in self._seen:
            raise _refusal(node, "Verweise mit * kennt der Katalog nicht")
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if depth == _MAX_DEPTH:
            raise _refusal(node, "Listen und Felder sind zu tief geschachtelt")
        if node.tag == f"{_TAG}seq":
            return [self.value(item, depth + 1) for item in node.value]
        if node.tag == f"{_TAG}map":
            return self._mapping(node, depth)
        raise _refusal(node, "Angaben mit ! kennt der Katalog nicht")

    def _mapping(self, node: Any, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refusal(key, "Der Name eines Felds ist ein Wort")
            # As it is written: no field is called by a number, and "on" is not "true".
            name, line = key.value, key.start_mark.line
            if name in mapping:
                raise _refusal(key, f"„{name}“ steht zweimal, zuerst in Zeile {lines[name] + 1}")
            mapping[name], lines[name] = self.value(value, depth + 1), line
        return mapping


def _scalar(node: yaml.ScalarNode) -> Any:
    written, kind = node.value, node.tag.removeprefix(_TAG)
    if kind == "str":
        return written
    if kind not in _SURPRISING:
        raise _refusal(node, "Angaben mit ! kennt der Katalog nicht")
    if kind == "bool" and written in _SWITCHES:
        return _SWITCHES[written]
    if kind == "int" and _NUMBER.fullmatch(written):
        return int(written)
    try:
        if kind == "timestamp" and _DAY.fullmatch(written):
            return date.fromisoformat(written)
        return Misread(written, _reading(node))
    except (ValueError, yaml.YAMLError):
        return Misread(written, "etwas, das es nicht gibt")


def _reading(node: yaml.ScalarNode) -> str:
    """Return what YAML makes of a value."""
    made = yaml.SafeLoader("").construct_object(node)
    words: dict[Any, str] = {True: "true", False: "false", None: "kein Wert"}
    return words[made] if made is None or isinstance(made, bool) else str(made)


def _refusal(node: Any, reason: str) -> NotReadableError:
    return NotReadableError(f"{reason}.", node.start_mark.line, node.start_mark.column)
