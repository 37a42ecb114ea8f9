"""What the public sees of a record, complete, as data: what its JSON address shows.

The apps say in which list a type of record stands and which columns it has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.tables import Column
from hzd_catalogue.lists.facets import Facet, FacetValues
from hzd_catalogue.lists.index import ListIndex
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.prefix import with_prefix, without_prefix

from .columns import RecordContext, all_statements
from .records import Record


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


#: By the type of record.
FORMS: dict[str, PublicForm] = {}


def show_as(record_type: str, listing: Listing, columns: Sequence[Column]) -> None:
    """Say how records of a type are shown."""
    FORMS[record_type] = PublicForm(listing, columns)


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
        context = RecordContext(without_prefix, _index_of(form.listing, some))
        for record in form.listing.rows().filter(pk__in=some).with_details().order_by():
            found[record.pk] = json.loads(to_json(form.data(record, context)))
    return found


def with_addresses(data: Any, absolute_url: Callable[[str], str]) -> Any:
    """Return public data with the full addresses of a site in place of paths."""
    if isinstance(data, dict):
        return {
            name: absolute_url(with_prefix(value))
            if isinstance(value, str) and (name == "url" or name.endswith("_url"))
            else with_addresses(value, absolute_url)
            for name, value in data.items()
        }
    if isinstance(data, list):
        return [with_addresses(item, absolute_url) for item in data]
    return data


class _ReadWhenAsked(dict[str, FacetValues]):
    """Facets of some rows: columns ask for few of them."""

    def __init__(self, facets: Any, rows: Any, positions: dict[int, int]) -> None:
        super().__init__()
        self._facets, self._rows, self._positions = facets, rows, positions

    def __missing__(self, name: str) -> FacetValues:
        facet: Facet = self._facets[name]
        self[name] = facet.read(self._rows, self._positions)
        return self[name]


def _index_of(listing: Listing, pks: list[int]) -> ListIndex:
    """Return an index of some records, for their columns alone."""
    rows, positions = listing.rows().filter(pk__in=pks), {pk: n for n, pk in enumerate(pks)}
    return ListIndex(
        pks=pks,
        positions=positions,
        facets=_ReadWhenAsked(listing.filterset_class.facets(), rows, positions),
        traits=_ReadWhenAsked(listing.traits, rows, positions),
        orders={},
        load_search=lambda _index: listing.build_index().search,
    )
