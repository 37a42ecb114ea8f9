from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds a table that refers to an old one."""

    dependencies = [("legal", "0001_initial")]

    operations = [
        migrations.CreateModel(
            "Later",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("page", models.ForeignKey("legal.legalpage", models.CASCADE)),
                ("mark", models.CharField(max_length=20)),
            ],
        ),
    ]
