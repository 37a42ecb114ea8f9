"""Cross-Origin-Resource-Policy: pictures and data for everybody, the rest for this site alone."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "policy"),
    [
        ("/", "same-origin"),
        ("/projekte/wohngeld/", "same-origin"),
        ("/robots.txt", "same-origin"),
        ("/gibt-es-nicht", "same-origin"),
        ("/einbetten/projekte/", "cross-origin"),
        ("/laender/karte.svg", "cross-origin"),
        ("/aenderungen.atom", "cross-origin"),
        ("/projekte/wohngeld.json", "cross-origin"),
        *((f"/projekte.{ending}", "cross-origin") for ending in ("csv", "xlsx", "ods", "json")),
        ("/projekte.csv-metadata.json", "cross-origin"),
        ("/projekte/gibt-es-nicht.json", "cross-origin"),
    ],
)
def test_pictures_and_data_are_open(catalogue, client, address, policy):
    response = client.get(address)
    response.getvalue()
    assert response["Cross-Origin-Resource-Policy"] == policy


def test_an_unchanged_file_stays_as_open_as_it_was(catalogue, client):
    """The headers of 304 would replace those that a browser has kept."""
    first = client.get("/projekte.csv")
    first.getvalue()
    again = client.get("/projekte.csv", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert "Cross-Origin-Resource-Policy" not in again


def test_what_the_admin_answers_is_closed(catalogue, admin_client):
    response = admin_client.get("/verwaltung/jsi18n/")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
