"""Pages of projects."""

from typing import Any

from hzd_catalogue.browsing.views import RecordDetailView, RecordListView

from .filters import ProjectFilterSet
from .models import Project
from .network import network


class ProjectListView(RecordListView):
    """``/projekte/``"""

    filterset_class = ProjectFilterSet
    template_name = "projects/project_list.html"
    columns = {
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
    filterset_class = ProjectFilterSet

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the picture of who works with whom."""
        return super().get_context_data(network=network(self.object), **kwargs)
