"""Edited files of the catalogue, compared with the database and put in its place.

A record, a source or a topic that stands in a file stands there whole: a statement that is missing
below it goes. What stands in no file stays as it is; nothing but statements is ever deleted.
Statements are the same by their keys, everything else by its address or code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, cast

from django.db import transaction

from hzd_catalogue.data.fixtures import (
    FILES,
    FixtureError,
    Layout,
    Problem,
    Putting,
    Stored,
    entries,
    key_of,
    layout_of,
    popped_lists,
)
from hzd_catalogue.records.models import Record, RetiredKey, Statement
from hzd_catalogue.records.publishing import publish, withdraw
from hzd_catalogue.records.statements import KeyGiver
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import KeyedModel, Revision, SearchAid

from .tables import SUFFIXES, ChangedSince, Tables
from .words import RowDifference, differences

#: Entries by the names of their files.
Files = Mapping[str, list[Any]]
#: Rows with their entries, by primary key.
Rows = dict[int, tuple[Any, dict[str, Any]]]


class MovedOnError(Exception):
    """The data are no more those that the files were compared with."""

    def __init__(self, compared: int, now: int) -> None:
        super().__init__(
            f"Der Vergleich galt für Revision {compared}; inzwischen ist es Revision {now}."
        )


@dataclass(frozen=True)
class Comparison:
    """What an import changes, or has changed."""

    #: The state of the data that the files were compared with.
    revision: int
    differences: list[RowDifference]
    #: Of tables that were downloaded earlier, the rows that somebody has changed since.
    changed_since: list[ChangedSince] = field(default_factory=list)

    @property
    def warnings(self) -> list[str]:
        """Of each earlier state that a table shows, how much of it has changed since."""
        counts = Counter((row.file, row.revision) for row in self.changed_since)
        return [
            f"{file} ist vom Stand Revision {revision}; seitdem "
            + (f"wurden {count} ihrer Angaben" if count > 1 else "wurde eine ihrer Angaben")
            + " geändert."
            for (file, revision), count in counts.items()
        ]


class _NotKept(Exception):  # noqa: N818 (no error)
    """Undoes what was tried."""


def _undo() -> NoReturn:
    raise _NotKept


def _read(contents: Mapping[str, bytes], downloaded: int | None) -> tuple[Files, Tables]:
    """Return the entries of files by their names; tables of statements as the entries they edit.

    Raises:
        FixtureError: with the files that cannot be read, or that the catalogue does not have.
    """
    tables = Tables(downloaded)
    for name, content in contents.items():
        if name.lower().endswith(SUFFIXES):
            tables.read(name, content)
    reading = _Importing({})
    files = reading.read(
        {name: content for name, content in contents.items() if not name.lower().endswith(SUFFIXES)}
    )
    problems = [*reading.problems, *tables.problems]
    if files and len(files) < len(contents):
        mixed = "Bitte Dateien des Katalogs und Tabellen von Angaben nacheinander übernehmen."
        problems.append(Problem("", "", mixed))
    if problems:
        raise FixtureError(problems)
    return files or tables.files, tables


def contents_of(paths: list[Path]) -> dict[str, bytes]:
    """Return the bytes of files by their names, of a directory those of all that it has of them.

    Raises:
        FixtureError: when one of them is not there, or stands twice.
    """
    found: dict[str, bytes] = {}
    for path in paths:
        inside = [path / name for name in FILES if (path / name).is_file()]
        for file in inside if path.is_dir() else [path]:
            if file.name in found:
                raise FixtureError([Problem(file.name, "", "Die Datei ist zweimal genannt.")])
            try:
                found[file.name] = file.read_bytes()
            except OSError as error:
                raise FixtureError([Problem(str(file), "", "Die Datei fehlt.")]) from error
    return found


def take_in(
    contents: Mapping[str, bytes],
    *,
    apply: bool,
    editor: Any = None,
    reason: str = "",
    revision: int | None = None,
    downloaded: int | None = None,
    may: Any = None,
) -> Comparison:
    """Compare files with the database; put what they say into it, all or nothing.

    Both are the same run, but for its last step: what the comparison shows is what is saved.

    Args:
        contents: of the files, by their names.
        apply: whether to keep it.
        editor: who does it.
        reason: a word on why, for editors.
        revision: the state of the data that was compared before; None: whatever there is.
        downloaded: the revision that tables show which do not say it themselves.
        may: is asked for each difference, and returns what stands in its way, or nothing.

    Raises:
        FixtureError: with everything that is wrong; nothing is changed then.
        MovedOnError: when the data have changed since ``revision``; nothing is changed then.
    """
    comparison = Comparison(0, [])
    try:
        with changes.change(editor) as made, transaction.atomic():
            now = Revision.current().number
            if revision is not None and revision != now:
                raise MovedOnError(revision, now)
            # In the change: a table edits what the database has at this moment.
            files, tables = _read(contents, downloaded)
            importing = _Importing(files)
            importing.load()
            if importing.problems:
                raise FixtureError([tables.place_of(problem) for problem in importing.problems])
            comparison = Comparison(now, importing.differences(), tables.changed_since)
            refused = [may(row) for row in comparison.differences] if may else []
            if any(refused):
                raise FixtureError(list(dict.fromkeys(filter(None, refused))))
            if not apply or not comparison.differences:
                _undo()
            made.reason = made.reason or reason
    except _NotKept:
        pass
    return comparison


@dataclass
class _Put:
    """A row that is to be made what its entry says."""

    place: str
    row: Any
    values: dict[str, Any]
    lists: dict[str, list[Any]]
    layout: Layout


class _Importing(Putting):
    """One run over files that meet a database with rows in it."""

    def __init__(self, files: Files) -> None:
        self.problems = []
        self._file, self._place = "", ""
        self._files = {name: files.get(name, []) for name in FILES}
        self._keys = self._written_keys()
        self._retired = set(RetiredKey.objects.values_list("key", flat=True))
        self._key_giver = KeyGiver(self._keys)
        self.rows = {model: cast("Any", Stored(model)) for model in FILES.values()}
        self._before = {
            FILES[name]: _rows(FILES[name]) for name, rows in self._files.items() if rows
        }
        #: Whose each statement is, and how it stands in the files.
        self._owners = {
            row["key"]: (pk, row)
            for model, rows in self._before.items()
            for pk, (_row, entry) in rows.items()
            for group in layout_of(model).statements
            for row in entry.get(group, ())
        }
        self._pending: list[_Put] = []
        self._own: dict[str, Any] = {}

    def read(self, contents: Mapping[str, bytes]) -> Files:
        """Return the entries of files."""
        found = {}
        for name, content in contents.items():
            self._file, self._place = name, ""
            if name in FILES:
                found[name] = self._parse(content)
            else:
                self._refuse(f"Eine Datei dieses Namens hat der Katalog nicht. {_NAMES}")
        return found

    def load(self) -> None:
        """Put each entry that is not in the database as it is; note what is wrong."""
        found: list[tuple[str, dict[str, Any], Any]] = []
        for name, model in FILES.items():
            self._file = name
            if self._files[name]:
                found += self._put_rows(name, model)
        # A statement may name a record of a later file.
        for name, entry, row in found:
            if isinstance(row, Record):
                self._file, self._place = name, entry["slug"]
                self._put_statements_of(entry, row)
        for name, entry, row in found:
            if isinstance(row, Record) and not self.problems:
                self._file, self._place = name, entry["slug"]
                self._put_state(entry, row)

    def differences(self) -> list[RowDifference]:
        """Return what is not as it was."""
        return [
            line
            for model, before in self._before.items()
            for line in differences(layout_of(model), before, _rows(model))
        ]

    def _put_rows(
        self, name: str, model: type[KeyedModel]
    ) -> list[tuple[str, dict[str, Any], Any]]:
        """Save the rows of one file that differ; return them with their entries."""
        layout, found, puts = layout_of(model), [], []
        for entry, row in self._changed(name, model):
            place = self._place
            values = self._values(entry, layout)
            if values is None:
                continue
            values.pop("is_published", None)
            lists = popped_lists(values, layout)
            puts.append(_Put(place, row, values, lists, layout))
            found.append((name, entry, row))
        self._put_all(puts)
        if model is SearchAid and puts:
            self.rows[model] = {aid.slug: aid for aid in SearchAid.objects.all()}
            self._refuse_words_of_two_groups()
        for (_name, entry, row), put in zip(found, puts, strict=True):
            self._place = put.place
            if row.pk:
                self._put_parts(entry, layout, row)
        return [item for item in found if item[2].pk]

    def _changed(self, name: str, model: type[KeyedModel]) -> Iterator[tuple[dict[str, Any], Any]]:
        """Yield each entry that is not in the database as it is, with its row, be it a new one."""
        layout, seen = layout_of(model), set()
        keys = {key_of(entry, model) for entry in self._files[name]}
        for position, entry in enumerate(self._files[name], start=1):
            key = key_of(entry, model)
            self._place = key or f"Eintrag {position}"
            if not key:
                self._values(entry, layout)
                continue
            row, present = self._row_of(entry, model, keys)
            if key in seen or (row.pk and row.pk in seen):
                self._refuse(f"Der Schlüssel „{key}“ kommt zweimal vor.")
                continue
            seen |= {key, row.pk}
            as_it_is = dict(present)
            if "is_published" not in entry:
                as_it_is.pop("is_published", None)
            if not present:
                yield entry, row
            elif _plain(entry) != _plain(as_it_is):
                # Another object: the one at hand stays as it was, to be compared.
                yield entry, model._default_manager.get(pk=row.pk)

    def _row_of(self, entry: Any, model: type[KeyedModel], keys: set[str]) -> tuple[Any, Any]:
        """Return the row that an entry speaks of, and how it stands in the files now.

        A record with another address is known by the keys of its statements.
        """
        key, before = key_of(entry, model), self._before[model]
        for row, present in before.values():
            if key_of(present, model) == key:
                return row, present
        keys_of_statements = self._statement_keys(entry, layout_of(model))
        owners = {self._owners[own][0] for own in keys_of_statements if own in self._owners}
        if len(owners) == 1:
            pk = owners.pop()
            if pk in before and key_of(before[pk][1], model) not in keys:
                return before[pk]
        return model(), {}

    @staticmethod
    def _statement_keys(entry: dict[str, Any], layout: Layout) -> set[str]:
        """Return the keys that stand at an entry's statements; what is no text is no key."""
        groups = (entry.get(group) for group in layout.statements)
        rows = [row for rows in groups if isinstance(rows, list) for row in rows]
        keys = (row.get("key") for row in rows if isinstance(row, dict))
        return {key for key in keys if isinstance(key, str)}

    def _put_all(self, puts: list[_Put]) -> list[_Put]:
        """Save rows, and return those that were refused.

        What is in the way of another one may be out of it once it is saved.
        """
        while puts:
            left, known = [], len(self.problems)
            for put in puts:
                self._place = put.place
                if not self._put(put.row, put.values, put.lists, put.layout):
                    left.append(put)
            if len(left) == len(puts):
                break
            del self.problems[known:]
            puts = left
        return puts

    # Parts and statements ------------------------------------------------------------------------

    def _put_parts(self, entry: dict[str, Any], layout: Layout, row: Any) -> None:
        """Make the rows below one what the entry says; they have no keys and so are made anew."""
        _row, present = self._before[layout.model].get(row.pk, (row, {}))  # type: ignore[index]
        changed = {
            name: part
            for name, part in layout.parts.items()
            if entry.get(name, []) != present.get(name, [])
        }
        for name in changed:
            getattr(row, name).all().delete()
        self._load_parts(entry, Layout(layout.model, {}, frozenset(), parts=changed), row)

    def _put_statements_of(self, entry: dict[str, Any], record: Any) -> None:
        layout = layout_of(record._meta.model)
        wanted = self._statement_keys(entry, layout)
        self._own = {row.key: row for row in Statement.objects.filter(record=record)}
        # First what goes: it may be in the way of what comes.
        for key in self._own.keys() - wanted:
            self._own[key].delete()
        self._pending = []
        self._load_statements(entry, layout, record)
        known = len(self.problems)
        left = self._put_all(self._pending)
        present = [put for put in left if put.row.pk]
        if len(present) > 1:
            # Each may be in the way of the other, as where two statements change places.
            del self.problems[known:]
            for put in present:
                _take_out(put.row)
            self._put_all(left)

    def _load_statement(self, entry: Any, layout: Layout, record: Any) -> None:
        """Note what is to become of one statement of a record; one that is as it was, stays."""
        key = entry.get("key") if isinstance(entry, dict) else None
        own: Any = self._own.get(key) if isinstance(key, str) else None
        if own is not None:
            if not self._is_first_use(own.key):
                return
            if not isinstance(own, layout.model):
                self._refuse(f"Der Schlüssel „{key}“ gehört zu einer Angabe anderer Art.")
                return
            if _plain(entry) == _plain(self._owners[key][1]):
                return
        values = self._values(entry, layout)
        if values is None:
            return
        lists = popped_lists(values, layout)
        row = own or layout.model(record=record)
        if own or self._has_key(row, values, layout):
            self._pending.append(_Put(self._place, row, values, lists, layout))

    def _has_key(self, row: Any, values: dict[str, Any], layout: Layout) -> bool:
        """Give a new statement its key, or keep the one that is written; return whether it may."""
        key = values.get("key", "")
        if not key:
            for name, part in layout.fields.items():
                if name in values:
                    setattr(row, part.name, values[name])
            values["key"] = self._key_giver.key_for(row)
            return True
        if key in self._retired:
            self._refuse(
                f"Der Schlüssel „{key}“ ist erloschen: Er gehörte zu einer Angabe, die "
                "gelöscht wurde."
            )
            return False
        if not self._is_first_use(key):
            return False
        other = Statement.objects.filter(key=key).select_related("record").first()
        if other is not None:
            self._refuse(
                f"Der Schlüssel „{key}“ gehört zu einer Angabe von {other.record.path} und bleibt "
                "dort. Eine neue Angabe steht ohne Schlüssel."
            )
        return other is None

    def _is_first_use(self, key: str) -> bool:
        if self._keys[key] == f"{self._file}, {self._place}":
            return True
        self._refuse(
            f"Der Schlüssel „{key}“ steht schon bei einer anderen Angabe: {self._keys[key]}."
        )
        return False

    def _put_state(self, entry: dict[str, Any], record: Any) -> None:
        """Publish or withdraw a record as its entry says; where it says nothing, it stays."""
        record.refresh_from_db()
        if entry.get("is_published", record.is_published):
            self._try(record, publish, record)
        else:
            withdraw(record)


_NAMES = f"Sie heißen {', '.join(FILES)}; Tabellen von Angaben enden auf .csv oder .xlsx."


def _take_out(statement: Any) -> None:
    """Delete a statement that is to be saved again, with its number and its key."""
    Statement.objects.get(pk=statement.pk).delete()
    RetiredKey.objects.filter(key=statement.key).delete()
    statement._state.adding = True


def _rows(model: type[KeyedModel]) -> Rows:
    return {row.pk: (row, entry) for row, entry in entries(model, model._default_manager.all())}


def _plain(value: Any) -> Any:
    """Return what is said, whatever order it stands in, and without what is left empty."""
    if isinstance(value, dict):
        said = {name: part for name, part in value.items() if part not in ("", [])}
        return sorted((str(name), _plain(part)) for name, part in said.items())
    if isinstance(value, list):
        return sorted(map(_plain, value), key=repr)
    # Not by ``==``: for Python, true is 1.
    return repr(value)
