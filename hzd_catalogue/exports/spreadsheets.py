"""Spreadsheets: two sheets, the second of which says what the first one holds."""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from textwrap import shorten
from typing import IO, Any
from wsgiref.util import FileWrapper
from xml.sax.saxutils import escape
from zipfile import ZipFile

from lxml import etree
from odfdo import ConfigItem, Document, Element
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from .tables import Cell, Table

_THUMBNAIL = "Thumbnails/thumbnail.png"
ABOUT_SHEET = "Über diese Datei"
#: Widths in characters of the second sheet's columns.
_ABOUT_WIDTHS = (28, 32, 90)
#: The most that Excel takes in one cell.
_LONGEST_TEXT = 32_767
_CUT = " … (gekürzt; vollständig als JSON)"
#: Centimetres of a character, and of a page of A4 on its side without its margins.
_CHARACTER, _PAGE, _MARGIN = 0.2, 27.7, 1.0
#: How small print may become before a wide table goes on beside its first page.
_SMALLEST = 0.6
#: Points of a line of print, and of the highest row that Excel has.
_LINE_HEIGHT, _HIGHEST = 12.75, 409
#: Excel takes 255 characters of a footer.
_LONGEST_FOOTER = 120
_HEAD, _LINE = "#DDE3EE", "#C3CAD6"
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


@dataclass(frozen=True)
class Paper:
    """How a sheet is printed: on its side, under its header on each page, row after row."""

    #: The column that stands on each page where the table is wider than one.
    named_by: int
    #: How many pages its columns take, side by side.
    pages: int

    @classmethod
    def of(cls, widths: Sequence[int], named_by: int = 0) -> Paper:
        """Return the paper for columns of some widths in characters."""
        room = _PAGE / _SMALLEST / _CHARACTER - widths[named_by]
        return cls(named_by, max(1, math.ceil((sum(widths) - widths[named_by]) / room)))

    @classmethod
    def of_table(cls, table: Table) -> Paper:
        """Return the paper for a table; its names stand on each page."""
        keys = [column.key for column in table.columns]
        widths = [column.width for column in table.columns]
        return cls.of(widths, keys.index("name") if "name" in keys else 0)


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
        # Programs without Arial have a font of its measures; row heights are made for it.
        look = {"font_name": "Arial", "font_size": 10, "valign": "top", "align": "left"}
        cell = {**look, "bottom": 4, "bottom_color": _LINE}
        style = {
            "head": book.add_format({**look, "bold": True, "bg_color": _HEAD, "text_wrap": True}),
            str: book.add_format({**cell, "text_wrap": True}),
            int: book.add_format({**cell, "num_format": "0"}),
            date: book.add_format({**cell, "num_format": "[$-407]dd.mm.yyyy"}),
            datetime: book.add_format({**cell, "num_format": "[$-407]dd.mm.yyyy hh:mm"}),
        }
        sheet = book.add_worksheet(table.name[:_LONGEST_SHEET_NAME])
        widths = [column.width for column in table.columns]
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, column.width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        paper = Paper.of_table(table)
        if paper.pages > 1:
            sheet.repeat_columns(paper.named_by, paper.named_by)
        _set_paper(sheet, paper, table.about.title)
        sheet.set_row(0, _height(table.labels, widths))
        for place, label in enumerate(table.labels):
            sheet.write_string(0, place, label, style["head"])
        number = 0
        for number, cells in enumerate(table.cells(), start=1):
            sheet.set_row(number, _height(cells, widths))
            _write_row(sheet, number, cells, style)
        sheet.autofilter(0, 0, number, len(table.columns) - 1)
        about = book.add_worksheet(ABOUT_SHEET)
        for place, width in enumerate(_ABOUT_WIDTHS):
            about.set_column(place, place, width)
        _set_paper(about, Paper.of(_ABOUT_WIDTHS), table.about.title)
        for number, cells in enumerate(about_rows(table)):
            about.set_row(number, _height(cells, _ABOUT_WIDTHS))
            _write_row(about, number, cells, style)
    return _parts(file)


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """Return the height of a row, in points: LibreOffice does not measure it in such files.

    A column of some width takes a sixth more letters, or as many with the word that does not fit.
    """
    lines = [
        sum(max(1, math.ceil(len(line) / width)) for line in cell.split("\n"))
        for cell, width in zip(cells, widths, strict=False)
        if isinstance(cell, str)
    ]
    return min(_LINE_HEIGHT * max([1, *lines]) + 2, _HIGHEST)


