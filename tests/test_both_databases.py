"""Every public answer is the same on SQLite and on PostgreSQL, to the byte.

What tests say of answers alone, they therefore need to say on one database only (Makefile).
"""

import json
import shutil
from datetime import UTC, datetime

import pytest

from tests.chance import FACTOR
from tests.processes import environment, run, shell
from tests.test_data_go_over import EDIT, commands

QUERIES = {
    "/projekte/": (
        *(
            "land=DE-TH&ansicht=tabelle",
            "sortierung=-name",
            "q=Wohngeld+Th%C3%BCringen",
            "jahr=2021",
        ),
        *("land=%00&q=%F0%9F%98%80%00", "jahr=99999999999999999999", "seite=99999999999999999999"),
        *("seite=2&pro-seite=10", "thema=ohne", "status=im-einsatz&hinweis=quellen"),
    ),
    "/kooperationen/": ("ansicht=tabelle&sortierung=-name", "q=Rechenzentrum", "partner=ekom21"),
    "/partner/": ("ansicht=tabelle", "q=Dataport", "land=DE-HE&sortierung=-name"),
    "/suche/": ("q=%00", "q=%FF%FE", "q=Strasse", "q=wongeld", "q=Kfz+Zulassung+in+Bayern"),
    "/aussagen/": ("q=Oktober+2021", "seite=3", "land=DE-TH"),
    "/aenderungen/": ("seit=1", "seite=2"),
    "/projekte/wohngeld/": ("fassung=1", f"stand={datetime.now(UTC).date()}"),
    "/kooperationen/ozg-umsetzung/": ("fassung=1",),
}
#: Spreadsheets are ZIP files of what stands in the CSV of the same address.
ANSWER = f"""
import hashlib, json
from datetime import UTC, datetime
from django.test import Client
from hzd_catalogue.records.models import Record
from hzd_catalogue.reference.models import Revision
from tests.addresses import every_kind_of_public_address
from tests.chance import some

# A restore gives the data another one.
Revision.objects.update(number=4711, changed_at=datetime(2026, 1, 1, tzinfo=UTC))
queries = {QUERIES!r}
records = [record.get_absolute_url() for record in Record.objects.order_by("pk")]
addresses = [
    *some(every_kind_of_public_address(), 120),
    *(f"{{address}}?{{query}}" for address, all in queries.items() for query in all),
    *records, *(f"{{address[:-1]}}.json" for address in some(records, 10)),
]
client, found = Client(), {{}}
for address in addresses:
    if not address.endswith((".xlsx", ".ods")):
        answer = client.get(address)
        body = hashlib.sha256(b"".join(answer)).hexdigest()
        found[address] = [answer.status_code, answer.get("Location"), answer.get("ETag"), body]
print(json.dumps(found))
"""


def test_every_public_answer_is_the_same_on_both(own_site, tmp_path):
    if "DATABASE_URL" not in own_site:
        pytest.skip("compares PostgreSQL with SQLite")
    backup = str(tmp_path / "backup.zip")
    shell(own_site, f"{EDIT}\n{commands(('backup', backup))}")
    sqlite = environment(tmp_path / "sqlite")
    # Pages name them by their contents.
    shutil.copytree(f"{own_site['VAR_DIR']}/static", tmp_path / "sqlite" / "static")
    done = run(sqlite, "manage.py", "restore", backup, "--no-input")
    assert done.returncode == 0, done.stderr

    # What a process of its own asks is as deep as the rest.
    depth = {"TEST_DEPTH": str(FACTOR)}
    here, there = (json.loads(shell({**site, **depth}, ANSWER)) for site in (own_site, sqlite))

    assert len(here) > (240 if FACTOR > 1 else 150)
    assert {status for status, *_rest in here.values()} >= {200, 410}
    assert [address for address in here if here[address] != there.get(address)] == []
