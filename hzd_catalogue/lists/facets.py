"""Facets: filters of several values whose hits are counted before they are chosen."""

from __future__ import annotations

import copy
from array import array
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import django_filters
from django import forms

from .bitmaps import Dense, bitmap, members
from .per_revision import Changed
from .slots import Since, Slots
from .sparse import Labels, Sparse

#: Key of "ohne Angabe" in every facet.
MISSING = "ohne"
#: Of more values than these, each has few rows.
MANY_VALUES = 500

#: Takes labels by their values and what has changed since. Returns those that are others by now,
#: each with the number of values before it; None where it cannot tell.
LabelsSince = Callable[[Mapping[str, str], Changed], "Mapping[str, tuple[str, int]] | None"]


@dataclass(frozen=True)
class FacetValues:
    """The values of one facet in their order, and the rows that have each of them."""

    label: str
    labels: Mapping[str, str]
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

    def __deepcopy__(self, memo: Any) -> FacetField:
        """Return itself: no request changes it, and each would copy a dozen of them."""
        return self

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
        labels_since: LabelsSince | None = None,
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
            labels_since: where they are many, takes what they were and what has changed since;
                returns those that are others by now, with their places; None: it cannot tell.
            missing_label: label of the rows without any value.
            covers_all: whether such rows get a value of their own.
        """
        super().__init__(label=label)
        self.lookup, self.pairs, self.rule = lookup, pairs, rule
        self.labels, self.labels_since = labels, labels_since
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
        labels = self._declared()
        having, raw = slots_by_value(self._found(rows.order_by()), labels, slots)
        return self._sorted(having, _highest_first(raw) if labels is None else labels, slots, raw)

    def _sorted(
        self,
        having: Mapping[str, array[int]],
        labels: dict[str, str],
        slots: Slots,
        raw: Mapping[str, Any] | None = None,
    ) -> FacetValues:
        """Put the slots that have each value into the order of the labels."""
        size = slots.size
        rows: dict[str, Sequence[int]] = {value: having.get(value, ()) for value in labels}
        some = bitmap((slot for slots_of in having.values() for slot in slots_of), size)
        missing = slots.everything & ~some
        if missing and self.covers_all:
            labels[MISSING] = self.missing_label
            rows[MISSING] = array("I", members(missing, range(size)))
        if len(rows) > MANY_VALUES:
            known = Labels(labels)
            return FacetValues(str(self.label), known, Sparse(known, rows, size), raw or {})
        bitmaps = Dense((value, bitmap(slots_of, size)) for value, slots_of in rows.items())
        return FacetValues(str(self.label), labels, bitmaps, raw or {})

    def follow(self, before: FacetValues, rows: Any, slots: Slots, since: Since) -> FacetValues:
        """Return the facet's values after some rows have changed, as if all were read.

        Args:
            before: as they were; they stay so.
            rows: the queryset of the rows that have changed.
            slots: of all rows.
            since: what has changed, also the slots of those that are gone.
        """
        changed, size = since.slots, slots.size
        labels = self._labels_after(before.labels, since.changed)
        having, raw = slots_by_value(self._found(rows.order_by()), labels, slots)
        if self.covers_all:
            some = bitmap((slot for slots_of in having.values() for slot in slots_of), size)
            if missing := bitmap(changed, size) & slots.everything & ~some:
                having[MISSING] = array("I", members(missing, range(size)))

        def is_value(name: str) -> bool:
            return name in having or before.bitmaps.keeps(name, changed)

        # What rows gave, or did not, is a value as long as a row has it.
        if labels is None:
            raw = {name: some for name, some in {**before.raw, **raw}.items() if is_value(name)}
            labels = _highest_first(raw)
        has_missing = self.covers_all and is_value(MISSING)
        if isinstance(before.bitmaps, Sparse):
            own = before.bitmaps.labels
            known = labels if isinstance(labels, Labels) else own.becoming(labels)
            if has_missing != (MISSING in known):
                last = (self.missing_label, len(known)) if has_missing else None
                known = known.followed({MISSING: last})
            sparse = before.bitmaps.followed(changed, having, known, size)
            return FacetValues(str(self.label), known, sparse, raw)
        if has_missing:
            labels = {**labels, MISSING: self.missing_label}
        dense = before.bitmaps.followed(changed, having, labels, size)
        return FacetValues(str(self.label), labels, dense, raw)

    def _labels_after(
        self, before: Mapping[str, str], changed: Changed
    ) -> Mapping[str, str] | None:
        """Return the labels after some changes; None where the values themselves are these."""
        if self.labels_since and isinstance(before, Labels):
            others = self.labels_since(before, changed)
            if others is not None:
                return before.followed(others)
        return self._declared()

    def _found(self, rows: Any) -> Iterable[tuple[int, Any]]:
        """Return (primary key, value) of some rows; those may have others that are not labels."""
        if self.lookup:
            return rows.values_list("pk", self.lookup).iterator()
        if self.pairs:
            return getattr(rows, self.pairs)()
        return (
            (pk, value)
            for value in self._declared() or ()
            for pk in getattr(rows, self.rule)(value).values_list("pk", flat=True)
        )

    def _declared(self) -> dict[str, str] | None:
        """Return the labels of all values in the order to show; None where these are the labels."""
        if self.labels is None:
            return None
        return {str(value): str(label) for value, label in self.labels()}


def in_order(labels: Mapping[str, str], values: Collection[str]) -> list[str]:
    """Return those of some values that have a label, in the order of all."""
    if isinstance(labels, Labels):
        return sorted((value for value in values if value in labels), key=labels.place)
    return [value for value in labels if value in values] if values else []


def _highest_first(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels of values by their names: the highest first."""
    return {name: name for name in sorted(raw, key=raw.__getitem__, reverse=True)}


def slots_by_value(
    pairs: Iterable[tuple[int, Any]], labels: Container[str] | None, slots: Slots
) -> tuple[dict[str, array[int]], dict[str, Any]]:
    """Sort (primary key, value) pairs into the slots of each label that has some.

    Returns:
        These; and where there are no labels, the values by their names.
    """
    by_value: dict[str, array[int]] = {}
    raw: dict[str, Any] = {}
    slot_of = slots.get
    for pk, value in pairs:
        if value is None or (slot := slot_of(pk)) is None:
            continue
        name = str(value)
        if labels is None:
            raw[name] = value
        elif name not in labels:
            continue
        if name not in by_value:
            by_value[name] = array("I")
        by_value[name].append(slot)
    return by_value, raw
