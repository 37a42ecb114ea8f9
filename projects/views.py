"""Pages of projects."""

from hzd_catalogue.browsing.views import RecordDetailView, RecordListView

from .filters import ProjectFilterSet
from .models import Project


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
