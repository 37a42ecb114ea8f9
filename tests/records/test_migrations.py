"""A database that was filled before relations came keeps what it says."""

import json

import pytest

from tests.processes import manage, new_site, shell

#: What the models were before.
FILL = """
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

before = [("records", "0001_initial"), ("reference", "0001_initial")]
apps = MigrationExecutor(connection).loader.project_state(before).apps
Record, Source, Statement = (
    apps.get_model(*name)
    for name in (("records", "Record"), ("reference", "Source"), ("records", "Statement"))
)
source = Source.objects.create(
    slug="dokument-001", code="001", file_name="1.txt", title="Eins", date_basis="unbekannt",
    date_reason="Kein Datum.", rank=1, rank_reason="Das einzige.",
)
verbund = Record.objects.create(type="kooperationen", slug="verbund", name="Verbund")
for slug, keys in (("belegt", ("a111111111", "a222222222")), ("unbelegt", ())):
    project = Record.objects.create(
        type="projekte", slug=slug, name=slug.title(), cooperation=verbund
    )
    for paragraph, key in enumerate(keys, 1):
        Statement.objects.create(
            record=project, kind="beleg", aspect="kooperation", key=key, source=source,
            paragraph=paragraph, quote="gehört zum Verbund",
        )
Statement.objects.create(
    record=verbund, kind="beleg", aspect="ebene", key="a333333333", source=source,
    paragraph=1, quote="ein Land",
)
"""
ASK = """
import json
from hzd_catalogue.records.models import Record, Statement

print(json.dumps([
    sorted(
        (row.key, row.kind, row.record.path, row.relation, row.paragraph, row.quote,
         row.related_record and row.related_record.path)
        for row in Statement.objects.all()
    ),
    [record.path for record in Record.objects.order_by("slug")],
]))
"""


@pytest.mark.filterwarnings("default")
def test_a_membership_becomes_a_relation_with_the_key_of_its_passage(tmp_path):
    with new_site(tmp_path / "site") as site:
        manage(site, "migrate", "records", "0001_initial")
        shell(site, FILL)
        manage(site, "migrate")
        statements, records = json.loads(shell(site, ASK))

    assert statements == [
        [
            "a111111111",
            "bezug",
            "projekte/belegt",
            "gehoert-zu",
            1,
            "gehört zum Verbund",
            "kooperationen/verbund",
        ],
        ["a333333333", "beleg", "kooperationen/verbund", "", 1, "ein Land", None],
    ]
    assert records == ["projekte/belegt", "projekte/unbelegt", "kooperationen/verbund"]
