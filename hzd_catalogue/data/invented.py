"""An invented catalogue of any size: what the software is measured with, and never published.

Shares are those of the real catalogue, as far as a few numbers hold them. The same seed makes the
same rows. There are no versions: ``manage.py keep_versions`` writes the first one of each record.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, product
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, models

from hzd_catalogue.records.addresses import Address
from hzd_catalogue.records.keys import key_of_number
from hzd_catalogue.records.kinds import DATED_TYPES, Kind, RecordType
from hzd_catalogue.records.records import Record
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.reference import changes, german
from hzd_catalogue.reference.choices import (
    Aspect,
    DateBasis,
    MilestoneKind,
    NameKind,
    ParticipationStatus,
    PartOfPeriod,
    Reach,
    RelationKind,
    Status,
    Voice,
)
from hzd_catalogue.reference.models import (
    HOME_STATE,
    FederalState,
    Level,
    Revision,
    SearchAid,
    Source,
    Topic,
)
from partners.models import CooperationKind, PartnerKind
from projects.models import ProjectKind

from . import fixtures
from .filling import after_filling

#: A document's number has three digits.
MAX_SOURCES = 1000
_RECORDS_A_SOURCE = 50
#: How many of all records rest on the first document: one that very many statements cite.
_ON_THE_FIRST = 0.08
#: All that is invented is of this moment.
_MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_ROWS_AT_ONCE = 10_000
#: An odd one: its multiples are different numbers, as far as keys count them.
_KEY_STEP = 0x9E3779B97F4A7C15

_PARTS = (
    (
        "Archiv Ausländer Bau Energie Forst Führerschein Gesundheits Gewerbe Grundbuch Haushalts "
        "Jugend Justiz Kassen Kataster Kita Kultur Melde Personal Pflege Renten Schul Sozial "
        "Steuer Umwelt Vergabe Verkehrs Vermessungs Wald Wasser Wohn"
    ),
    (
        "akten antrags beleg bescheid daten dienst fach frist gebühren geld karten konto kosten "
        "leistungs nachweis netz plan portal post prüf rechnungs register signatur statistik "
        "termin urkunden verzeichnis vorgangs wissens zahlungs"
    ),
    (
        "abgleich ablage archivierung assistent auskunft ausgabe bearbeitung betrieb bibliothek "
        "dienstleister dokumentation eingang erfassung export import koordination meldung modul "
        "migration planung plattform programm recherche schnittstelle sicherung steuerung suche "
        "system überwachung übermittlung verfahren versand verwaltung vorlage werkzeug zentrale "
        "zugang"
    ),
)
_SENTENCES = (
    "{} und {} werden mit {} und {} verbunden.",
    "Behörden nutzen {}, {} und {} für {}.",
    "Über {} gelangen Angaben aus {} in {} und {}.",
    "Bürgerinnen und Bürger erreichen {} über {}; {} und {} folgen.",
    "{} ersetzt {}, {} und {}.",
)
_ROLES = (
    "Gemeinsame Entwicklung mit der HZD",
    "Kooperationspartner für den Betrieb",
    "Auftraggeber",
    "Mitglied",
    "Vertretung der Landesregierung",
    "Fachliche Leitung",
    "Zusammenarbeit in der IT",
)
_USER_GROUPS = (
    *("Bürgerinnen und Bürger", "Unternehmen", "Hessische Kommunen", "Steuerverwaltung"),
    *("Gerichte", "Hochschulen", "Verwaltungsbehörden", "Hessische Landesverwaltung"),
)
_UNITS = ("Nutzer", "Kommunen", "Anträge im Jahr", "Arbeitsplätze", "Behörden")
_NAMES = {
    RecordType.PARTNER: "Amt für {}",
    RecordType.COOPERATION: "Verbund {}",
    RecordType.PROJECT: "{}",
}
_SLUGS = {
    RecordType.PARTNER: "partner",
    RecordType.COOPERATION: "kooperation",
    RecordType.PROJECT: "projekt",
}
_KINDS: dict[RecordType, type[models.TextChoices]] = {
    RecordType.PARTNER: PartnerKind,
    RecordType.COOPERATION: CooperationKind,
    RecordType.PROJECT: ProjectKind,
}
_LEVELS: Sequence[tuple[tuple[str, ...], int]] = (
    (("land",), 25),
    (("kommune", "land"), 11),
    (("bund",), 6),
    (("bund", "kommune", "land"), 5),
    (("kommune",), 3),
)
_REACHES = ((Reach.STATE, 33), (Reach.INTERSTATE, 8), (Reach.NATIONWIDE, 12))

_PRECISIONS: Sequence[tuple[dict[str, Any], int]] = (
    ({}, 5),
    ({"month": 9}, 2),
    ({"month": 9, "part": PartOfPeriod.END.value}, 1),
    ({"month": 6, "day": 17}, 2),
    ({"month": 10, "day": 6, "last_day": 8}, 1),
)
#: Of what a second document may say something else: the field, and its vocabulary.
_DOUBTED: dict[str, tuple[str, type[models.TextChoices]]] = {
    Kind.STATUS: ("status", Status),
    Kind.PARTICIPATION: ("participation_status", ParticipationStatus),
}


class NotEmptyError(Exception):
    """The database holds a catalogue already."""


def invent(records: int, seed: int) -> dict[type[models.Model], int]:
    """Fill an empty database with so many partners, cooperations and projects each.

    Federal states, levels, topics and search aids are the shipped ones.

    Returns:
        The number of rows, by model.

    Raises:
        NotEmptyError: when there is anything in it; nothing is changed then.
    """
    with changes.change():
        Revision.objects.select_for_update().get_or_create(pk=1)
        filled: list[Any] = [*fixtures.FILES.values(), Address]
        if any(model.objects.exists() for model in filled):
            raise NotEmptyError
        _load_reference()
        catalogue = _Catalogue(records, seed)
        catalogue.fill()
        Revision.advance()
        return {table.model: table.last for table in catalogue.tables}


def _load_reference() -> None:
    with TemporaryDirectory() as directory:
        for name, model in fixtures.FILES.items():
            if model in (Level, FederalState, Topic, SearchAid):
                copy(settings.BASE_DIR / "fixtures" / name, directory)
            else:
                Path(directory, name).write_text("[]\n", encoding="utf-8")
        fixtures.load(Path(directory))


class _Table:
    """Rows of one table on their way into the database, many at once and past the models."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        fields: Any = model._meta.concrete_fields
        #: By column, what a row has that says nothing of it.
        self._plain = {
            field.column: field.get_db_prep_save(
                _MOMENT if getattr(field, "auto_now", False) else field.get_default(), connection
            )
            for field in fields
        }
        quoted = ", ".join(connection.ops.quote_name(column) for column in self._plain)
        places = ", ".join(["%s"] * len(self._plain))
        table = connection.ops.quote_name(model._meta.db_table)
        self._insert = f"INSERT INTO {table} ({quoted}) VALUES ({places})"  # noqa: S608
        self._rows: list[tuple[Any, ...]] = []
        self.last = 0

    def add(self, **values: Any) -> int:
        """Return the number of a new row.

        Args:
            values: by column.
        """
        self.last += 1
        self._rows.append(tuple({**self._plain, "id": self.last, **values}.values()))
        if len(self._rows) >= _ROWS_AT_ONCE:
            self.flush()
        return self.last

    def flush(self) -> None:
        """Send what waits."""
        with connection.cursor() as cursor:
            if self._rows:
                cursor.executemany(self._insert, self._rows)
        self._rows.clear()


