"""``/.well-known/security.txt``, as RFC 9116 has it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db

ADDRESS = "/.well-known/security.txt"


def test_it_names_the_contact_and_ends_within_a_year(client, settings):
    settings.SECURITY_CONTACT = "https://www.example.org/sicherheit"
    response = client.get(ADDRESS)
    lines = response.content.decode().splitlines()
    fields = dict(line.split(": ", 1) for line in lines)

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert len(fields) == len(lines)
    assert fields["Contact"] == "https://www.example.org/sicherheit"
    assert fields["Canonical"] == f"http://testserver{ADDRESS}"
    assert fields["Preferred-Languages"] == "de, en"
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


def test_there_is_none_without_a_contact(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get(ADDRESS).status_code == 404
