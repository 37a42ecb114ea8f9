from django.db import migrations


def refer_to_every_page(apps, schema_editor):
    later = apps.get_model("site", "Later")
    for page in apps.get_model("site", "LegalPage").objects.all():
        later.objects.create(page=page, mark="migrated")


class Migration(migrations.Migration):
    dependencies = [("site", "0002_later")]

    operations = [migrations.RunPython(refer_to_every_page, migrations.RunPython.noop)]
