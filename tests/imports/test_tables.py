"""Tables of statements come back as they were downloaded, edited in a spreadsheet program."""

import csv
import random
import re
from datetime import date
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from hzd_catalogue.data.fixtures import FixtureError
from hzd_catalogue.imports.catalogue import take_in
from hzd_catalogue.imports.tables import Tables, _date_fields
from hzd_catalogue.records.kinds import FIELDS, Kind
from hzd_catalogue.records.models import Milestone, Record, Statement
from hzd_catalogue.records.rechecks import take_in as take_in_text
from hzd_catalogue.reference.models import Revision
from projects.models import Project
from tests.chance import seeds
from tests.exporting import csv_rows
from tests.factories import make_project, passage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def download(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return b"".join(response) if response.streaming else response.content


def as_csv(rows, encoding="utf-8-sig", delimiter=";"):
    file = StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def as_xlsx(rows, revision=None):
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    if revision is not None:
        book.create_sheet("Über diese Datei").append(["Datenstand", f"Revision {revision}"])
    book.save(file)
    return file.getvalue()


def sheet(content):
    book = load_workbook(BytesIO(content))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


@pytest.fixture
def states(client):
    """A table as a spreadsheet program has it, and saves it as CSV."""
    rows = sheet(download(client, "/projekte/wohngeld/laender.xlsx"))
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


@pytest.fixture
def for_programs(client):
    """The same table with the columns that CSV has for programs."""
    return csv_rows(download(client, "/projekte/wohngeld/laender.csv"))


def set_cell(rows, label, value, row=1):
    rows[row][rows[0].index(label)] = value


def refused(rows, name="laender.csv", content=None):
    before = Revision.current().key
    with pytest.raises(FixtureError) as caught:
        take_in({name: content or as_csv(rows)}, apply=True)
    assert Revision.current().key == before
    return str(caught.value)


def test_every_table_comes_back_without_a_difference(client):
    contents, kinds = {}, set()
    for record in Record.objects.published():
        shown = type(record).objects.with_details().get(pk=record.pk)
        for table in shown.sections:
            if table.kind not in kinds and table.rows:
                kinds.add(table.kind)
                path = f"{shown.get_absolute_url()}{table.slug}"
                for suffix in ("csv", "xlsx"):
                    content = download(client, f"{path}.{suffix}")
                    # CSV holds nothing but the data: its name says of which revision.
                    said = client.head(f"{path}.{suffix}")["Content-Disposition"]
                    name = re.search('filename="(.+)"', said)[1] if suffix == "csv" else "a.xlsx"
                    tables = Tables()
                    tables.read(name, content)
                    assert tables.revision == Revision.current().number
                    assert not take_in({f"a.{suffix}": content}, apply=True).differences, path
                contents[table.kind] = content
    assert kinds == {*FIELDS}


def test_each_date_in_words_is_read_as_it_is_stored():
    for row in Statement.objects.exclude(year=None):
        fields = FIELDS[row.kind]
        names = [
            "year",
            "month",
            "day",
            "part",
            *(["last_day"] if "last_day" in fields.own else []),
        ]
        stored = {fields.public_name(name): getattr(row, name) for name in names}
        assert _date_fields(row.kind, row.date) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2013", (2013, None, None, None)),
        ("2019-09", (2019, 9, None, None)),
        ("2024-02-21", (2024, 2, 21, None)),
        ("2021-10-06/2021-10-08", (2021, 10, 6, 8)),
    ],
)
def test_each_date_for_programs_is_read(text, stored):
    found = _date_fields(Kind.MILESTONE, text)
    assert tuple(found[name] for name in ("year", "month", "day", "last_day")) == stored


@pytest.mark.parametrize("form", ["csv", "xlsx", "comma"])
def test_a_cell_that_was_edited_and_a_row_that_was_added_are_taken_in(states, form):
    set_cell(states, "Status", "nutzt")
    key = states[1][states[0].index("Schlüssel")]
    set_cell(states, "seit", "Ende September 2019")
    new = ["" for _ in states[0]]
    states.append(new)
    for label, value in {
        "Eintrag": states[1][states[0].index("Eintrag")],
        "Bundesland": "Saarland",
        "Status": "tritt bei",
        "Quelle": "001",
        "Absatz": "5",
        "Wortlaut": "das Saarland",
    }.items():
        set_cell(states, label, value, row=-1)
    content = {
        "csv": lambda: as_csv(states),
        "xlsx": lambda: as_xlsx(states),
        "comma": lambda: as_csv(states, "utf-8", ","),
    }[form]()
    name = "laender.xlsx" if form == "xlsx" else "laender.csv"
    count = Statement.objects.count()
    compared = take_in({name: content}, apply=True)
    assert len(compared.differences) == 1
    edited = Statement.objects.get(key=key)
    assert edited.participation_status == "nutzt"
    assert edited.since == "seit Ende September 2019"
    assert Statement.objects.count() == count + 1
    added = Statement.objects.get(federal_state__name="Saarland", record__slug="wohngeld")
    assert (added.source.code, added.paragraph, added.participation_status) == (
        "001",
        5,
        "tritt-bei",
    )