def _set_paper(sheet: Any, paper: Paper, title: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(*[_MARGIN / 2.54] * 2, *[1.5 * _MARGIN / 2.54] * 2)
    sheet.fit_to_pages(paper.pages, 0)
    sheet.print_across()
    shown = shorten(sheet_text(title), _LONGEST_FOOTER, placeholder=" …").replace("&", "&&")
    sheet.set_footer(f"&L{shown}&R&P / &N")


def _write_row(sheet: Any, number: int, cells: Sequence[Cell], style: dict[Any, Any]) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            # Not write(): that one would take "=…" for a formula and "http…" for a link.
            sheet.write_string(number, place, sheet_text(cell), style[str])
        elif isinstance(cell, date):
            sheet.write_datetime(number, place, cell, style[type(cell)])
        elif cell is None:
            sheet.write_blank(number, place, None, style[str])
        else:
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
        "svg": "svg-compatible",
        "text": "text",
    }.items()
}
#: Each row names those that it needs.
_CELL_NAMESPACES = {name: _NAMESPACES[name] for name in ("office", "table", "text")}
_STYLES = """
<office:automatic-styles xmlns:fo="{fo}" xmlns:number="{number}" xmlns:office="{office}"
    xmlns:style="{style}" xmlns:table="{table}">
  <style:style style:name="sheet0" style:family="table" style:master-page-name="sheet0"/>
  <style:style style:name="sheet1" style:family="table" style:master-page-name="sheet1"/>
  <style:style style:name="row" style:family="table-row">
    <style:table-row-properties style:use-optimal-row-height="true"/>
  </style:style>
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
    <style:table-cell-properties fo:background-color="{head}" fo:wrap-option="wrap"
      style:vertical-align="top"/>
    <style:text-properties fo:font-weight="bold"/>
  </style:style>
  <style:style style:name="text" style:family="table-cell">
    <style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"
      fo:border-bottom="0.5pt solid {line}"/>
  </style:style>
  <style:style style:name="date" style:family="table-cell" style:data-style-name="D">
    <style:table-cell-properties style:vertical-align="top"
      fo:border-bottom="0.5pt solid {line}"/>
    <style:paragraph-properties fo:text-align="start"/>
  </style:style>
  <style:style style:name="time" style:family="table-cell" style:data-style-name="T">
    <style:table-cell-properties style:vertical-align="top"
      fo:border-bottom="0.5pt solid {line}"/>
    <style:paragraph-properties fo:text-align="start"/>
  </style:style>
  <style:style style:name="number" style:family="table-cell">
    <style:table-cell-properties style:vertical-align="top"
      fo:border-bottom="0.5pt solid {line}"/>
    <style:paragraph-properties fo:text-align="start"/>
  </style:style>
</office:automatic-styles>
""".format(**_NAMESPACES, head=_HEAD, line=_LINE)
#: How one sheet is printed; scaled to so many pages side by side, and as many as it takes below.
_PAPER = """
<style:page-layout xmlns:fo="{fo}" xmlns:style="{style}" xmlns:svg="{svg}" style:name="{{name}}">
  <style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm"
    style:print-orientation="landscape" fo:margin="{margin}cm" style:print-page-order="ltr"
    style:scale-to-X="{{pages}}" style:scale-to-Y="0"/>
  <style:footer-style><style:header-footer-properties fo:min-height="0.5cm" fo:margin-left="0cm"
    fo:margin-right="0cm" fo:margin-top="0.25cm"/></style:footer-style>
</style:page-layout>
""".format(**_NAMESPACES, margin=_MARGIN)
_MASTER_PAGE = """
<style:master-page xmlns:style="{style}" xmlns:text="{text}" style:name="{{name}}"
    style:page-layout-name="{{name}}">
  <style:header style:display="false"/>
  <style:footer>
    <style:region-left><text:p>{{title}}</text:p></style:region-left>
    <style:region-right>
      <text:p><text:page-number/> / <text:page-count/></text:p>
    </style:region-right>
  </style:footer>
</style:master-page>
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
    """Return an OpenDocument spreadsheet in parts. Rows go to disk as they come.

    odfdo makes the document around the cells; held in its tree, those of 20,000 rows took minutes
    and a gigabyte.
    """
    document = Document("spreadsheet")
    document.language = "de-DE"
    document.meta.title = sheet_text(table.about.title)
    document.meta.generator = "odfdo"
    document.meta.creation_date = table.about.generated_at.replace(tzinfo=None)
    document.meta.date = document.meta.creation_date
    # The template's own picture: of an empty sheet. Programs look for all that the manifest names.
    document.del_part(_THUMBNAIL)
    document.manifest.del_full_path(_THUMBNAIL)
    papers = [Paper.of_table(table), Paper.of(_ABOUT_WIDTHS)]
    _set_papers(document, papers, table.about.title)
    _freeze_header(document, table.name)
    # LibreOffice refuses a part that names another one than the rest.
    odf_version = document.get_part("styles.xml").root.get_attribute("office:version")  # type: ignore[union-attr]
    around = BytesIO()
    document.save(around)

    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed with the response)
    with ZipFile(around) as parts, ZipFile(file, "w") as book:
        for part in parts.infolist():
            if part.filename == "content.xml":
                with book.open(part, "w") as content:
                    _write_content(content, table, papers, str(odf_version))
            else:
                book.writestr(part, parts.read(part))
    return _parts(file)


def _write_content(
    file: IO[bytes], table: Table, papers: Sequence[Paper], odf_version: str
) -> None:
    """Write the sheets, row by row, as a part of a document that odfdo has made."""
    widths = [column.width for column in table.columns]
    styles = etree.fromstring(_STYLES)
    for width in sorted({*widths, *_ABOUT_WIDTHS}):
        _add_width(styles, width)
    count = 0
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        root = xml.element(
            _tag("office:document-content"),
            _attributes({"office__version": odf_version}),
            nsmap=_NAMESPACES,
        )
        with root:
            xml.write(styles)
            with xml.element(_tag("office:body")), xml.element(_tag("office:spreadsheet")):
                header = _ods_row(table.labels, "head")
                with _ods_sheet(xml, table.name, "sheet0"):
                    _write_columns(xml, widths, papers[0])
                    with xml.element(_tag("table:table-header-rows")):
                        xml.write(header)
                    for count, cells in enumerate(table.cells(), start=1):  # noqa: B007
                        xml.write(_ods_row(cells))
                with _ods_sheet(xml, ABOUT_SHEET, "sheet1"):
                    _write_columns(xml, _ABOUT_WIDTHS, papers[1])
                    for cells in about_rows(table):
                        xml.write(_ods_row(cells))
                xml.write(_ods_filter(table, count + 1))


def _tag(name: str) -> str:
    prefix, local_name = name.split(":")
    return f"{{{_NAMESPACES[prefix]}}}{local_name}"


def _element(name: str, **attributes: str) -> Any:
    """Return an element; an attribute ``table__name`` is ``table:name``."""
    return etree.Element(_tag(name), _attributes(attributes), nsmap=_CELL_NAMESPACES)


def _add(parent: Any, name: str, **attributes: str) -> Any:
    """Add an element; an attribute ``table__name`` is ``table:name``."""
    return etree.SubElement(parent, _tag(name), _attributes(attributes))


def _attributes(attributes: dict[str, str]) -> dict[str, str]:
    return {
        _tag(name.replace("__", ":").replace("_", "-")): value for name, value in attributes.items()
    }


def _add_width(styles: Any, width: int) -> None:
    style = _add(styles, "style:style", style__name=f"width{width}", style__family="table-column")
    centimetres = f"{width * _CHARACTER:.1f}cm"
    _add(style, "style:table-column-properties", style__column_width=centimetres)


def _set_papers(document: Document, papers: Sequence[Paper], title: str) -> None:
    styles: Any = document.get_part("styles.xml")
    for number, paper in enumerate(papers):
        shown = escape(shorten(sheet_text(title), _LONGEST_FOOTER, placeholder=" …"))
        values = {"name": f"sheet{number}", "pages": paper.pages, "title": shown}
        for place, part in (("automatic", _PAPER), ("master", _MASTER_PAGE)):
            parent = styles.get_element(f"//office:{place}-styles")
            parent.append(Element.from_tag(part.format(**values).strip()))


def _ods_sheet(xml: Any, name: str, style: str) -> Any:
    attributes = _attributes({"table__name": name, "table__style_name": style})
    return xml.element(_tag("table:table"), attributes)


def _write_columns(xml: Any, widths: Sequence[int], paper: Paper) -> None:
    for place, width in enumerate(widths):
        column = _element("table:table-column", table__style_name=f"width{width}")
        if paper.pages > 1 and place == paper.named_by:
            # On each page, where the table is wider than one.
            with xml.element(_tag("table:table-header-columns")):
                xml.write(column)
        else:
            xml.write(column)


def _ods_row(cells: Sequence[Cell], style: str = "text") -> Any:
    row = _element("table:table-row", table__style_name="row")
    for cell in cells or [None]:
        if cell is None:
            _add(row, "table:table-cell", table__style_name=style)
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
    ranges = _element("table:database-ranges")
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
