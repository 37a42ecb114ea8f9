"""What a visitor asks of a list: declared, read and checked by django-filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any, ClassVar, Self

import django_filters
from django import forms
from django.http import QueryDict

from hzd_catalogue.reference.folding import MAX_QUERY_LENGTH, terms_of

from .addresses import SINCE, SORT, VIEW_PARAMETERS, day_of
from .facets import Facet, in_order
from .index import ListIndex

#: The order of a search, best hits first; it needs search words.
RELEVANCE = "relevanz"
#: Values that were not understood are quoted back no longer than this.
_SHOWN_LENGTH = 40
_SHOWN_PROBLEMS = 8
#: Feeds, pictures and spreadsheets say what was searched for; no XML holds these.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Asked:
    """What is asked of a list, as far as it was understood; by default everything."""

    #: Facet name to its chosen values.
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: The search words; "" when none were given or none could be used.
    query: str = ""
    #: Name of an order, with "-" for its reverse; "" for the one a visitor gets anyway.
    sort: str = ""
    #: The day since which the rows were changed.
    since: date | None = None


EVERYTHING = Asked()


class Problem(str):
    """What was not understood, in words; knows where, and what could stand there."""

    __slots__ = ("parameter", "possible")
    parameter: str
    possible: Sequence[str]

    def __new__(cls, words: str, parameter: str = "", possible: Iterable[str] = ()) -> Self:
        """Say something.

        Args:
            words: one sentence.
            parameter: what it is about; "" where it is about several.
            possible: what could stand there; empty where that cannot be listed.
        """
        problem = super().__new__(cls, words)
        problem.parameter, problem.possible = parameter, list(possible)
        return problem


class QueryField(forms.CharField):
    """The search words; too long or unreadable ones are reported, not searched."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "max_length": f"Die Suche nimmt höchstens {MAX_QUERY_LENGTH} Zeichen.",
        "null_characters_not_allowed": "Die Suche enthält ein unzulässiges Zeichen.",
        "no_words": "Die Suche braucht mindestens einen Buchstaben oder eine Ziffer.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_QUERY_LENGTH, **kwargs)

    def __deepcopy__(self, memo: Any) -> QueryField:
        """Return itself: no request changes it, and each would copy it."""
        return self

    def clean(self, value: Any) -> str:
        """Return the query with single spaces; "" when none was given."""
        query = " ".join(super().clean(value).split())
        if _NOT_IN_XML.search(query):
            code = "null_characters_not_allowed"
            raise forms.ValidationError(self.error_messages[code], code=code)
        if query and not terms_of(query):
            raise forms.ValidationError(self.error_messages["no_words"], code="no_words")
        return query


class QueryFilter(django_filters.CharFilter):
    """Keeps the rows that contain all words of the query."""

    field_class = QueryField

    def __deepcopy__(self, memo: Any) -> QueryFilter:
        """Return a copy for the filter set of one request, as ``Facet`` does."""
        return copy(self)


