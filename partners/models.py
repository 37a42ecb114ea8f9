"""Partners, the cooperations that tie them to HZD, and their sourced statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from hzd_catalogue.records.models import DatedRecord, Record, RecordQuerySet
from hzd_catalogue.records.statements import (
    Evidence,
    KeyFigure,
    Milestone,
    OtherName,
    Statement,
    StatusStatement,
    contradicted,
)
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


class CooperationKind(models.TextChoices):
    """What ties partners to HZD."""

    MEMBERSHIP = "mitgliedschaft", "Mitgliedschaft"
    STATE_ALLIANCE = "laenderverbund", "Verbund von Ländern"
    RESEARCH = "forschungskooperation", "Forschungskooperation"
    STUDIES = "studiengaenge", "Studiengänge"
    MINISTRY_WORK = "ministerium", "Zusammenarbeit mit einem Ministerium"
    JOINT_OPERATION = "gemeinsamer-betrieb", "gemeinsamer Betrieb"
    JOINT_PROGRAMME = "gemeinsames-programm", "gemeinsames Programm"
    EVENT = "veranstaltung", "Veranstaltungspartnerschaft"


def published_projects() -> Any:
    """Return the published projects, reached by the name of the reverse relation.

    This app does not import theirs, which lies above it.
    """
    project: Any = Cooperation._meta.get_field("projects").related_model
    return project.objects.published()


class PartnerQuerySet(RecordQuerySet):
    """Which partners count for a state or a year."""

    milestone_paths = (
        (
            "involvements__cooperation__milestones",
            {"involvements__cooperation__is_published": True},
        ),
        (
            "project_involvements__project__milestones",
            {"project_involvements__project__is_published": True},
        ),
    )

    def for_state(self, code: str) -> PartnerQuerySet:
        """Keep partners of a published cooperation or project that counts for the state.

        A partner that is itself bundesweit counts for every state. All of them work with HZD,
        so all count for Hessen.
        """
        if code == HOME_STATE:
            return self.all()
        return self.filter(
            Q(reach=Reach.NATIONWIDE)
            | Q(involvements__cooperation__in=Cooperation.objects.published().for_state(code))
            | Q(project_involvements__project__in=published_projects().for_state(code))
        ).distinct()

    def status_pairs(self) -> Iterator[tuple[int, str]]:
        """Yield (partner, status) for each status of its published cooperations and projects."""
        records = (
            ("involvements__cooperation", Cooperation.objects.published()),
            ("project_involvements__project", published_projects()),
        )
        for path, published in records:
            statuses = dict(published.status_pairs())
            for pk, record in self.values_list("pk", path):
                if record in statuses:
                    yield pk, statuses[record]

    def colleague_pairs(self) -> Iterator[tuple[int, str]]:
        """Yield (partner, key of another) for each published record that both take part in."""
        for link, record in (
            ("involvements", "cooperation"),
            ("project_involvements", "project"),
        ):
            path = f"{link}__{record}"
            rows = self.filter(**{f"{path}__is_published": True})
            for pk, slug, other in rows.values_list("pk", "slug", f"{path}__partners__slug"):
                if other != slug:
                    yield pk, other

    def for_cards(self) -> PartnerQuerySet:
        """Load what a card shows."""
        return self.prefetch_related(
            "levels",
            roles_with("cooperation", "involvements", Involvement),
            roles_with(
                "project",
                "project_involvements",
                self.model._meta.get_field("project_involvements").related_model,
            ),
        )

    def for_table(self) -> PartnerQuerySet:
        """Load what a row of the table shows."""
        return self.for_cards()

    def with_details(self) -> PartnerQuerySet:
        """Load all that a partner's page and exports show."""
        return self.for_cards().prefetch_related(
            "topics", "other_names__source", "evidence__source", "figures__source"
        )


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


def roles_with(record: str, relation: str, role: type[Role]) -> models.Prefetch:
    """Return a prefetch of a record's roles, those that link it to a draft left out.

    The record itself may be a draft: its preview shows its roles.

    Args:
        record: the role's foreign key to the other record.
        relation: the name of the relation to the roles.
        role: their model.
    """
    roles = role.objects.filter(**{f"{record}__is_published": True})
    return models.Prefetch(relation, queryset=roles.select_related(*role.record_fields, "source"))


class Partner(Record):
    """An organisation that HZD works with."""

    detail_url_name = "partner-detail"

    kind = models.CharField("Art", max_length=30, choices=PartnerKind)

    objects: ClassVar[Any] = PartnerQuerySet.as_manager()

    class Meta(Record.Meta):
        verbose_name = "Partner"
        verbose_name_plural = "Partner"

    @property
    def cooperation_roles(self) -> list[RoleGroup]:
        """Its cooperations with its roles in each; load it ``for_cards`` first."""
        return group_roles(self.involvements.all(), "cooperation")

    @property
    def project_roles(self) -> list[RoleGroup]:
        """Its projects with its roles in each; load it ``for_cards`` first."""
        return group_roles(self.project_involvements.all(), "project")


