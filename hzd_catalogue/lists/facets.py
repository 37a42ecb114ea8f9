"""Facets: filters of several values whose hits are counted before they are chosen."""

from __future__ import annotations

import copy
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import django_filters
from django import forms

from .bitmaps import Dense, Sparse, bitmap, members
from .per_revision import Changed
from .slots import Since, Slots

#: Key of "ohne Angabe" in every facet.
MISSING = "ohne"
#: Of more values than these, each has few rows.
MANY_VALUES = 500


@dataclass(frozen=True)
class FacetValues:
    """The values of one facet in their order, and the rows that have each of them."""

    label: str
    labels: dict[str, str]
    bitmaps: Dense | Sparse
    #: Where the values themselves are the labels: what they are, by their names.
    raw: Mapping[str, Any] = field(default_factory=dict)

    def of(self, position: int) -> list[str]:
        """Return the values of the row at ``position``."""
        return list(self.bitmaps.names_of(position))


class FacetField(forms.Field):
    """Takes any number of values; which of them there are, the index knows."""

    # Knows no choices, which would be copied for each request.
    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> set[str]:
        """Return the values that are not empty, once each."""
        return {text for text in value or () if text}


class Facet(django_filters.Filter):
    """A filter whose values are OR among themselves and AND with other facets.

    Where the values of the rows come from is one of

    * ``lookup``: a field path, such as ``author__slug``,
    * ``pairs``: the name of a QuerySet method that yields (primary key, value),
    * ``rule``: the name of a QuerySet method that takes one value and keeps its rows; it is
      asked once for each label, so the labels have to be few.
    """

    field_class = FacetField

    def __init__(
        self,
        *,
        label: str,
        labels: Callable[[], Iterable[tuple[Any, Any]]] | None = None,
        lookup: str = "",
        pairs: str = "",
        rule: str = "",
        labels_stay: Callable[[Mapping[str, str], Changed], bool] | None = None,
        missing_label: str = "ohne Angabe",
        covers_all: bool = True,
    ) -> None:
        """Declare a facet.

        Args:
            label: its German name.
            lookup: see above.
            pairs: see above.
            rule: see above.
            labels: returns (value, label) in the order to show; without it the values themselves,
                highest first, are the labels.
            labels_stay: where they are many, takes what they were and what has changed since;
                returns whether they are the same.
            missing_label: label of the rows without any value.
            covers_all: whether such rows get a value of their own.
        """
        super().__init__(label=label)
        self.lookup, self.pairs, self.rule = lookup, pairs, rule
        self.labels, self.labels_stay = labels, labels_stay
        self.missing_label = missing_label
        self.covers_all = covers_all

    def __deepcopy__(self, memo: Any) -> Facet:
        """Return a copy for the filter set of one request, which changes nothing declared."""
        return copy.copy(self)

    def read(self, rows: Any, slots: Slots) -> FacetValues:
        """Read the facet's values of all rows.

        Args:
            rows: their queryset.
            slots: of the rows; those without one are left out.
        """
        found = self._found(rows.order_by())
        raw = (
            {} if self.labels else {str(value): value for _pk, value in found if value is not None}
        )
        return self._sorted(found, self._labels(raw), slots, raw)

    def _sorted(
        self,
        found: Iterable[tuple[int, Any]],
        labels: dict[str, str],
        slots: Slots,
        raw: Mapping[str, Any] | None = None,
    ) -> FacetValues:
        """Put (primary key, value) pairs into the order of their labels."""
        size = slots.size
        having = _rows_by_value(found, labels, slots)
        rows = {value: having.get(value, []) for value in labels}
        some = bitmap((slot for slots_of in having.values() for slot in slots_of), size)
        missing = slots.everything & ~some
        if missing and self.covers_all:
            labels[MISSING] = self.missing_label
            rows[MISSING] = list(members(missing, range(size)))
        bitmaps = (
            Sparse(rows, size)
            if len(rows) > MANY_VALUES
            else Dense((value, bitmap(slots_of, size)) for value, slots_of in rows.items())
        )
        return FacetValues(str(self.label), labels, bitmaps, raw or {})

    def follow(self, before: FacetValues, rows: Any, slots: Slots, since: Since) -> FacetValues:
        """Return the facet's values after some rows have changed, as if all were read.

        Args:
            before: as they were; they stay so.
            rows: the queryset of the rows that have changed.
            slots: of all rows.
            since: what has changed, also the slots of those that are gone.
        """
        found, changed = self._found(rows.order_by()), since.slots
        raw = {**before.raw, **{str(value): value for _pk, value in found if value is not None}}
        if self.labels_stay and self.labels_stay(before.labels, since.changed):
            labels = dict(before.labels)
            labels.pop(MISSING, None)
        else:
            labels = self._labels(raw)
        having = _rows_by_value(found, labels, slots)
        if self.covers_all:
            size = slots.size
            some = bitmap((slot for slots_of in having.values() for slot in slots_of), size)
            if missing := bitmap(changed, size) & slots.everything & ~some:
                having[MISSING] = list(members(missing, range(size)))
            labels[MISSING] = self.missing_label
        # What rows gave, or did not, is a value as long as a row has it.
        given = [MISSING] if self.labels else list(labels)
        for value in given if self.covers_all or not self.labels else ():
            if value not in having and not before.bitmaps.keeps(value, changed):
                del labels[value]
        bitmaps = before.bitmaps.followed(changed, having, labels, slots.size)
        raw = {value: raw[value] for value in labels if value in raw}
        return FacetValues(str(self.label), labels, bitmaps, {} if self.labels else raw)

    def _found(self, rows: Any) -> list[tuple[int, Any]]:
        """Return (primary key, value) of some rows; those may have others that are not labels."""
        if self.lookup:
            return list(rows.values_list("pk", self.lookup))
        if self.pairs:
            return list(getattr(rows, self.pairs)())
        return [
            (pk, value)
            for value in self._labels({})
            for pk in getattr(rows, self.rule)(value).values_list("pk", flat=True)
        ]

    def _labels(self, raw: Mapping[str, Any]) -> dict[str, str]:
        """Return the labels of all values in the order to show.

        Args:
            raw: the values that rows have, by their names.
        """
        if self.labels:
            return {str(value): str(label) for value, label in self.labels()}
        return {name: name for name in sorted(raw, key=raw.__getitem__, reverse=True)}


def _rows_by_value(
    pairs: Iterable[tuple[int, Any]], labels: Container[str], slots: Slots
) -> dict[str, list[int]]:
    """Sort (primary key, value) pairs into the slots of each label that has some."""
    by_value: dict[str, list[int]] = {}
    slot_of = slots.get
    for pk, value in pairs:
        if value is not None and str(value) in labels and (slot := slot_of(pk)) is not None:
            by_value.setdefault(str(value), []).append(slot)
    return by_value
