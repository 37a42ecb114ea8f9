"""Two editors at one form: the second to save sees what both have changed, and decides.

A form carries along what it held when it was opened. Where something else is stored by the time
it is sent, nothing is saved: the form comes back with what either has changed, the second one's
words where both have, and a table says what was, what is stored, and what was typed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict

from .german import is_number

#: The hidden field with what a form held when it was opened.
OPENED = "opened_with"

#: A value as a browser sends it: text, or several of them.
Value = str | list[str]
Values = dict[str, Value]


@dataclass
class State:
    """What a form holds: the fields, and below each prefix the rows by their primary keys."""

    fields: Values = field(default_factory=dict)
    rows: dict[str, dict[str, Values]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it as one text."""
        return json.dumps([self.fields, self.rows], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> State:
        """Read what ``to_json`` wrote.

        Raises:
            ValueError: when it is something else.
        """
        try:
            fields, rows = json.loads(text)
            return cls(dict(fields), {name: dict(below) for name, below in rows.items()})
        except (TypeError, AttributeError) as error:
            raise ValueError("no state of a form") from error


@dataclass(frozen=True)
class Line:
    """One field that somebody has changed since the form was opened."""

    place: str
    before: str
    stored: str
    typed: str

    @property
    def is_contested(self) -> bool:
        """Whether both have changed it, and not to the same."""
        return self.before != self.stored != self.typed != self.before


@dataclass(frozen=True)
class Meeting:
    """What two editors have done to one form."""

    lines: list[Line]
    #: What the form is to hold now, as a browser sends it.
    data: QueryDict


def state_of(form: Any, formsets: Iterable[Any]) -> State:
    """Return what a form holds that was just opened."""
    state = State(_initial(form))
    for formset in formsets:
        state.rows[formset.prefix] = {
            str(row.instance.pk): _initial(row) for row in formset.initial_forms
        }
    return state


def meet(opened: State, data: QueryDict, form: Any, formsets: Iterable[Any]) -> Meeting | None:
    """Bring together what was sent and what is stored by now; None where that is as it was.

    Args:
        opened: what the form held when it was opened.
        data: what was sent.
        form: as it would be opened now.
        formsets: likewise.
    """
    formsets = list(formsets)
    stored = state_of(form, formsets)
    if stored == opened:
        return None
    meeting = _Meeting(opened, stored, data)
    meeting.bring_together(form, formsets)
    return Meeting(meeting.lines, meeting.data)


def as_new(data: QueryDict, formsets: Iterable[Any]) -> QueryDict:
    """Return what was sent for a row that is gone as what is sent for a new one.

    Args:
        data: what was sent.
        formsets: the classes of its formsets.
    """
    new = data.copy()
    new.pop(OPENED, None)
    for formset in formsets:
        prefix = formset.get_default_prefix()
        which = {formset.model._meta.pk.name, formset.fk.name}
        rows = _rows_sent(data, prefix).values()
        for name in [name for name in new if _number_of(name, prefix)]:
            del new[name]
        kept = [row for row in rows if DELETION_FIELD_NAME not in row]
        for number, row in enumerate(kept):
            for name in row.keys() - which:
                new.setlist(f"{prefix}-{number}-{name}", row[name])
        new[f"{prefix}-INITIAL_FORMS"] = "0"
        new[f"{prefix}-TOTAL_FORMS"] = str(len(kept))
    return new


class _Meeting:
    def __init__(self, opened: State, stored: State, sent: QueryDict) -> None:
        self._opened, self._stored, self._sent = opened, stored, sent
        self.lines: list[Line] = []
        self.data = sent.copy()
        self.data[OPENED] = stored.to_json()

    def bring_together(self, form: Any, formsets: Iterable[Any]) -> None:
        typed = _sent(form, self._sent)
        self._fields("", form, self._opened.fields, self._stored.fields, typed)
        for formset in formsets:
            self._rows(formset)

    def _fields(self, place: str, form: Any, before: Values, stored: Values, typed: Values) -> None:
        """Give each field of ``form`` what was typed, or where nothing was, what is stored."""
        for name, field_ in form.fields.items():
            if name not in stored or name not in typed:
                continue
            # Nobody opened what has come since: then it is as it is stored.
            was, mine = before.get(name, stored[name]), typed[name]
            value = mine if mine != was else stored[name]
            _set(self.data, form.add_prefix(name), value)
            if not was == stored[name] == mine:
                words = [_in_words(field_, value) for value in (was, stored[name], mine)]
                self.lines.append(Line(f"{place}{field_.label or name}", *words))

    def _rows(self, formset: Any) -> None:
        """Put the rows that are stored by now first, then those that were typed anew."""
        prefix, own_key = formset.prefix, formset.model._meta.pk.name
        sent = _rows_sent(self._sent, prefix)
        for name in [name for name in self.data if _number_of(name, prefix) in sent]:
            del self.data[name]
        numbers = {"".join(row.get(own_key, [])): number for number, row in sent.items()}
        for row in formset.initial_forms:
            pk = str(row.instance.pk)
            self.data[row.add_prefix(own_key)] = pk
            number = numbers.get(pk)
            self._row(row, pk, prefix, number, sent.get(number or "", {}))
        added: list[Mapping[str, list[str]]]
        added = [row for row in sent.values() if not any(row.get(own_key, []))]
        there = {str(row.instance.pk) for row in formset.initial_forms}
        for pk, number in numbers.items():
            if pk in self._opened.rows.get(prefix, {}) and pk not in there:
                added += self._row_that_is_gone(formset, pk, number, sent[number])
        total = len(formset.initial_forms)
        for number_, values in enumerate(added, start=total):
            for name, value in values.items():
                self.data.setlist(f"{prefix}-{number_}-{name}", value)
        self.data[f"{prefix}-INITIAL_FORMS"] = str(total)
        self.data[f"{prefix}-TOTAL_FORMS"] = str(total + len(added))

    def _row(
        self, row: Any, pk: str, prefix: str, number: str | None, sent: Mapping[str, list[str]]
    ) -> None:
        """Bring together one row that is stored by now; ``number`` is the one it was sent with."""
        stored = self._stored.rows[prefix][pk]
        before = self._opened.rows.get(prefix, {}).get(pk)
        place = f"{_noun(row)} „{row.instance}“"
        if before is None:
            self.lines.append(Line(place, "", "neu", ""))
        typed = stored if number is None else _sent(row, self._sent, f"{prefix}-{number}")
        if DELETION_FIELD_NAME in sent:
            self.data[row.add_prefix(DELETION_FIELD_NAME)] = "on"
            if before != stored:
                self.lines.append(Line(place, "", "geändert", "zum Löschen angekreuzt"))
        self._fields(f"{place}, ", row, before or stored, stored, typed)

    def _row_that_is_gone(
        self, formset: Any, pk: str, number: str, sent: Mapping[str, list[str]]
    ) -> list[Mapping[str, list[str]]]:
        """Say that the other one has deleted a row; return it as a new one if it was changed."""
        form, before = formset.empty_form, self._opened.rows[formset.prefix][pk]
        place = f"{_noun(form)} „{_title(form, before)}“"
        typed = _sent(form, self._sent, f"{formset.prefix}-{number}")
        if typed == before or DELETION_FIELD_NAME in sent:
            self.lines.append(Line(place, "", "gelöscht", ""))
            return []
        kept = "geändert; die Zeile steht im Formular als neue"
        self.lines.append(Line(place, "", "gelöscht", kept))
        own_key = formset.model._meta.pk.name
        return [{name: value for name, value in sent.items() if name != own_key}]


# Values ------------------------------------------------------------------------------------------


def _initial(form: Any) -> Values:
    """Return what the fields hold that a form was opened with."""
    return {name: _as_sent(form[name].value()) for name in form.fields if _is_compared(form, name)}


def _sent(form: Any, data: QueryDict, prefix: str | None = None) -> Values:
    """Return what was sent for the fields of a form."""
    return {
        name: _as_sent(
            field_.widget.value_from_datadict(
                data, {}, form.add_prefix(name) if prefix is None else f"{prefix}-{name}"
            )
        )
        for name, field_ in form.fields.items()
        if _is_compared(form, name)
    }


def _is_compared(form: Any, name: str) -> bool:
    """Whether a field says something of its row: not which row it is, nor that it shall go."""
    is_own = isinstance(form.fields[name].widget, forms.HiddenInput)
    left_out = (DELETION_FIELD_NAME, *getattr(form, "not_compared", ()))
    return name not in left_out and not is_own


def _as_sent(value: Any) -> Value:
    if isinstance(value, (list, tuple, set)) or hasattr(value, "values_list"):
        return sorted(_text(item) for item in value)
    return _text(value)


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    return str(getattr(value, "pk", value)).replace("\r\n", "\n").strip()


def _set(data: QueryDict, name: str, value: Value) -> None:
    if value in ("", []):
        data.pop(name, None)
    if isinstance(value, list):
        data.setlist(name, value)
    elif value:
        data[name] = value


def _number_of(name: str, prefix: str) -> str:
    """Return the number in the name of a field of a row, "" of all others."""
    number, dash, _rest = name.removeprefix(f"{prefix}-").partition("-")
    return number if dash and name.startswith(f"{prefix}-") and is_number(number) else ""


def _rows_sent(data: QueryDict, prefix: str) -> dict[str, dict[str, list[str]]]:
    """Return the rows that were sent below a prefix, by their numbers in the form."""
    rows: dict[str, dict[str, list[str]]] = {}
    for name, values in data.lists():
        if number := _number_of(name, prefix):
            rows.setdefault(number, {})[name.removeprefix(f"{prefix}-{number}-")] = values
    return dict(sorted(rows.items(), key=lambda item: int(item[0])))


def _noun(row: Any) -> str:
    return str(row.instance._meta.verbose_name)


def _title(form: Any, values: Values) -> str:
    words = (_in_words(form.fields[name], values[name]) for name in form.fields if name in values)
    return next(filter(None, words), "")


def _in_words(field_: Any, value: Value) -> str:
    """Return a value as people read it."""
    if isinstance(field_, forms.BooleanField):
        return "ja" if value else "nein"
    if not value:
        return "–"
    return ", ".join(_labels(field_, value if isinstance(value, list) else [value]))


def _labels(field_: Any, values: list[str]) -> Iterator[str]:
    choices = getattr(field_, "choices", None)
    if isinstance(choices, ModelChoiceIterator):
        rows = field_.queryset.filter(pk__in=[value for value in values if is_number(value)])
        known = {str(row.pk): field_.label_from_instance(row) for row in rows}
    else:
        known = {str(key): str(label) for key, label in choices or ()}
    for value in values:
        yield known.get(value, value)
