"""``/katalog.jsonld``, as rdflib reads it and by the rules of DCAT-AP.de 3."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.utils import timezone

from hzd_catalogue.opendata.downloads import FILES, Download, Made, StoredFile
from hzd_catalogue.records.models import Record
from hzd_catalogue.reference.choices import DataTheme
from hzd_catalogue.reference.licences import LICENCES
from tests.factories import make_project, make_topic

pytestmark = [
    pytest.mark.django_db,
    # rdflib warns of itself.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Dataset.(contexts|default_context) :DeprecationWarning"),
]

ADDRESS = "/katalog.jsonld"
SHAPES = Path(__file__).parent / "dcat_ap_de_shapes.ttl"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
#: What is sent is a package, where there is one, and otherwise what is in it.
_PACKED_OR_NOT = ("packageFormat", "mediaType")
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture
def operator(settings):
    """Everything that an operator may say."""
    settings.PUBLISHER, settings.PUBLISHER_URL = "Beispielstelle", "https://www.example.org/"
    settings.DATA_LICENCE, settings.DATA_AVAILABILITY = "dl-de/by-2-0", "available"
    settings.CONTACT_EMAIL = "katalog@example.org"
    settings.CONTRIBUTOR_ID = "http://dcat-ap.de/def/contributors/beispielstelle"
    return settings


@pytest.fixture(scope="module")
def shapes():
    from rdflib import Graph

    return Graph().parse(SHAPES)


@pytest.fixture
def download(settings, tmp_path):
    """The files of a download, as far as they are told of; made under another licence."""
    settings.DOWNLOAD_DIR = tmp_path
    moment = timezone.now().replace(microsecond=0)
    made = Made(1, moment.isoformat(), "1", "Katalog", "http://testserver", "cc-zero")
    # Its page reads the description alone.
    content = dict.fromkeys(FILES, b'{"resources": [], "databaseViews": []}')
    stored = {
        name: StoredFile(len(text), sha256(text).hexdigest()) for name, text in content.items()
    }
    found = Download("2026-11-28", made, moment, stored)
    found.folder.mkdir()
    for name, text in content.items():
        (found.folder / name).write_bytes(text)
    found.write_note(found.folder)
    return found


def graph_of(client):
    from rdflib import Graph

    response = client.get(ADDRESS)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/ld+json"
    # No name of a context that would have to be fetched: the file explains itself.
    assert isinstance(response.json()["@context"], dict)
    return Graph().parse(data=response.content, format="json-ld")


def violations(graph, shapes):
    """Return class and property of each rule that is broken."""
    from pyshacl import validate
    from rdflib import Namespace, URIRef

    shacl = Namespace("http://www.w3.org/ns/shacl#")
    _conforms, report, _text = validate(graph, shacl_graph=shapes)
    return {
        (str(graph.value(report.value(result, shacl.focusNode), URIRef(TYPE))), str(path))
        for result in report.subjects(URIRef(TYPE), shacl.ValidationResult)
        for path in [report.value(result, shacl.resultPath)]
    }


def test_it_keeps_the_rules_when_the_operator_has_said_who_it_is(
    catalogue, client, operator, download, shapes
):
    """And each rule would be noticed: what is mandatory may not be taken away."""
    from rdflib import URIRef

    graph = graph_of(client)
    assert violations(graph, shapes) == set()
    mandatory = {
        "Catalog": [f"{DCT}title", f"{DCT}description", f"{DCT}publisher", f"{DCAT}themeTaxonomy"],
        "Dataset": [f"{DCT}title", f"{DCT}description", f"{DCT}publisher"],
        "Distribution": [f"{DCAT}accessURL", f"{DCT}license"],
    }
    lost = set()
    for kind, properties in mandatory.items():
        for node in list(graph.subjects(URIRef(TYPE), URIRef(f"{DCAT}{kind}"))):
            for name in properties:
                assert graph.value(node, URIRef(name)) is not None, (node, name)
                graph.remove((node, URIRef(name), None))
                lost.add((f"{DCAT}{kind}", name))
    assert lost <= violations(graph, shapes)


def test_a_value_of_the_wrong_kind_would_be_noticed(catalogue, client, operator, shapes):
    from rdflib import Literal, URIRef

    graph = graph_of(client)
    wrong = {
        ("Catalog", f"{DCT}language"): URIRef("http://www.lexvo.org/page/iso639-3/deu"),
        ("Dataset", f"{DCT}modified"): Literal("gestern"),
        ("Dataset", f"{DCAT}theme"): URIRef(f"{DCAT}Regierung"),
        ("Dataset", "http://data.europa.eu/r5r/availability"): Literal("AVAILABLE"),
        ("Dataset", "http://dcat-ap.de/def/dcatde/politicalGeocodingURI"): Literal("06"),
        ("Distribution", f"{DCAT}mediaType"): Literal("text/csv"),
        ("Distribution", f"{DCT}license"): URIRef("https://www.govdata.de/dl-de/by-2-0"),
    }
    for (kind, name), value in wrong.items():
        node = next(graph.subjects(URIRef(TYPE), URIRef(f"{DCAT}{kind}")))
        graph.set((node, URIRef(name), value))
    expected = {(f"{DCAT}{kind}", name) for kind, name in wrong}
    assert violations(graph, shapes) == expected


def test_what_the_operator_has_not_said_is_missing_and_nothing_else(
    catalogue, client, settings, shapes
):
    settings.PUBLISHER = settings.PUBLISHER_URL = settings.CONTACT_EMAIL = ""
    settings.DATA_LICENCE = settings.DATA_AVAILABILITY = settings.CONTRIBUTOR_ID = ""
    graph = graph_of(client)

    assert violations(graph, shapes) == {
        (f"{DCAT}Catalog", f"{DCT}publisher"),
        (f"{DCAT}Dataset", f"{DCT}publisher"),
        (f"{DCAT}Distribution", f"{DCT}license"),
    }
    names = {str(name).rpartition("/")[2] for name in graph.predicates()}
    assert not {"availability", "contributorID", "licenseAttributionByText"} & names
    assert f"{DCAT}contactPoint" not in {str(name) for name in graph.predicates()}


def test_whom_to_name_is_said_where_the_licence_asks_for_it(catalogue, client, operator):
    name = "http://dcat-ap.de/def/dcatde/licenseAttributionByText"
    assert name in {str(predicate) for predicate in graph_of(client).predicates()}
    operator.DATA_LICENCE = "dl-de/zero-2-0"
    assert name not in {str(predicate) for predicate in graph_of(client).predicates()}


def test_every_address_of_it_answers_with_what_it_says(catalogue, client, operator, download):
    from rdflib import URIRef

    graph = graph_of(client)
    files = list(graph.subject_objects(URIRef(f"{DCAT}downloadURL")))
    assert len(files) > 12
    for node, url in files:
        answer = client.head(url)
        kinds = [graph.value(node, URIRef(f"{DCAT}{name}")) for name in _PACKED_OR_NOT]
        media_type = str(next(filter(None, kinds)))
        assert answer.status_code == 200, url
        assert media_type.endswith(f"/{answer['Content-Type'].partition(';')[0]}")
    for page in set(graph.objects(None, URIRef(f"{DCAT}landingPage"))):
        assert client.get(page).status_code == 200
    (homepage,) = graph.objects(
        graph.value(None, URIRef(TYPE), URIRef(f"{DCAT}Catalog")), URIRef(f"{FOAF}homepage")
    )
    assert client.get(homepage).status_code == 200


def test_a_download_is_told_of_as_it_lies_there(catalogue, client, operator, download):
    """With size and checksum, and under the licence that its files name."""
    from rdflib import URIRef

    graph = graph_of(client)
    node = URIRef(f"http://testserver{ADDRESS}#daten-zip")
    checksum = graph.value(node, URIRef("http://spdx.org/rdf/terms#checksum"))
    told = graph.value(checksum, URIRef("http://spdx.org/rdf/terms#checksumValue"))
    size = graph.value(node, URIRef(f"{DCAT}byteSize"))
    url = graph.value(node, URIRef(f"{DCAT}downloadURL"))
    content = client.get(url).getvalue()
    assert told.toPython() == sha256(content).digest()
    assert size.toPython() == len(content)
    licence = graph.value(node, URIRef(f"{DCT}license"))
    assert str(licence) == LICENCES["cc-zero"].dcat_uri != LICENCES["dl-de/by-2-0"].dcat_uri


def test_a_data_set_has_the_themes_and_times_of_what_is_public(empty_catalogue, client):
    from rdflib import URIRef

    make_project(topics=[make_topic("Wohnen", data_theme=DataTheme.SOCI)])
    make_project(is_published=False, topics=[make_topic("Acker", data_theme=DataTheme.AGRI)])
    graph = graph_of(client)
    node = URIRef(f"http://testserver{ADDRESS}#projekte")
    themes = {
        str(theme).rpartition("/")[2] for theme in graph.objects(node, URIRef(f"{DCAT}theme"))
    }
    assert themes == {"GOVE", "SOCI"}
    (issued,) = graph.objects(node, URIRef(f"{DCT}issued"))
    first = Record.objects.published().get().first_published_at
    assert issued.toPython() == first.replace(microsecond=0)
    # Nothing is known of a list without entries.
    node = URIRef(f"http://testserver{ADDRESS}#partner")
    assert not list(graph.objects(node, URIRef(f"{DCT}issued")))
