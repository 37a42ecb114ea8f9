"""Partners, the cooperations that tie them to HZD, and their roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Prefetch

from hzd_catalogue.records.by_document import ByDocument, by_document
from hzd_catalogue.records.kinds import FIELDS, Kind, RecordType
from hzd_catalogue.records.records import Dated, Record, RecordQuerySet, manager_of
from hzd_catalogue.records.relations import Tie, ties
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.records.tables import (
    COMMON_TABLES,
    MILESTONES,
    PARTNERS,
    STATUS,
    StatementTable,
    TableName,
    event_table,
    partner_table,
    role_table,
    status_table,
    tie_table,
)
from hzd_catalogue.reference.choices import RelationKind
from hzd_catalogue.reference.models import FederalState

ROLES_IN_COOPERATIONS = TableName("kooperationen", "Kooperationen und Rollen darin")
ROLES_IN_PROJECTS = TableName("projekte", "Projekte und Rollen darin")
PROJECTS = TableName("projekte", "Projekte")


class PartnerKind(models.TextChoices):
    """What an organisation is."""

    TERRITORY = "gebietskoerperschaft", "Land oder Kommunen"
    MINISTRY = "ministerium", "Regierung oder Ministerium"
    COOPERATIVE = "genossenschaft", "Genossenschaft"
    IT_PROVIDER = "it-dienstleister", "IT-Dienstleister"
    UNIVERSITY = "hochschule", "Hochschule"
    COMMITTEE = "gremium", "Gremium"
    ASSOCIATION = "verband", "Verband"
    ALLIANCE = "zusammenschluss", "Zusammenschluss"


class CooperationKind(models.TextChoices):
    """What ties partners to HZD."""

    MEMBERSHIP = "mitgliedschaft", "Mitgliedschaft"
    STATE_ALLIANCE = "laenderverbund", "Verbund von Ländern"
    RESEARCH = "forschungskooperation", "Forschungskooperation"
    STUDIES = "studiengaenge", "Studiengänge"
    MINISTRY_WORK = "ministerium", "Zusammenarbeit mit Regierung oder Ministerium"
    JOINT_OPERATION = "gemeinsamer-betrieb", "gemeinsamer Betrieb"
    JOINT_PROGRAMME = "gemeinsames-programm", "gemeinsames Programm"
    EVENT = "veranstaltung", "Veranstaltungspartnerschaft"


class Role(Statement):
    """What a partner does in a cooperation or project, as one source states it."""

    statement_kind = Kind.ROLE
    #: Filled: the table's constraint demands it.
    partner: Any

    class Meta:
        proxy = True
        verbose_name = "Rolle eines Partners"
        verbose_name_plural = "Partner und ihre Rollen"

    @property
    def fact(self) -> str:
        return f"{self.partner.name}: {self.role}{self.and_since}"


@dataclass(frozen=True)
class RoleGroup:
    """All roles that link one record to another, newest source first."""

    record: Record
    statements: list[Role]


def group_roles(roles: Iterable[Role], field: str) -> list[RoleGroup]:
    """Group roles by the record in their ``field``, in the order of the records' names."""
    groups: dict[Any, RoleGroup] = {}
    for role in sorted(roles, key=lambda role: (-role.source.rank, role.paragraph, role.pk)):
        record = getattr(role, field)
        groups.setdefault(record.pk, RoleGroup(record, [])).statements.append(role)
    return sorted(groups.values(), key=lambda group: (group.record.sort_key, group.record.slug))


