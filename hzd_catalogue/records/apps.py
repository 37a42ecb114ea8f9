from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Records and statements; reserves what was once public, and keeps it."""

    name = "hzd_catalogue.records"
    label = "records"
    verbose_name = "Einträge"

    def ready(self) -> None:
        from . import export_writer, public_data, publishing, version_writer

        publishing.connect()
        version_writer.write_with(public=public_data.public_data)
        version_writer.followed_by(export_writer.Exports)
        version_writer.connect()
