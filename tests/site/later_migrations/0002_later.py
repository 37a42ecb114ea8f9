from django.db import migrations, models


def refer_to_every_page(apps, schema_editor):
    later = apps.get_model("site", "Later")
    for page in apps.get_model("site", "LegalPage").objects.all():
        later.objects.create(page=page, mark="migrated")


class Migration(migrations.Migration):
    """Adds a table, and rows that refer to those of an old one."""

    dependencies = [("site", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Later",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("page", models.ForeignKey("site.legalpage", models.CASCADE)),
                ("mark", models.CharField(max_length=20)),
            ],
        ),
        migrations.RunPython(refer_to_every_page, migrations.RunPython.noop),
    ]
