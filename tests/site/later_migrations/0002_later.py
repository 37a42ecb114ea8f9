from django.db import migrations, models


def mark(apps, schema_editor):
    apps.get_model("site", "LegalPage").objects.update(mark="migrated")


class Migration(migrations.Migration):
    """Fills a new column and adds a table that refers to an old one."""

    dependencies = [("site", "0001_initial")]

    operations = [
        migrations.AddField("legalpage", "mark", models.CharField(max_length=20, default="")),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.AlterField("legalpage", "mark", models.CharField(max_length=40, default="")),
        migrations.CreateModel(
            "Later",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("page", models.ForeignKey("site.legalpage", models.CASCADE)),
            ],
        ),
    ]
