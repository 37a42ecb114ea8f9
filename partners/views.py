"""Pages of cooperations and partners."""

from hzd_catalogue.browsing.views import RecordDetailView, RecordListView

from .filters import CooperationFilterSet, PartnerFilterSet
from .models import Cooperation, Partner


class CooperationListView(RecordListView):
    """``/kooperationen/``"""

    filterset_class = CooperationFilterSet
    template_name = "partners/cooperation_list.html"
    columns = {
        "Kooperation": "name",
        "Art": "",
        "Partner": "",
        "Ebenen": "",
        "Meilensteine": "neueste",
        "Länder": "laender",
    }


class CooperationDetailView(RecordDetailView):
    """``/kooperationen/<slug>/``"""

    model = Cooperation
    filterset_class = CooperationFilterSet


class PartnerListView(RecordListView):
    """``/partner/``"""

    filterset_class = PartnerFilterSet
    template_name = "partners/partner_list.html"
    columns = {"Partner": "name", "Art": "", "Kooperationen": "", "Projekte": "", "Ebenen": ""}


class PartnerDetailView(RecordDetailView):
    """``/partner/<slug>/``"""

    model = Partner
    filterset_class = PartnerFilterSet
