"""Projects, the states that take part in them, and their sourced statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from hzd_catalogue.records.models import DatedRecord, RecordQuerySet
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
from partners.models import Cooperation, Partner, Role, RoleGroup, group_roles, roles_with


class ProjectKind(models.TextChoices):
    """What is built, run or carried out."""

    SYSTEM = "it-verfahren", "IT-Verfahren"
    REGISTER = "register", "Register"
    PLATFORM = "plattform", "Plattform"
    PROGRAMME = "programm", "Programm"
    STRATEGY = "strategie", "Strategie"
    STUDY = "promotion", "Promotionsvorhaben"


class ParticipationStatus(models.TextChoices):
    """How a state takes part."""

    TAKES_PART = "beteiligt", "beteiligt"
    LEADS = "federfuehrend", "federführend"
    JOINING = "tritt-bei", "tritt bei"
    USES = "nutzt", "nutzt"


class ProjectQuerySet(RecordQuerySet):
    """Which projects count for a state."""

    def for_state(self, code: str) -> ProjectQuerySet:
        """Keep projects with a participation of the state, and every bundesweit project.

        Hessen takes part in every project (catalogue rule 1).
        """
        if code == HOME_STATE:
            return self.all()
        return self.filter(
            Q(reach=Reach.NATIONWIDE)
            | Q(pk__in=Participation.objects.filter(federal_state__code=code).values("project_id"))
        )

    def with_contradictions(self) -> ProjectQuerySet:
        """Keep projects whose status, or a state's place in them, documents give differently."""
        return self.filter(
            Q(pk__in=contradicted(ProjectStatus, "project").values("project"))
            | Q(pk__in=contradicted(Participation, "project", "federal_state").values("project"))
        )

    def without_named_states(self) -> ProjectQuerySet:
        """Keep länderübergreifende projects without a state beside Hessen."""
        named = Participation.objects.exclude(federal_state__code=HOME_STATE)
        return self.filter(reach=Reach.INTERSTATE).exclude(pk__in=named.values("project"))

    def with_standings(self) -> ProjectQuerySet:
        """Load the states that sources name."""
        participations = Participation.objects.select_related("federal_state", "source")
        return self.prefetch_related(models.Prefetch("participations", participations))

    def for_cards(self) -> ProjectQuerySet:
        """Load what a card shows."""
        statuses = ProjectStatus.objects.select_related("source")
        return self.with_standings().prefetch_related(
            "levels", models.Prefetch("statuses", statuses)
        )

    def for_table(self) -> ProjectQuerySet:
        """Load what a row of the table shows."""
        return self.for_cards().prefetch_related("topics", "milestones")

    def with_details(self) -> ProjectQuerySet:
        """Load all that a project's page and exports show."""
        roles = roles_with("partner", "involvements", ProjectInvolvement)
        return (
            self.for_table()
            .select_related("cooperation")
            .prefetch_related(
                roles,
                "milestones__source",
                "other_names__source",
                "evidence__source",
                "figures__source",
                "user_groups__source",
            )
        )


class Project(DatedRecord):
    """Something that HZD builds, runs or carries out with others."""

    detail_url_name = "project-detail"

    kind = models.CharField("Art", max_length=30, choices=ProjectKind)
    cooperation = models.ForeignKey(
        Cooperation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name="Kooperation",
    )
    partners: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Partner, through="ProjectInvolvement", related_name="projects", verbose_name="Partner"
    )
    federal_states: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        FederalState,
        through="Participation",
        related_name="projects",
        verbose_name="Bundesländer",
    )

    objects: ClassVar[Any] = ProjectQuerySet.as_manager()

    class Meta(DatedRecord.Meta):
        verbose_name = "Projekt"
        verbose_name_plural = "Projekte"

    @property
    def partner_roles(self) -> list[RoleGroup]:
        """Its partners with their roles; load ``with_details`` first."""
        return group_roles(self.involvements.all(), "partner")

    @property
    def standings(self) -> list[Standing]:
        """Each state that a source names, with its newest statement and the older ones."""
        return standings(self.participations.all())

    @property
    def lacks_named_states(self) -> bool:
        """Whether it is länderübergreifend and no source names a state beside Hessen.

        The rule of ``ProjectQuerySet.without_named_states``.
        """
        return self.reach == Reach.INTERSTATE and all(
            standing.federal_state.is_home for standing in self.standings
        )

    @property
    def published_cooperation(self) -> Cooperation | None:
        """The cooperation it belongs to, unless that is still a draft."""
        cooperation = self.cooperation
        return cooperation if cooperation and cooperation.is_published else None