class PartnerQuerySet(RecordQuerySet):
    """Which partners count for a state or a year: those of whose records one does."""

    def named_state_pairs(self) -> Iterator[tuple[int, str]]:
        """Yield (partner, code) for each state that a source names in one of its records."""
        states, pairs = defaultdict(set), self.record_pairs()
        for rows in (Record.objects, Cooperation.objects):
            for record, state in self.beside(rows, pairs).named_state_pairs():
                states[record].add(state)
        return ((pk, state) for pk, record in pairs for state in states[record])

    def nationwide_pairs(self) -> Iterable[tuple[int, str]]:
        """Return nothing: being bundesweit ties no partner to a state (catalogue rule 6)."""
        return ()

    def record_pairs(self) -> list[tuple[int, int]]:
        """Return (partner, record) for each published record in which a partner has a role."""
        rows = self.filter(roles_held__record__is_published=True)
        return list(rows.values_list("pk", "roles_held__record").distinct())

    def milestone_keys(self) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """Yield (partner, chronological key) for each milestone of its published records."""
        dates, pairs = defaultdict(list), self.record_pairs()
        for record, key in self.beside(Record.objects, pairs).milestone_keys():
            dates[record].append(key)
        return ((pk, key) for pk, record in pairs for key in dates[record])

    def year_pairs(self) -> list[tuple[int, int]]:
        """Return (partner, year) for each year of its published records."""
        years, pairs = defaultdict(set), self.record_pairs()
        for record, year in self.beside(Record.objects, pairs).year_pairs():
            years[record].add(year)
        return [(pk, year) for pk, record in pairs for year in years[record]]

    def status_pairs(self) -> list[tuple[int, str]]:
        """Return (partner, status) for each status of its published records."""
        pairs = self.record_pairs()
        statuses = dict(self.beside(Record.objects, pairs).status_pairs())
        return [(pk, statuses[record]) for pk, record in pairs if record in statuses]

    def colleague_pairs(self) -> list[tuple[int, str]]:
        """Return (partner, key of another) for each published record that both take part in."""
        partners, pairs = defaultdict(set), self.record_pairs()
        for record, slug in self.beside(Record.objects, pairs).partner_pairs():
            partners[record].add(slug)
        slugs = dict(self.values_list("pk", "slug"))
        return [(pk, slug) for pk, record in pairs for slug in partners[record] - {slugs[pk]}]

    def for_results(self) -> Self:
        """Load what a result shows. The partner may be a draft; what it takes part in is none."""
        roles = Statement.objects.filter(record__is_published=True)
        return self.prefetch_related(
            "levels", Prefetch("roles_held", roles.select_related("record", "source"))
        )

    def for_table(self) -> Self:
        """Load what a row of the table shows."""
        return self.for_results()

    def with_details(self) -> Self:
        """Load all that a partner's page and exports show."""
        return (
            self.for_results()
            .select_related("federal_state")
            .with_statements()
            .with_ties()
            .prefetch_related("topics")
        )


class Partner(Record):
    """An organisation that HZD works with."""

    record_type = RecordType.PARTNER
    kinds = PartnerKind
    detail_url_name = "partner-detail"
    table_names = (ROLES_IN_COOPERATIONS, ROLES_IN_PROJECTS, *COMMON_TABLES)
    #: The groups of its roles in other records, by the type of these.
    role_groups: ClassVar[dict[str, str]] = {
        RecordType.COOPERATION: "involvements",
        RecordType.PROJECT: "project_involvements",
    }

    objects: ClassVar[Any] = manager_of(PartnerQuerySet)

    class Meta:
        proxy = True
        verbose_name = "Partner"
        verbose_name_plural = "Partner"

    @classmethod
    def statement_groups(cls) -> dict[str, str]:
        roles = str(Role._meta.verbose_name_plural)
        return {**super().statement_groups(), **dict.fromkeys(cls.role_groups.values(), roles)}

    def grouped_statements(self) -> dict[str, list[Any]]:
        """Return its own statements, and those of its roles in other records."""
        roles = {group: self._roles_in(kind) for kind, group in self.role_groups.items()}
        return {**super().grouped_statements(), **roles}

    def make_tables(self) -> Iterator[StatementTable]:
        """Yield its roles in cooperations and projects, then what other records have, too."""
        yield role_table(
            ROLES_IN_COOPERATIONS,
            self.cooperation_roles,
            about="Kooperation",
            when_empty=(
                "ohne Angabe. Keine Angabe im Katalog nennt eine Rolle in einer Kooperation."
            ),
        )
        yield role_table(
            ROLES_IN_PROJECTS,
            self.project_roles,
            about="Projekt",
            when_empty="ohne Angabe. Keine Angabe im Katalog nennt eine Rolle in einem Projekt.",
        )
        yield from super().make_tables()

    @property
    def by_document(self) -> ByDocument:
        return by_document(self, [*self.statements.all(), *self.roles_held.all()])

    @property
    def cooperation_roles(self) -> list[RoleGroup]:
        """Its cooperations with its roles in each; load it ``for_results`` first."""
        return group_roles(self._roles_in(RecordType.COOPERATION), "record")

    @property
    def project_roles(self) -> list[RoleGroup]:
        """Its projects with its roles in each; load it ``for_results`` first."""
        return group_roles(self._roles_in(RecordType.PROJECT), "record")

    def _roles_in(self, record_type: str) -> list[Any]:
        return [role for role in self.roles_held.all() if role.record.type == record_type]


