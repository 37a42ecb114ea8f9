from typing import Any

from django.db import migrations, models

from hzd_catalogue.reference.german import sort_key


def fill(apps: Any, schema_editor: Any) -> None:
    for topic in apps.get_model("reference", "Topic").objects.all():
        topic.sort_key = sort_key(topic.name)[:80]
        topic.save()


class Migration(migrations.Migration):

    dependencies = [
        ("reference", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="topic",
            name="sort_key",
            field=models.CharField(default="", editable=False, max_length=80),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="topic",
            options={
                "ordering": ["sort_key", "pk"],
                "verbose_name": "Thema",
                "verbose_name_plural": "Themen",
            },
        ),
    ]