class ListFilterSet(django_filters.FilterSet):
    """Reads the parameters of one request; a subclass declares the facets of its list.

    It says what was asked and what was not understood. What is found comes from the index
    (``Result``), so it filters no queryset itself.
    """

    q = QueryFilter(label="Suche")

    def __init__(self, data: QueryDict, queryset: Any, index: ListIndex) -> None:
        """Read ``data``; the values of the facets are those of the index."""
        super().__init__(data, queryset)
        self._orders = index.orders
        self._knows_days = index.knows_days
        self._labels = {name: values.labels for name, values in index.facets.items()}

    def get_form_class(self) -> type[forms.Form]:
        """Return the form, which is the same for each request: the index knows the values."""
        kind: Any = type(self)
        return _form_class(kind)

    @classmethod
    def facets(cls) -> dict[str, Facet]:
        """Return the facets by parameter name as declared, those that do not cover all last."""
        facets = {name: item for name, item in cls.get_filters().items() if isinstance(item, Facet)}
        return dict(sorted(facets.items(), key=lambda item: not item[1].covers_all))

    def filter_queryset(self, queryset: Any) -> Any:
        """Refuse: the answer comes from the index, and ``qs`` would be another one.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("Hits come from Result, not from the filter set's qs.")

    @cached_property
    def asked(self) -> Asked:
        """What was understood."""
        # Where some fields have errors, the others hold.
        self.is_valid()
        cleaned = self.form.cleaned_data
        query = cleaned.get("q") or ""
        sort = self.data.get(SORT, "")
        is_known = sort in self._orders or (sort == RELEVANCE and query)
        return Asked(
            {name: in_order(self._labels[name], given) for name, given in self._given.items()},
            query,
            sort if is_known else "",
            self._since,
        )

    @property
    def _given(self) -> dict[str, set[str]]:
        """The values of each facet as they were given, those that do not exist, too."""
        return {name: self.form.cleaned_data.get(name) or set() for name in self._labels}

    @cached_property
    def _since(self) -> date | None:
        return day_of(self.data.get(SINCE, "").strip()) if self._knows_days else None

    @cached_property
    def problems(self) -> list[Problem]:
        """What was not understood; the rest of the request holds."""
        problems = [
            *(Problem(error, name) for name, errors in self.errors.items() for error in errors),
            *self._unknown_values(),
            *self._query_and_sort_problems(),
            *self._since_problems(),
            *self._unknown_parameters(),
        ]
        if len(problems) > _SHOWN_PROBLEMS:
            rest = len(problems) - _SHOWN_PROBLEMS
            problems = [*problems[:_SHOWN_PROBLEMS], Problem(f"Weitere {rest} Angaben ebenso.")]
        return problems

    @property
    def parameters(self) -> list[str]:
        """The names of what may be asked."""
        return [*self.filters, *([SINCE] if self._knows_days else []), SORT]

    def _unknown_values(self) -> list[Problem]:
        return [
            Problem(
                f"{self.filters[name].label} „{_shown(value)}“ gibt es nicht.",
                name,
                self._labels[name],
            )
            for name, given in self._given.items()
            # One by one: the difference of both would go through a hundred thousand labels.
            for value in sorted(given)
            if value not in self._labels[name]
        ]

    def _query_and_sort_problems(self) -> list[Problem]:
        problems = []
        if len([value for value in self.data.getlist("q") if value.strip()]) > 1:
            problems.append(
                Problem("Es wurde mehr als eine Suche übergeben; die letzte gilt.", "q")
            )
        sort = self.data.get(SORT, "").strip()
        orders = [*self._orders, *([RELEVANCE] if self.asked.query else [])]
        if sort and sort not in self._orders and sort != RELEVANCE:
            problems.append(
                Problem(f"Die Sortierung „{_shown(sort)}“ gibt es nicht.", SORT, orders)
            )
        if sort == RELEVANCE and not self.asked.query:
            words = "Nach Relevanz lässt sich nur mit einem Suchwort sortieren."
            problems.append(Problem(words, SORT, orders))
        return problems

    def _since_problems(self) -> list[Problem]:
        given = self.data.get(SINCE, "").strip()
        if not (self._knows_days and given) or self._since:
            return []
        words = f"Den Tag „{_shown(given)}“ gibt es nicht; Tage haben die Form 2026-11-30."
        return [Problem(words, SINCE)]

    def _unknown_parameters(self) -> list[Problem]:
        return [
            Problem(f"Den Filter „{_shown(name)}“ gibt es nicht.", name, self.parameters)
            for name in sorted(self.data)
            if name not in {*self.parameters, *VIEW_PARAMETERS}
        ]


@cache
def _form_class(filterset_class: Any) -> type[forms.Form]:
    """Return a form with the fields of a filter set; making one takes longer than filling it."""
    fields = {name: item.field for name, item in filterset_class.base_filters.items()}
    return type(f"{filterset_class.__name__}Form", (forms.Form,), fields)


def _shown(value: str) -> str:
    """Return a value to quote back: printable and short."""
    printable = "".join(char if char.isprintable() else "�" for char in value)
    return printable if len(printable) <= _SHOWN_LENGTH else f"{printable[:_SHOWN_LENGTH]}…"
