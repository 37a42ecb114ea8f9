"""Partners, the cooperations that tie them to HZD, and their roles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Prefetch, Q

from hzd_catalogue.records.differences import Compared, compared
from hzd_catalogue.records.kinds import Kind, RecordType
from hzd_catalogue.records.records import Dated, Record, RecordQuerySet, manager_of
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.reference.choices import Reach
from hzd_catalogue.reference.models import HOME_STATE, FederalState


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

    @property
    def compared(self) -> list[Compared]:
        """The same roles, each beside what newer sources say of it."""
        return compared(self.statements)


def group_roles(roles: Iterable[Role], field: str) -> list[RoleGroup]:
    """Group roles by the record in their ``field``, in the order of the records' names."""
    groups: dict[Any, RoleGroup] = {}
    for role in sorted(roles, key=lambda role: (-role.source.rank, role.paragraph, role.pk)):
        record = getattr(role, field)
        groups.setdefault(record.pk, RoleGroup(record, [])).statements.append(role)
    return sorted(groups.values(), key=lambda group: (group.record.sort_key, group.record.slug))


class PartnerQuerySet(RecordQuerySet):
    """Which partners count for a state or a year: those of whose records one counts."""

    def for_state(self, code: str) -> Self:
        """Keep partners of a published cooperation or project that counts for the state.

        A partner that is itself bundesweit counts for every state. All of them work with HZD,
        so all count for Hessen.
        """
        if code == HOME_STATE:
            return self.all()
        return self.filter(
            Q(reach=Reach.NATIONWIDE)
            | Q(roles_held__record__in=Record.objects.published().for_state(code))
            | Q(roles_held__record__in=Cooperation.objects.published().for_state(code))
        ).distinct()

    def record_pairs(self) -> list[tuple[int, int]]:
        """Return (partner, record) for each published record in which a partner has a role."""
        rows = self.filter(roles_held__record__is_published=True)
        return list(rows.values_list("pk", "roles_held__record").distinct())

    def milestone_keys(self) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """Yield (partner, chronological key) for each milestone of its published records."""
        dates = defaultdict(list)
        for record, key in Record.objects.published().milestone_keys():
            dates[record].append(key)
        return ((pk, key) for pk, record in self.record_pairs() for key in dates[record])

    def year_pairs(self) -> list[tuple[int, int]]:
        """Return (partner, year) for each year of its published records."""
        years = defaultdict(set)
        for record, year in Record.objects.published().year_pairs():
            years[record].add(year)
        return [(pk, year) for pk, record in self.record_pairs() for year in years[record]]

    def status_pairs(self) -> list[tuple[int, str]]:
        """Return (partner, status) for each status of its published records."""
        statuses = dict(Record.objects.published().status_pairs())
        return [(pk, statuses[record]) for pk, record in self.record_pairs() if record in statuses]

    def colleague_pairs(self) -> list[tuple[int, str]]:
        """Return (partner, key of another) for each published record that both take part in."""
        partners = defaultdict(set)
        for record, slug in Record.objects.published().partner_pairs():
            partners[record].add(slug)
        slugs = dict(self.values_list("pk", "slug"))
        return [
            (pk, slug)
            for pk, record in self.record_pairs()
            for slug in partners[record] - {slugs[pk]}
        ]

    def for_cards(self) -> Self:
        """Load what a card shows. The partner may be a draft; what it takes part in is none."""
        roles = Statement.objects.filter(record__is_published=True)
        return self.prefetch_related(
            "levels", Prefetch("roles_held", roles.select_related("record", "source"))
        )

    def for_table(self) -> Self:
        """Load what a row of the table shows."""
        return self.for_cards()

    def with_details(self) -> Self:
        """Load all that a partner's page and exports show."""
        return self.for_cards().with_statements().prefetch_related("topics")


class Partner(Record):
    """An organisation that HZD works with."""

    record_type = RecordType.PARTNER
    kinds = PartnerKind
    detail_url_name = "partner-detail"
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

    @property
    def cooperation_roles(self) -> list[RoleGroup]:
        """Its cooperations with its roles in each; load it ``for_cards`` first."""
        return group_roles(self._roles_in(RecordType.COOPERATION), "record")

    @property
    def project_roles(self) -> list[RoleGroup]:
        """Its projects with its roles in each; load it ``for_cards`` first."""
        return group_roles(self._roles_in(RecordType.PROJECT), "record")

    def _roles_in(self, record_type: str) -> list[Any]:
        return [role for role in self.roles_held.all() if role.record.type == record_type]


class CooperationQuerySet(RecordQuerySet):
    """Which cooperations count for a state."""

    def for_state(self, code: str) -> Self:
        """Keep cooperations that are bundesweit or have a published project that counts.

        Every cooperation is one of HZD, so all count for Hessen.
        """
        if code == HOME_STATE:
            return self.all()
        return self.filter(
            Q(reach=Reach.NATIONWIDE) | Q(projects__in=Record.objects.published().for_state(code))
        ).distinct()

    def for_cards(self) -> Self:
        """Load what a card shows."""
        return self.prefetch_related("levels").with_statements(Kind.STATUS, Kind.ROLE)

    def for_table(self) -> Self:
        """Load what a row of the table shows."""
        return self.for_cards().with_statements(Kind.MILESTONE)._with_projects()

    def with_details(self) -> Self:
        """Load all that a cooperation's page and exports show."""
        return self.with_statements().prefetch_related("levels", "topics")._with_projects()

    def _with_projects(self) -> Self:
        projects = Record.objects.published().with_statements(Kind.PARTICIPATION)
        return self.prefetch_related(Prefetch("projects", projects))


class Cooperation(Dated, Record):
    """A tie between HZD and its partners."""

    record_type = RecordType.COOPERATION
    kinds = CooperationKind
    detail_url_name = "cooperation-detail"

    objects: ClassVar[Any] = manager_of(CooperationQuerySet)

    class Meta:
        proxy = True
        verbose_name = "Kooperation"
        verbose_name_plural = "Kooperationen"

    @property
    def partner_roles(self) -> list[RoleGroup]:
        """Its partners with their roles; load it ``for_cards`` first."""
        return group_roles(self.involvements, "partner")

    @property
    def named_states(self) -> list[FederalState]:
        """The states that sources name in its published projects; load it ``for_table`` first."""
        states = {
            statement.federal_state.code: statement.federal_state
            for project in self.projects.all()
            for statement in project.participations
        }
        return sorted(states.values(), key=lambda state: state.slug)
