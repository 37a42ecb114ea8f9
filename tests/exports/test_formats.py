"""Formats and names of exports, on invented rows."""

import json
import re
import shutil
import subprocess
from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import odf.opendocument
import odf.table
import odf.teletype
import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hzd_catalogue.exports.addresses import file_name
from hzd_catalogue.exports.formats import csv_text, to_json, write_csv
from hzd_catalogue.exports.spreadsheets import ABOUT_SHEET, Paper, sheet_text, write_ods, write_xlsx
from hzd_catalogue.exports.tables import About, Column, Table
from tests.chance import FACTOR
from tests.exporting import csv_rows, ods_rows, xlsx_book

ROWS = [
    {"key": "umlaute", "text": "Länderübergreifend: ß, „e²P“", "date": date(2024, 2, 21)},
    {"key": "formel", "text": '=HYPERLINK("http://example.org")', "date": "Ende September 2019"},
    {"key": "zeilen", "text": "erste; Zeile\n<zweite> & \x01", "date": None},
]


def make_table(rows=ROWS):
    now = timezone.make_aware(datetime(2026, 11, 23, 14, 5))  # noqa: DTZ001
    about = About(
        title="Projekte: Bundesland Thüringen",
        filters=["Bundesland Thüringen"],
        parameters={"land": ["DE-TH"]},
        sort="name",
        count=len(rows),
        total=61,
        revision=SimpleNamespace(number=7, changed_at=now),
        generated_at=now,
        url="http://testserver/projekte/?land=DE-TH",
        formats={"csv": "http://testserver/projekte.csv?land=DE-TH"},
    )
    columns = [
        Column("key", "Schlüssel", "Der Schlüssel.", lambda row, context: row["key"]),
        Column("text", "Text", "Ein Text.", lambda row, context: row["text"]),
        Column("date", "Datum", "Ein Datum.", lambda row, context: row["date"]),
        Column("length", "Länge", "Eine Zahl.", lambda row, context: len(row["key"])),
    ]
    return Table("Projekte", columns, rows, None, about)


def content(write, **values):
    with closing(write(make_table(**values))) as parts:
        return b"".join(parts)


# CSV -----------------------------------------------------------------------------------------


def test_csv_is_what_programs_read():
    """RFC 4180: no mark before the header, commas, CRLF, and each value as it is."""
    file = content(write_csv)

    assert file.startswith(b"key,text,date,length\r\n")
    assert file.endswith(b",6\r\n")
    assert csv_rows(file)[1:] == [
        ["umlaute", "Länderübergreifend: ß, „e²P“", "2024-02-21", "7"],
        ["formel", '=HYPERLINK("http://example.org")', "Ende September 2019", "6"],
        ["zeilen", "erste; Zeile\n<zweite> & \x01", "", "6"],
    ]


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=3))
def test_csv_gives_any_text_back(texts):
    rows = [{"key": "k", "text": text, "date": None} for text in texts]

    assert [row[1] for row in csv_rows(content(write_csv, rows=rows))[1:]] == texts


def test_csv_values_stand_as_in_json():
    moment = timezone.make_aware(datetime(2026, 11, 23, 14, 5, 6, 789_123))  # noqa: DTZ001

    assert csv_text(moment) == json.loads(to_json(moment)) == "2026-11-23T14:05:06.789+01:00"
    assert csv_text(-5) == "-5"
    assert csv_text(True) == "true"
    assert csv_text(None) == ""
    assert csv_text(["a", None, 5]) == "a||5"


# Spreadsheets ----------------------------------------------------------------------------------


def test_xlsx_cells_have_their_types():
    sheet = xlsx_book(content(write_xlsx)).worksheets[0]

    assert [cell.value for cell in sheet[1]] == ["Schlüssel", "Text", "Datum", "Länge"]
    assert sheet["B2"].value == "Länderübergreifend: ß, „e²P“"
    assert sheet["C2"].is_date
    assert sheet["C2"].value == datetime(2024, 2, 21)  # noqa: DTZ001
    assert sheet["C3"].value == "Ende September 2019"
    assert sheet["C4"].value is None
    assert sheet["D2"].value == 7
    assert (sheet["B3"].value, sheet["B3"].data_type) == ('=HYPERLINK("http://example.org")', "s")
    assert sheet["B3"].hyperlink is None
    assert sheet["B4"].value == "erste; Zeile\n<zweite> & \N{REPLACEMENT CHARACTER}"


def test_xlsx_is_ready_for_reading():
    sheet = xlsx_book(content(write_xlsx)).worksheets[0]

    assert sheet.title == "Projekte"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D4"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0


