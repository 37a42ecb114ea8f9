import hzd_catalogue.records.versions
from django.db import migrations, models

from hzd_catalogue.records.version_formats import upgrade
from hzd_catalogue.records.versions import facets_of


def fill(apps, schema_editor):
    """Write down of each version what the list of changes filters by."""
    rows = apps.get_model("records", "Version").objects
    for row in rows.filter(public__isnull=False).order_by().iterator(chunk_size=200):
        rows.filter(pk=row.pk).update(facets=facets_of(upgrade(row.public, row.format)))


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
