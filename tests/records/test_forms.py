"""A record's page names the other forms of the record."""

import re

import pytest

from hzd_catalogue.records.models import Record
from tests.chance import some

pytestmark = pytest.mark.django_db


def in_head(html: str) -> list[tuple[str, str]]:
    """Return address and media type of each form that the head of a page names."""
    found = re.findall(r'<link rel="alternate" type="([^"]*)" href="([^"]*)"', html)
    return [(url, kind.partition(";")[0]) for kind, url in found if kind != "application/atom+xml"]


def test_pages_of_records_name_their_forms_in_head_and_header(catalogue, client):
    """What is an own table on the page is named, and all that is named answers as it says."""
    for record in some(Record.objects.published(), 12):
        path = record.get_absolute_url()
        response = client.get(path)
        html = response.content.decode()
        forms = in_head(html)
        header = re.findall(r'<([^>]*)>; rel="alternate"; type="([^"]*)"', response["Link"])
        assert header == forms
        offered = re.findall(rf'href="({path.rstrip("/")}(?:\.|/)[^"]*)" download', html)
        of_programs = {url for url in offered if not url.endswith(".xlsx")}
        assert of_programs <= {url for url, _kind in forms}
        assert forms[0] == (f"{path.rstrip('/')}.json", "application/json")
        for url, kind in some(forms, 2):
            answer = client.head(url)
            assert answer.status_code == 200, url
            assert answer["Content-Type"].partition(";")[0] == kind


def test_a_draft_has_no_forms(catalogue, admin_client):
    project = Record.objects.filter(type="projekte").first()
    url = f"/verwaltung/projects/project/{project.pk}/vorschau/"
    response = admin_client.get(url)
    assert response.status_code == 200
    assert in_head(response.content.decode()) == []
    assert "Link" not in response
