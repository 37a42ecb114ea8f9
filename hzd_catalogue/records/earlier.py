"""A record as it stood: what was public of it at the end of a day, read from its version alone.

The promise is the statements, not the layout: they stand by their groups, each with its document,
paragraph and words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from hzd_catalogue.lists.addresses import day_of as day_named
from hzd_catalogue.reference.german import is_number
from hzd_catalogue.reference.models import Source

from . import differences
from .public_data import FORMS
from .records import Record
from .version_words import Difference, between
from .versions import DAY, FACET_COLUMNS, VERSION, Cause, Version

_FIRST_YEAR = 1900
#: What an older statement is beside the newer one, in words.
_BESIDE = {str(word): word.to_the_newest for word in differences.Difference}


class NoSuchStateError(Exception):
    """There is no earlier state that could be shown, and why."""

    def __init__(self, status: HTTPStatus, heading: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.heading, self.reason = status, heading, reason


def is_asked(data: Mapping[str, str]) -> bool:
    """Whether the parameters of a request ask for an earlier state."""
    return bool(data.get(DAY) or data.get(VERSION))


def in_words(day: date) -> str:
    """Return a day as pages say it: "30. November 2026"."""
    return date_format(day, "j. F Y")


def day_of(text: str) -> date:
    """Return the day that was asked for.

    Raises:
        NoSuchStateError: when it is none, or has not come.
    """
    day = day_named(text)
    if day is None or day.year < _FIRST_YEAR:
        raise NoSuchStateError(
            HTTPStatus.BAD_REQUEST,
            "Diesen Tag gibt es nicht",
            "Der Katalog versteht Tage in der Form JJJJ-MM-TT, zum Beispiel 2026-11-30.",
        )
    if day > timezone.localdate():
        raise NoSuchStateError(
            HTTPStatus.BAD_REQUEST,
            "Dieser Tag liegt in der Zukunft",
            f"Wie der Katalog am {in_words(day)} aussehen wird, weiß niemand.",
        )
    return day


def version_asked(record_type: str, slug: str, data: Mapping[str, str]) -> Version:
    """Return the version of a record that is asked for, by number or by day.

    Raises:
        NoSuchStateError: when nothing was public then, or was never, or both are asked for.
    """
    number, day = data.get(VERSION, ""), data.get(DAY, "")
    if number and day:
        raise NoSuchStateError(
            HTTPStatus.BAD_REQUEST,
            "Fassung oder Tag",
            f"Ein früherer Stand hat eine Nummer („{VERSION}“) oder einen Tag („{DAY}“); zusammen "
            "gelten sie nicht.",
        )
    versions = Version.objects.of(record_type, slug).order_by("pk")
    first = versions.first()
    if number:
        known = versions.filter(number=int(number)) if is_number(number, 9) else versions.none()
        version = known.first()
        if version is None or version.public is None:
            raise NoSuchStateError(
                HTTPStatus.NOT_FOUND,
                "Diese Fassung gibt es nicht",
                "Unter dieser Nummer war von diesem Eintrag nichts veröffentlicht.",
            )
        return version
    asked = day_of(day)
    if first is None:
        raise NoSuchStateError(
            HTTPStatus.NOT_FOUND,
            "Diesen Stand gibt es nicht",
            "Unter dieser Adresse ist kein Stand eines Eintrags aufgehoben.",
        )
    version = versions.until(asked).last()
    if version is None and first.cause == Cause.FIRST_KEPT:
        raise NoSuchStateError(
            HTTPStatus.NOT_FOUND,
            "Dieser Stand ist nicht aufgehoben",
            "Festgehalten sind Fassungen dieses Eintrags erst seit dem "
            f"{in_words(timezone.localtime(first.at).date())}.",
        )
    if version is None:
        raise NoSuchStateError(
            HTTPStatus.NOT_FOUND,
            f"Am {in_words(asked)} stand dieser Eintrag noch nicht im Katalog",
            f"Zuerst veröffentlicht wurde er am {in_words(timezone.localtime(first.at).date())}.",
        )
    if version.public is None:
        raise NoSuchStateError(
            HTTPStatus.NOT_FOUND,
            f"Am {in_words(asked)} stand dieser Eintrag nicht im Katalog",
            f"Zurückgezogen wurde er am {in_words(timezone.localtime(version.at).date())}.",
        )
    return version


@dataclass(frozen=True)
class StatedThen:
    """A statement as it was public."""

    fact: str
    passage: str
    source_title: str
    #: Where the document has its page today; empty when it has none.
    source_url: str
    quotes: list[str]
    #: "aktuell" or "älter", and of an older one "widerspricht der neuesten Angabe".
    rank: str
    difference: str
    #: The id that the statement has on the record's page; empty for one of another record.
    anchor: str


@dataclass(frozen=True)
class GroupThen:
    """The statements of one group."""

    key: str
    label: str
    statements: list[StatedThen]


def places_of(codes: Iterable[str]) -> dict[str, str]:
    """Return where documents have their pages today, by their numbers."""
    sources = Source.objects.published().filter(code__in=codes)
    return {source.code: source.get_absolute_url() for source in sources}


@dataclass(frozen=True)
class EarlierState:
    """What a version shows, for a template."""

    version: Version

    @cached_property
    def shown(self) -> dict[str, Any]:
        """What was public, in the present format."""
        return self.version.shown or {}

    @cached_property
    def newest(self) -> Version:
        """The version that counts today."""
        return Version.objects.filter(record=self.version.record_id).order_by("-pk")[0]

    @property
    def is_newest(self) -> bool:
        """Whether the page shows the same today."""
        return self.newest.pk == self.version.pk

    @property
    def today_path(self) -> str:
        """Where the record is today; empty when it is withdrawn."""
        return "" if self.newest.public is None else self.newest.record_path

    @property
    def until(self) -> Version | None:
        """The version that ended this state; None while it lasts."""
        later = Version.objects.filter(record=self.version.record_id, pk__gt=self.version.pk)
        return later.order_by("pk").first()

    @property
    def differences(self) -> list[Difference]:
        """What has changed since, in plain words; nothing where the record is withdrawn."""
        now = self.newest.shown
        return [] if now is None else between(self.version.type, self.shown, now)

    @property
    def states(self) -> dict[str, str]:
        """The Länder that the record showed, by key."""
        return {row["key"]: row["name"] for row in self.shown.get("states") or ()}

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the record was by its filters, each with its label."""
        cells = [
            (column.label, column.cell(self.shown[column.key]))
            for column in FORMS[self.version.type].columns
            if column.key in FACET_COLUMNS and column.key in self.shown
        ]
        return [(label, str(cell)) for label, cell in cells if cell not in (None, "")]

    @property
    def groups(self) -> list[GroupThen]:
        """All statements, by their groups."""
        labels = Record.proxy_of(self.version.type).statement_groups()
        stated = self.shown["statements"]
        places = places_of({row["source"] for rows in stated.values() for row in rows})
        return [
            GroupThen(key, labels.get(key, key), [self.stated(row, places) for row in rows])
            for key, rows in stated.items()
            if rows
        ]

    def is_own(self, row: Mapping[str, Any]) -> bool:
        """Whether a statement is the record's own, and no other one's that names it."""
        return bool(row["url"].startswith(f"{self.shown['url']}#"))

    def stated(self, row: Mapping[str, Any], places: Mapping[str, str]) -> StatedThen:
        """Return a statement in words.

        Args:
            row: as the version has it.
            places: what ``places_of`` returns.
        """
        place = places.get(row["source"])
        return StatedThen(
            fact=row["fact"],
            passage=f"Dokument {row['source']}, Abs. {row['paragraph']}",
            source_title=row["source_title"],
            source_url=f"{place}#absatz-{row['paragraph']}" if place else "",
            quotes=[quote for quote in (row["quote"], row.get("since_quote")) if quote],
            rank=row.get("rank") or "",
            difference=_BESIDE.get(row.get("difference") or "", ""),
            anchor=f"aussage-{row['key']}" if self.is_own(row) else "",
        )