def test_ods_cells_have_their_types():
    rows = ods_rows(content(write_ods))

    assert rows[0] == ["Schlüssel", "Text", "Datum", "Länge"]
    assert rows[1] == ["umlaute", "Länderübergreifend: ß, „e²P“", date(2024, 2, 21), 7]
    assert rows[2] == ["formel", '=HYPERLINK("http://example.org")', "Ende September 2019", 6]
    assert rows[3][1:3] == ["erste; Zeile\n<zweite> & \N{REPLACEMENT CHARACTER}", None]


def test_ods_is_ready_for_reading(tmp_path):
    path = tmp_path / "datei.ods"
    path.write_bytes(content(write_ods))
    shutil.unpack_archive(path, tmp_path, "zip")
    body = (tmp_path / "content.xml").read_text()
    view = (tmp_path / "settings.xml").read_text()

    assert 'table:target-range-address="Projekte.A1:Projekte.D4"' in body
    assert 'table:display-filter-buttons="true"' in body
    assert "table:formula" not in body
    assert 'config:map-entry config:name="Projekte"' in view.replace("-item-map", ":map")
    assert 'config:name="VerticalSplitPosition" config:type="int">1<' in view
    assert ">de-DE<" in (tmp_path / "meta.xml").read_text()


@pytest.mark.parametrize(
    ("widths", "named_by", "pages"),
    [([28, 36, 24], 0, 1), ([28, 36, 40, 18, 60, 40], 1, 1), ([30] * 25, 0, 4)],
)
def test_a_wide_table_goes_on_beside_its_first_page(widths, named_by, pages):
    assert Paper.of(widths, named_by).pages == pages


def test_ods_holds_what_its_manifest_names():
    """A part that is named and not there makes other programs than LibreOffice give up."""
    with ZipFile(BytesIO(content(write_ods))) as file:
        manifest = etree.fromstring(file.read("META-INF/manifest.xml"))
        names = set(file.namelist())
    named = {value for entry in manifest for key, value in entry.items() if "full-path" in key}
    assert {name for name in named if not name.endswith("/")} <= names
    assert names - {"mimetype", "META-INF/manifest.xml"} <= named | {
        name for name in names if name.startswith("Configurations2/")
    }


def test_odfpy_reads_what_ods_holds():
    book = odf.opendocument.load(BytesIO(content(write_ods)))
    rows = book.spreadsheet.getElementsByType(odf.table.Table)[0].getElementsByType(
        odf.table.TableRow
    )

    shown = [
        [odf.teletype.extractText(cell) for cell in row.getElementsByType(odf.table.TableCell)]
        for row in rows
    ]
    assert shown[0] == ["Schlüssel", "Text", "Datum", "Länge"]
    assert shown[2][:3] == ["formel", '=HYPERLINK("http://example.org")', "Ende September 2019"]


@pytest.mark.parametrize("rows", [ROWS, []])
def test_second_sheet_says_what_the_first_one_holds(rows, settings):
    settings.DATA_LICENCE = "dl-de/zero-2-0"
    book = xlsx_book(content(write_xlsx, rows=rows))
    expected = [
        ["Titel", "Projekte: Bundesland Thüringen", None],
        ["Herkunft", "IT-Kooperationen der HZD", None],
        ["Lizenz", "Datenlizenz Deutschland – Zero – Version 2.0", None],
        ["Lizenztext", "https://www.govdata.de/dl-de/zero-2-0", None],
        ["Filter", "Bundesland Thüringen", None],
        ["Treffer", f"{len(rows)} von 61 Einträgen", None],
        ["Abgerufen am", datetime(2026, 11, 23, 14, 5), None],  # noqa: DTZ001
        ["Datenstand", "Revision 7", None],
        ["Datenstand vom", datetime(2026, 11, 23, 14, 5), None],  # noqa: DTZ001
        ["Seite mit diesem Ergebnis", "http://testserver/projekte/?land=DE-TH", None],
        [None, None, None],
        ["Spalte", "Name in JSON", "Bedeutung"],
        ["Schlüssel", "key", "Der Schlüssel."],
        ["Text", "text", "Ein Text."],
        ["Datum", "date", "Ein Datum."],
        ["Länge", "length", "Eine Zahl."],
    ]

    assert book.sheetnames == ["Projekte", ABOUT_SHEET]
    assert [list(row) for row in book.worksheets[1].values] == expected
    ods = ods_rows(content(write_ods, rows=rows), 1)
    assert [[*row, None, None][:3] for row in ods] == expected


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_files_of_the_same_moment_hold_the_same(write, tmp_path):
    first, second = tmp_path / "1", tmp_path / "2"
    for place in (first, second):
        (tmp_path / "datei.zip").write_bytes(content(write))
        shutil.unpack_archive(tmp_path / "datei.zip", place)

    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert names
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