class _Catalogue:
    """One invented catalogue while it is written."""

    def __init__(self, records: int, seed: int) -> None:
        self.records = records
        self.chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
        self._sources, self._records, self._addresses, self._statements = (
            _Table(model) for model in (Source, Record, Address, Statement)
        )
        self._levels, self._topics, self._concerns = (
            _Table(field.through) for field in (Record.levels, Record.topics, Statement.concerns)
        )
        self.tables = [
            *(self._sources, self._records, self._addresses, self._statements),
            *(self._levels, self._topics, self._concerns),
        ]
        #: The first number of each type.
        self._firsts = {
            record_type: 1 + place * records for place, record_type in enumerate(RecordType)
        }
        self._words = ["".join(parts) for parts in product(*(part.split() for part in _PARTS))]
        self.chance.shuffle(self._words)
        # As in any language: few words are frequent, most of them rare.
        self._frequencies = list(accumulate(1 / (rank + 10) for rank in range(len(self._words))))
        states = dict(FederalState.objects.values_list("code", "pk"))
        self._home = states.pop(HOME_STATE)
        self._other_states = [states[code] for code in sorted(states)]
        self._level_pks = dict(Level.objects.values_list("slug", "pk"))
        self._topic_pks = list(Topic.objects.order_by("slug").values_list("pk", flat=True))
        self._number_of_sources = min(max(records // _RECORDS_A_SOURCE, 5), MAX_SOURCES)

    def fill(self) -> None:
        """Write all of it."""
        for number in range(self._number_of_sources):
            self._add_source(number)
        for record_type in RecordType:
            for number in range(1, self.records + 1):
                self._add_record(record_type, number)
        for record_type, first in self._firsts.items():
            for pk in range(first, first + self.records):
                self._add_statements(record_type, pk)
        for table in self.tables:
            table.flush()
        after_filling(table.model for table in self.tables)

    def _add_source(self, number: int) -> None:
        year, code = 2000 + number * 25 // self._number_of_sources, f"{number:03}"
        self._sources.add(
            code=code,
            slug=f"dokument-{code}",
            file_name=f"{code}_erfunden.txt",
            title=" ".join(self._some_words(3)),
            publisher=self.chance.choice(("HZD", "Land Hessen", "ekom21")),
            voice=self.chance.choice(Voice.values),
            voice_reason="Erfunden.",
            date=str(year),
            date_basis=DateBasis.STATED,
            date_reason="Erfunden.",
            rank=number + 1,
            rank_reason="Erfunden, der Nummer nach.",
        )

    def _add_record(self, record_type: RecordType, number: int) -> None:
        chance, slug = self.chance, f"{_SLUGS[record_type]}-{number}"
        name = _NAMES[record_type].format(f"{self._some_words(1)[0]} {number}")
        pk = self._records.add(
            type=record_type.value,
            name=name,
            slug=slug,
            sort_key=german.sort_key(name)[:200],
            summary=self._sentence(),
            description=" ".join(self._sentence() for _ in range(3)),
            reach=self._of(_REACHES).value,
            kind=chance.choice(_KINDS[record_type].values),
            is_published=True,
            first_published_at=self._moment,
        )
        self._addresses.add(type=record_type.value, slug=slug, record_id=pk)
        for level in self._of(_LEVELS):
            self._levels.add(record_id=pk, level_id=self._level_pks[level])
        for topic in chance.sample(self._topic_pks, self._of(((1, 42), (2, 9), (0, 2)))):
            self._topics.add(record_id=pk, topic_id=topic)

    @property
    def _moment(self) -> Any:
        return connection.ops.adapt_datetimefield_value(_MOMENT)

    def _add_statements(self, record_type: RecordType, pk: int) -> None:
        """State what documents say of a record."""
        chance = self.chance
        sources = list(self._sources_of_one())
        for kind, values in self._stated(record_type, pk):
            number = self._state(pk, kind, sources[0], values)
            vocabulary = _DOUBTED.get(kind)
            if vocabulary and len(sources) > 1 and chance.random() < 0.3:
                # Another document says the same, what follows on it, or what contradicts it.
                field, choices = vocabulary
                self._state(pk, kind, sources[1], {**values, field: chance.choice(choices.values)})
            if kind == Kind.MILESTONE and chance.random() < 0.1:
                other = self._any(chance.choice(DATED_TYPES))
                if other != pk:
                    self._concerns.add(statement_id=number, record_id=other)

    def _sources_of_one(self) -> Iterator[int]:
        count = self._of(((1, 5), (2, 3), (3, 2)))
        found = self.chance.sample(range(1, self._number_of_sources + 1), count)
        if self.chance.random() < _ON_THE_FIRST and 1 not in found:
            found[0] = 1
        yield from found

    def _stated(self, record_type: RecordType, pk: int) -> Iterator[tuple[Kind, dict[str, Any]]]:
        """Yield what is said of a record, each thing once."""
        chance = self.chance
        for aspect in Aspect.values:
            yield Kind.EVIDENCE, {"aspect": aspect}
        for name in dict.fromkeys(self._some_words(self._of(((0, 5), (1, 3), (2, 2))))):
            yield Kind.NAME, {"name": name, "name_kind": chance.choice(NameKind.values)}
        is_project = record_type == RecordType.PROJECT
        related = self._any(RecordType.COOPERATION)
        if related != pk and (is_project or chance.random() < 0.07):
            relation = RelationKind.BELONGS_TO if is_project else RelationKind.MENTIONED_WITH
            yield Kind.RELATION, {"relation": relation.value, "related_record_id": related}
        if chance.random() < 0.2:
            figure = {"value": chance.randint(2, 300_000), "unit": chance.choice(_UNITS)}
            yield Kind.FIGURE, {"qualifier": chance.choice(("", "rund", "mehr als")), **figure}
        if record_type in DATED_TYPES:
            yield from self._stated_of_dated()
        if is_project:
            yield from self._stated_of_project()

    def _stated_of_dated(self) -> Iterator[tuple[Kind, dict[str, Any]]]:
        chance, first = self.chance, self._firsts[RecordType.PARTNER]
        count = self._of(((1, 4), (2, 3), (3, 2), (0, 1)))
        # A few partners take part in very much, most of them in little.
        partners = {first + int(self.records * chance.random() ** 3) for _ in range(count)}
        for partner in sorted(partners):
            role = chance.choice(_ROLES)
            yield Kind.ROLE, {"partner_id": partner, "role": role, **self._since()}
        if chance.random() < 0.75:
            status = chance.choices(Status.values, (1, 1, 14, 11, 1))[0]
            yield Kind.STATUS, {"status": status, **self._since()}
        if chance.random() < 0.3:
            event = chance.choice(list(MilestoneKind))
            date = {"year": chance.randint(1995, 2026), **self._of(_PRECISIONS)}
            title = f"{event.label}: {self._some_words(1)[0]}"
            yield Kind.MILESTONE, {"event": event.value, "title": title, **date}

    def _stated_of_project(self) -> Iterator[tuple[Kind, dict[str, Any]]]:
        chance = self.chance
        states = chance.sample(self._other_states, self._of(((0, 6), (1, 3), (3, 1))))
        for state in (self._home, *states):
            status = chance.choices(ParticipationStatus.values, (33, 1, 2, 2))[0]
            values = {"federal_state_id": state, "participation_status": status}
            yield Kind.PARTICIPATION, {**values, **self._since()}
        groups = {
            chance.choice(_USER_GROUPS) if chance.random() < 0.8 else self._some_words(1)[0]
            for _ in range(self._of(((0, 3), (1, 4), (2, 3))))
        }
        for group in sorted(groups):
            yield Kind.USER_GROUP, {"user_group": group}

    def _state(self, pk: int, kind: Kind, source: int, values: dict[str, Any]) -> int:
        return self._statements.add(
            key=key_of_number((self._statements.last + 1) * _KEY_STEP % 2**64),
            kind=kind.value,
            record_id=pk,
            source_id=source,
            paragraph=self.chance.randint(1, 2000 if source == 1 else 60),
            quote=self._sentence(),
            **values,
        )

    def _since(self) -> dict[str, Any]:
        return {"year": self.chance.randint(2000, 2026)} if self.chance.random() < 0.15 else {}

    def _any(self, record_type: Any) -> int:
        return self._firsts[record_type] + self.chance.randrange(self.records)

    def _of(self, weighted: Sequence[tuple[Any, int]]) -> Any:
        values, weights = zip(*weighted, strict=True)
        return self.chance.choices(values, weights)[0]

    def _some_words(self, count: int) -> list[str]:
        return self.chance.choices(self._words, cum_weights=self._frequencies, k=count)

    def _sentence(self) -> str:
        return self.chance.choice(_SENTENCES).format(*self._some_words(4))
