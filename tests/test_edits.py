"""Whatever editors do in the admin, one thing after another, the catalogue stays whole."""

import random

import pytest

from hzd_catalogue.data import fixtures
from hzd_catalogue.records.models import Record, Statement
from hzd_catalogue.reference.models import Revision
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS
from tests.addresses import every_kind_of_public_address
from tests.chance import seeds
from tests.editing import add_row, editor_client, form_data
from tests.factories import clear_catalogue
from tests.listing import ask

pytestmark = pytest.mark.django_db

EDITS = 10
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


CHANGES = (
    *(rename, move, publish_or_withdraw, classify),
    *(delete_statement, correct_quotation, add_name),
)


def edit(chance, editor):
    """Send one form, or delete one record; return whether anything was saved."""
    record = chance.choice(list(Record.objects.order_by("pk")))
    address = f"{ADMIN[record.type]}{record.pk}/"
    if chance.random() < 0.08:
        return editor.post(f"{address}delete/", {"post": "yes"}).status_code == 302
    data = form_data(editor.get(f"{address}change/"))
    if "evidence-0-source" not in data:
        return False
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


@pytest.mark.parametrize("seed", seeds(1))
def test_the_catalogue_stays_whole(catalogue, client, tmp_path, seed):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    editor = editor_client()
    addresses = public()
    owners = dict(Statement.objects.published().values_list("key", "record"))
    saved = 0

    for _ in range(EDITS):
        saved += edit(chance, editor)
        for address, pk in public().items():
            # Nothing else is ever found where a record was.
            assert addresses.setdefault(address, pk) == pk
        for key, pk in Statement.objects.values_list("key", "record"):
            assert owners.setdefault(key, pk) == pk

    assert 0 < saved < EDITS
    check_addresses(client, addresses)
    check_counts()
    check_files(tmp_path)


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
    for address in every_kind_of_public_address():
        response = client.get(address)
        b"".join(response)
        assert response.status_code == 200, address


def check_counts():
    for listing in (PROJECTS, COOPERATIONS, PARTNERS):
        assert ask(listing).count == listing.rows().count()
        for facet in ask(listing).facets:
            for option in facet.options:
                assert ask(listing, option.url).count == option.count, (facet.name, option)


def check_files(directory):
    """What is written to files and loaded again is written the same."""
    fixtures.export(directory / "first")
    clear_catalogue()
    fixtures.load(directory / "first")
    fixtures.export(directory / "second")
    for path in (directory / "first").iterdir():
        assert path.read_bytes() == (directory / "second" / path.name).read_bytes()
