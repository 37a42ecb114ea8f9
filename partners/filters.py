"""What partners and cooperations can be filtered by, and where a search looks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from hzd_catalogue.browsing.facets import Facet
from hzd_catalogue.browsing.filtersets import OWN_TEXTS, CatalogueFilterSet
from hzd_catalogue.browsing.search import RELATED, TEXT, SearchField
from hzd_catalogue.reference.choices import Status

from .models import Cooperation, CooperationKind, Partner, PartnerKind


def partner_labels() -> Iterable[tuple[str, str]]:
    """Return key and name of all published partners, in the order of their names."""
    return Partner.objects.published().order_by("sort_key", "pk").values_list("slug", "name")


class CooperationFilterSet(CatalogueFilterSet):
    """Filters of ``/kooperationen/``."""

    partner = Facet(label="Partner", lookup="partners__slug", labels=partner_labels)
    status = Facet(label="Status", pairs="status_pairs", labels=lambda: Status.choices)
    art = Facet(label="Art", lookup="kind", labels=lambda: CooperationKind.choices)

    nouns = ("Kooperation", "Kooperationen")
    dative_nouns = ("Kooperation", "Kooperationen")
    search_fields: ClassVar[tuple[SearchField, ...]] = (
        *OWN_TEXTS,
        SearchField("Partner", "partners__name", RELATED, "partners"),
        SearchField("Partner", "partners__other_names__name", RELATED, "partners"),
        SearchField("Rolle", "involvements__role", TEXT, "involvements__partner"),
        SearchField("Projekt", "projects__name", RELATED, "projects"),
        SearchField("Projekt", "projects__other_names__name", RELATED, "projects"),
        SearchField("Bundesland", "projects__federal_states__name", RELATED, "projects"),
        SearchField("Thema", "topics__name", RELATED),
        SearchField("Kennzahl", ("figures__qualifier", "figures__value", "figures__unit")),
        SearchField("Meilenstein", ("milestones__title", "milestones__year")),
    )

    class Meta(CatalogueFilterSet.Meta):
        model = Cooperation


class PartnerFilterSet(CatalogueFilterSet):
    """Filters of ``/partner/``."""

    partner = Facet(label="Arbeitet zusammen mit", pairs="colleague_pairs", labels=partner_labels)
    status = Facet(label="Status der Vorhaben", pairs="status_pairs", labels=lambda: Status.choices)
    art = Facet(label="Art", lookup="kind", labels=lambda: PartnerKind.choices)

    nouns = ("Partner", "Partner")
    dative_nouns = ("Partner", "Partnern")
    search_fields: ClassVar[tuple[SearchField, ...]] = (
        *OWN_TEXTS,
        SearchField("Kooperation", "cooperations__name", RELATED, "cooperations"),
        SearchField("Rolle", "involvements__role", TEXT, "involvements__cooperation"),
        SearchField("Projekt", "projects__name", RELATED, "projects"),
        SearchField("Projekt", "projects__other_names__name", RELATED, "projects"),
        SearchField("Rolle", "project_involvements__role", TEXT, "project_involvements__project"),
        SearchField("Thema", "topics__name", RELATED),
        SearchField("Kennzahl", ("figures__qualifier", "figures__value", "figures__unit")),
    )

    class Meta(CatalogueFilterSet.Meta):
        model = Partner
