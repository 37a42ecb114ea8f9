"""What an import changes, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from hzd_catalogue.data.fixtures import Layout
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.version_words import Difference

Rows = dict[int, tuple[Any, dict[str, Any]]]


@dataclass(frozen=True)
class RowDifference:
    """What becomes of one record, or of whatever else stands in the files."""

    row: Any
    is_new: bool
    lines: list[Difference]

    def __str__(self) -> str:
        noun = f"{self.row._meta.verbose_name} „{self.row}“"
        return f"{noun}, neu" if self.is_new else noun

    @property
    def right(self) -> str:
        """The right that it takes."""
        options = self.row._meta
        return f"{options.app_label}.{'add' if self.is_new else 'change'}_{options.model_name}"


def differences(layout: Layout, before: Rows, now: Rows) -> Iterator[RowDifference]:
    """Yield what differs of each row, in the order of the files."""
    for pk, (row, entry) in now.items():
        old, old_entry = before.get(pk, (None, {}))
        if entry == old_entry:
            continue
        lines = [
            *_of_fields(layout, old, row),
            *_of_statements(layout, old, row),
            *_of_parts(layout, old_entry, entry),
        ]
        # What only names another one that has another address now has not changed.
        if lines:
            yield RowDifference(row, old is None, lines)


def _of_fields(layout: Layout, old: Any, row: Any, label: str = "") -> Iterator[Difference]:
    for part in layout.fields.values():
        if old is not None and _stored(old, part) == _stored(row, part):
            continue
        was, is_ = ("" if each is None else _in_words(each, part) for each in (old, row))
        if was or is_:
            passage = _passage(row) if isinstance(row, Statement) else ""
            yield Difference(f"{label}{part.verbose_name}", was, is_, passage)


def _of_statements(layout: Layout, old: Any, row: Any) -> Iterator[Difference]:
    for group, kind in layout.statements.items():
        noun = str(kind.model._meta.verbose_name)
        said, saying = (
            {} if each is None else {found.key: found for found in getattr(each, group)}
            for each in (old, row)
        )
        for key, statement in saying.items():
            if key in said:
                label = f"{noun} „{_fact(said[key])}“, "
                yield from _of_fields(kind, said[key], statement, label)
            else:
                yield Difference(noun, "", _said(statement), _passage(statement))
        for key, statement in said.items():
            if key not in saying:
                yield Difference(noun, _said(statement), "", _passage(statement))


def _of_parts(layout: Layout, old: dict[str, Any], entry: dict[str, Any]) -> Iterator[Difference]:
    for name, part in layout.parts.items():
        noun = str(part.model._meta.verbose_name)
        said, saying = (
            [_row_in_words(part, row) for row in each.get(name, ())] for each in (old, entry)
        )
        yield from (Difference(noun, "", words) for words in saying if words not in said)
        yield from (Difference(noun, words, "") for words in said if words not in saying)


def _row_in_words(layout: Layout, row: dict[str, Any]) -> str:
    return ", ".join(
        f"{part.verbose_name} {row[name]}" for name, part in layout.fields.items() if name in row
    )


def _said(statement: Any) -> str:
    return f"{_fact(statement)}: „{statement.quote}“"


def _fact(statement: Any) -> str:
    """Return what it says, without the noun that stands before it anyway."""
    return statement.fact.removeprefix(f"{statement._meta.verbose_name}: ")


def _passage(statement: Any) -> str:
    return f"Dokument {statement.source.code}, Abs. {statement.paragraph}"


def _stored(row: Any, part: Any) -> Any:
    if part.many_to_many:
        return {target.pk for target in getattr(row, part.name).all()}
    return getattr(row, part.attname)


def _in_words(row: Any, part: Any) -> str:
    """Return the value of a field as people read it."""
    if part.many_to_many:
        return ", ".join(sorted(str(target) for target in getattr(row, part.name).all()))
    value = getattr(row, part.name)
    if value in (None, ""):
        return ""
    display = getattr(row, f"get_{part.name}_display", None)
    if display:
        return str(display())
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value)
