from django.db import migrations, models


class Migration(migrations.Migration):
    """Alters the table whose rows the migration before has added."""

    dependencies = [("legal", "0003_filled")]

    operations = [
        migrations.AddField("later", "note", models.CharField(max_length=20, default="")),
    ]
