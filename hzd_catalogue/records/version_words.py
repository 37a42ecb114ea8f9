"""What a version shows that the one before did not, in plain words.

"Status: in Entwicklung → im Einsatz, wegen Dokument 006, Abs. 4". Read from what was public
alone: a difference between two versions says the same for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.exports.tables import Column

from .kinds import FIELDS
from .public_data import FORMS
from .records import Record
from .versions import Version

Public = Mapping[str, Any]

#: Columns that say what statements say, too, or follow from other columns.
_FOLLOWING = frozenset(
    {
        *("url", "status_since", "newest_milestone", "newest_milestone_title"),
        *("older_statements", "passages", "changed_at"),
    }
)
#: What the editors write of a record in their own words; all other columns follow from statements.
_OWN = ("name", "key", "kind", "summary", "description", "levels", "reach", "topics")
#: What of a statement stands beside its fact, and what it is called.
_BESIDE = {
    "source": "Quelle",
    "paragraph": "Absatz",
    "quote": "Wortlaut",
    "since_quote": "Wortlaut dazu",
    "concerns": "betrifft auch",
}
#: Why a record counts for a Land.
_REASONS = {
    "aussage": "eine Quelle nennt es",
    "projekt": "eine Quelle nennt es in einem Projekt",
    "bundesweit": "der Eintrag ist bundesweit",
    "bundesweites-projekt": "eines der Projekte ist bundesweit",
    "hzd": "das Land der HZD",
}
_KINDS_BY_GROUP = {fields.group: fields for fields in FIELDS.values()}


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was."""

    label: str
    #: Empty: it was not there.
    before: str
    #: Empty: it is no longer there.
    after: str
    #: The passage that it rests on: "Dokument 006, Abs. 4"; empty for the editors' own words.
    passage: str = ""

    def __str__(self) -> str:
        because = f", wegen {self.passage}" if self.passage else ""
        if not self.before:
            return f"{self.label}: neu „{self.after}“{because}"
        if not self.after:
            place = f" ({self.passage})" if self.passage else ""
            return f"{self.label}: entfällt „{self.before}“{place}"
        return f"{self.label}: {self.before} → {self.after}{because}"


def differences(version: Version) -> list[Difference]:
    """Return what a version shows that the one before did not; none for the first.

    Args:
        version: with ``previous``.
    """
    before, now = version.previous.shown if version.previous else None, version.shown
    return [] if before is None or now is None else between(version.type, before, now)


def between(record_type: str, before: Public, now: Public) -> list[Difference]:
    """Return what differs between two states of a record, the editors' own words first."""
    columns = {
        column.key: column for column in FORMS[record_type].columns if column.key not in _FOLLOWING
    }
    found = [_of_column(columns[name], before, now) for name in _OWN]
    found += _of_statements(record_type, before, now)
    found += _of_addresses(before, now)
    lines = [line for line in found if line is not None]
    if not lines:
        # Only others have changed: what they are called, or the states that they have.
        rest = (_of_column(columns[name], before, now) for name in columns if name not in _OWN)
        lines = [line for line in rest if line is not None]
    return list(dict.fromkeys(lines or _of_reasons(before, now)))


def of_statement(
    record_type: str, key: str, before: Public | None, now: Public | None
) -> list[Difference]:
    """Return what differs of one statement between two states of its record that both have it."""
    for group, label in Record.proxy_of(record_type).statement_groups().items():
        found = [
            row
            for shown in (before, now)
            for row in (shown["statements"].get(group, ()) if shown else ())
            if row["key"] == key
        ]
        if len(found) == 2:
            return list(_of_statement(label, *found))
    return []


def _of_column(column: Column, before: Public, now: Public) -> Difference | None:
    values = [_cell(column, data[column.key]) for data in (before, now)]
    if values[0] == values[1]:
        return None
    lists = [value.split("; ") for value in values]
    if min(map(len, lists)) and max(map(len, lists)) > 1 and column.key not in _OWN:
        # Of a long list, what came and what went.
        came = [item for item in lists[1] if item not in lists[0]]
        went = [item for item in lists[0] if item not in lists[1]]
        if not (came or went):
            return None
        return Difference(column.label, "; ".join(went), "; ".join(came))
    return Difference(column.label, *values)


