"""What projects can be filtered by, and where a search looks."""

from __future__ import annotations

from collections.abc import Mapping

from hzd_catalogue.lists.facets import Facet
from hzd_catalogue.lists.search import RELATED, SearchField
from hzd_catalogue.records.filters import (
    FIGURE,
    MILESTONE,
    SINCE,
    TOPIC,
    TRAITS,
    RecordFilterSet,
    name_of,
    names_of,
    record_listing,
)
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.reference.choices import RelationKind, Status
from hzd_catalogue.reference.models import FederalState
from partners.filters import ROLE, partner_facet

from .models import Project, ProjectKind


class ProjectFilterSet(RecordFilterSet):
    """Filters of ``/projekte/``."""

    partner = partner_facet("Partner", "partner_pairs")
    status = Facet(label="Status", pairs="status_pairs", labels=lambda: Status.choices)
    art = Facet(label="Art", lookup="kind", labels=lambda: ProjectKind.choices)


#: The states that are about to take part, as the newest source says of each.
JOINING_STATE = "joining_state"
_TRAITS: Mapping[str, Facet] = {
    **TRAITS,
    JOINING_STATE: Facet(
        label="Beitretendes Bundesland",
        pairs="joining_state_pairs",
        labels=lambda: FederalState.objects.values_list("code", "name"),
        covers_all=False,
    ),
}

PROJECTS = record_listing(
    Project,
    ProjectFilterSet,
    url_name="project-list",
    nouns=("Projekt", "Projekte"),
    dative_nouns=("Projekt", "Projekten"),
    search_fields=(
        name_of(
            "Kooperation",
            "statements__related_record",
            statements__relation=RelationKind.BELONGS_TO,
        ),
        *names_of("Partner", "statements__partner"),
        ROLE,
        SearchField(
            "Bundesland",
            "statements__federal_state__name",
            RELATED,
            {"statements__kind": Kind.PARTICIPATION},
        ),
        TOPIC,
        SearchField(
            "Nutzergruppe",
            "statements__user_group",
            where={"statements__kind": Kind.USER_GROUP},
        ),
        FIGURE,
        MILESTONE,
        SINCE,
    ),
    traits=_TRAITS,
)
