from unittest.mock import patch

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_ok_after_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/health/")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"] == "text/plain"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_unavailable_without_database(client):
    with patch.object(connection, "cursor", side_effect=OperationalError):
        response = client.get("/health/")

    assert response.status_code == 503


def test_only_for_reading(client):
    assert client.post("/health/").status_code == 405
