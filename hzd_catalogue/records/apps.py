from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Records and statements; reserves what was once public, and keeps it."""

    name = "hzd_catalogue.records"
    label = "records"
    verbose_name = "Einträge"

    def ready(self) -> None:
        from hzd_catalogue.lists.per_revision import follow_with
        from hzd_catalogue.reference.revisions import changes_between

        from . import export_writer, public_data, publishing, version_writer

        follow_with(changes_between)
        publishing.connect()
        version_writer.write_with(public=public_data.public_data)
        version_writer.followed_by(export_writer.Exports)
        version_writer.connect()
