"""What partners and cooperations can be filtered by, and where a search looks."""

from __future__ import annotations

from collections.abc import Iterable

from hzd_catalogue.lists.facets import Facet
from hzd_catalogue.lists.search import RELATED, TEXT, SearchField
from hzd_catalogue.records.filters import RecordFilterSet, published, record_listing
from hzd_catalogue.reference.choices import Status

from .models import Cooperation, CooperationKind, Partner, PartnerKind


def partner_labels() -> Iterable[tuple[str, str]]:
    """Return key and name of all published partners, in the order of their names."""
    return Partner.objects.published().order_by("sort_key", "pk").values_list("slug", "name")


class CooperationFilterSet(RecordFilterSet):
    """Filters of ``/kooperationen/``."""

    partner = Facet(label="Partner", lookup="partners__slug", labels=partner_labels)
    status = Facet(label="Status", pairs="status_pairs", labels=lambda: Status.choices)
    art = Facet(label="Art", lookup="kind", labels=lambda: CooperationKind.choices)


COOPERATIONS = record_listing(
    Cooperation,
    CooperationFilterSet,
    url_name="cooperation-list",
    nouns=("Kooperation", "Kooperationen"),
    dative_nouns=("Kooperation", "Kooperationen"),
    search_fields=(
        SearchField("Partner", "partners__name", RELATED, published("partners")),
        SearchField("Partner", "partners__other_names__name", RELATED, published("partners")),
        SearchField("Rolle", "involvements__role", TEXT, published("involvements__partner")),
        SearchField("Projekt", "projects__name", RELATED, published("projects")),
        SearchField("Projekt", "projects__other_names__name", RELATED, published("projects")),
        SearchField("Bundesland", "projects__federal_states__name", RELATED, published("projects")),
        SearchField("Thema", "topics__name", RELATED),
        SearchField("Kennzahl", ("figures__qualifier", "figures__value", "figures__unit")),
        SearchField("Meilenstein", ("milestones__title", "milestones__year")),
    ),
)


class PartnerFilterSet(RecordFilterSet):
    """Filters of ``/partner/``."""

    partner = Facet(label="Arbeitet zusammen mit", pairs="colleague_pairs", labels=partner_labels)
    status = Facet(label="Status der Vorhaben", pairs="status_pairs", labels=lambda: Status.choices)
    art = Facet(label="Art", lookup="kind", labels=lambda: PartnerKind.choices)


PARTNERS = record_listing(
    Partner,
    PartnerFilterSet,
    url_name="partner-list",
    nouns=("Partner", "Partner"),
    dative_nouns=("Partner", "Partnern"),
    search_fields=(
        SearchField("Kooperation", "cooperations__name", RELATED, published("cooperations")),
        SearchField("Rolle", "involvements__role", TEXT, published("involvements__cooperation")),
        SearchField("Projekt", "projects__name", RELATED, published("projects")),
        SearchField("Projekt", "projects__other_names__name", RELATED, published("projects")),
        SearchField(
            "Rolle", "project_involvements__role", TEXT, published("project_involvements__project")
        ),
        SearchField("Thema", "topics__name", RELATED),
        SearchField("Kennzahl", ("figures__qualifier", "figures__value", "figures__unit")),
    ),
)