def test_a_row_that_is_missing_takes_nothing_away(states):
    count = Statement.objects.count()
    assert not take_in({"laender.csv": as_csv(states[:1])}, apply=True).differences
    assert Statement.objects.count() == count


@pytest.mark.parametrize(
    ("label", "cell", "reason"),
    [
        ("Status", "macht mit", "„macht mit“ gibt es nicht. Möglich sind: beteiligt, "),
        ("Bundesland", "Bayernland", "„Bayernland“ gibt es nicht (Bundesland)."),
        ("Absatz", "fünf", "„fünf“ ist keine ganze Zahl."),
        ("Absatz", "9" * 5000, "ist keine ganze Zahl."),
        ("Absatz", "0", "größer oder gleich 1"),
        ("Absatz", "", "Hier fehlt etwas."),
        ("seit", "Feb 24", "„Feb 24“ ist kein Datum wie"),
        ("seit", "31.12.2019 ", ""),
        ("Wortlaut", "eins " * 12 + "dreizehn", "Höchstens 12 Wörter zitieren"),
        ("Quelle", "Ein anderes Dokument", "Ein Dokument mit dem Titel „Ein anderes Dokument“"),
        ("Herausgeber", "Jemand", "Diese Spalte folgt aus anderen"),
        ("Rang", "neu", "Diese Spalte folgt aus anderen"),
        ("Eintrag", "OASIS", "Diese Spalte folgt aus anderen"),
        ("Adresse", "https://example.org/", "Diese Spalte folgt aus anderen"),
        ("Schlüssel", "abcdefghjk", "mit dem Schlüssel „abcdefghjk“ gibt es nicht"),
    ],
)
def test_a_wrong_value_is_named_by_row_and_column(states, label, cell, reason):
    set_cell(states, label, cell)
    if not reason:
        take_in({"laender.csv": as_csv(states)}, apply=True)
        return
    said = refused(states)
    assert reason in said
    assert said.startswith("laender.csv, Zeile 2")
    assert f"Spalte „{label}“" in said


def test_a_quotation_that_does_not_stand_in_the_text_is_named_by_row_and_column(states):
    key = states[1][states[0].index("Schlüssel")]
    source = Statement.objects.get(key=key).source
    take_in_text(source, ["Ganz etwas anderes."])
    set_cell(states, "Wortlaut", "das steht nirgends")
    said = refused(states)
    assert said.startswith("laender.csv, Zeile 2, Spalte „")
    assert "„das steht nirgends“" in said or "hat nur 1 Absatz" in said


def test_what_excel_makes_of_cells_is_understood_or_named(client):
    rows = sheet(download(client, "/projekte/wohngeld/laender.xlsx"))
    paragraph = rows[0].index("Absatz")
    rows[1][paragraph] = float(rows[1][paragraph])
    set_cell(rows, "seit", 2019)
    take_in({"laender.xlsx": as_xlsx(rows)}, apply=True)
    key = rows[1][rows[0].index("Schlüssel")]
    assert Statement.objects.get(key=key).since == "seit 2019"
    set_cell(rows, "seit", date(2019, 2, 1))
    said = refused(rows, "laender.xlsx", as_xlsx(rows))
    assert "Spalte „seit“: Das Programm hat daraus ein Datum gemacht (01.02.2019)" in said


def test_what_begins_like_a_formula_goes_there_and_back(client):
    project = make_project()
    record = Project.objects.get(pk=project.pk)
    row = record.evidence[0]
    Statement.objects.filter(pk=row.pk).update(quote="-30 Prozent")
    path = f"{project.get_absolute_url()}beschreibung.csv"
    rows = csv_rows(download(client, path))
    assert "-30 Prozent" in [cell for line in rows for cell in line]
    assert not take_in({"a.csv": as_csv(rows)}, apply=True).differences
    rows = [[cell.replace("-30", "-40") for cell in line] for line in rows]
    take_in({"a.csv": as_csv(rows)}, apply=True)
    assert Statement.objects.get(pk=row.pk).quote == "-40 Prozent"


