"""The feed of changes."""

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from projects.models import Project
from tests.factories import make_project


def test_the_feed_holds_what_was_changed_last(empty_catalogue, client: Client) -> None:
    now = timezone.now()
    for age in range(30):
        project = make_project(name=f"Vor {age} Tagen", evidence=False)
        Project.objects.filter(pk=project.pk).update(changed_at=now - timedelta(days=age))

    content = client.get("/aenderungen.atom").content.decode()

    titles = re.findall(r"<title>Projekt: (.*?)</title>", content)
    assert titles == [f"Vor {age} Tagen" for age in range(25)]
