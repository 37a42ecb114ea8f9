"""Projects, and the states that take part in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef

from hzd_catalogue.records.differences import Comparison, compare
from hzd_catalogue.records.kinds import Kind, RecordType
from hzd_catalogue.records.records import Dated, Record, RecordQuerySet, manager_of
from hzd_catalogue.records.relations import Tie, ties
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.records.tables import (
    COMMON_TABLES,
    MILESTONES,
    PARTNERS,
    STATUS,
    Row,
    StatementTable,
    TableName,
    event_table,
    named,
    partner_table,
    status_table,
)
from hzd_catalogue.reference.choices import ParticipationStatus, Reach, RelationKind
from hzd_catalogue.reference.models import FederalState
from partners.models import RoleGroup, group_roles

STATES = TableName("laender", "Länder")


class ProjectKind(models.TextChoices):
    """What is built, run or carried out."""

    SYSTEM = "it-verfahren", "IT-Verfahren"
    REGISTER = "register", "Register"
    PLATFORM = "plattform", "Plattform"
    PROGRAMME = "programm", "Programm"
    STRATEGY = "strategie", "Strategie"
    STUDY = "promotion", "Promotionsvorhaben"


class Participation(Statement):
    """One state in one project as one source states it."""

    statement_kind = Kind.PARTICIPATION
    #: Filled: the table's constraint demands it.
    federal_state: Any

    class Meta:
        proxy = True
        verbose_name = "Beteiligung eines Landes"
        verbose_name_plural = "Länder im Projekt"

    def __str__(self) -> str:
        return self.fact

    @property
    def fact(self) -> str:
        return f"{self.federal_state.name}: {self.brief}"

    @property
    def brief(self) -> str:
        return f"{self.get_participation_status_display()}{self.and_since}"


class ProjectQuerySet(RecordQuerySet):
    """What can be asked of projects alone."""

    def with_standings(self) -> Self:
        """Load the states that sources name."""
        return self.with_statements(Kind.PARTICIPATION)

    def joining_state_pairs(self) -> Iterable[tuple[int, str]]:
        """Return (primary key, code) for each state that the newest source calls joining."""
        rows = Participation.objects.filter(record__in=self.own)
        newer = Participation.objects.filter(
            record=OuterRef("record"),
            federal_state=OuterRef("federal_state"),
            source__rank__gt=OuterRef("source__rank"),
        )
        joining = rows.filter(participation_status=ParticipationStatus.JOINING)
        newest = joining.filter(~Exists(newer)).order_by()
        return newest.values_list("record", "federal_state__code")

    def for_results(self) -> Self:
        """Load what a result shows."""
        return self.prefetch_related("levels").with_statements(Kind.PARTICIPATION, Kind.STATUS)

    def for_table(self) -> Self:
        """Load what a row of the table shows."""
        rows = self.for_results().prefetch_related("topics")
        return rows.with_statements(Kind.MILESTONE).with_events()

    def with_details(self) -> Self:
        """Load all that a project's page and exports show."""
        rows = self.with_statements().with_ties().with_events(and_all_they_concern=True)
        return rows.prefetch_related("levels", "topics")


class Project(Dated, Record):
    """Something that HZD builds, runs or carries out with others."""

    record_type = RecordType.PROJECT
    kinds = ProjectKind
    detail_url_name = "project-detail"
    table_names = (STATES, STATUS, PARTNERS, MILESTONES, *COMMON_TABLES)

    objects: ClassVar[Any] = manager_of(ProjectQuerySet)

    class Meta:
        proxy = True
        verbose_name = "Projekt"
        verbose_name_plural = "Projekte"

    @property
    def partner_roles(self) -> list[RoleGroup]:
        """Its partners with their roles; load ``with_details`` first."""
        return group_roles(self.involvements, "partner")

    def make_tables(self) -> Iterator[StatementTable]:
        """Yield states, status, partners and events, then what all records may have."""
        states = [
            Row(
                standing.current,
                standing.older,
                **named(standing.federal_state),
                value=standing.current.get_participation_status_display(),
            )
            for standing in self.standings
        ]
        yield StatementTable(*STATES, Kind.PARTICIPATION, states, "Land", "Status")
        yield status_table(self)
        yield partner_table(self)
        yield event_table(self)
        yield from super().make_tables()

    @property
    def standings(self) -> list[Standing]:
        """Each state that a source names, with its newest statement and the older ones."""
        return standings(self.participations)

    @property
    def states_in_words(self) -> str:
        """Its states in a line: "bundesweit", "Hessen, Rheinland-Pfalz (tritt bei)"."""
        if self.is_nationwide:
            return str(Reach.NATIONWIDE.label)
        return ", ".join(
            f"{row.federal_state.name} (tritt bei)" if row.is_joining else row.federal_state.name
            for row in self.standings
        )

    @property
    def lacks_named_states(self) -> bool:
        """Whether it is länderübergreifend and no source names a state beside Hessen.

        The rule of ``without_named_states``.
        """
        return self.reach == Reach.INTERSTATE and all(
            standing.federal_state.is_home for standing in self.standings
        )

    @property
    def cooperations(self) -> list[Any]:
        """The cooperations it belongs to; load ``with_details`` first."""
        return [tie.record for tie in self.cooperation_ties]

    @property
    def cooperation_ties(self) -> list[Tie]:
        """The same, each with the passages that say so."""
        rows = [row for row in self.relations if row.relation == RelationKind.BELONGS_TO]
        return ties(rows, ())


class Standing(Comparison):
    """A state's place in a project: the newest statement, and the older ones below it."""

    @property
    def federal_state(self) -> FederalState:
        """The state that all of them are about."""
        state: FederalState = self.current.federal_state
        return state

    @property
    def is_joining(self) -> bool:
        """Whether the state is about to take part."""
        return bool(self.current.participation_status == ParticipationStatus.JOINING)


def standings(participations: Iterable[Participation]) -> list[Standing]:
    """Group statements by state: the newest source wins, older ones stay (catalogue rule 2).

    Args:
        participations: statements of one project, with source and state.

    Returns:
        One standing a state, in the order of the states' names.
    """
    found = compare(participations, Standing)
    return sorted(found, key=lambda standing: standing.federal_state.slug)