@pytest.mark.parametrize(
    ("name", "cell", "field", "value"),
    [
        ("status", "tritt-bei", "participation_status", "tritt-bei"),
        ("status_name", "tritt bei", "participation_status", "tritt-bei"),
        ("federal_state", "DE-SL", "federal_state_id", "DE-SL"),
        ("federal_state_name", "Saarland", "federal_state_id", "DE-SL"),
        ("source", "002", "source", "002"),
        ("since", "2019-09", "since", "seit September 2019"),
        ("since_in_words", "Ende September 2019", "since", "seit Ende September 2019"),
    ],
)
def test_a_key_or_its_name_may_be_edited(for_programs, name, cell, field, value):
    key = for_programs[1][for_programs[0].index("key")]
    set_cell(for_programs, name, cell)
    take_in({"laender.csv": as_csv(for_programs, "utf-8", ",")}, apply=True)
    edited = Statement.objects.get(key=key)
    found = {
        "federal_state_id": edited.federal_state.code,
        "source": edited.source.code,
    }
    assert found.get(field, getattr(edited, field, None)) == value


@pytest.mark.parametrize("form", ["as it came", "saved by Excel"])
def test_a_row_for_programs_is_added_and_edited(for_programs, form):
    """Copied with all of its columns but the key, and its Land and beginning changed."""
    new = list(for_programs[1])
    for_programs.append(new)
    given = {
        "key": "",
        "federal_state": "DE-SL",
        "federal_state_name": "Saarland",
        "since": "2019-09",
        "since_in_words": "Ende September 2019",
    }
    for name, cell in given.items():
        set_cell(for_programs, name, cell, row=-1)
    like = ("utf-8", ",") if form == "as it came" else ("utf-8-sig", ";")
    take_in({"laender.csv": as_csv(for_programs, *like)}, apply=True)
    added = Statement.objects.get(federal_state__name="Saarland", record__slug="wohngeld")
    assert added.since == "seit Ende September 2019"


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"status": "nutzt", "status_name": "tritt bei"}, "status_name", "Daneben steht etwas"),
        ({"record_name": "OASIS"}, "record_name", "Diese Spalte folgt aus anderen"),
        ({"source_url": "https://example.org/"}, "source_url", "Diese Spalte folgt aus anderen"),
        ({"status": "macht-mit"}, "status", "„macht-mit“ gibt es nicht."),
    ],
)
def test_what_is_wrong_in_a_table_for_programs_is_named(for_programs, cells, column, reason):
    for name, cell in cells.items():
        set_cell(for_programs, name, cell)
    said = refused(for_programs)
    assert f"Zeile 2, Spalte „{column}“: {reason}" in said


def test_what_a_milestone_concerns_is_a_list_of_keys(client):
    project, other = make_project(slug="eins"), make_project(slug="zwei", name="Zwei")
    event = Milestone.objects.create(
        record=project, event="frist", title="Antrag", year=2021, **passage()
    )
    rows = csv_rows(download(client, "/projekte/eins/meilensteine.csv"))
    set_cell(rows, "concerns", f"{other.slug}|projekte/wohngeld")
    take_in({"a.csv": as_csv(rows, "utf-8", ",")}, apply=True)
    assert {row.slug for row in event.concerns.all()} == {"zwei", "wohngeld"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "Größe;Art".encode("latin-1"), "nicht in UTF-8 geschrieben. In Excel"),
        ("a.csv", b"Name;Land\r\n", "Die erste Zeile ist nicht die einer Tabelle von Angaben"),
        ("a.csv", b"", "Die erste Zeile ist nicht"),
        ("a.csv", b'"a";"b\r\n', "keine lesbare CSV-Datei"),
        ("a.csv", b'"a\0";"b"', "Der Text enthält ein Nullzeichen."),
        ("a.xlsx", b"PK nichts", "keine lesbare Excel-Datei"),
        ("a.ods", b"PK", "enden auf .csv oder .xlsx"),
    ],
)
def test_a_file_that_is_no_such_table_is_named(name, content, reason):
    assert re.search(re.escape(reason), refused([], name, content or b" "))


@pytest.mark.parametrize("nothing", ["/", "//"])
def test_a_stroke_is_no_record(states, nothing):
    states.append(list(states[1]))
    set_cell(states, "Schlüssel", "", row=-1)
    set_cell(states, "Eintrag", nothing, row=-1)
    said = refused(states)
    assert f"Zeile {len(states)}, Spalte „Eintrag“: „{nothing}“ gibt es nicht" in said


