"""What answers in JSON are made of, as JSON Schema (2020-12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .shapes import INTEGER, MOMENT, TEXT, URL, an_object
from .tables import Column

Schema = dict[str, Any]

LICENCE = an_object((), key=TEXT.or_none, name=TEXT, url=URL.or_none)
REVISION = an_object((), number=INTEGER, changed_at=MOMENT)
META = an_object((), title=TEXT, site=TEXT, licence=LICENCE, revision=REVISION, url=URL)
LIST_META: dict[str, Schema] = {
    "filters": {"type": "string"},
    "parameters": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    },
    "sort": {"type": "string"},
    "count": {"type": "integer"},
    "total": {"type": "integer"},
    "formats": {
        "type": "object",
        "additionalProperties": {"type": "string", "format": "uri"},
    },
}
PROBLEM: Schema = {
    "type": "object",
    "description": "Was einer Antwort im Weg steht (RFC 9457).",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "detail": {"type": "string"},
                    "parameter": {"type": "string"},
                    "possible": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["detail"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["title", "status", "detail"],
    "additionalProperties": False,
}


#: Marks a schema that a description keeps once, under this name.
NAME = "x-name"


def named(name: str, schema: Schema) -> Schema:
    """Return a schema that a description keeps once."""
    return {**schema, NAME: name}


def hoisted(schema: Any, components: dict[str, Schema]) -> Any:
    """Return a schema with references in the place of those that have a name, and keep these."""
    if isinstance(schema, list):
        return [hoisted(item, components) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: hoisted(item, components) for key, item in schema.items() if key != NAME}
    name = schema.get(NAME)
    if name is None:
        return found
    components[name] = found
    return {"$ref": f"#/components/schemas/{name}"}


def closed(properties: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    left_out = set(optional)
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in left_out],
        "additionalProperties": False,
    }


def meta_schema(more: Mapping[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """Return the schema of what an answer says of itself, with what only some say."""
    return closed({**META.json_schema["properties"], **more}, optional)


def row_properties(columns: Iterable[Column]) -> dict[str, Schema]:
    """Return the schema of each column by its name in JSON."""
    return {
        column.key: {
            **column.shape.json_schema,
            "title": column.label,
            "description": column.meaning,
        }
        for column in columns
    }


def list_schema(row: Schema) -> Schema:
    """Return the schema of a list of rows."""
    meta = named("ListMeta", meta_schema(LIST_META))
    return closed({"meta": meta, "records": {"type": "array", "items": row}})


def single_schema(row: Schema, more_meta: Mapping[str, Schema] | None = None) -> Schema:
    """Return the schema of one row alone; what ``meta`` has more, it may be without."""
    meta = meta_schema(more_meta or {}, more_meta or ())
    return closed({"meta": meta if more_meta else named("Meta", meta), "record": row})
