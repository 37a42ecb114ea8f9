import hzd_catalogue.records.versions
from django.db import migrations, models

COLUMNS = ("states", "topics", "levels", "reach", "kind", "status")


def facets_of(public):
    """Return what ``records.versions.facets_of`` did when there was format 1 alone."""
    cells = {column: public.get(column) or [] for column in COLUMNS}
    return {
        column: [
            {"key": item["key"], "name": item["name"]}
            for item in (cell if isinstance(cell, list) else [cell])
        ]
        for column, cell in cells.items()
        if cell
    }


def fill(apps, schema_editor):
    """Write down of each version what the list of changes filters by."""
    rows = apps.get_model("records", "Version").objects
    for row in rows.filter(public__isnull=False).order_by().iterator(chunk_size=200):
        rows.filter(pk=row.pk).update(facets=facets_of(row.public))


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='version',
            name='facets',
            field=hzd_catalogue.records.versions.JsonText(default=dict, verbose_name='Filter'),
        ),
        migrations.AddField(
            model_name='version',
            name='blocked_at',
            field=models.DateTimeField(null=True, verbose_name='gesperrt'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