def packed_anew(content, name, part):
    """Return a spreadsheet with one part of it replaced."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(file, "w") as packed:
        for member in before.namelist():
            packed.writestr(member, part if member == name else before.read(member))
    return file.getvalue()


def word_document():
    file = BytesIO()
    Document().save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "broken",
    [
        lambda content: word_document(),
        lambda content: packed_anew(content, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"),
        lambda content: packed_anew(content, "xl/workbook.xml", b"<workbook"),
    ],
    ids=["Word", "sheet", "workbook"],
)
def test_a_spreadsheet_that_is_none_inside_is_named(states, broken):
    reason = refused(states, "laender.xlsx", broken(as_xlsx(states)))
    assert "laender.xlsx: Die Datei ist keine lesbare Excel-Datei" in reason


def test_a_spreadsheet_that_does_not_say_its_revision_is_read(states):
    book, file = Workbook(), BytesIO()
    for row in states:
        book.active.append(row)
    book.create_sheet("Über diese Datei").append(["Datenstand"])
    book.save(file)
    tables = Tables(7)
    tables.read("laender.xlsx", file.getvalue())
    assert (tables.problems, tables.revision) == ([], 7)


def test_the_same_key_in_two_rows_and_files_of_both_forms_are_refused(states):
    assert "steht schon in einer anderen Zeile" in refused([*states, states[1]])
    before = {"topics.yaml": b"[]\n", "laender.csv": as_csv(states)}
    with pytest.raises(FixtureError, match="nacheinander"):
        take_in(before, apply=True)


# What others changed since ------------------------------------------------------------------------

#: Columns of a table of Länder that people may change, with values for them.
COLUMNS = {
    "Status": ["beteiligt", "nutzt", "tritt bei", "federführend"],
    "Absatz": ["1", "2", "3", "4"],
    "seit": ["", "2019", "Ende September 2019", "Mai 2020"],
}


@pytest.mark.parametrize("seed", seeds(2))
def test_an_older_table_undoes_nothing_that_others_changed_since(client, seed):
    """What each of two edits in one table, downloaded before, stands in the catalogue after both.

    Where both edit one cell, the later one counts, and the comparison says so before.
    """
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    cells = [(number, label) for number in (0, 1) for label in COLUMNS]
    mine, theirs = (
        {cell: chance.randint(0, 3) for cell in chance.sample(cells, count)}
        for count in (chance.randint(0, 3), chance.randint(1, 3))
    )
    form = ["xlsx", "name", "given"][seed % 3]
    path = "/projekte/wohngeld/laender.xlsx"
    before = [[text(cell) for cell in row] for row in sheet(download(client, path))]
    revision = Revision.current().number
    own, others = edited(before, mine), edited(before, theirs)
    take_in({"their.csv": as_csv(others)}, apply=True)

    name, content, how = {
        "xlsx": lambda: ("my.xlsx", as_xlsx(own, revision), {}),
        "name": lambda: (f"laender_revision-{revision}.csv", as_csv(own), {}),
        "given": lambda: ("my.csv", as_csv(own), {"downloaded": revision}),
    }[form]()
    compared = take_in({name: content}, apply=False, **how)
    take_in({name: content}, apply=True, **how)

    after = [[text(cell) for cell in row] for row in sheet(download(client, path))]
    keys = before[0].index("Schlüssel")
    rows = {row[keys]: row for row in after}
    for number, row in enumerate(before[1:]):
        for label in COLUMNS:
            place = before[0].index(label)
            was, my, their = (table[number + 1][place] for table in (before, own, others))
            assert rows[row[keys]][place] == (my if my != was else their), (label, number)
    changed = [
        number for number, row in enumerate(before[1:], start=2) if others[number - 1] != row
    ]
    assert [row.number for row in compared.changed_since] == changed
    assert all(row.lines for row in compared.changed_since)
    assert len(compared.warnings) == bool(changed)

    # Nothing is left to be said of the table that comes back as it is now.
    assert not take_in({"now.xlsx": download(client, path)}, apply=False).changed_since


def text(cell):
    return "" if cell is None else str(cell)


def edited(rows, edits):
    rows = [list(row) for row in rows]
    for (number, label), choice in edits.items():
        rows[number + 1][rows[0].index(label)] = COLUMNS[label][choice]
    return rows
