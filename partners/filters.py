"""What partners and cooperations can be filtered by, and where a search looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from hzd_catalogue.lists.facets import Facet
from hzd_catalogue.lists.per_revision import Changed
from hzd_catalogue.lists.search import RELATED, TEXT, SearchField
from hzd_catalogue.records.filters import (
    FIGURE,
    JOINT_RECORD,
    MILESTONE,
    SINCE,
    TOPIC,
    TRAITS,
    RecordFilterSet,
    labels_since,
    name_of,
    names_of,
    record_listing,
)
from hzd_catalogue.records.kinds import DATED_TYPES, RecordType
from hzd_catalogue.records.records import Record
from hzd_catalogue.records.version_writer import RECORDS
from hzd_catalogue.reference.choices import RelationKind, Status

from .models import Cooperation, CooperationKind, Partner, PartnerKind


def partner_labels() -> Iterable[tuple[str, str]]:
    """Return key and name of all published partners, in the order of their names."""
    return Partner.objects.published().order_by("sort_key", "slug").values_list("slug", "name")


def _partner_labels_since(
    labels: Mapping[str, str], changed: Changed
) -> Mapping[str, tuple[str, int]] | None:
    return labels_since(
        labels,
        Partner.objects.published(),
        changed[RECORDS],
        ("sort_key", "slug"),
        itemgetter("slug", "name"),
    )


def partner_facet(label: str, pairs: str) -> Facet:
    """Return a facet whose values are partners."""
    return Facet(
        label=label, pairs=pairs, labels=partner_labels, labels_since=_partner_labels_since
    )


#: What published partners do in a record.
ROLE = SearchField("Rolle", "statements__role", TEXT, {"statements__partner__is_published": True})


#: From a cooperation to its projects.
_PROJECT = "incoming_relations__record"
_BELONGS = {"incoming_relations__relation": RelationKind.BELONGS_TO}


class CooperationFilterSet(RecordFilterSet):
    """Filters of ``/kooperationen/``."""

    partner = partner_facet("Partner", "partner_pairs")
    status = Facet(label="Status", pairs="status_pairs", labels=lambda: Status.choices)
    art = Facet(label="Art", lookup="kind", labels=lambda: CooperationKind.choices)


COOPERATIONS = record_listing(
    Cooperation,
    CooperationFilterSet,
    url_name="cooperation-list",
    nouns=("Kooperation", "Kooperationen"),
    dative_nouns=("Kooperation", "Kooperationen"),
    search_fields=(
        *names_of("Partner", "statements__partner"),
        ROLE,
        *names_of("Projekt", _PROJECT, **_BELONGS),
        SearchField(
            "Bundesland",
            f"{_PROJECT}__statements__federal_state__name",
            RELATED,
            {f"{_PROJECT}__is_published": True, **_BELONGS},
        ),
        TOPIC,
        FIGURE,
        MILESTONE,
        SINCE,
    ),
)


def _joint_records() -> Any:
    """Return the published records in which partners may have roles."""
    return Record.objects.published().filter(type__in=DATED_TYPES)


def _joint_records_since(
    labels: Mapping[str, str], changed: Changed
) -> Mapping[str, tuple[str, int]] | None:
    return labels_since(
        labels,
        _joint_records(),
        changed[RECORDS],
        ("sort_key", "pk"),
        lambda row: (str(row["pk"]), row["name"]),
    )


class PartnerFilterSet(RecordFilterSet):
    """Filters of ``/partner/``."""

    partner = partner_facet("Gemeinsame Vorhaben mit", "colleague_pairs")
    status = Facet(label="Status der Vorhaben", pairs="status_pairs", labels=lambda: Status.choices)
    art = Facet(label="Art", lookup="kind", labels=lambda: PartnerKind.choices)


PARTNERS = record_listing(
    Partner,
    PartnerFilterSet,
    url_name="partner-list",
    nouns=("Partner", "Partner"),
    dative_nouns=("Partner", "Partnern"),
    search_fields=(
        name_of(
            "Kooperation", "roles_held__record", roles_held__record__type=RecordType.COOPERATION
        ),
        SearchField("Rolle", "roles_held__role", TEXT, {"roles_held__record__is_published": True}),
        *names_of("Projekt", "roles_held__record", roles_held__record__type=RecordType.PROJECT),
        TOPIC,
        FIGURE,
    ),
    # Its status is that of what it takes part in.
    searched_facets=("art", "reichweite", "ebene"),
    traits={
        **TRAITS,
        JOINT_RECORD: Facet(
            label="Vorhaben",
            pairs="record_pairs",
            labels=lambda: _joint_records().values_list("pk", "name"),
            labels_since=_joint_records_since,
            covers_all=False,
        ),
    },
)
