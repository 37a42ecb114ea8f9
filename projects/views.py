"""Pages and files of projects."""

from typing import Any

from hzd_catalogue.records.views import (
    RecordDetailView,
    RecordExportView,
    RecordJsonView,
    RecordListView,
    RecordTableExportView,
)

from .columns import PROJECT_COLUMNS
from .filters import PROJECTS
from .models import Project
from .network import network


class ProjectListView(RecordListView):
    """``/projekte/``"""

    listing = PROJECTS
    template_name = "projects/project_list.html"
    headings = {
        "Projekt": "name",
        "Themen": "",
        "Ebenen": "",
        "Status": "",
        "Meilensteine": "neueste",
        "Länder": "laender",
    }


class ProjectDetailView(RecordDetailView):
    """``/projekte/<slug>/``"""

    model = Project
    listing = PROJECTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the picture of those whom sources name."""
        return super().get_context_data(network=network(self.object), **kwargs)


class ProjectExportView(RecordExportView):
    """``/projekte.csv`` and the other formats"""

    listing = PROJECTS
    columns = PROJECT_COLUMNS


class ProjectTableExportView(RecordTableExportView):
    """``/projekte/<slug>/<table>.csv`` and the other formats"""

    model = Project


class ProjectJsonView(RecordJsonView):
    """``/projekte/<slug>.json``"""

    model = Project
    listing = PROJECTS
    columns = PROJECT_COLUMNS
