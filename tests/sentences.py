"""Finds the sentences that templates, texts and functions make, and reads the table of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import PROJECT

TABLE = PROJECT / "docs" / "sentences.md"
#: Stands for what is filled in.
GAP = "…"
#: Where nobody but editors reads, and what says nothing of records.
_LEFT_OUT = re.compile(
    r"templates/(admin|legal)/|templates/(400|403|refused|500|503)\.html"
    r"|/(\w+_)?(admin|urls)\.py$|/desk\.py$"
)
#: Of the legal texts, the one that speaks of records.
_TEXTS = ("impressum",)
_MODULES = ("overview", "records", "opendata", "exports", "reference", "lists")
#: Modules whose sentences are for editors or developers: help of fields, and errors.
_NOT_PAGES = re.compile(
    r"records/(records|statements|kinds|inlines|publishing|addresses|keys|apps)\.py$"
    r"|records/(quotations|rechecks|reading|blocking)\.py$|opendata/download_build\.py$"
    r"|reference/(blocks|models|german|texts|text_files|checks)\.py$"
    r"|lists/(form|pagination|facets|search|views)\.py$"
)
_INLINE = re.compile(r"</?(a|abbr|b|br|cite|code|em|i|q|span|strong|time|tspan)\b[^>]*>")
_SENTENCE = re.compile(r"[^.!?]*[^.!?\s][.!?]“?(?=[\s…]|$)")


@dataclass(frozen=True)
class Row:
    """One sentence of the table."""

    sentence: str
    file: str
    condition: str
    test: str


def table() -> list[Row]:
    """Return the rows of docs/sentences.md."""
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 4 and cells[1].startswith("`"):
            rows.append(Row(cells[0], cells[1].strip("`"), cells[2], cells[3]))
    return rows


def full_path(file: str) -> Path:
    """Return the file that the table names: templates without their folder."""
    return PROJECT / ("templates" if file.endswith(".html") else ".") / file


def words_of(path: Path) -> str:
    """Return all words that a file has for its readers, each gap as an ellipsis."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return " | ".join(_blocks(text))
    if path.suffix == ".py":
        return " | ".join(_strings(text))
    text = re.sub(r"\[([^\[\]]+)\]\([^()]+\)", r"\1", text)
    return " | ".join(line.strip("# ") for line in text.splitlines())


def sentences(path: Path) -> list[str]:
    """Return each sentence of a file, of at least three words, once."""
    found: dict[str, None] = {}
    for block in words_of(path).split(" | "):
        for match in _SENTENCE.finditer(block):
            sentence = match[0].strip(f" :{GAP}–")
            if len(re.findall(r"[A-Za-zÄÖÜäöüß]{2,}", sentence)) >= 3:
                found[sentence] = None
    return list(found)


def files() -> Iterator[Path]:
    """Yield the files whose sentences visitors read."""
    templates = (PROJECT / "templates").rglob("*.html")
    texts = (PROJECT / "hzd_catalogue/legal/texts" / f"{name}.txt" for name in _TEXTS)
    modules = [
        path
        for folder in (*(f"hzd_catalogue/{name}" for name in _MODULES), "partners", "projects")
        for path in (PROJECT / folder).glob("*.py")
        if not _NOT_PAGES.search(path.as_posix())
    ]
    for path in sorted([*templates, *texts, *modules]):
        if not _LEFT_OUT.search(path.as_posix()):
            yield path


def _blocks(html: str) -> Iterator[str]:
    html = re.sub(r"\{#.*?#\}", "", html)
    given = re.findall(r'[a-z_]+[=:]"([^"{}]+)"', " ".join(re.findall(r"\{%.*?%\}", html)))
    attributes = re.findall(r'(?:content|aria-label|title)="([^"]+)"', html)
    html = re.sub(r"\{%-? *(block|endblock)[^%]*%\}", "<p>", html)
    html = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", GAP, _INLINE.sub("", html))
    blocks = [*re.split(r"<[^>]+>", html), *given]
    blocks += [re.sub(r"\{\{.*?\}\}|\{%.*?%\}", GAP, text) for text in attributes]
    for block in blocks:
        words = " ".join(re.sub(rf"{GAP}(\s*{GAP})+", GAP, block).split())
        if words.strip(GAP + " "):
            yield words


def _strings(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(part) for part in node.values)
            parts = [part.value if isinstance(part, ast.Constant) else GAP for part in node.values]
            yield " ".join("".join(map(str, parts)).split())
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in skipped
        ):
            yield " ".join(node.value.split())
