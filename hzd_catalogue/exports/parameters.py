"""What an address of data may be asked for by: requests are refused and described by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hzd_catalogue.reference import german

#: Of more values than these, the first stand in descriptions; where all are, a list says as data.
MOST_VALUES = 100


@dataclass(frozen=True)
class ValueList:
    """Where all values of a parameter are as data: they are as many as there are such rows."""

    #: How a value follows from a row, in words: "key".
    rule: str
    #: The addresses of these lists.
    urls: Sequence[str]

    def __str__(self) -> str:
        """Return both in words."""
        return f"{self.rule} in {german.in_words(self.urls)}"


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address of data."""

    name: str
    label: str
    #: Value to label; empty where they cannot be listed.
    values: Mapping[str, str] = field(default_factory=dict)
    is_repeatable: bool = False
    #: What a value is that cannot be listed, as JSON Schema.
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    #: Where its values are, where they grow with the catalogue; the others are always listed.
    value_list: ValueList | None = None

    @property
    def listed_values(self) -> dict[str, str]:
        """The values that a description lists, with their labels."""
        if self.value_list is None:
            return dict(self.values)
        return dict(islice(self.values.items(), MOST_VALUES))

    @property
    def left_out(self) -> int:
        """How many of its values a description does not list."""
        return len(self.values) - len(self.listed_values)

    @property
    def json_schema(self) -> dict[str, Any]:
        """What its value is, or its values are: of very many values no enumeration, but all."""
        value = dict(self.schema)
        if self.left_out:
            value["examples"] = list(islice(self.values, 3))
        elif self.values:
            value = {"type": "string", "enum": list(self.values)}
        return {"type": "array", "items": value} if self.is_repeatable else value


#: One day, as an address names it.
DAY_SCHEMA = {"type": "string", "format": "date"}