class CooperationQuerySet(RecordQuerySet):
    """Which cooperations count for a state: those of whose projects one does."""

    def project_pairs(self) -> list[tuple[int, int]]:
        """Return (cooperation, project) for each published project that belongs to one."""
        # By what they name: asked for relations, a database without statistics reads all there are.
        rows = Statement.objects.filter(
            related_record__in=self.own, relation=RelationKind.BELONGS_TO, record__is_published=True
        )
        return list(rows.order_by().values_list("related_record", "record").distinct())

    def named_state_pairs(self) -> Iterator[tuple[int, str]]:
        """Yield (cooperation, code) for each state that a source names in its projects."""
        pairs = self.project_pairs()
        return _of_projects(pairs, self.beside(Record.objects, pairs).named_state_pairs())

    def nationwide_pairs(self) -> Iterator[tuple[int, str]]:
        """Yield (cooperation, code) for all states of each that is or has a bundesweit record."""
        yield from super().nationwide_pairs()
        pairs = self.project_pairs()
        yield from _of_projects(pairs, self.beside(Record.objects, pairs).nationwide_pairs())

    def for_results(self) -> Self:
        """Load what a result shows."""
        return self.prefetch_related("levels").with_statements(Kind.STATUS, Kind.ROLE)

    def for_table(self) -> Self:
        """Load what a row of the table shows."""
        return self.for_results().with_statements(Kind.MILESTONE).with_events()._with_projects()

    def with_details(self) -> Self:
        """Load all that a cooperation's page and exports show."""
        rows = self.with_statements().with_events(and_all_they_concern=True)
        return rows.prefetch_related("levels", "topics")._with_projects()

    def _with_projects(self) -> Self:
        """Load what relates to each cooperation, and which states take part in its projects."""
        kind = Kind.PARTICIPATION
        rows = Statement.objects.filter(kind=kind).with_names()
        states = Prefetch(
            "incoming_relations__record__statements", rows, to_attr=FIELDS[kind].group
        )
        return self.with_ties().prefetch_related(states)


def _of_projects(
    pairs: Iterable[tuple[int, int]], states_of_projects: Iterable[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Yield (cooperation, code) for the states of its projects."""
    states = defaultdict(set)
    for project, state in states_of_projects:
        states[project].add(state)
    return ((pk, state) for pk, project in pairs for state in states[project])


class Cooperation(Dated, Record):
    """A tie between HZD and its partners."""

    record_type = RecordType.COOPERATION
    kinds = CooperationKind
    detail_url_name = "cooperation-detail"
    table_names = (PROJECTS, PARTNERS, STATUS, MILESTONES, *COMMON_TABLES)

    objects: ClassVar[Any] = manager_of(CooperationQuerySet)

    class Meta:
        proxy = True
        verbose_name = "Kooperation"
        verbose_name_plural = "Kooperationen"

    @property
    def partner_roles(self) -> list[RoleGroup]:
        """Its partners with their roles; load it ``for_results`` first."""
        return group_roles(self.involvements, "partner")

    def make_tables(self) -> Iterator[StatementTable]:
        """Yield projects, partners, status and events, then what all records may have."""
        yield tie_table(
            PROJECTS,
            self.project_ties,
            lambda project: project.states_in_words,
            "Kein Projekt im Katalog gehört zu dieser Kooperation.",
        )
        yield partner_table(self)
        yield status_table(self)
        yield event_table(self)
        yield from super().make_tables()

    @property
    def project_ties(self) -> list[Tie]:
        """Its published projects; load it ``for_table`` first."""
        return [tie for tie in ties((), self.incoming_relations.all()) if _leads_to_project(tie)]

    @property
    def ties(self) -> list[Tie]:
        """How it and others relate, its projects apart."""
        return [tie for tie in super().ties if not _leads_to_project(tie)]

    @property
    def named_states(self) -> list[NamedState]:
        """The states that sources name in its published projects; load it ``for_table`` first."""
        places: dict[str, list[Any]] = defaultdict(list)
        for tie in self.project_ties:
            for standing in tie.record.standings:
                places[standing.federal_state.slug].append(standing)
        return [
            NamedState(rows[0].federal_state, all(row.is_joining for row in rows))
            for _slug, rows in sorted(places.items())
        ]


def _leads_to_project(tie: Tie) -> bool:
    return tie.is_incoming and tie.kind == RelationKind.BELONGS_TO


@dataclass(frozen=True)
class NamedState:
    """A state that sources name in the projects of a cooperation."""

    federal_state: FederalState
    #: Whether it does not take part in any of them yet.
    is_joining: bool