class Participation(Statement):
    """One state in one project as one source states it."""

    record_fields = ("project",)

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="participations", verbose_name="Projekt"
    )
    federal_state = models.ForeignKey(
        FederalState, models.PROTECT, related_name="participations", verbose_name="Bundesland"
    )
    status = models.CharField("Status", max_length=20, choices=ParticipationStatus)

    class Meta(Statement.Meta):
        verbose_name = "Beteiligung eines Landes"
        verbose_name_plural = "Beteiligte Länder"
        constraints = [
            *Statement.Meta.constraints,
            models.UniqueConstraint(
                fields=["project", "federal_state", "source"],
                name="projects_participation_one_per_source",
                violation_error_message=(
                    "Zu diesem Land gibt es aus dieser Quelle schon eine Aussage."
                ),
            ),
        ]

    @property
    def fact(self) -> str:
        return f"{self.federal_state.name}: {self.get_status_display()}"


@dataclass
class Standing:
    """A state's place in a project: the newest statement, and the older ones below it."""

    federal_state: FederalState
    current: Participation
    older: list[Participation] = field(default_factory=list)

    @property
    def is_joining(self) -> bool:
        """Whether the state is about to take part."""
        return self.current.status == ParticipationStatus.JOINING

    @property
    def is_contradicted(self) -> bool:
        """Whether an older source gives another status."""
        return any(statement.status != self.current.status for statement in self.older)


def standings(participations: Iterable[Participation]) -> list[Standing]:
    """Group statements by state: the newest source wins, older ones stay (catalogue rule 2).

    Args:
        participations: statements of one project, with source and state.

    Returns:
        One standing a state, in the order of the states' names.
    """
    by_state: dict[Any, Standing] = {}
    for statement in sorted(participations, key=lambda row: (-row.source.rank, row.paragraph)):
        standing = by_state.get(statement.federal_state_id)
        if standing is None:
            by_state[statement.federal_state_id] = Standing(statement.federal_state, statement)
        else:
            standing.older.append(statement)
    return sorted(by_state.values(), key=lambda standing: standing.federal_state.slug)


class ProjectInvolvement(Role):
    """A partner's role in a project, as one source states it."""

    record_fields = ("project", "partner")

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="involvements", verbose_name="Projekt"
    )
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="project_involvements", verbose_name="Partner"
    )

    class Meta(Role.Meta):
        constraints = [
            *Role.Meta.constraints,
            models.UniqueConstraint(
                fields=["project", "partner", "source", "role"],
                name="projects_projectinvolvement_unique",
                violation_error_message="Diese Rolle ist mit dieser Quelle schon eingetragen.",
            ),
        ]


class UserGroup(Statement):
    """People or bodies that use a project, as a source names them."""

    record_fields = ("project",)

    project = models.ForeignKey(Project, models.CASCADE, related_name="user_groups")
    name = models.CharField("Nutzergruppe", max_length=160)

    class Meta(Statement.Meta):
        verbose_name = "Nutzergruppe"
        verbose_name_plural = "Nutzergruppen"
        constraints = [
            *Statement.Meta.constraints,
            models.UniqueConstraint(
                fields=["project", "name", "source"], name="projects_usergroup_unique"
            ),
        ]

    @property
    def fact(self) -> str:
        return f"Nutzergruppe: {self.name}"


class ProjectName(OtherName):
    """Another name of a project."""

    record_fields = ("project",)
    project = models.ForeignKey(Project, models.CASCADE, related_name="other_names")

    class Meta(OtherName.Meta):
        constraints = [
            *OtherName.Meta.constraints,
            models.UniqueConstraint(
                fields=["project", "name", "source"], name="projects_projectname_unique"
            ),
        ]


class ProjectEvidence(Evidence):
    """A passage that supports a project's description, reach or levels."""

    record_fields = ("project",)
    project = models.ForeignKey(Project, models.CASCADE, related_name="evidence")


class ProjectStatus(StatusStatement):
    """What a source says of a project's state."""

    record_fields = ("project",)
    project = models.ForeignKey(Project, models.CASCADE, related_name="statuses")

    class Meta(StatusStatement.Meta):
        constraints = [
            *StatusStatement.Meta.constraints,
            models.UniqueConstraint(
                fields=["project", "source"],
                name="projects_projectstatus_one_per_source",
                violation_error_message="Diese Quelle hat schon einen Status.",
            ),
        ]


class ProjectMilestone(Milestone):
    """A dated event of a project."""

    record_fields = ("project",)
    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")


class ProjectFigure(KeyFigure):
    """A number about a project."""

    record_fields = ("project",)
    project = models.ForeignKey(Project, models.CASCADE, related_name="figures")
