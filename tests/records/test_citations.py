"""What was cited can be read again, whatever becomes of the record."""

import json
import re

import pytest
from django.core.cache import caches
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import OtherName, Version
from hzd_catalogue.reference import changes
from tests.factories import clear_catalogue, make_project, make_source, passage

pytestmark = pytest.mark.django_db

EDITS = st.lists(
    st.sampled_from(["name", "slug", "statement", "drop", "withdraw", "publish", "delete"]),
    min_size=1,
    max_size=6,
)


def statements_of(client, address):
    """Return name and statements of an earlier state as its page shows them."""
    response = client.get(address)
    assert response.status_code == 200, address
    html = response.content.decode()
    rows = re.findall(r"<strong>(.*?)</strong>.*?<q>(.*?)</q>", html, re.DOTALL)
    assert rows
    return re.findall(r"<h1[^>]*>(.*?)</h1>", html), rows


def edit(project, kind, number):
    with changes.change():
        if kind == "name":
            project.name = f"Name {number}"
            project.save()
        elif kind == "slug":
            project.slug = f"adresse-{number}"
            project.save()
        elif kind == "statement":
            stated = passage(make_source(), quote=f"Wortlaut {number}")
            OtherName.objects.create(
                record=project, name=f"Kurz {number}", name_kind="kurzform", **stated
            )
        elif kind == "drop":
            OtherName.objects.filter(record=project).delete()
        elif kind == "withdraw":
            publishing.withdraw(project)
        else:
            publishing.publish(project)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_what_was_cited_shows_the_same_statements_whatever_happens(client, edits):
    clear_catalogue()
    project = make_project(is_published=False, slug="anfang", name="Anfang")
    publishing.publish(project)
    cited = {}
    for number, kind in enumerate([*edits, "name"]):
        if project.is_published:
            # What is kept of a page has no context.
            caches["fragments"].clear()
            answer = client.get(project.get_absolute_url())
            address = answer.context["citation"].url.removeprefix("http://testserver")
            cited[address] = statements_of(client, address)
        if kind == "delete":
            with changes.change():
                project.delete()
            break
        edit(project, kind, number)

    assert cited
    for address, statements in cited.items():
        assert statements_of(client, address) == statements
    assert len(cited) <= Version.objects.count()


def test_the_forms_for_programs_name_the_version(empty_catalogue, client):
    project = make_project(is_published=False, slug="a-b", name="50 % {Rabatt} & _mehr_")
    publishing.publish(project)
    citation = client.get("/projekte/a-b/").context["citation"]

    assert citation.url == "http://testserver/projekte/a-b/?fassung=1"
    (item,) = json.loads(citation.csl_json)
    assert (item["title"], item["URL"]) == (project.name, citation.url)
    assert item["issued"]["date-parts"] == [
        [citation.day.year, citation.day.month, citation.day.day]
    ]
    assert r"title = {50 \% \{Rabatt\} \& \_mehr\_}," in citation.bibtex
    assert f"url = {{{citation.url}}}," in citation.bibtex
    html = client.get("/projekte/a-b/").content.decode()
    assert citation.url in html
    assert "CSL-JSON" in html
