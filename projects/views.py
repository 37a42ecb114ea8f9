"""Pages and files of projects."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404

from hzd_catalogue.records.export_rows import OF_RECORDS
from hzd_catalogue.records.pictures import LINE_COLUMNS, LINE_KEY, LineRow, PictureView
from hzd_catalogue.records.state_pictures import StateMapPicture
from hzd_catalogue.records.views import (
    OfRecord,
    RecordDetailView,
    RecordExportView,
    RecordJsonView,
    RecordListView,
    RecordTableExportView,
)
from hzd_catalogue.reference.models import FederalState
from hzd_catalogue.reference.state_map import StateMap

from .columns import PROJECT_COLUMNS
from .filters import PROJECTS
from .models import Project
from .network import network
from .state_map import project_map


class ProjectListView(RecordListView):
    """``/projekte/``"""

    listing = PROJECTS
    template_name = "projects/project_list.html"
    row_templates = {
        "liste": "projects/project_result.html",
        "tabelle": "projects/project_row.html",
    }
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
        """Add the pictures of those whom sources name, and of the states."""
        return super().get_context_data(
            network=network(self.object),
            map=project_map(self.object, FederalState.objects.all()),
            **kwargs,
        )


class ProjectExportView(RecordExportView):
    """``/projekte.csv`` and the other formats"""

    listing = PROJECTS
    columns = PROJECT_COLUMNS
    kept = OF_RECORDS


class ProjectTableExportView(RecordTableExportView):
    """``/projekte/<slug>/<table>.csv`` and the other formats"""

    model = Project


class ProjectMapPicture(OfRecord, StateMapPicture):
    """``/projekte/<slug>/karte.svg`` and its data"""

    model = Project

    @cached_property
    def map(self) -> StateMap | None:
        """The states of the project."""
        project = get_object_or_404(PROJECTS.rows().with_standings(), slug=self.kwargs["slug"])
        return project_map(project, FederalState.objects.all())


class ProjectNetworkPicture(OfRecord, PictureView):
    """``/projekte/<slug>/netz.svg`` and its data"""

    model = Project
    template_name = "projects/network.html"
    note = (
        "Links Partner, in der Mitte das Projekt und Kooperationen, zu denen es gehört, "
        "rechts Länder."
    )
    columns = LINE_COLUMNS
    own_key = LINE_KEY

    @cached_property
    def project(self) -> Project:
        """The project whose picture it is."""
        rows = PROJECTS.rows().with_details()
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    @property
    def name(self) -> str:
        return f"Netz {self.project.slug}"[:31]

    @property
    def title(self) -> str:
        return f"{self.project.name}: Partner, Kooperationen und Länder"

    @property
    def page_path(self) -> str:
        return self.project.get_absolute_url()

    def drawing(self) -> Mapping[str, Any] | None:
        drawn = network(self.project)
        return {"network": drawn, "object": self.project} if drawn else None

    def rows(self) -> list[LineRow]:
        drawn, project = network(self.project), self.project
        return [
            LineRow(project.name, self.page_path, node.line, node.name, node.url)
            for node in (drawn.nodes if drawn else ())
            if node.url != self.page_path
        ]


class ProjectJsonView(RecordJsonView):
    """``/projekte/<slug>.json``"""

    model = Project
