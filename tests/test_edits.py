"""Whatever editors do in forms and by files, one thing after another, the catalogue stays whole."""

import json
import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hzd_catalogue.data import fixtures
from hzd_catalogue.records.models import Record, Statement, Version
from hzd_catalogue.records.public_data import public_data
from hzd_catalogue.records.version_words import differences
from hzd_catalogue.reference.models import FederalState, Revision, Source
from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Partner
from projects.filters import PROJECTS
from tests.addresses import every_kind_of_public_address
from tests.chance import FACTOR, seeds, some
from tests.editing import add_row, editor_client, form_data
from tests.factories import clear_catalogue
from tests.listing import ask
from tests.records.test_export_rows import check_files as check_files_of_lists

pytestmark = pytest.mark.django_db

#: Fifty in a row where it goes deep.
EDITS = 50 if FACTOR > 1 else 2
#: No public answer has it, nor the editor's name.
REASON, EDITOR = "Nur-unter-uns", "erika-redigiert"
IMPORT = "/verwaltung/import/"
FILE = {
    "partner": "partners.yaml",
    "kooperationen": "cooperations.yaml",
    "projekte": "projects.yaml",
}
ADMIN = {
    "partner": "/verwaltung/partners/partner/",
    "kooperationen": "/verwaltung/partners/cooperation/",
    "projekte": "/verwaltung/projects/project/",
}


def rows_of(data, prefix):
    return range(int(data[f"{prefix}-TOTAL_FORMS"]))


def rename(chance, data):
    data["name"] = chance.choice(["Ärger & „Öl“", "Straße 7", "  viel   Platz ", data["name"] * 2])


def move(chance, data):
    data["slug"] = chance.choice(["wohngeld", "neu", f"neu-{chance.randint(1, 9)}", "oasis"])


def publish_or_withdraw(chance, data):
    if not data.pop("published", None):
        data["published"] = "on"


def classify(chance, data):
    data["reach"] = chance.choice(["landesweit", "laenderuebergreifend", "bundesweit", ""])
    data["topics"] = chance.sample(data["topics"], chance.randint(0, len(data["topics"])))
    data["levels"] = data["levels"][: chance.randint(0, 2)]


def delete_statement(chance, data):
    prefixes = [name.removesuffix("-TOTAL_FORMS") for name in data if name.endswith("-TOTAL_FORMS")]
    prefix = chance.choice(prefixes)
    for number in chance.sample(rows_of(data, prefix), min(1, len(rows_of(data, prefix)))):
        data[f"{prefix}-{number}-DELETE"] = "on"


def correct_quotation(chance, data):
    quotes = [name for name in data if name.endswith("-quote")]
    data[chance.choice(quotes)] = chance.choice(["neu gelesen: „ß“", "", "ein Wort " * 13])


def add_name(chance, data):
    add_row(
        data,
        "other_names",
        name=chance.choice(["Kürzel", "Langer Name", ""]),
        name_kind=chance.choice(["kurzform", "langform"]),
        source=chance.choice([data["evidence-0-source"], ""]),
        paragraph=chance.choice([1, 3, 0]),
        quote="so heißt es auch",
    )


def add_state(chance, data):
    if "participations-TOTAL_FORMS" in data:
        add_row(
            data,
            "participations",
            federal_state=chance.choice(FederalState.objects.order_by("code")).pk,
            participation_status="nutzt",
            source=chance.choice(Source.objects.all()).pk,
            paragraph=1,
            quote="nutzt es auch",
        )


def add_partner(chance, data):
    if "involvements-TOTAL_FORMS" in data:
        add_row(
            data,
            "involvements",
            partner=chance.choice(Partner.objects.order_by("pk")).pk,
            role="wirkt mit",
            source=chance.choice(Source.objects.all()).pk,
            paragraph=1,
            quote="wirkt mit",
        )


def change_partner(chance, data):
    named = [
        name for name in data if name.startswith("involvements-") and name.endswith("-partner")
    ]
    if named:
        data[chance.choice(named)] = chance.choice(Partner.objects.order_by("pk")).pk


def change_event(chance, data):
    years = [name for name in data if name.startswith("milestones-") and name.endswith("-year")]
    if years:
        name = chance.choice(years)
        data[name] = int(data[name]) - 1
        concerned = Record.objects.exclude(type="partner").order_by("pk")
        data[name.replace("-year", "-concerns")] = [chance.choice(concerned).pk]


CHANGES = (
    *(rename, move, publish_or_withdraw, classify),
    *(delete_statement, correct_quotation, add_name),
    *(add_state, add_partner, change_partner, change_event),
)


def edit_source(chance, editor):
    source = chance.choice(Source.objects.all())
    address = f"/verwaltung/reference/source/{source.pk}/change/"
    data = form_data(editor.get(address))
    data["title"] = f"{data['title'][:50]} {chance.randint(1, 9)}"
    return editor.post(address, data).status_code == 302


def change_entry(chance, entry):
    """Change what a file says of a record, be it to something that is refused."""
    entry["name"] = chance.choice([entry["name"], f"{entry['name'][:60]} #1"])
    entry["is_published"] = chance.random() < 0.9
    groups = [name for name, rows in entry.items() if rows and isinstance(rows, list)]
    group = chance.choice([name for name in groups if isinstance(entry[name][0], dict)])
    row = chance.choice(entry[group])
    if chance.random() < 0.3:
        entry[group].remove(row)
    else:
        row["paragraph"] = chance.randint(0, 9)
        row["quote"] = chance.choice(["aus der Datei", "ein Wort " * 13])


