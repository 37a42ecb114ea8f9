"""Words are blocked in the admin after it was shown where they stand, by whoever may do so."""

import re

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client

from hzd_catalogue.accounts.editors import MANAGERS
from hzd_catalogue.reference.models import Block
from projects.models import Project
from tests.factories import make_project
from tests.records.test_blocking import NAME, tables_with_it

pytestmark = pytest.mark.django_db

ADD = "/verwaltung/reference/block/add/"


@pytest.fixture
def manager(db):
    user = User.objects.create_user("vera", is_staff=True)
    user.groups.add(Group.objects.get(name=MANAGERS))
    client = Client()
    client.force_login(user)
    return client


def words_of(response):
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def sent(response, **values):
    form = response.context["form"]
    data = {field.name: field.value() or "" for field in form}
    return {**data, **values}


def test_the_places_are_shown_before_the_words_are_taken_out(manager):
    project = make_project(name=f"Verfahren {NAME}", description=f"Von {NAME}.")
    form = manager.get(ADD)
    page = manager.post(ADD, sent(form, words=NAME, ground="person", note="Az. 1"))
    text = words_of(page)
    assert "Hier stehen die Wörter: 1 Stelle" in text
    assert re.search(r"Eintrag: Verfahren \[aus [^]]+\] \(Beschreibung und Name\)", text)
    assert tables_with_it()
    # Others than were shown are shown first.
    other = manager.post(ADD, sent(page, words="Anderer Name", block="1"))
    assert "Hier stehen die Wörter: 0 Stellen" in words_of(other)
    assert not Block.objects.exists()

    done = manager.post(ADD, sent(page, block="1"), follow=True)

    assert re.search(r"Sperrung \w{10} vom [\d.]{10}: an 1 Stelle entfernt\.", words_of(done))
    assert tables_with_it() == set()
    project = Project.objects.get(pk=project.pk)
    assert project.name == f"Verfahren {Block.objects.get().markers[0]}"
    assert LogEntry.objects.get(action_flag=ADDITION).user.username == "vera"
    row = Block.objects.get()
    assert (row.role, row.ground, row.note) == ("Verwaltung", "person", "Az. 1")


def test_accounts_with_the_name_are_told_and_left(manager):
    User.objects.create_user("t1", last_name="Tülpengraber", first_name="Jörg", is_staff=True)
    page = manager.post(ADD, {"words": "Tülpengraber", "ground": "person"})
    assert "In diesen stehen die Wörter auch: t1." in words_of(page)
    manager.post(ADD, sent(page, block="1"))
    assert tables_with_it() == {"auth_user.last_name"}


def test_what_cannot_be_blocked_is_refused_beside_its_field(manager, catalogue):
    page = manager.post(ADD, {"words": "Hessen", "ground": "person", "block": "1"})
    assert "„Hessen“ gehört zum festen Wortschatz des Katalogs" in words_of(page)
    assert not Block.objects.exists()


def test_an_editor_cannot_write_the_words_again(manager):
    project = make_project()
    page = manager.post(ADD, {"words": NAME, "ground": "person"})
    assert manager.post(ADD, sent(page, block="1")).status_code == 302
    project.name = f"Verfahren {NAME}"
    with pytest.raises(Exception, match=r"Hier stehen gesperrte Wörter \(Sperrung \w{10}"):
        project.full_clean()
    # A block that is lifted is none any more.
    manager.post(f"/verwaltung/reference/block/{Block.objects.get().pk}/delete/", {"post": "yes"})
    project.full_clean()
