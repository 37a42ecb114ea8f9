"""``/openapi.json``: valid, complete, and true of every answer."""

import json
import random
import re

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from hzd_catalogue.opendata.data_addresses import is_data
from hzd_catalogue.opendata.openapi import data_routes
from hzd_catalogue.reference.models import Revision
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.addresses import every_kind_of_public_address
from tests.chance import seeds, some

pytestmark = pytest.mark.django_db


@pytest.fixture
def described(catalogue, client):
    return json.loads(client.get("/openapi.json").content)


def parameters_of(described, path):
    """Return the parameters of a path."""
    references = [row["$ref"] for row in described["paths"][path]["get"]["parameters"]]
    components = described["components"]["parameters"]
    return [components[reference.rpartition("/")[2]] for reference in references]


def operation_of(described, address):
    """Return the path and the operation that describe an address, the most literal one."""
    path = address.partition("?")[0]

    def fits(name):
        return re.fullmatch(re.sub(r"\\\{\w+\\\}", r"[-\\w]+", re.escape(name)), path)

    found = [name for name in described["paths"] if fits(name)]
    assert found, address
    name = min(found, key=lambda name: name.count("{"))
    return name, described["paths"][name]["get"]


def schema_of(described, address):
    operation = operation_of(described, address)[1]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return {**schema, "components": described["components"]}


def faults(schema, data):
    """Return where data break a schema."""
    errors = Draft202012Validator(schema).iter_errors(data)
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


def test_it_is_openapi(described):
    validate(described)
    assert described["openapi"].startswith("3.1.")
    names = [item["get"]["operationId"] for item in described["paths"].values()]
    assert len(names) == len(set(names))


def test_every_address_of_data_is_described_with_its_media_type(described, client):
    for address in some(every_kind_of_public_address(), 80):
        if is_data(address):
            answer = client.head(address)
            _name, operation = operation_of(described, address)
            media_types = operation["responses"]["200"]["content"]
            assert answer["Content-Type"].partition(";")[0] in media_types, address


def test_every_answer_has_the_form_that_is_declared(described, client):
    addresses = [address for address in every_kind_of_public_address() if address.endswith(".json")]
    addresses = [address for address in addresses if "csv-metadata" not in address]
    assert len(addresses) > 20
    today = timezone.localdate(Revision.current().changed_at).isoformat()
    addresses += [f"/projekte.json?stand={today}", "/projekte/wohngeld.json?fassung=1"]
    for address in addresses:
        response = client.get(address)
        assert faults(schema_of(described, address), json.loads(response.getvalue())) == [], address


@pytest.mark.parametrize("model", [Project, Cooperation, Partner])
def test_every_record_has_the_form_that_is_declared(described, client, model):
    validator = Draft202012Validator(schema_of(described, f"/{model.record_type}/x.json"))
    slugs = list(model.objects.published().values_list("slug", flat=True))
    chance = random.Random(model.record_type)  # noqa: S311 (repeatable, not secret)
    for slug in chance.sample(slugs, min(len(slugs), len(list(seeds(6))))):
        data = json.loads(client.get(f"/{model.record_type}/{slug}.json").content)
        assert [error.message[:200] for error in validator.iter_errors(data)] == [], slug


def test_a_form_that_is_broken_is_noticed(described, client):
    schema = schema_of(described, "/projekte.json")
    data = json.loads(client.get("/projekte.json").getvalue())
    data["records"][0]["levels"][0]["name"] = 7
    assert faults(schema, data)


def test_problems_have_the_form_that_is_declared(described, client):
    schema = described["components"]["schemas"]["Problem"]
    for address in ("/projekte.json?land=XX", "/projekte/x.json", "/themen.json?a=b"):
        assert faults(schema, json.loads(client.get(address).content)) == []


def test_every_value_that_is_declared_is_understood(described, client):
    """And every parameter; of each, one value at a time."""
    for name in described["paths"]:
        if "{slug}" in name or not name.endswith(".json"):
            continue
        for parameter in some(parameters_of(described, name), 3):
            schema = parameter["schema"]
            values = schema.get("items", schema).get("enum", [])
            chance = random.Random(name + parameter["name"])  # noqa: S311
            for value in chance.sample(values, min(len(values), 2)):
                query = f"?{parameter['name']}={value}" + "&q=hessen" * (value == "relevanz")
                assert client.head(f"{name}{query}").status_code == 200, (name, query)


def test_all_values_of_all_facets_are_in_it(described):
    parameters = parameters_of(described, "/projekte.json")
    by_name = {parameter["name"]: parameter["schema"] for parameter in parameters}
    assert set(by_name["land"]["items"]["enum"]) > {"DE-HE", "DE-TH"}
    assert by_name["stand"] == {"type": "string", "format": "date"}
    assert "-name" in by_name["sortierung"]["enum"]


def test_the_licence_is_named(catalogue, client, settings):
    settings.DATA_LICENCE = "cc-zero"
    info = json.loads(client.get("/openapi.json").content)["info"]
    assert info["license"]["url"] == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_each_route_of_data_is_one_of_views_that_refuse(catalogue):
    """What is at an address of data is a ``DataView``, or the description leaves it out."""
    known = {route.pattern for route in data_routes()}
    assert {"projekte.<export:suffix>", "openapi.json", "aenderungen.atom"} <= known
