"""The catalogue as YAML that people read, edit and compare.

What a file holds follows from the models: every editable field, foreign keys by natural key,
the statements of a record in their groups, each with its key first. A new field or a new kind of
statement needs no change here.

Everything is sorted in Python, so that SQLite and PostgreSQL give the same bytes.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import yaml
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction

from hzd_catalogue.records.kinds import FIELDS, PASSAGE
from hzd_catalogue.records.models import Address, Record, RetiredKey, Statement
from hzd_catalogue.records.publishing import publish
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.records.statements import KeyGiver
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.folding import same_words
from hzd_catalogue.reference.models import FederalState, KeyedModel, Level, SearchAid, Source, Topic
from partners.models import Cooperation, Partner
from projects.models import Project

from . import strict_yaml
from .documents import paragraphs
from .strict_yaml import Misread

#: The files in the order of loading: a key stands in an earlier file than its use.
FILES: dict[str, type[KeyedModel]] = {
    "levels.yaml": Level,
    "federal_states.yaml": FederalState,
    "topics.yaml": Topic,
    "sources.yaml": Source,
    "thesaurus.yaml": SearchAid,
    "partners.yaml": Partner,
    "cooperations.yaml": Cooperation,
    "projects.yaml": Project,
}

_LINE_WIDTH = 96
_FOLDED_FROM = 72
_RARE_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
#: Groups of statements in the order of reading; others follow.
_READING_ORDER = (
    "other_names",
    "participations",
    "involvements",
    "relations",
    "statuses",
    "milestones",
    "figures",
    "user_groups",
)
#: Fields that no form writes.
_WRITTEN_ALL_THE_SAME = ("is_published",)


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of one file."""

    file: str
    place: str
    reason: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.file, self.place) if part) + f": {self.reason}"


class FixtureError(Exception):
    """The files cannot be loaded; ``problems`` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Layout:
    """Which fields of a model stand in a file, by the name they have there, in their order."""

    model: type[models.Model]
    fields: dict[str, Any]
    required: frozenset[str]
    #: Kinds of statement by the name of their group.
    statements: dict[str, Layout] = field(default_factory=dict)
    #: Other rows that belong to one, by the name of their relation.
    parts: dict[str, Layout] = field(default_factory=dict)


@cache
def layout_of(model: type[models.Model]) -> Layout:
    """Return how rows of ``model`` are written, the natural key first."""
    meta = model._meta
    keyed = cast("type[KeyedModel]", model)
    candidates: list[Any] = sorted([*meta.fields, *meta.many_to_many])
    fields = [
        part
        for part in candidates
        if (part.editable or part.name in _WRITTEN_ALL_THE_SAME) and not part.auto_created
    ]
    fields.sort(key=lambda part: part.name != keyed.natural_key_field)
    return Layout(
        model,
        {part.name: part for part in fields},
        _required(fields),
        _statements_of(model) if issubclass(model, Record) else {},
        {name: _layout_of_part(meta.get_field(name)) for name in keyed.parts},
    )


def _required(fields: list[Any]) -> frozenset[str]:
    return frozenset(part.name for part in fields if not part.blank and not part.has_default())


def _layout_of_part(relation: Any) -> Layout:
    """Return how a row is written below the one that it belongs to."""
    model = relation.related_model
    fields: list[Any] = [
        part
        for part in model._meta.fields
        if part.editable and not part.auto_created and part.name != relation.field.name
    ]
    return Layout(model, {part.name: part for part in fields}, _required(fields))


def _statements_of(model: type[Record]) -> dict[str, Layout]:
    groups = {FIELDS[kind].group: kind for kind in model.statement_kinds()}
    first = [name for name in _READING_ORDER if name in groups]
    return {name: _layout_of_kind(groups[name]) for name in dict.fromkeys([*first, *groups])}


@cache
def _layout_of_kind(kind: str) -> Layout:
    """Return how a statement is written: its key, what it says, and its passage."""
    model, fields = Statement.proxy_of(kind), FIELDS[kind]
    names = ("key", *fields.names, *fields.lists, *PASSAGE)
    return Layout(
        model,
        {fields.public_name(name): model._meta.get_field(name) for name in names},
        frozenset(fields.public_name(name) for name in (*fields.required, *PASSAGE)),
    )


# Writing ----------------------------------------------------------------------------------


def export(directory: Path) -> dict[type[KeyedModel], int]:
    """Write every row to the files in ``directory``, drafts too, but no document taken back.

    Returns:
        The number of rows a model.

    Raises:
        OSError: when a file cannot be written; all files are as they were then.
    """
    texts, counts = {}, {}
    for name, model in FILES.items():
        # What was taken back has nothing to say; that it was there, only a backup keeps.
        kept = Source.objects.published() if model is Source else model._default_manager.all()
        rows = [entry for _row, entry in entries(model, kept)]
        texts[name] = to_yaml(rows)
        counts[model] = len(rows)
    _write(directory, texts)
    return counts


def _write(directory: Path, texts: Mapping[str, str]) -> None:
    """Put files in their places once all of them are written."""
    directory.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=directory, prefix=".export-") as beside:
        for name, text in texts.items():
            written, present = Path(beside, name), directory / name
            written.write_text(text, encoding="utf-8", newline="\n")
            if present.exists():
                shutil.copymode(present, written)
        for name in texts:
            Path(beside, name).replace(directory / name)


def to_yaml(entries: list[dict[str, Any]]) -> str:
    """Return ``entries`` as a YAML list with an empty line between its items."""
    if not entries:
        return "[]\n"
    return "\n".join(
        yaml.dump(
            [entry],
            Dumper=_Dumper,
            allow_unicode=True,
            default_flow_style=False,
            sort_keys=False,
            width=_LINE_WIDTH,
        )
        for entry in entries
    )


def rows_of(pks: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return records as they stand in the files, by primary key."""
    chosen = list(pks)
    return {
        row.pk: entry
        for model in FILES.values()
        if issubclass(model, Record)
        for row, entry in entries(model, model._default_manager.filter(pk__in=chosen))
    }


