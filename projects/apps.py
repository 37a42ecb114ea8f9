from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects of the catalogue."""

    name = "projects"
    verbose_name = "Projekte"
