"""The dated downloads: what lies in their directory, and what is left of those that had to go.

Each has a directory of its own, named after its day, with its files and a note on them. The files
are the truth: they stay what they are, whatever becomes of the database.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hzd_catalogue.reference.blocks import Matcher

NAME = "it-kooperationen"
ARCHIVE = f"{NAME}.zip"
DATABASE = f"{NAME}.sqlite3"
DESCRIPTION = "datapackage.json"
#: What is in it, for sentences.
WHOLE = "Projekte, Kooperationen und Partner"
NOTE = "download.json"
#: The day, and a number where it is not the first of it.
NAME_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:-[1-9][0-9]*)?"
#: What is not complete yet, or was left by a build that was killed.
UNFINISHED = ".unfinished-"

# A record that much was said of has cells that are longer than the reader's own limit.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class FileKind:
    """A file that each download has."""

    label: str
    content_type: str


#: By their names. No others are served.
FILES = {
    ARCHIVE: FileKind("CSV-Dateien mit Beschreibung (ZIP)", "application/zip"),
    DATABASE: FileKind("Datenbank (SQLite)", "application/vnd.sqlite3"),
    DESCRIPTION: FileKind("Beschreibung allein (JSON)", "application/json"),
}


@dataclass(frozen=True)
class Made:
    """What a download was made of: equal ones make equal files."""

    revision: int
    changed_at: str
    software: str
    site_name: str
    site_url: str
    licence: str


@dataclass(frozen=True)
class StoredFile:
    """One file of a download."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Download:
    """The whole catalogue as files, as it was at one revision."""

    name: str
    made: Made
    built_at: datetime
    files: dict[str, StoredFile]
    #: Since when its files are gone; None where they are there.
    blocked_on: date | None = None

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return directory() / self.name

    @property
    def day(self) -> date:
        """The day after which it is named."""
        return date.fromisoformat(self.name[: len("2026-11-28")])

    @property
    def number(self) -> int:
        """Which one of its day it is."""
        return int(self.name[len("2026-11-28-") :] or 1)

    @property
    def changed_at(self) -> datetime:
        """When the data were last changed before."""
        return datetime.fromisoformat(self.made.changed_at)

    @property
    def description(self) -> dict[str, Any]:
        """Its ``datapackage.json``, which says what is within."""
        data: dict[str, Any] = json.loads((self.folder / DESCRIPTION).read_text("utf-8"))
        return data

    def url(self, file_name: str) -> str:
        """Return the path of one of its files, for good."""
        return reverse("download-file", args=[self.name, file_name])

    def write_note(self, folder: Path) -> None:
        """Write what is known of it beside its files, all of it or nothing."""
        data = {
            **asdict(self),
            "built_at": self.built_at.isoformat(),
            "blocked_on": self.blocked_on and self.blocked_on.isoformat(),
        }
        unfinished = folder / f"{NOTE}.part"
        unfinished.write_text(json.dumps(data, indent=1), "utf-8")
        unfinished.replace(folder / NOTE)


def directory() -> Path:
    """Return where all downloads are."""
    path: Path = settings.DOWNLOAD_DIR
    return path


def listed() -> list[Download]:
    """Return all downloads, the newest first."""
    found = [_read(path) for path in _folders() if re.fullmatch(NAME_PATTERN, path.name)]
    return sorted(found, key=lambda download: (download.day, download.number), reverse=True)


def _folders() -> list[Path]:
    try:
        return list(directory().iterdir())
    except FileNotFoundError:
        return []


def find(name: str) -> Download | None:
    """Return the download with a name, which is compared with those that are there."""
    path = next((path for path in _folders() if path.name == name), None)
    return _read(path) if path and re.fullmatch(NAME_PATTERN, path.name) else None


def newest() -> Download | None:
    """Return the newest download that can be had."""
    return next((download for download in listed() if not download.blocked_on), None)


def _read(folder: Path) -> Download:
    data = json.loads((folder / NOTE).read_text("utf-8"))
    blocked_on = data["blocked_on"]
    return Download(
        name=folder.name,
        made=Made(**data["made"]),
        built_at=datetime.fromisoformat(data["built_at"]),
        files={name: StoredFile(**file) for name, file in data["files"].items()},
        blocked_on=date.fromisoformat(blocked_on) if blocked_on else None,
    )


# Blocked words -------------------------------------------------------------------------------


def holding(matcher: Matcher) -> Iterator[str]:
    """Yield what the downloads are called in which blocked words stand.

    One that cannot be read might hold them.
    """
    # Of one download and the next, most is the same.
    holds = lru_cache(maxsize=100_000)(lambda text: bool(matcher.find(text)))
    for download in listed():
        if not download.blocked_on:
            try:
                is_holding = any(map(holds, _texts(download)))
            except (BadZipFile, FileNotFoundError):
                is_holding = True
            if is_holding:
                yield download.name


def block(matcher: Matcher) -> None:
    """Take the files of those downloads away, and whatever was left unfinished.

    That there was one, and since when it is blocked, stays.
    """
    for path in _folders():
        if path.name.startswith(UNFINISHED):
            shutil.rmtree(path)
    for name in list(holding(matcher)):
        download = find(name)
        if download:
            blocked = replace(download, files={}, blocked_on=timezone.localdate())
            blocked.write_note(download.folder)
    # Also where it was stopped between the two.
    for download in listed():
        if download.blocked_on:
            for path in download.folder.iterdir():
                if path.name != NOTE:
                    path.unlink()


def _texts(download: Download) -> Iterator[str]:
    """Yield every text in the archive; database and description hold no others."""
    with ZipFile(download.folder / ARCHIVE) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                lines = io.TextIOWrapper(member, "utf-8", newline="")
                if name.endswith(".csv"):
                    for row in csv.reader(lines):
                        yield from row
                else:
                    yield from lines
