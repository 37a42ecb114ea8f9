"""What the data of a column are: the one declaration behind JSON, CSV and their descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

#: Dates as precise as their sources; of several days the first and the last (EDTF, level 0).
EDTF = "[0-9]{4}(-[0-9]{2}(-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?)?)?"


class Scalar(StrEnum):
    """A value without parts, as it stands in JSON."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    #: A date no more precise than its source (EDTF, level 0): "2013", "2019-09", "2024-02-21",
    #: "2021-10-06/2021-10-08".
    DATE = "date"
    #: A day and its time.
    MOMENT = "moment"
    URL = "url"


_SCHEMAS: Mapping[Scalar, Mapping[str, str]] = {
    Scalar.TEXT: {"type": "string"},
    Scalar.INTEGER: {"type": "integer"},
    Scalar.BOOLEAN: {"type": "boolean"},
    Scalar.DATE: {"type": "string", "pattern": f"^{EDTF}$"},
    Scalar.MOMENT: {"type": "string", "format": "date-time"},
    Scalar.URL: {"type": "string", "format": "uri"},
}


@dataclass(frozen=True)
class Shape:
    """What data are: a value, an object with properties, or a list of either."""

    #: None: an object.
    scalar: Scalar | None
    #: The properties of an object by their names.
    properties: Mapping[str, Shape] = field(default_factory=dict)
    #: Which of them flat files show, by their paths ("kind.name"). The first stands under the name
    #: of the column itself.
    flat: tuple[str, ...] = ()
    is_list: bool = False
    #: Whether it may be null, and whether an object may be without it.
    is_nullable: bool = False
    is_optional: bool = False
    #: What a property is called beside the heading of its column.
    label: str = ""
    #: The list in which its key stands: "themen" is at ``/themen.csv``. Empty: none.
    list_name: str = ""

    @property
    def listed(self) -> Shape:
        """A list of it."""
        return replace(self, is_list=True)

    @property
    def or_none(self) -> Shape:
        """The same, or null."""
        return replace(self, is_nullable=True)

    @property
    def optional(self) -> Shape:
        """The same in an object that may be without it."""
        return replace(self, is_optional=True)

    def called(self, label: str) -> Shape:
        """Return the same under a name."""
        return replace(self, label=label)

    def key_of(self, list_name: str) -> Shape:
        """Return the same with a key that stands in a list."""
        return replace(self, list_name=list_name)

    def with_properties(self, flat: tuple[str, ...] = (), **properties: Shape) -> Shape:
        """Return the object with more properties; flat files show some of them, too."""
        return replace(self, properties={**self.properties, **properties}, flat=(*self.flat, *flat))

    def at(self, path: str) -> Iterator[Shape]:
        """Yield the shapes of the properties along a path."""
        shape = self
        for name in path.split("."):
            shape = shape.properties[name]
            yield shape

    @property
    def json_schema(self) -> dict[str, Any]:
        """The same as JSON Schema (2020-12)."""
        schema: dict[str, Any]
        if self.scalar:
            schema = dict(_SCHEMAS[self.scalar])
        else:
            schema = {
                "type": "object",
                "properties": {name: item.json_schema for name, item in self.properties.items()},
                "required": [
                    name for name, item in self.properties.items() if not item.is_optional
                ],
                "additionalProperties": False,
            }
        if self.is_list:
            schema = {"type": "array", "items": schema}
        if self.is_nullable:
            schema["type"] = [schema["type"], "null"]
        return schema


TEXT = Shape(Scalar.TEXT)
INTEGER = Shape(Scalar.INTEGER)
BOOLEAN = Shape(Scalar.BOOLEAN)
DATE = Shape(Scalar.DATE)
MOMENT = Shape(Scalar.MOMENT)
URL = Shape(Scalar.URL)


def an_object(flat: tuple[str, ...], **properties: Shape) -> Shape:
    """Return the shape of an object with these properties."""
    return Shape(None, properties, flat)


#: A value of a closed vocabulary.
CHOICE = an_object(("key", "name"), key=TEXT, name=TEXT.called("Name"))
#: What has an address of its own.
REFERENCE = CHOICE.with_properties(("url",), url=URL.called("Adresse"))


@dataclass(frozen=True)
class FlatColumn:
    """One column of a flat file: one property of what a column holds."""

    name: str
    label: str
    scalar: Scalar
    is_list: bool
    #: Whether a row, or a place in its list, may be without it.
    is_nullable: bool
    #: The list in which its values are keys; empty: none.
    list_name: str
    #: Where it stands in the column's data.
    path: tuple[str, ...]

    def of(self, data: Any) -> Any:
        """Return its value, or its values, in the data of the column; None where there is none."""
        if self.is_list:
            return [self._in(item) for item in data or ()]
        return self._in(data)

    def _in(self, data: Any) -> Any:
        for name in self.path:
            data = data.get(name) if data is not None else None
        return data


def flat_columns(name: str, label: str, shape: Shape) -> Iterator[FlatColumn]:
    """Yield the columns that a column of a shape has in a flat file.

    What comes first in an object is named like it: ``things_colour`` for the ``key`` of a colour
    within. A word of it is said once: ``since`` for the ``date``, and ``since_in_words`` for
    ``date_in_words``.
    """
    paths = shape.flat or ("",)
    first = paths[0]
    for path in paths:
        shapes = list(shape.at(path)) if path else [shape]
        scalar = shapes[-1].scalar
        if scalar is None or any(item.is_list for item in shapes if item is not shape):
            raise TypeError(f"{name}.{path}: no single value")
        is_first = path == first
        parts = [] if is_first else [part.removeprefix(f"{first}_") for part in path.split(".")]
        if len(parts) > 1 and shapes[-2].flat[0] == parts[-1]:
            parts.pop()
        words = [] if is_first else [item.label for item in shapes if item.label]
        yield FlatColumn(
            # The names of CSVW have no hyphens (RFC 6570), nor have those of databases.
            name="_".join([name, *parts]).replace("-", "_"),
            label=": ".join([label, *words]),
            scalar=scalar,
            is_list=shape.is_list,
            is_nullable=any(item.is_nullable or item.is_optional for item in (shape, *shapes)),
            list_name=shapes[-1].list_name or (shape.list_name if is_first else ""),
            path=tuple(path.split(".")) if path else (),
        )