def _of_reasons(before: Public, now: Public) -> Iterator[Difference]:
    """Yield why a Land counts, where that alone has changed."""
    bases = {row["key"]: row["basis"] for row in before["states"]}
    for row in now["states"]:
        if bases[row["key"]] != row["basis"]:
            words = [_REASONS.get(basis, "") for basis in (bases[row["key"]], row["basis"])]
            yield Difference(f"Länder, {row['name']}", *words)


def _cell(column: Column, data: Any) -> str:
    cell = column.cell(data)
    return "" if cell is None else str(cell)


# Statements --------------------------------------------------------------------------------------


def _of_statements(record_type: str, before: Public, now: Public) -> Iterator[Difference]:
    labels = Record.proxy_of(record_type).statement_groups()
    for group, label in labels.items():
        said = {row["key"]: row for row in before["statements"].get(group, ())}
        saying = {row["key"]: row for row in now["statements"].get(group, ())}
        for key, row in saying.items():
            if key in said:
                yield from _of_statement(label, said[key], row)
            else:
                yield _new(label, row, _superseded(group, row, said.values()))
        for key, row in said.items():
            if key not in saying:
                yield Difference(label, _below(label, row), "", _passage(row))


def _of_addresses(before: Public, now: Public) -> Iterator[Difference]:
    """Yield how the addresses of other records have changed that statements lead to."""
    own = (before["url"], now["url"])
    said = {row["key"]: row for rows in before["statements"].values() for row in rows}
    for rows in now["statements"].values():
        for row in rows:
            old = said.get(row["key"], row)
            places = [(data["url"].partition("#")[0]) for data in (old, row)]
            if places[0] != places[1] and tuple(places) != own:
                yield Difference("Adresse eines anderen Eintrags", *places)
            for name in ("partner", "related"):
                if old["fact"] == row["fact"] and old.get(name) != row.get(name):
                    yield Difference("Adresse eines anderen Eintrags", old[name], row[name])


def _new(label: str, row: Public, older: Public | None) -> Difference:
    if older is None or older["fact"] == row["fact"]:
        return Difference(label, "", _below(label, row), _passage(row))
    return _turned(label, older, row)


def _superseded(group: str, row: Public, said: Any) -> Public | None:
    """Return what counted of the same thing until a newer source spoke; None where nothing did."""
    fields = _KINDS_BY_GROUP.get(group)
    if fields is None or fields.unique is None or row.get("rank") != "aktuell":
        return None
    names = [fields.public_name(name) for name in fields.unique]
    same = (old for old in said if all(old[name] == row[name] for name in names))
    return next((old for old in same if old["rank"] == "aktuell"), None)


def _turned(label: str, older: Public, row: Public) -> Difference:
    """Say what became of a fact; what both begin with stands before, once."""
    subject, colon, before = older["fact"].partition(": ")
    *same, now = row["fact"].partition(": ")
    if colon and same == [subject, colon]:
        label = label if subject == label else f"{label}, {subject}"
        return Difference(label, before, now, _passage(row))
    return Difference(label, older["fact"], row["fact"], _passage(row))


def _of_statement(label: str, before: Public, row: Public) -> Iterator[Difference]:
    if before["fact"] != row["fact"]:
        yield _turned(label, before, row)
    if before["source"] == row["source"] and before["source_title"] != row["source_title"]:
        titles = (before["source_title"], row["source_title"])
        yield Difference(f"Dokument {row['source']}, Titel", *titles)
    for name, words in _BESIDE.items():
        if before.get(name) != row.get(name):
            values = (_text(before[name]), _text(row[name]))
            about = f"{label}, „{_below(label, row)}“, {words}"
            yield Difference(about, *values, _passage(row))


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _below(label: str, row: Public) -> str:
    """Return a fact without what stands before it anyway."""
    return row["fact"].removeprefix(f"{label}: ")


def _passage(row: Public) -> str:
    return f"Dokument {row['source']}, Abs. {row['paragraph']}"
