"""What projects can be filtered by, and where a search looks."""

from __future__ import annotations

from hzd_catalogue.lists.facets import Facet
from hzd_catalogue.lists.search import RELATED, TEXT, SearchField
from hzd_catalogue.records.filters import RecordFilterSet, published, record_listing
from hzd_catalogue.reference.choices import Status
from partners.filters import partner_labels

from .models import Project, ProjectKind


class ProjectFilterSet(RecordFilterSet):
    """Filters of ``/projekte/``."""

    partner = Facet(label="Partner", lookup="partners__slug", labels=partner_labels)
    status = Facet(label="Status", pairs="status_pairs", labels=lambda: Status.choices)
    art = Facet(label="Art", lookup="kind", labels=lambda: ProjectKind.choices)


PROJECTS = record_listing(
    Project,
    ProjectFilterSet,
    url_name="project-list",
    nouns=("Projekt", "Projekte"),
    dative_nouns=("Projekt", "Projekten"),
    search_fields=(
        SearchField("Kooperation", "cooperation__name", RELATED, published("cooperation")),
        SearchField("Partner", "partners__name", RELATED, published("partners")),
        SearchField("Partner", "partners__other_names__name", RELATED, published("partners")),
        SearchField("Rolle", "involvements__role", TEXT, published("involvements__partner")),
        SearchField("Bundesland", "federal_states__name", RELATED),
        SearchField("Thema", "topics__name", RELATED),
        SearchField("Nutzergruppe", "user_groups__name"),
        SearchField("Kennzahl", ("figures__qualifier", "figures__value", "figures__unit")),
        SearchField("Meilenstein", ("milestones__title", "milestones__year")),
    ),
)
