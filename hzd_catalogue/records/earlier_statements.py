"""All statements as they stood at the end of a day, made from the versions alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hzd_catalogue.reference import german

from .earlier import EarlierState, StatedThen, places_of
from .earlier_list import EarlierList
from .records import Record
from .versions import Version


@dataclass(frozen=True)
class StatementThen:
    """A statement as it was public, with the version of its record."""

    state: EarlierState
    group: str
    row: Mapping[str, Any]

    @property
    def version(self) -> Version:
        """What its record showed."""
        return self.state.version

    @property
    def url(self) -> str:
        """Where that can be seen, whatever came after it."""
        return f"{self.version.url}#aussage-{self.row['key']}"

    @property
    def states(self) -> dict[str, str]:
        """The Land that it names, by key."""
        code = self.row.get("federal_state")
        return {code: self.state.states.get(code, code)} if code else {}

    def as_data(self) -> dict[str, Any]:
        """Return all that was public of it."""
        return {
            **self.row,
            "group": self.group,
            "record": {
                "key": self.version.slug,
                "type": {"key": self.version.type, "name": self.version.get_type_display()},
                "name": self.version.name,
                "url": self.version.url,
            },
        }


@dataclass(frozen=True)
class EarlierStatements(EarlierList):
    """What the list of statements showed on a day: each with its record, and so only once."""

    @cached_property
    def everything(self) -> list[Any]:
        """All statements that were public, in the order of their records' names."""
        versions = sorted(
            Version.objects.shown_on(self.day),
            key=lambda row: (german.sort_key(row.name), row.type, row.slug),
        )
        return [row for version in versions for row in _stated(EarlierState(version))]

    @cached_property
    def shown(self) -> list[tuple[StatementThen, StatedThen]]:
        """Those of the page that is asked for, in words."""
        rows: list[StatementThen] = list(self.paging.items)
        places = places_of({row.row["source"] for row in rows})
        return [(row, row.state.stated(row.row, places)) for row in rows]

    def as_data(self) -> list[dict[str, Any]]:
        """Return all found."""
        rows: list[Any] = self.found
        return [row.as_data() for row in rows]


def _stated(state: EarlierState) -> Iterator[StatementThen]:
    """Yield a record's own statements; those of others stand in the versions of these."""
    groups = Record.proxy_of(state.version.type).statement_groups()
    for group in groups:
        for row in state.shown["statements"].get(group, ()):
            if state.is_own(row):
                yield StatementThen(state, group, row)
