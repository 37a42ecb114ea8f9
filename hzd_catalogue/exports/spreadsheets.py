"""Spreadsheets: two sheets, the second of which says what the first one holds."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import IO, Any
from wsgiref.util import FileWrapper

from lxml import etree
from odfdo import ConfigItem, Document, Element
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from .tables import Cell, Table

ABOUT_SHEET = "Über diese Datei"
#: Widths in characters of the second sheet's columns.
_ABOUT_WIDTHS = (28, 32, 90)
#: The most that Excel takes in one cell.
_LONGEST_TEXT = 32_767
_CUT = " … (gekürzt; vollständig als JSON)"
#: The longest name of a sheet that Excel takes.
_LONGEST_SHEET_NAME = 31
#: A file is kept in memory up to this size, then on disk.
_IN_MEMORY = 2_000_000
#: Characters that XML 1.0 does not know.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sheet_text(text: str) -> str:
    """Return text that fits into a cell and into XML."""
    if len(text) > _LONGEST_TEXT:
        text = text[: _LONGEST_TEXT - len(_CUT)] + _CUT
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def about_rows(table: Table) -> Iterator[list[Cell]]:
    """Yield the rows of the second sheet: the file's description, then its columns'."""
    for label, value in table.about.entries:
        yield [label, value]
    yield []
    yield ["Spalte", "Name in JSON", "Bedeutung"]
    for column in table.columns:
        yield [column.label, column.key, column.meaning]


def _parts(file: IO[bytes]) -> FileWrapper:
    file.seek(0)
    return FileWrapper(file, 1 << 16)


# Excel ---------------------------------------------------------------------------------------


def write_xlsx(table: Table) -> Iterable[bytes]:
    """Return an Excel workbook in parts. Rows go to disk as they come."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed with the response)
    with Workbook(file, {"constant_memory": True}) as book:
        book.set_properties(
            {
                "title": sheet_text(table.about.title),
                # Naive: XlsxWriter writes the time as it is given.
                "created": table.about.generated_at.replace(tzinfo=None),
            }
        )
        style = {
            "head": book.add_format({"bold": True, "bg_color": "#DDE3EE", "text_wrap": True}),
            str: book.add_format({"text_wrap": True, "valign": "top"}),
            int: book.add_format({"num_format": "0", "valign": "top", "align": "left"}),
            date: book.add_format(
                {"num_format": "[$-407]dd.mm.yyyy", "valign": "top", "align": "left"}
            ),
            datetime: book.add_format(
                {"num_format": "[$-407]dd.mm.yyyy hh:mm", "valign": "top", "align": "left"}
            ),
        }
        sheet = book.add_worksheet(table.name[:_LONGEST_SHEET_NAME])
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        for place, label in enumerate(table.labels):
            sheet.write_string(0, place, label, style["head"])
        number = 0
        for number, cells in enumerate(table.cells(), start=1):
            _write_row(sheet, number, cells, style)
        sheet.autofilter(0, 0, number, len(table.columns) - 1)
        about = book.add_worksheet(ABOUT_SHEET)
        for place, width in enumerate(_ABOUT_WIDTHS):
            about.set_column(place, place, width)
        for number, cells in enumerate(about_rows(table)):
            _write_row(about, number, cells, style)
    return _parts(file)


def _write_row(sheet: Any, number: int, cells: Sequence[Cell], style: dict[Any, Any]) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            # Not write(): that one would take "=…" for a formula and "http…" for a link.
            sheet.write_string(number, place, sheet_text(cell), style[str])
        elif isinstance(cell, date):
            sheet.write_datetime(number, place, cell, style[type(cell)])
        elif cell is not None:
            sheet.write_number(number, place, cell, style[int])


# OpenDocument --------------------------------------------------------------------------------

_NAMESPACES = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{rest}:1.0"
    for name, rest in {
        "fo": "xsl-fo-compatible",
        "number": "datastyle",
        "office": "office",
        "style": "style",
        "table": "table",
        "text": "text",
    }.items()
}
_STYLES = """
<office:automatic-styles xmlns:fo="{fo}" xmlns:number="{number}" xmlns:office="{office}"
    xmlns:style="{style}" xmlns:table="{table}">
  <number:date-style style:name="D" number:language="de" number:country="DE"><number:day
    number:style="long"/><number:text>.</number:text><number:month
    number:style="long"/><number:text>.</number:text><number:year
    number:style="long"/></number:date-style>
  <number:date-style style:name="T" number:language="de" number:country="DE"><number:day
    number:style="long"/><number:text>.</number:text><number:month
    number:style="long"/><number:text>.</number:text><number:year
    number:style="long"/><number:text> </number:text><number:hours
    number:style="long"/><number:text>:</number:text><number:minutes
    number:style="long"/></number:date-style>
  <style:style style:name="head" style:family="table-cell">
    <style:table-cell-properties fo:background-color="#dde3ee" fo:wrap-option="wrap"/>
    <style:text-properties fo:font-weight="bold"/>
  </style:style>
  <style:style style:name="text" style:family="table-cell">
    <style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>
  </style:style>
  <style:style style:name="date" style:family="table-cell" style:data-style-name="D">
    <style:table-cell-properties style:vertical-align="top"/>
    <style:paragraph-properties fo:text-align="start"/>
  </style:style>
  <style:style style:name="time" style:family="table-cell" style:data-style-name="T">
    <style:table-cell-properties style:vertical-align="top"/>
    <style:paragraph-properties fo:text-align="start"/>
  </style:style>
  <style:style style:name="number" style:family="table-cell">
    <style:table-cell-properties style:vertical-align="top"/>
    <style:paragraph-properties fo:text-align="start"/>
  </style:style>
</office:automatic-styles>
""".format(**_NAMESPACES)
#: Where LibreOffice keeps how a sheet is shown; 2 freezes what lies above the position.
_FROZEN_HEADER = (
    ("VerticalSplitMode", "short", 2),
    ("VerticalSplitPosition", "int", 1),
    ("ActiveSplitRange", "short", 2),
    ("PositionTop", "int", 0),
    ("PositionBottom", "int", 1),
)