class CooperationQuerySet(RecordQuerySet):
    """Which cooperations count for a state."""

    def for_state(self, code: str) -> CooperationQuerySet:
        """Keep cooperations that are bundesweit or have a published project that counts.

        Every cooperation is one of HZD, so all count for Hessen.
        """
        if code == HOME_STATE:
            return self.all()
        return self.filter(
            Q(reach=Reach.NATIONWIDE) | Q(projects__in=published_projects().for_state(code))
        ).distinct()

    def with_contradictions(self) -> CooperationQuerySet:
        """Keep cooperations whose status documents give differently."""
        return self.filter(
            pk__in=contradicted(CooperationStatus, "cooperation").values("cooperation")
        )

    def for_cards(self) -> CooperationQuerySet:
        """Load what a card shows."""
        statuses = CooperationStatus.objects.select_related("source")
        return self.prefetch_related(
            "levels",
            models.Prefetch("statuses", statuses),
            roles_with("partner", "involvements", Involvement),
        )

    def for_table(self) -> CooperationQuerySet:
        """Load what a row of the table shows."""
        projects = published_projects().with_standings()
        return self.for_cards().prefetch_related(
            "milestones", models.Prefetch("projects", projects)
        )

    def with_details(self) -> CooperationQuerySet:
        """Load all that a cooperation's page and exports show."""
        return self.for_table().prefetch_related(
            "topics",
            "milestones__source",
            "other_names__source",
            "evidence__source",
            "figures__source",
        )


class Cooperation(DatedRecord):
    """A tie between HZD and its partners."""

    detail_url_name = "cooperation-detail"

    kind = models.CharField("Art", max_length=30, choices=CooperationKind)
    partners: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Partner, through="Involvement", related_name="cooperations", verbose_name="Partner"
    )

    objects: ClassVar[Any] = CooperationQuerySet.as_manager()

    class Meta(DatedRecord.Meta):
        verbose_name = "Kooperation"
        verbose_name_plural = "Kooperationen"

    @property
    def partner_roles(self) -> list[RoleGroup]:
        """Its partners with their roles; load it ``for_cards`` first."""
        return group_roles(self.involvements.all(), "partner")

    @property
    def named_states(self) -> list[FederalState]:
        """The states that sources name in its published projects; load it ``for_table`` first."""
        states = {
            standing.federal_state.code: standing.federal_state
            for project in self.projects.all()
            for standing in project.standings
        }
        return sorted(states.values(), key=lambda state: state.slug)


class Role(Statement):
    """What a partner does in a record; the record and the partner are the subclass's."""

    #: The foreign key of the subclass.
    partner: Any
    role = models.CharField("Rolle", max_length=160)

    class Meta(Statement.Meta):
        abstract = True
        verbose_name = "Rolle eines Partners"
        verbose_name_plural = "Partner und ihre Rollen"

    @property
    def fact(self) -> str:
        return f"{self.partner.name}: {self.role}"


class Involvement(Role):
    """A partner's role in a cooperation, as one source states it."""

    record_fields = ("cooperation", "partner")

    cooperation = models.ForeignKey(
        Cooperation, models.CASCADE, related_name="involvements", verbose_name="Kooperation"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="involvements", verbose_name="Partner"
    )

    class Meta(Role.Meta):
        constraints = [
            *Role.Meta.constraints,
            models.UniqueConstraint(
                fields=["cooperation", "partner", "source", "role"],
                name="partners_involvement_unique",
                violation_error_message="Diese Rolle ist mit dieser Quelle schon eingetragen.",
            ),
        ]


class PartnerName(OtherName):
    """Another name of a partner."""

    record_fields = ("partner",)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="other_names")

    class Meta(OtherName.Meta):
        constraints = [
            *OtherName.Meta.constraints,
            models.UniqueConstraint(
                fields=["partner", "name", "source"], name="partners_partnername_unique"
            ),
        ]


class PartnerEvidence(Evidence):
    """A passage that supports a partner's description, reach or levels."""

    record_fields = ("partner",)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="evidence")


class PartnerFigure(KeyFigure):
    """A number about a partner."""

    record_fields = ("partner",)
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="figures")


class CooperationName(OtherName):
    """Another name of a cooperation."""

    record_fields = ("cooperation",)
    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="other_names")

    class Meta(OtherName.Meta):
        constraints = [
            *OtherName.Meta.constraints,
            models.UniqueConstraint(
                fields=["cooperation", "name", "source"],
                name="partners_cooperationname_unique",
            ),
        ]


class CooperationEvidence(Evidence):
    """A passage that supports a cooperation's description, reach or levels."""

    record_fields = ("cooperation",)
    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="evidence")


class CooperationStatus(StatusStatement):
    """What a source says of a cooperation's state."""

    record_fields = ("cooperation",)
    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="statuses")

    class Meta(StatusStatement.Meta):
        constraints = [
            *StatusStatement.Meta.constraints,
            models.UniqueConstraint(
                fields=["cooperation", "source"],
                name="partners_cooperationstatus_one_per_source",
                violation_error_message="Diese Quelle hat schon einen Status.",
            ),
        ]


class CooperationMilestone(Milestone):
    """A dated event of a cooperation."""

    record_fields = ("cooperation",)
    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="milestones")


class CooperationFigure(KeyFigure):
    """A number about a cooperation."""

    record_fields = ("cooperation",)
    cooperation = models.ForeignKey(Cooperation, models.CASCADE, related_name="figures")
