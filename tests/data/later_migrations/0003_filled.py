from django.db import migrations


def refer_to_every_page(apps, schema_editor):
    later = apps.get_model("legal", "Later")
    for page in apps.get_model("legal", "LegalPage").objects.all():
        later.objects.create(page=page, mark="migrated")


class Migration(migrations.Migration):
    dependencies = [("legal", "0002_later")]

    operations = [migrations.RunPython(refer_to_every_page, migrations.RunPython.noop)]
