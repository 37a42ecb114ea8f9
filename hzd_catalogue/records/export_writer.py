"""Writes the finished rows of files, in the transaction of the change that makes them new.

Which records a change makes new, ``version_writer`` finds: whatever shows what was touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from hzd_catalogue.exports.formats import TEXTS
from hzd_catalogue.exports.tables import ExportContext, RowText
from hzd_catalogue.prefix import at_root
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.release import code

from .differences import Compared, standings
from .export_rows import (
    END,
    OF_RECORDS,
    OF_STATEMENTS,
    SITE,
    ExportRows,
    ExportState,
    are_of,
    packed,
    together,
)
from .public_data import FORMS, each_path
from .records import Record
from .statement_columns import STATEMENT_COLUMNS
from .statement_list import STATEMENTS, with_named


class Exports:
    """The finished rows of the records that a change makes new.

    They are kept where all others are right already, or where all are made anew. Where neither is
    so, because somebody has saved rows past ``changes.change()`` or this is another release, they
    are dropped: nobody reads any until ``version_writer.follow_all()``.
    """

    def __init__(self, change: changes.Change, records: Iterable[int]) -> None:
        self._is_kept = are_of(change.found.key if change.found else None)
        if not self._is_kept:
            published = set(Record.objects.published().values_list("pk", flat=True))
            self._is_kept = published <= set(records)
            # Old ones could hold what was taken out for good.
            ExportRows.objects.all().delete()

    def write(self, pks: Sequence[int], shown: Mapping[int, dict[str, Any]]) -> None:
        """Write the rows of some records anew.

        Args:
            pks: those that show something else, gone ones too.
            shown: what the public sees of them, as ``public_data`` gives it.
        """
        if self._is_kept:
            ExportRows.objects.filter(record__in=pks).delete()
            ExportRows.objects.bulk_create(_rows(shown))

    def end(self) -> None:
        """Say that the rows are those of the data as they are now."""
        if self._is_kept and (revision := Revision.current_key()):
            number, changed_at = revision
            values = {"code": code(), "number": number, "changed_at": changed_at}
            ExportState.objects.update_or_create(pk=1, defaults=values)


def _rows(shown: Mapping[int, dict[str, Any]]) -> Iterator[ExportRows]:
    for pk, record_type in Record.objects.filter(pk__in=shown).values_list("pk", "type"):
        data = {column.key: shown[pk][column.key] for column in FORMS[record_type].columns}
        marked = each_path(data, _marked)
        for suffix, text in _texts(marked, _makers(record_type)).items():
            yield ExportRows(record=pk, file=OF_RECORDS[suffix], packed=packed(text))
    for pk, statements in _statements(shown).items():
        for suffix, texts in statements.items():
            text = together(texts)
            yield ExportRows(record=pk, file=OF_STATEMENTS[suffix], packed=packed(text))


def _statements(records: Iterable[int]) -> dict[int, dict[str, list[tuple[int, str]]]]:
    """Return the rows of the statements of records, by record and format."""
    root = at_root()
    context, makers = ExportContext(lambda path: _marked(root(path))), _makers("")
    some = STATEMENTS.rows().filter(record__in=records)
    older = standings(some)
    found: dict[int, dict[str, list[tuple[int, str]]]] = {}
    for statement in with_named(some).order_by("pk"):
        row = Compared(statement, *older.get(statement.pk, ()))
        data = {column.key: column.data(row, context) for column in STATEMENT_COLUMNS}
        for suffix, text in _texts(data, makers).items():
            texts = found.setdefault(statement.record_id, {}).setdefault(suffix, [])
            texts.append((statement.pk, text))
    return found


def _marked(path: str) -> str:
    return f"{SITE}{path}"


@cache
def _makers(record_type: str) -> dict[str, RowText]:
    """Return what makes the text of a row, by format: of a type's list, or of all statements."""
    columns = FORMS[record_type].columns if record_type else STATEMENT_COLUMNS
    return {suffix: make(columns) for suffix, make in TEXTS.items()}


def _texts(data: dict[str, Any], makers: Mapping[str, RowText]) -> dict[str, str]:
    """Return a row in each format of text; none where the data themselves hold a mark.

    Args:
        data: of each column by its key, addresses beginning with the mark of the site.
        makers: one a format.
    """
    texts = {suffix: make(data) for suffix, make in makers.items()}
    # In JSON, no value can look like a key: what is in quotes there is escaped within a text.
    text, addresses = texts["json"], f'url": "{SITE}'
    return texts if END not in text and text.count(SITE) == text.count(addresses) else {}
