"""The text of a file: every paragraph of its body in order, and nothing else."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.exceptions import ValidationError
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from hzd_catalogue.reference import text_files
from hzd_catalogue.reference.text_files import text_of_file
from hzd_catalogue.reference.texts import paragraphs_of


def saved(document) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def read(document) -> list[str]:
    return paragraphs_of(text_of_file("Bericht.DOCX", saved(document)))


def test_a_docx_gives_headings_paragraphs_lists_and_cells_in_order():
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Kopfzeile"
    document.add_heading("Überschrift", level=1)
    document.add_paragraph("Erster ").add_run("Absatz").bold = True
    document.add_paragraph("")
    document.add_paragraph("Ein Punkt", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("A", "B", "C", "D"), strict=True):
        cell.text = text
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 1).add_table(rows=1, cols=1).cell(0, 0).text = "innen"
    document.add_paragraph("Schluss\nmit neuer Zeile\tund Tab")
    assert read(document) == [
        *("Überschrift", "Erster Absatz", "Ein Punkt"),
        *("A", "B", "C", "D", "innen"),
        *("Schluss", "mit neuer Zeile\tund Tab"),
    ]


def test_what_was_deleted_is_not_read_and_what_was_inserted_is():
    document = Document()
    for xml in (
        (
            '<w:p {}><w:r><w:t xml:space="preserve">Das Land </w:t></w:r>'
            '<w:del w:id="1" w:author="A"><w:r><w:delText>war</w:delText></w:r></w:del>'
            '<w:ins w:id="2" w:author="A"><w:r><w:t>ist</w:t></w:r></w:ins>'
            '<w:hyperlink><w:r><w:t xml:space="preserve"> dabei</w:t></w:r></w:hyperlink></w:p>'
        ),
        (
            "<w:sdt {}><w:sdtContent><w:p><w:r><w:t>Im Steuerelement</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    ):
        document.element.body.insert(-1, parse_xml(xml.format(nsdecls("w"))))
    assert read(document) == ["Das Land ist dabei", "Im Steuerelement"]


def test_the_text_of_a_box_stands_once():
    document = Document()
    box = "<w:txbxContent><w:p><w:r><w:t>Im Kasten</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:p {nsdecls('w')} {mc}><w:r><w:t>Davor</w:t></w:r><w:r><mc:AlternateContent>"
            f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
            "</mc:AlternateContent></w:r></w:p>"
        ),
    )
    assert read(document) == ["Davor", "Im Kasten"]


def test_a_text_in_utf_8_is_read_with_and_without_a_mark_at_its_beginning():
    for start in ("", "\ufeff"):
        assert text_of_file("a.txt", f"{start}Prüfstelle".encode()) == "Prüfstelle"


def zip_bomb() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 60_000_000)
    return file.getvalue()


def other_zip() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as packed:
        packed.writestr("a.txt", "kein DOCX")
    return file.getvalue()


def damaged(flags: int = 0, method: int = 8, document: bytes = b"") -> bytes:
    """Return a DOCX whose parts are said to be packed otherwise, or with another body."""
    file = BytesIO()
    with ZipFile(BytesIO(saved(Document()))) as sound, ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name in sound.namelist():
            is_body = document and name == "word/document.xml"
            packed.writestr(name, document if is_body else sound.read(name))
    content = bytearray(file.getvalue())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + place] |= flags
            content[start + place + 2] = method
            start = content.find(mark, start + 4)
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"Pr\xfcfstelle", "nicht in UTF-8"),
        ("a.txt", b"a" * (text_files.MAX_BYTES + 1), "größer als 5 MB"),
        ("a.docx", b"", "kein lesbares DOCX"),
        ("a.docx", b"kein ZIP", "kein lesbares DOCX"),
        ("a.docx", other_zip(), "kein lesbares DOCX"),
        ("a.docx", damaged(flags=1), "kein lesbares DOCX"),
        ("a.docx", damaged(method=99), "kein lesbares DOCX"),
        ("a.docx", damaged(document=b"<a/>"), "kein lesbares DOCX"),
        ("a.docx", damaged(document=f"<w:document {nsdecls('w')}/>".encode()), "kein lesbares"),
        ("a.docx", zip_bomb(), "größer als 50 MB"),
    ],
    ids=[
        *("latin", "long", "empty", "no zip", "other zip"),
        *("password", "packing", "no document", "no body", "bomb"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(name, content, reason):
    with pytest.raises(ValidationError, match=reason):
        text_of_file(name, content)


def test_spaces_within_a_line_and_lines_of_other_blanks_are_kept():
    """Quotations are compared letter for letter."""
    assert paragraphs_of(" a\u00a0 b \t\n\u00a0\n\n c\r\nd\re") == [
        "a\u00a0 b",
        "\u00a0",
        "c",
        "d",
        "e",
    ]