def entries(model: type[KeyedModel], rows: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield each of some rows with what stands of it in the file, in the order of their keys."""
    layout = layout_of(model)
    rows = rows.prefetch_related(
        *(name for name, part in layout.fields.items() if part.is_relation)
    )
    rows = rows.prefetch_related(*layout.parts)
    if layout.statements:
        statements = Statement.objects.with_names().prefetch_related("concerns")
        rows = rows.prefetch_related(models.Prefetch("statements", statements))
    for row in sorted(rows, key=lambda row: row.natural_key()):
        entry = _entry(row, layout)
        for group, kind in layout.statements.items():
            statements = sorted(getattr(row, group), key=_place_in_documents)
            if statements:
                entry[group] = [_entry(statement, kind) for statement in statements]
        for name, part in layout.parts.items():
            if below := [_entry(found, part) for found in getattr(row, name).all()]:
                entry[name] = below
        yield row, entry


def _place_in_documents(statement: Statement) -> tuple[Any, ...]:
    entry = _entry(statement, _layout_of_kind(statement.kind))
    key = entry.pop("key")
    return (statement.source.code, statement.paragraph, *map(str, entry.values()), key)


def _entry(row: models.Model, layout: Layout) -> dict[str, Any]:
    values = {name: _value(row, part) for name, part in layout.fields.items()}
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _value(row: models.Model, part: Any) -> Any:
    if part.many_to_many:
        return sorted(_key_in_file(part, target) for target in getattr(row, part.name).all())
    if part.is_relation:
        target = getattr(row, part.name)
        return target and _key_in_file(part, target)
    return part.value_from_object(row)


def _key_in_file(part: Any, target: Any) -> str:
    """Return what names the target of a field: its type, too, where any record may be it."""
    is_any_record = part.related_model is Record and part.name not in _TARGETS
    return target.path if is_any_record else target.natural_key()[0]


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key and folds long text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def represent_text(self, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else ">" if len(text) > _FOLDED_FROM else None
        if _RARE_LINE_ENDS.search(text):
            # In any other style they would be read as spaces.
            style = '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(str, _Dumper.represent_text)


# Reading ----------------------------------------------------------------------------------


def load(directory: Path, documents: Path | None = None) -> dict[type[models.Model], int]:
    """Fill the database from the files in ``directory``, all or nothing.

    Every row passes ``full_clean`` before it is saved.

    Args:
        directory: where the files are.
        documents: where the documents are that they quote; their texts are taken in first, so that
            each quotation is compared with its paragraph.

    Returns:
        The number of rows a model.

    Raises:
        FixtureError: with everything that was found wrong; nothing is loaded then.
    """
    loading = Loading(directory, documents)
    with changes.change():
        loading.load()
        if loading.problems:
            raise FixtureError(loading.problems)
    return {model: len(rows) for model, rows in loading.rows.items()}


#: What the value of a field is in a file, and what to say of any other; subclasses of the type
#: are others: true is no number, a moment no day.
_EXPECTED = (
    (models.BooleanField, bool, "Erwartet wird true oder false."),
    (models.IntegerField, int, "Erwartet wird eine ganze Zahl wie 12 oder 2019."),
    (models.DateField, date, "Erwartet wird ein Tag wie 2026-05-03, ohne Anführungszeichen."),
    (
        models.Field,
        str,
        "Erwartet wird Text; Zahlen, Daten und Wörter wie NO in Anführungszeichen setzen.",
    ),
)


def key_of(entry: Any, model: type[KeyedModel]) -> str:
    """Return the key that ``entry`` gives its row, or nothing when there is none to read."""
    key = entry.get(model.natural_key_field) if isinstance(entry, dict) else None
    return key if isinstance(key, str) else ""


class Loading:
    """One run over all files; collects problems instead of stopping at the first."""

    def __init__(self, directory: Path, documents: Path | None) -> None:
        self.problems: list[Problem] = []
        self._documents = documents
        #: Loaded rows by key; None for a row that was refused, so that its users stay silent.
        self.rows: dict[type[models.Model], dict[str, Any]] = {}
        self._file = ""
        self._place = ""
        self._files = {name: self._read(directory / name) for name in FILES}
        self._keys = self._written_keys()
        self._retired = set(RetiredKey.objects.values_list("key", flat=True))
        self._key_giver = KeyGiver(self._keys)

    def load(self) -> None:
        """Save the rows of all files; note what is wrong with the others."""
        for name, model in FILES.items():
            self._load_rows(name, model)
            if model is SearchAid:
                self._refuse_words_of_two_groups()
        # A statement may name a record of a later file.
        for name, model in FILES.items():
            if issubclass(model, Record):
                self._load_statements_of_file(name, model)

    def _load_rows(self, name: str, model: type[KeyedModel]) -> None:
        self._file, self._place = name, ""
        rows = self.rows.setdefault(model, {})
        for position, entry in enumerate(self._files[name], start=1):
            key = key_of(entry, model)
            self._place = key or f"Eintrag {position}"
            if key in rows:
                self._refuse(f"Der Schlüssel „{key}“ kommt zweimal vor.")
                continue
            row = self._load_row(entry, layout_of(model))
            if key:
                rows[key] = row

    def _refuse_words_of_two_groups(self) -> None:
        groups = [aid for aid in self.rows[SearchAid].values() if aid]
        keys = {word: aid.slug for aid in groups for word in aid.word_list}
        for word, earlier in same_words(word for aid in groups for word in aid.word_list):
            self._place = keys[word]
            self._refuse(f"words: „{word}“ ist für die Suche dasselbe Wort wie „{earlier}“.")

    def _load_statements_of_file(self, name: str, model: type[KeyedModel]) -> None:
        self._file = name
        layout, seen = layout_of(model), set()
        for position, entry in enumerate(self._files[name], start=1):
            key = key_of(entry, model)
            self._place = key or f"Eintrag {position}"
            if not isinstance(entry, dict) or key in seen:
                continue
            seen.add(key)
            row = self.rows[model].get(key)
            problems = len(self.problems)
            self._load_statements(entry, layout, row)
            if entry.get("is_published") and row and len(self.problems) == problems:
                self._try(row, publish, row)

    def _read(self, path: Path) -> list[Any]:
        self._file = path.name
        try:
            return self._parse(path.read_bytes())
        except FileNotFoundError:
            self._refuse("Die Datei fehlt.")
        except OSError as error:
            self._refuse(f"Die Datei lässt sich nicht lesen: {error.strerror}.")
        return []

    def _parse(self, content: bytes) -> list[Any]:
        """Return the entries of a file, none when it cannot be read."""
        try:
            parsed = strict_yaml.read(content.decode("utf-8"))
        except UnicodeDecodeError:
            self._refuse("Die Datei ist nicht in UTF-8 geschrieben.")
        except strict_yaml.NotReadableError as error:
            self._refuse(f"Kein gültiges YAML. {error}")
        else:
            if isinstance(parsed, list):
                return parsed
            self._refuse("Erwartet wird eine Liste von Einträgen.")
        return []

    def _written_keys(self) -> dict[str, str]:
        """Return each key of a statement in the files with the place of its first use."""
        places: dict[str, str] = {}
        for name, model in FILES.items():
            for entry in self._files[name] if issubclass(model, Record) else ():
                for group in layout_of(model).statements if isinstance(entry, dict) else ():
                    rows = entry.get(group)
                    for position, row in enumerate(rows if isinstance(rows, list) else (), start=1):
                        key = row.get("key") if isinstance(row, dict) else None
                        if isinstance(key, str):
                            place = f"{name}, {key_of(entry, model)}, {group} {position}"
                            places.setdefault(key, place)
        return places

    def _load_row(self, entry: Any, layout: Layout) -> Any:
        """Return the saved row of ``entry``, a draft; None when it was refused."""
        values = self._values(entry, layout)
        if values is None:
            return None
        values.pop("is_published", None)
        lists = popped_lists(values, layout)
        row = self._save(layout.model(**values), lists)
        if isinstance(row, Source) and self._documents:
            self._take_in(row, self._documents)
        if row is not None:
            self._load_parts(entry, layout, row)
        return row

    def _take_in(self, source: Source, directory: Path) -> None:
        try:
            texts = paragraphs(directory, source)
        except ValidationError as error:
            self._refuse(f"{source.file_name}: {' '.join(error.messages)}")
            return
        if texts is None:
            self._refuse(f"Die Datei {source.file_name} fehlt im Ordner der Dokumente.")
        else:
            take_in(source, texts)

    def _load_parts(self, entry: dict[str, Any], layout: Layout, row: models.Model) -> None:
        place = self._place
        for name, part in layout.parts.items():
            field = layout.model._meta.get_field(name).field  # type: ignore[union-attr]
            for position, below in enumerate(self._rows_below(entry, name), start=1):
                self._place = f"{place}, {name} {position}"
                values = self._values(below, part)
                if values is not None:
                    self._save(part.model(**{field.name: row}, **values), {})
            self._place = place

    def _rows_below(self, entry: dict[str, Any], name: str) -> list[Any]:
        rows = entry.get(name, [])
        if isinstance(rows, list):
            return rows
        self._refuse(f"{name}: Erwartet wird eine Liste.")
        return []

    def _load_statements(self, entry: Any, layout: Layout, record: Any) -> None:
        place = self._place
        for group, kind in layout.statements.items():
            said: list[Any] = []
            for position, statement in enumerate(self._rows_below(entry, group), start=1):
                self._place = f"{place}, {group} {position}"
                what = _without_key(statement)
                if what in said:
                    self._refuse("Die Angabe steht zweimal.")
                else:
                    said.append(what)
                    self._load_statement(statement, kind, record)
            self._place = place

    def _load_statement(self, entry: Any, layout: Layout, record: Any) -> None:
        values = self._values(entry, layout)
        if values is None or record is None:
            return
        lists = popped_lists(values, layout)
        columns = {
            part.name: values[name] for name, part in layout.fields.items() if name in values
        }
        statement: Any = layout.model(record=record, **columns)
        if not statement.key:
            statement.key = self._key_giver.key_for(statement)
        elif statement.key in self._retired:
            self._refuse(
                f"Der Schlüssel „{statement.key}“ ist erloschen: Er gehörte zu einer Angabe, die "
                "gelöscht wurde."
            )
            return
        elif self._keys[statement.key] != f"{self._file}, {self._place}":
            self._refuse(
                f"Der Schlüssel „{statement.key}“ steht schon bei einer anderen Angabe: "
                f"{self._keys[statement.key]}."
            )
            return
        self._save(statement, lists)

    def _values(self, entry: Any, layout: Layout) -> dict[str, Any] | None:
        """Return the fields of ``entry`` as the model takes them, or None when some are wrong."""
        if not isinstance(entry, dict):
            self._refuse("Erwartet werden Felder mit Werten.")
            return None
        values = {}
        is_complete = True
        for name in entry:
            if not any(name in known for known in (layout.fields, layout.statements, layout.parts)):
                self._refuse(f"Das Feld „{name}“ gibt es nicht.")
                is_complete = False
        for name, part in layout.fields.items():
            if name in entry:
                try:
                    values[name] = self._value(part, entry[name])
                except ValueError as error:
                    is_complete = False
                    if str(error):
                        self._refuse(f"{name}: {error}")
            elif name in layout.required:
                self._refuse(f"Das Feld „{name}“ fehlt.")
                is_complete = False
        return values if is_complete else None

    def _value(self, part: Any, value: Any) -> Any:
        """Return ``value`` as the field ``part`` takes it.

        Raises:
            ValueError: with the reason in German; empty when the reason was noted elsewhere.
        """
        if part.many_to_many:
            if not isinstance(value, list):
                raise ValueError("Erwartet wird eine Liste von Schlüsseln.")
            return [self._target(part, key) for key in value]
        if part.is_relation:
            return self._target(part, value)
        expected, otherwise = next(
            (kind, words) for field_type, kind, words in _EXPECTED if isinstance(part, field_type)
        )
        if isinstance(value, Misread):
            raise ValueError(f"{value.told} {otherwise}")
        if type(value) is not expected:
            raise ValueError(otherwise)
        if isinstance(value, str) and "\0" in value:
            raise ValueError("Der Text enthält ein Nullzeichen.")
        return value

    def _target(self, part: Any, key: Any) -> Any:
        model = _TARGETS.get(part.name, part.related_model)
        words, slug = model._meta.verbose_name, key
        if isinstance(key, Misread):
            raise ValueError(f"{key.told} Erwartet wird ein Schlüssel, hier in Anführungszeichen.")
        if model is Record and isinstance(key, str):
            record_type, _, slug = key.partition("/")
            model = _TYPES.get(record_type, Record)
        rows = self.rows.get(model, {})
        if not isinstance(slug, str) or "\0" in slug or slug not in rows:
            raise ValueError(f"„{key}“ gibt es nicht ({words}).")
        if rows[slug] is None:
            raise ValueError
        # A list of targets is set unchecked.
        types = part.get_limit_choices_to().get("type__in")
        if types and rows[slug].type not in types:
            raise ValueError(f"„{key}“ ist nicht möglich ({words}).")
        return rows[slug]

    def _save(self, row: models.Model, lists: dict[str, list[Any]]) -> models.Model | None:
        derived = {part.name for part in row._meta.fields if not part.editable} - {"key"}
        if not (self._try(row, row.full_clean, derived) and self._try(row, row.save)):
            return None
        for name, targets in lists.items():
            getattr(row, name).set(targets)
        return row

    def _try(self, row: models.Model, do: Callable[..., None], *args: Any) -> bool:
        """Return whether something done with a row passed; note why it did not."""
        try:
            do(*args)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                prefix = "" if name == NON_FIELD_ERRORS else f"{_name_in_file(row, name)}: "
                self._refuse(prefix + " ".join(messages))
            return False
        return True

    def _refuse(self, reason: str) -> None:
        self.problems.append(Problem(self._file, self._place, reason))


class Stored(Mapping[str, Any]):
    """The rows of a model that are in the database, by their keys; records by former ones, too."""

    def __init__(self, model: type[KeyedModel]) -> None:
        self._model = model

    def __getitem__(self, key: str) -> Any:
        row = self._model.objects.filter(**{self._model.natural_key_field: key}).first()
        if row is None and issubclass(self._model, Record):
            address = Address.objects.filter(type=self._model.record_type, slug=key).first()
            row = address and address.record
        if row is None:
            raise KeyError(key)
        return row

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


class Putting(Loading):
    """One record as its entry says, whatever it is now; all that it names is in the database."""

    def __init__(self, record: Any, entry: dict[str, Any]) -> None:
        self.problems = []
        self.rows = {model: cast("Any", Stored(model)) for model in FILES.values()}
        self._record, self._entry = record, entry
        self._file, self._place = str(record._meta.verbose_name), entry["slug"]

    def load(self) -> None:
        layout = layout_of(self._record._meta.model)
        values = self._values(self._entry, layout)
        if values is None:
            return
        values.pop("is_published", None)
        lists = popped_lists(values, layout)
        if self._put(self._record, values, lists, layout):
            self._put_statements(layout)

    def _put_statements(self, layout: Layout) -> None:
        present = {row.key: row for row in Statement.objects.filter(record=self._record)}
        wanted = {row["key"] for name in layout.statements for row in self._entry.get(name, ())}
        # First what goes: it may be in the way of what comes.
        for key in present.keys() - wanted:
            present[key].delete()
        RetiredKey.objects.filter(key__in=wanted).delete()
        for group, kind in layout.statements.items():
            for position, entry in enumerate(self._entry.get(group, ()), start=1):
                self._place = f"{self._entry['slug']}, {group} {position}"
                values = self._values(entry, kind)
                if values is not None:
                    row = present.get(entry["key"]) or kind.model(record=self._record)
                    self._put(row, values, popped_lists(values, kind), kind)

    def _put(
        self, row: Any, values: dict[str, Any], lists: dict[str, list[Any]], layout: Layout
    ) -> bool:
        """Give a row its values, none where the entry has none; return whether it was saved."""
        for name, part in layout.fields.items():
            if not part.many_to_many and part.name not in _WRITTEN_ALL_THE_SAME:
                setattr(row, part.name, values.get(name, part.get_default()))
        every = (name for name, part in layout.fields.items() if part.many_to_many)
        return self._save(row, {name: lists.get(name, []) for name in every}) is not None


def put(record: Any, entry: dict[str, Any]) -> None:
    """Make of a record what an entry of a file says, with the keys of its statements.

    Args:
        record: present, or new and not saved yet. Whether it is public stays as it is.
        entry: as ``rows_of`` gave it.

    Raises:
        ValidationError: with everything that stands in the way; nothing is changed then.
    """
    putting = Putting(record, entry)
    with transaction.atomic():
        putting.load()
        if putting.problems:
            raise ValidationError([str(problem) for problem in putting.problems])


#: What a foreign key to a record leads to, unless to records of any type.
_TARGETS: dict[str, type[KeyedModel]] = {"partner": Partner}
_TYPES: dict[str, type[KeyedModel]] = {
    str(model.record_type): model for model in (Partner, Cooperation, Project)
}


def popped_lists(values: dict[str, Any], layout: Layout) -> dict[str, list[Any]]:
    """Take what is set after the row is saved out of its values."""
    names = [name for name, part in layout.fields.items() if part.many_to_many and name in values]
    return {name: values.pop(name) for name in names}


def _name_in_file(row: models.Model, field: str) -> str:
    return FIELDS[row.kind].public_name(field) if isinstance(row, Statement) else field


def _without_key(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {name: value for name, value in entry.items() if name != "key"}
