"""Facets: filters of several values whose hits are counted before they are chosen."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms

from .bitmaps import Dense, Sparse, bitmap, members

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
            missing_label: label of the rows without any value.
            covers_all: whether such rows get a value of their own.
        """
        super().__init__(label=label)
        self.lookup, self.pairs, self.rule = lookup, pairs, rule
        self.labels = labels
        self.missing_label = missing_label
        self.covers_all = covers_all

    def __deepcopy__(self, memo: Any) -> Facet:
        """Return a copy for the filter set of one request, which changes nothing declared."""
        return copy.copy(self)

    def read(self, rows: Any, positions: dict[int, int]) -> FacetValues:
        """Read the facet's values of all rows.

        Args:
            rows: their queryset.
            positions: primary key to position; rows without one are left out.
        """
        found = self._found(rows.order_by())
        labels = self._labels(found)
        if self.rule:
            for value in labels:
                matching = getattr(rows.order_by(), self.rule)(value)
                found += [(pk, value) for pk in matching.values_list("pk", flat=True)]
        return self._sorted(found, labels, positions)

    def _sorted(
        self, found: Iterable[tuple[int, Any]], labels: dict[str, str], positions: dict[int, int]
    ) -> FacetValues:
        """Put (primary key, value) pairs into the order of their labels."""
        size = len(positions)
        rows = _rows_by_value(found, labels, positions)
        some = bitmap((position for having in rows.values() for position in having), size)
        missing = ((1 << size) - 1) & ~some
        if missing and self.covers_all:
            labels[MISSING] = self.missing_label
            rows[MISSING] = list(members(missing, range(size)))
        bitmaps = (
            Sparse(rows, size)
            if len(rows) > MANY_VALUES
            else Dense((value, bitmap(having, size)) for value, having in rows.items())
        )
        return FacetValues(str(self.label), labels, bitmaps)

    def _found(self, rows: Any) -> list[tuple[int, Any]]:
        if self.lookup:
            return list(rows.values_list("pk", self.lookup))
        return list(getattr(rows, self.pairs)()) if self.pairs else []

    def _labels(self, found: Iterable[tuple[int, Any]]) -> dict[str, str]:
        if self.labels:
            return {str(value): str(label) for value, label in self.labels()}
        values = sorted({value for _pk, value in found if value is not None}, reverse=True)
        return {str(value): str(value) for value in values}


def _rows_by_value(
    pairs: Iterable[tuple[int, Any]], labels: Iterable[str], positions: dict[int, int]
) -> dict[str, list[int]]:
    """Sort (primary key, value) pairs into the positions of each label."""
    by_value: dict[str, list[int]] = {value: [] for value in labels}
    for pk, value in pairs:
        if value is not None and str(value) in by_value and pk in positions:
            by_value[str(value)].append(positions[pk])
    return by_value
