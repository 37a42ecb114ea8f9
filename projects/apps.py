from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects of the catalogue."""

    name = "projects"
    verbose_name = "Projekte"

    def ready(self) -> None:
        from hzd_catalogue.records.public_data import show_as

        from .columns import PROJECT_COLUMNS
        from .filters import PROJECTS
        from .models import Project

        show_as(Project.record_type, PROJECTS, PROJECT_COLUMNS)