def import_file(chance, editor):
    """Send a record's entry as a file, and confirm what differs."""
    record = chance.choice(list(Record.objects.order_by("pk")))
    entry = json.loads(json.dumps(fixtures.rows_of([record.pk])[record.pk]))
    if not any(
        rows and isinstance(rows[0], dict) for rows in entry.values() if isinstance(rows, list)
    ):
        return False
    change_entry(chance, entry)
    file = SimpleUploadedFile(FILE[record.type], fixtures.to_yaml([entry]).encode())
    page = editor.post(IMPORT, {"uploads": [file], "reason": REASON})
    if "confirm" not in page.context:
        assert page.context["problems"]
        return False
    data = {field.html_name: field.value() for field in page.context["confirm"]}
    return editor.post(IMPORT, data).status_code == 302 and bool(
        page.context["comparison"].differences
    )


def edit(chance, editor):
    """Send one form or one file, or delete one record; return whether anything was saved."""
    if chance.random() < 0.05:
        return edit_source(chance, editor)
    if chance.random() < 0.25:
        return import_file(chance, editor)
    record = chance.choice(list(Record.objects.order_by("pk")))
    address = f"{ADMIN[record.type]}{record.pk}/"
    if chance.random() < 0.08:
        return editor.post(f"{address}delete/", {"post": "yes"}).status_code == 302
    data = form_data(editor.get(f"{address}change/"))
    if "evidence-0-source" not in data:
        return False
    data["reason"] = REASON
    for change in chance.sample(CHANGES, chance.randint(1, 2)):
        change(chance, data)
    revision = Revision.current().number
    response = editor.post(f"{address}change/", data)
    if response.status_code == 302:
        return True
    assert response.status_code == 200
    assert response.context["errors"]
    assert Revision.current().number == revision
    return False


def public():
    return {record.get_absolute_url(): record.pk for record in Record.objects.published()}


@pytest.mark.parametrize("seed", seeds(1)[:3])
def test_the_catalogue_stays_whole(catalogue, client, tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    editor = editor_client(EDITOR)
    addresses = public()
    owners = dict(Statement.objects.published().values_list("key", "record"))
    saved, seen = 0, {}
    look(seen)

    for _ in range(EDITS):
        saved += edit(chance, editor)
        look(seen)
        if FACTOR > 1:
            check_files_of_lists()
        for address, pk in public().items():
            # Nothing else is ever found where a record was.
            assert addresses.setdefault(address, pk) == pk
        for key, pk in Statement.objects.values_list("key", "record"):
            assert owners.setdefault(key, pk) == pk

    assert saved
    assert len(seen) > len(addresses)
    for (pk, number), shown in seen.items():
        version = Version.objects.get(record=pk, number=number)
        assert without_time(version.shown) == shown
        # What has changed can be said.
        if version.previous and version.shown and version.previous.shown:
            assert differences(version), version
    check_files_of_lists()
    check_addresses(client, addresses)
    check_counts()
    if FACTOR > 1:
        # Once more than imports and data that go over show it.
        check_files(tmp_path)


def look(seen):
    """Note what the public sees of each record, by its last version; each change has made one."""
    now = public_data(Record.objects.values_list("pk", flat=True))
    for version in Version.objects.newest():
        shown = without_time(now.pop(version.record_id, None))
        assert seen.setdefault((version.record_id, version.number), shown) == shown
        assert without_time(version.shown) == shown
        # What has changed can be said.
        if version.previous and version.shown and version.previous.shown:
            assert differences(version), version
    assert now == {}


def without_time(public):
    """Return public data but for when the record was saved last, be it without a change."""
    return public and {name: value for name, value in public.items() if name != "changed_at"}


def check_addresses(client, addresses):
    for address, pk in addresses.items():
        response = client.get(address)
        if response.status_code == 200:
            assert response.context["object"].pk == pk
        elif response.status_code == 301:
            assert response["Location"] == Record.objects.get(pk=pk).get_absolute_url()
        else:
            assert response.status_code == 410
            assert not Record.objects.published().filter(pk=pk).exists()
    for address in some(every_kind_of_public_address(), 20):
        response = client.get(address)
        body = b"".join(response)
        assert REASON.encode() not in body
        assert EDITOR.encode() not in body
        if response.status_code == 404 and address.endswith(".svg"):
            # Edits may leave nothing to draw; then nothing leads there.
            assert address not in client.get(f"{address.rpartition('/')[0]}/").content.decode()
        else:
            assert response.status_code == 200, address


def check_counts():
    for listing in (PROJECTS, COOPERATIONS, PARTNERS):
        assert ask(listing).count == listing.rows().count()
        for facet in ask(listing).facets:
            for option in some(facet.options, 3):
                assert ask(listing, option.url).count == option.count, (facet.name, option)


def check_files(directory):
    """What is written to files and loaded again is written the same."""
    fixtures.export(directory / "first")
    clear_catalogue()
    fixtures.load(directory / "first")
    fixtures.export(directory / "second")
    for path in (directory / "first").iterdir():
        assert path.read_bytes() == (directory / "second" / path.name).read_bytes()
