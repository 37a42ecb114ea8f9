"""A project's membership in a cooperation becomes a relation, with the key of its evidence."""

from django.db import migrations


def carry(apps, schema_editor):
    """Turn each passage for a membership into the relation that it states.

    A membership without a passage is no statement, and goes.
    """
    statements = apps.get_model("records", "Statement").objects.filter(
        kind="beleg", aspect="kooperation"
    )
    members = statements.filter(record__cooperation__isnull=False).select_related("record")
    seen = set()
    for row in members.order_by("pk"):
        same = (row.record_id, row.source_id)
        if same not in seen:
            seen.add(same)
            row.kind, row.relation, row.aspect = "bezug", "gehoert-zu", ""
            row.related_record_id = row.record.cooperation_id
            row.save()
    statements.filter(kind="beleg").delete()


class Migration(migrations.Migration):
    dependencies = [("records", "0002_relation")]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
