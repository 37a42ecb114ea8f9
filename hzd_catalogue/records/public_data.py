"""What the public sees of a record, complete, as data: what its JSON address shows.

The apps say in which list a type of record stands and which columns it has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.schemas import Schema, closed, named, row_properties
from hzd_catalogue.exports.shapes import MOMENT, TEXT, an_object
from hzd_catalogue.exports.tables import Column
from hzd_catalogue.lists.index import ListIndex
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.slots import Slots
from hzd_catalogue.prefix import at_root, with_prefix

from .columns import RecordContext, all_statements
from .differences import COMPARED_KINDS
from .kinds import FIELDS, Kind, RecordType
from .records import Record
from .statements import Statement


@dataclass(frozen=True)
class PublicForm:
    """How records of one type are shown."""

    listing: Listing
    columns: Sequence[Column]

    def data(self, record: Any, context: RecordContext) -> dict[str, Any]:
        """Return what a list says of a record, and every statement behind it.

        Args:
            record: loaded ``with_details``.
            context: with an index in which it stands.
        """
        return {
            **{column.key: column.data(record, context) for column in self.columns},
            "statements": all_statements(record, context),
        }


#: What data say of a version that is not as it was published any more (``Version.blocked``).
BLOCKED_SCHEMA = an_object((), at=MOMENT, reason=TEXT).or_none.json_schema
#: By the type of record.
FORMS: dict[str, PublicForm] = {}


def show_as(record_type: str, listing: Listing, columns: Sequence[Column]) -> None:
    """Say how records of a type are shown."""
    FORMS[record_type] = PublicForm(listing, columns)


#: The kinds of the groups that stand at a record and belong to others.
_GROUPS_OF_OTHERS = {
    "incoming_relations": Kind.RELATION,
    "concerning_events": Kind.MILESTONE,
    "project_involvements": Kind.ROLE,
}


def statement_schema(group: str) -> Schema:
    """Return the schema of ``statement_data`` in a group of a record's statements."""
    kinds = {fields.group: Kind(kind) for kind, fields in FIELDS.items()} | _GROUPS_OF_OTHERS
    kind = kinds[group]
    text = {"type": "string"}
    properties: dict[str, Schema] = {"key": text, "fact": text}
    types = {Record.proxy_of(name)._meta.model_name for name in RecordType}
    properties |= dict.fromkeys(sorted(types), text)
    for name in FIELDS[kind].names:
        field: Any = Statement._meta.get_field(name)
        number = field.get_internal_type().endswith("IntegerField")
        of_any = {"type": "integer"} if number else text
        nullable = {"type": [of_any["type"], "null"]} if field.null else of_any
        properties[FIELDS[kind].public_name(name)] = nullable
    properties |= {name: {"type": "array", "items": text} for name in FIELDS[kind].lists}
    url = {"type": "string", "format": "uri"}
    properties |= {"source": text, "source_title": text, "source_url": url}
    properties |= {"paragraph": {"type": "integer"}, "quote": text, "url": url}
    # Which record it belongs to stands under the name of its type; the others are left out.
    optional = types - set(FIELDS[kind].own)
    if kind in COMPARED_KINDS:
        properties |= {"rank": text, "difference": {"type": ["string", "null"]}}
        optional |= {"rank", "difference"}
    return closed(properties, optional)


def record_schema(record_type: str) -> Schema:
    """Return the schema of what the JSON address of a record shows."""
    groups = Record.proxy_of(record_type).statement_groups()
    statements = {
        name: {"type": "array", "items": statement_schema(name), "title": noun}
        for name, noun in groups.items()
    }
    columns = row_properties(FORMS[record_type].columns)
    return named(record_type, closed({**columns, "statements": closed(statements)}))


def public_data(pks: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what the public sees of records now, by primary key.

    Addresses within are paths, as at the root of a host: they are kept for years.

    What is no record, or not public, is left out.
    """
    found: dict[int, dict[str, Any]] = {}
    types: dict[str, list[int]] = {}
    rows = Record.objects.published().filter(pk__in=pks).order_by()
    for pk, record_type in rows.values_list("pk", "type"):
        types.setdefault(record_type, []).append(pk)
    for record_type, some in types.items():
        form = FORMS[record_type]
        context = RecordContext(at_root(), _index_of(form.listing, some))
        for record in form.listing.rows().filter(pk__in=some).with_details().order_by():
            found[record.pk] = json.loads(to_json(form.data(record, context)))
    return found


def with_addresses(data: Any, absolute_url: Callable[[str], str]) -> Any:
    """Return public data with the full addresses of a site in place of paths."""
    return each_path(data, lambda path: absolute_url(with_prefix(path)))


def each_path(data: Any, put: Callable[[str], str]) -> Any:
    """Return public data with something else in place of each path."""
    if isinstance(data, dict):
        return {
            name: put(value)
            if isinstance(value, str) and (name == "url" or name.endswith("_url"))
            else each_path(value, put)
            for name, value in data.items()
        }
    if isinstance(data, list):
        return [each_path(item, put) for item in data]
    return data


def _index_of(listing: Listing, pks: list[int]) -> ListIndex:
    """Return an index of some records, for their columns alone."""
    every = listing.queries()
    some = replace(every, rows=listing.few(every.rows, pks))
    return ListIndex.without_orders(some, Slots(pks))