@settings(deadline=None, max_examples=settings().max_examples // 4)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_fits_into_a_sheet(text):
    rows = [{"key": "k", "text": text, "date": None}]

    expected = sheet_text(text)
    lines = "\n".join(expected.splitlines())
    assert ods_rows(content(write_ods, rows=rows))[1][1].split() == lines.split()
    assert xlsx_book(content(write_xlsx, rows=rows)).worksheets[0].max_row == 2


def test_text_too_long_for_a_cell_says_that_it_was_cut():
    assert sheet_text("ä" * 32_767) == "ä" * 32_767
    cut = sheet_text("ä" * 40_000)
    assert len(cut) == 32_767
    assert cut.endswith("… (gekürzt; vollständig als JSON)")


def convert(path, target):
    """Let LibreOffice write a file in another format, beside it."""
    for old in path.parent.glob(f"{path.stem}*.{target.partition(':')[0]}"):
        old.unlink()
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{path.parent}/profile",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            path.parent,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
@pytest.mark.skipif(FACTOR == 1, reason="takes long: make test-deep")
def test_libreoffice_prints_sheets_on_their_side_in_rows_of_their_height(tmp_path):
    """It measures the rows of ODS itself; those of XLSX are as high as the file says."""
    words = "Die Länderübergreifende Zusammenarbeit bei Verfahren der Verwaltung "
    rows = [{"key": "k", "text": words * number, "date": None} for number in (1, 2, 5, 9)]
    heights = {}
    for suffix, write in (("xlsx", write_xlsx), ("ods", write_ods)):
        path = tmp_path / f"datei.{suffix}"
        path.write_bytes(content(write, rows=rows))
        convert(path, "fods")
        written = (tmp_path / "datei.fods").read_text(encoding="utf-8")
        by_style = dict(
            re.findall(
                r'<style:style style:name="(ro\w+)" style:family="table-row">\s*'
                r'<style:table-row-properties style:row-height="([\d.]+)(?:cm|in)"',
                written,
            )
        )
        used = re.findall(r'<table:table-row table:style-name="(ro\w+)"', written)
        heights[suffix] = [float(by_style[style]) for style in used[: len(rows) + 1]]
        convert(path, "pdf")
        pages = re.findall(
            rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+)", (tmp_path / "datei.pdf").read_bytes()
        )
        assert {(round(float(width)), round(float(height))) for width, height in pages} == {
            (842, 595)
        }

    for ours, measured in zip(heights["xlsx"], heights["ods"], strict=True):
        assert measured * 0.95 <= ours <= measured * 1.5


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize(("suffix", "write"), [("xlsx", write_xlsx), ("ods", write_ods)])
def test_libreoffice_opens_the_file(suffix, write, tmp_path):
    path = tmp_path / f"datei.{suffix}"
    path.write_bytes(content(write))
    # Separator, quotation mark, UTF-8, from the first line, values as shown, every sheet.
    csv_filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    convert(path, csv_filter)

    header, *rows = csv_rows((tmp_path / "datei-Projekte.csv").read_bytes())
    assert header == ["Schlüssel", "Text", "Datum", "Länge"]
    assert rows[0] == ["umlaute", "Länderübergreifend: ß, „e²P“", "21.02.2024", "7"]
    assert rows[1] == ["formel", '=HYPERLINK("http://example.org")', "Ende September 2019", "6"]
    about = csv_rows((tmp_path / f"datei-{ABOUT_SHEET}.csv").read_bytes())
    assert ["Filter", "Bundesland Thüringen", ""] in about
    assert dict(row[:2] for row in about)["Abgerufen am"].startswith("23.11.2026 14:05")


# Names and addresses ---------------------------------------------------------------------------


def test_file_name_tells_the_filters():
    name = file_name("Projekte", ["Bundesland Thüringen", "Ebene Land oder Kommune"], "csv")

    today = timezone.localdate().isoformat()
    assert name == f"projekte_bundesland-thueringen_ebene-land-oder-kommune_{today}.csv"


@given(st.lists(st.text(), max_size=8))
def test_file_name_is_short_and_plain(filters):
    name = file_name("Projekte", filters, "csv-metadata.json")

    assert len(name) < 200
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_file_name_says_that_filters_were_left_out():
    assert "_und-weitere-filter_" in file_name("Projekte", ["Partner " + "x" * 200], "csv")
