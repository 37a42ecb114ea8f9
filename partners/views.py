"""Pages and files of cooperations and partners."""

from hzd_catalogue.records.export_rows import OF_RECORDS
from hzd_catalogue.records.views import (
    RecordDetailView,
    RecordExportView,
    RecordJsonView,
    RecordListView,
    RecordTableExportView,
)

from .columns import COOPERATION_COLUMNS, PARTNER_COLUMNS
from .filters import COOPERATIONS, PARTNERS
from .models import Cooperation, Partner


class CooperationListView(RecordListView):
    """``/kooperationen/``"""

    listing = COOPERATIONS
    template_name = "partners/cooperation_list.html"
    row_templates = {
        "liste": "partners/cooperation_result.html",
        "tabelle": "partners/cooperation_row.html",
    }
    headings = {
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
    listing = COOPERATIONS


class CooperationExportView(RecordExportView):
    """``/kooperationen.csv`` and the other formats"""

    listing = COOPERATIONS
    columns = COOPERATION_COLUMNS
    kept = OF_RECORDS


class CooperationTableExportView(RecordTableExportView):
    """``/kooperationen/<slug>/<table>.csv`` and the other formats"""

    model = Cooperation


class CooperationJsonView(RecordJsonView):
    """``/kooperationen/<slug>.json``"""

    model = Cooperation


class PartnerListView(RecordListView):
    """``/partner/``"""

    listing = PARTNERS
    template_name = "partners/partner_list.html"
    row_templates = {
        "liste": "partners/partner_result.html",
        "tabelle": "partners/partner_row.html",
    }
    headings = {"Partner": "name", "Art": "", "Kooperationen": "", "Projekte": "", "Ebenen": ""}


class PartnerDetailView(RecordDetailView):
    """``/partner/<slug>/``"""

    model = Partner
    listing = PARTNERS


class PartnerExportView(RecordExportView):
    """``/partner.csv`` and the other formats"""

    listing = PARTNERS
    columns = PARTNER_COLUMNS
    kept = OF_RECORDS


class PartnerTableExportView(RecordTableExportView):
    """``/partner/<slug>/<table>.csv`` and the other formats"""

    model = Partner


class PartnerJsonView(RecordJsonView):
    """``/partner/<slug>.json``"""

    model = Partner
