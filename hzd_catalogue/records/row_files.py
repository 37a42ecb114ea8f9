"""Files of what one page shows: its rows, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar

from hzd_catalogue.exports.schemas import Schema, closed, list_schema, row_properties
from hzd_catalogue.exports.tables import About, Column, ExportContext, Table, now
from hzd_catalogue.exports.views import ExportView
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of


class RowFileView(ExportView):
    """Rows of a page as a file: a subclass says which, and under which columns."""

    #: What its files are called.
    name: ClassVar[Any]
    title: ClassVar[Any]
    columns: ClassVar[Any]
    #: The columns that no two rows have in common, where it is not the first.
    own_key: ClassVar[Sequence[str]] = ()
    #: What the rows are ordered by.
    sort = "wie auf der Seite"
    #: The active filters in words, and as parameters.
    filters: ClassVar[Any] = ()
    filter_parameters: ClassVar[Any] = MappingProxyType({})

    def json_schema(self) -> Schema:
        return list_schema(closed(row_properties(self.columns)))

    def rows(self) -> Iterable[Any]:
        """Return what the page shows, in its order."""
        raise NotImplementedError

    @property
    def row_count(self) -> int | None:
        """How many rows there are, where it is known before they are read; then they stream."""
        return None

    @cached_property
    def revision(self) -> Revision:
        """The revision that this request sees."""
        return revision_of(self.request)

    def table(self) -> Table:
        """Return the rows under the columns."""
        rows, count = self.rows(), self.row_count
        if count is None:
            rows = list(rows)
            count = len(rows)
        about = About(
            title=self.title,
            filters=self.filters,
            parameters=dict(self.filter_parameters),
            sort=self.sort,
            count=count,
            total=count,
            revision=self.revision,
            generated_at=now(),
            url=self.page_url,
            formats=self.format_urls,
        )
        columns: Sequence[Column] = self.columns
        context = ExportContext(self.absolute_url)
        return Table(self.name, columns, rows, context, about, self.own_key)