def write_ods(table: Table) -> Iterable[bytes]:
    """Return an OpenDocument spreadsheet in parts.

    The cells are made with lxml, on which odfdo is built: odfdo's own take 0.2 ms each.
    """
    document = Document("spreadsheet")
    document.language = "de-DE"
    document.meta.title = sheet_text(table.about.title)
    document.meta.generator = "odfdo"
    document.meta.creation_date = table.about.generated_at.replace(tzinfo=None)
    document.meta.date = document.meta.creation_date
    # The template's own picture: of an empty sheet.
    document.del_part("Thumbnails/thumbnail.png")

    widths = [column.width for column in table.columns]
    styles = etree.fromstring(_STYLES)
    for width in sorted({*widths, *_ABOUT_WIDTHS}):
        _add_width(styles, width)
    rows = [_ods_row(table.labels, "head"), *map(_ods_row, table.cells())]
    sheets = [
        _ods_sheet(table.name, widths, rows),
        _ods_sheet(ABOUT_SHEET, _ABOUT_WIDTHS, map(_ods_row, about_rows(table))),
    ]
    content: Any = document.get_part("content.xml")
    content.root.replace_element(
        content.get_element("//office:automatic-styles"), Element.from_tag(styles)
    )
    document.body.clear()
    for sheet in sheets:
        document.body.append(Element.from_tag(sheet))
    document.body.append(Element.from_tag(_ods_filter(table, len(rows))))
    _freeze_header(document, table.name)
    file = BytesIO()
    document.save(file)
    return _parts(file)


def _tag(name: str) -> str:
    prefix, local_name = name.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local_name}"


def _add(parent: Any, name: str, **attributes: str) -> Any:
    """Add an element; an attribute ``table__name`` is ``table:name``."""
    return etree.SubElement(parent, _tag(name), _attributes(attributes))


def _attributes(attributes: dict[str, str]) -> dict[str, str]:
    return {
        _tag(name.replace("__", ":").replace("_", "-")): value for name, value in attributes.items()
    }


def _add_width(styles: Any, width: int) -> None:
    style = _add(styles, "style:style", style__name=f"width{width}", style__family="table-column")
    centimetres = f"{width * 0.2:.1f}cm"
    _add(style, "style:table-column-properties", style__column_width=centimetres)


def _ods_sheet(name: str, widths: Sequence[int], rows: Iterable[Any]) -> Any:
    sheet = etree.Element(_tag("table:table"), _attributes({"table__name": name}))
    for width in widths:
        _add(sheet, "table:table-column", table__style_name=f"width{width}")
    sheet.extend(rows)
    return sheet


def _ods_row(cells: Sequence[Cell], style: str = "text") -> Any:
    row = etree.Element(_tag("table:table-row"))
    for cell in cells or [None]:
        if cell is None:
            _add(row, "table:table-cell")
        elif isinstance(cell, str):
            element = _add(
                row, "table:table-cell", office__value_type="string", table__style_name=style
            )
            for line in sheet_text(cell).splitlines() or [""]:
                _add(element, "text:p").text = line
        elif isinstance(cell, date):
            _add(
                row,
                "table:table-cell",
                office__value_type="date",
                office__date_value=cell.isoformat(),
                table__style_name="time" if isinstance(cell, datetime) else "date",
            )
        else:
            _add(
                row,
                "table:table-cell",
                office__value_type="float",
                office__value=str(cell),
                table__style_name="number",
            )
    return row


def _ods_filter(table: Table, height: int) -> Any:
    ranges = etree.Element(_tag("table:database-ranges"))
    last_column = xl_col_to_name(len(table.columns) - 1)
    _add(
        ranges,
        "table:database-range",
        # The name under which LibreOffice itself keeps the filter of a sheet.
        table__name="__Anonymous_Sheet_DB__0",
        table__target_range_address=f"{table.name}.A1:{table.name}.{last_column}{height}",
        table__display_filter_buttons="true",
    )
    return ranges


def _freeze_header(document: Document, sheet: str) -> None:
    settings: Any = document.get_part("settings.xml")
    view = settings.get_element("//config:config-item-map-named[@config:name='Tables']/*")
    view.name = sheet
    for name, kind, value in _FROZEN_HEADER:
        for old in view.get_elements(f"config:config-item[@config:name='{name}']"):
            view.delete(old)
        view.append(ConfigItem(name, kind, value))
    settings.get_element("//config:config-item[@config:name='ActiveTable']").value = sheet
