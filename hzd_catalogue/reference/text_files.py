"""The text of a document's file: plain text, or Word (DOCX)."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.core.exceptions import ValidationError

#: Endings of files that can be read.
SUFFIXES = (".txt", ".docx")
#: Of a file, and of what is packed in it: a hundred times as long as the longest document.
MAX_BYTES = 5_000_000
MAX_UNPACKED = 50_000_000


def text_of_file(name: str, content: bytes) -> str:
    """Return the text of a file, one line a paragraph; other endings than .docx are plain text.

    Of a DOCX, the body counts, with its headings, lists and the cells of its tables, as it would
    read with every tracked change accepted; not its headers, footers, footnotes and comments.

    Raises:
        ValidationError: with what is wrong with the file, in German.
    """
    if len(content) > MAX_BYTES:
        raise ValidationError("Die Datei ist größer als 5 MB.")
    if name.lower().endswith(".docx"):
        return _text_of_docx(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError("Die Datei ist nicht in UTF-8 geschrieben.") from error


def _text_of_docx(content: bytes) -> str:
    # Slow to import, and wanted by few.
    from docx.oxml.ns import qn

    paragraph = qn("w:p")
    # What was deleted, and what is there a second time for older programs.
    unread = {qn("w:del"), qn("w:moveFrom"), _FALLBACK}
    lines: dict[object, list[str]] = {}
    for element in _paragraphs_and_runs(content):
        if element.tag == paragraph:
            if not any(above.tag in unread for above in element.iterancestors()):
                lines[element] = []
            continue
        for above in element.iterancestors():
            if above.tag in unread:
                break
            if above.tag == paragraph:
                if above in lines:
                    lines[above].append(element.text)
                break
    return "\n".join("".join(parts) for parts in lines.values())


def _paragraphs_and_runs(content: bytes) -> list[Any]:
    """Return these elements of the body, in order."""
    from docx import Document
    from docx.oxml.ns import qn

    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED:
                raise ValidationError("Die Datei ist entpackt größer als 50 MB.")  # noqa: TRY301
        body: Any = Document(BytesIO(content)).element.body
        return list(body.iter(qn("w:p"), qn("w:r")))
    except ValidationError:
        raise
    except Exception as error:
        # Locked with a password, damaged, another format: the library fails in many ways.
        raise ValidationError("Die Datei ist kein lesbares DOCX.") from error


_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
