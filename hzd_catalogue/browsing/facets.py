"""Facets: filters of several values whose hits are counted before they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms

from .addresses import query_string
from .index import MISSING, FacetValues

#: Options that a facet shows before "weitere"; chosen ones are always shown.
VISIBLE_OPTIONS = 24
#: Options behind "weitere"; a page with thousands of them would help nobody.
FOLDED_OPTIONS = 200


class FacetField(forms.MultipleChoiceField):
    """Takes the values it knows and remembers the others, instead of refusing them all."""

    def clean(self, value: Any) -> list[str]:
        """Return the known values once each, in the facet's order."""
        given = {text for text in self.to_python(value) if text}
        known = [text for text, _label in self.widget.choices if text in given]
        self.unknown = sorted(given - set(known))
        return known


class Facet(django_filters.MultipleChoiceFilter):
    """A filter whose values are OR among themselves and AND with other facets.

    Where the values of the records come from is one of

    * ``lookup``: a field path, such as ``topics__slug``,
    * ``pairs``: the name of a QuerySet method that yields (primary key, value),
    * ``rule``: the name of a QuerySet method that takes one value and keeps its records; it is
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
            missing_label: label of the records without any value.
            covers_all: whether such records get a value of their own.
        """
        self.lookup, self.pairs, self.rule = lookup, pairs, rule
        self.labels = labels
        self.missing_label = missing_label
        self.covers_all = covers_all
        super().__init__(label=label)

    def values(self, queryset: Any, positions: dict[int, int]) -> FacetValues:
        """Read the facet's values of all records in ``queryset``."""
        if self.lookup:
            found = list(queryset.order_by().values_list("pk", self.lookup))
        elif self.pairs:
            found = list(getattr(queryset.order_by(), self.pairs)())
        else:
            found = []
        if self.labels:
            labels = {str(value): str(label) for value, label in self.labels()}
        else:
            values = sorted({value for _pk, value in found if value is not None}, reverse=True)
            labels = {str(value): str(value) for value in values}
        if self.rule:
            for value in labels:
                matching = getattr(queryset.order_by(), self.rule)(value)
                found += [(pk, value) for pk in matching.values_list("pk", flat=True)]
        facet_values = FacetValues.build(found, labels, self.missing_label, positions)
        if not self.covers_all:
            facet_values.labels.pop(MISSING, None)
            facet_values.bitmaps.pop(MISSING, None)
        return facet_values

    @property
    def field(self) -> FacetField:
        """The form field, with the values of the filter set's index as choices."""
        if not hasattr(self, "_field"):
            choices = self.parent.index.facets[self.field_name].labels.items()
            self._field = FacetField(label=self.label, choices=list(choices), required=False)
        return self._field


@dataclass(frozen=True)
class Option:
    """One value of a facet as a page shows it."""

    value: str
    label: str
    #: Hits of the page when this value alone is chosen in its facet.
    count: int
    is_chosen: bool
    #: Address of exactly these hits.
    url: str

    @property
    def is_disabled(self) -> bool:
        """A value without hits cannot be chosen, but it can be taken back."""
        return not self.count and not self.is_chosen


@dataclass(frozen=True)
class FacetView:
    """One facet as a page shows it."""

    name: str
    label: str
    options: list[Option]

    @property
    def is_active(self) -> bool:
        """Whether one of its values is chosen."""
        return any(option.is_chosen for option in self.options)

    @property
    def visible(self) -> list[Option]:
        """The options to show at once: the chosen ones and those with most hits."""
        return self._ranked(0, VISIBLE_OPTIONS)

    @property
    def folded(self) -> list[Option]:
        """The options to show when asked for more."""
        return self._ranked(VISIBLE_OPTIONS, VISIBLE_OPTIONS + FOLDED_OPTIONS)

    @property
    def hidden_count(self) -> int:
        """How many options a page leaves out, so that it stays readable."""
        return max(0, len(self.options) - VISIBLE_OPTIONS - FOLDED_OPTIONS)

    def _ranked(self, start: int, end: int) -> list[Option]:
        """Return the options from one rank to another, in the facet's own order."""
        ranked = sorted(
            enumerate(self.options),
            key=lambda place: (not place[1].is_chosen, -place[1].count, place[0]),
        )
        return [option for _place, option in sorted(ranked[start:end], key=lambda place: place[0])]


@dataclass(frozen=True)
class Chip:
    """One active value, and the parameters of this result without it."""

    label: str
    parameters: dict[str, list[str]]

    @property
    def url(self) -> str:
        """The query string of this result without the value."""
        return query_string(self.parameters) or "?"


@dataclass(frozen=True)
class Suggestion:
    """A filter whose removal would find something."""

    label: str
    url: str
    #: Hits without it.
    count: int
