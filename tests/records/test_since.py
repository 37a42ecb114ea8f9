"""Since when a statement holds: no more precise than its source, and said where none says it."""

import json
import re
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from hzd_catalogue.records.models import StatusStatement, UserGroup
from partners.filters import PARTNERS
from projects.filters import PROJECTS
from tests.editing import add_row, editor_client, form_data
from tests.exporting import csv_records, sheet_records
from tests.factories import (
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_source,
    passage,
)
from tests.listing import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_catalogue")]


def make_status(record, **values):
    defaults = {"status": "im-einsatz", **passage(values.pop("source", None))}
    return StatusStatement.objects.create(record=record, **{**defaults, **values})


@pytest.mark.parametrize(
    ("date", "words", "machine"),
    [
        ({}, "", ""),
        ({"year": 2013}, "seit 2013", "2013"),
        ({"year": 2019, "month": 9, "part": "ende"}, "seit Ende September 2019", "2019-09"),
        ({"year": 2024, "month": 2, "day": 21}, "seit dem 21. Februar 2024", "2024-02-21"),
    ],
)
def test_it_is_as_precise_as_its_source(date, words, machine):
    status = make_status(make_project(), **date)
    status.full_clean()
    assert (status.since, status.machine_date) == (words, machine)
    assert status.fact == "Status: im Einsatz" + (words and f", {words}")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"month": 2}, "year"),
        ({"part": "ende"}, "year"),
        ({"since_quote": "seit 2013"}, "year"),
        ({"year": 2023, "month": 2, "day": 29}, "day"),
        ({"year": 2023, "day": 29}, "month"),
        ({"year": 2013, "since_quote": "seit " * 12 + "2013"}, "since_quote"),
    ],
)
def test_a_date_without_a_year_or_calendar_is_refused(values, field):
    status = StatusStatement(record=make_project(), status="im-einsatz", **passage(), **values)
    with pytest.raises(ValidationError) as error:
        status.full_clean()
    assert list(error.value.message_dict) == [field]
    if values.keys() != {"year", "month", "day"}:
        with pytest.raises(IntegrityError), transaction.atomic():
            status.save()


def test_its_year_counts_for_the_record_and_its_partners():
    project, partner, draft = make_project(), make_partner(), make_partner(is_published=False)
    UserGroup.objects.create(record=project, user_group="Gerichte", year=2013, **passage())
    make_role(project, partner, year=2015)
    make_role(project, draft, year=2017)

    for listing in (PROJECTS, PARTNERS):
        values = {
            option.value: option.count
            for facet in ask(listing, "").facets
            if facet.name == "jahr"
            for option in facet.options
        }
        assert (values["2013"], values["2015"]) == (1, 1)
        assert "2017" not in values


def test_what_lacks_it_is_counted_among_the_gaps(client):
    project, partner = make_project(), make_partner()
    role = make_role(project, partner, year=2015)
    address = "hinweis=seit-ohne-angabe"
    assert ask(PROJECTS, address).count == ask(PARTNERS, address).count == 0

    role.year = None
    role.save()

    assert ask(PROJECTS, address).result.pks == [project.pk]
    assert ask(PARTNERS, address).result.pks == [partner.pk]
    page = client.get("/luecken/").content.decode()
    assert f"/projekte/?{address}" in page


def test_pages_say_it_or_that_no_source_does(client):
    project, partner = make_project(reach="bundesweit"), make_partner()
    stated = make_source(), make_source()
    for source, date in zip(stated, ({"year": 2013}, {}), strict=True):
        make_status(project, source=source, **date)
        make_participation(project, source=source, **date)
        make_role(project, partner, source=source, **date)
        UserGroup.objects.create(record=project, user_group="Gerichte", **passage(source), **date)
    for address, number in (
        (project.get_absolute_url(), 4),
        (partner.get_absolute_url(), 1),
        ("/laender/hessen/", 1),
    ):
        page = client.get(address).content.decode()
        said = len(re.findall(r'class="older".{,250}, seit 2013|>seit 2013</time>', page))
        unsaid = page.count('data-label="seit: "><span class="muted">ohne Angabe')
        unsaid += page.count("seit: ohne Angabe")
        assert (said, unsaid) == (number, number), address


def test_words_of_their_own_are_shown_with_it(client):
    project, source = make_project(), make_source()
    make_status(project, source=source, year=2013, since_quote="erst seit 2013")
    for address in (project.get_absolute_url(), source.get_absolute_url()):
        assert ">erst seit 2013</q>" in client.get(address).content.decode()


def test_files_hold_it(client):
    project, partner = make_project(slug="mit-seit"), make_partner(name="Ministerium")
    make_status(project, year=2024, month=2, day=21)
    make_participation(project, year=2004)
    make_role(project, partner, role="prüft", year=2019, since_quote="seit 2019")
    UserGroup.objects.create(record=project, user_group="Gerichte", year=2013, **passage())

    (cells,) = csv_records(client.get("/projekte.csv").getvalue())
    names = ("status_since", "status_since_in_words", "states_since", "user_groups")
    assert [cells[name] for name in names] == ["2024-02-21", "21. Februar 2024", "2004", "Gerichte"]
    (cells,) = sheet_records(client.get("/projekte.xlsx").getvalue())
    assert cells["Status seit"] == datetime(2024, 2, 21)  # noqa: DTZ001
    assert cells["Länder"] == "Hessen (beteiligt, seit: 2004)"
    assert cells["Partner"] == "Ministerium (prüft, seit: 2019)"
    assert cells["Nutzergruppen"] == "Gerichte, seit: 2013"

    record = json.loads(client.get("/projekte/mit-seit.json").content)["record"]
    assert record["status"]["since"]["date"] == "2024-02-21"
    assert record["partners"][0]["roles"][0]["since"]["quote"] == "seit 2019"
    (statement,) = record["statements"]["involvements"]
    assert (statement["since_year"], statement["since_quote"]) == (2019, "seit 2019")


def test_an_editor_enters_it():
    project, source = make_project(), make_source()
    client = editor_client()
    address = reverse("admin:projects_project_change", args=[project.pk])
    data = form_data(client.get(address))
    row = {"status": "im-einsatz", "source": source.pk, "paragraph": 1, "quote": "läuft"}
    prefix = add_row(data, "statuses", **row, month=7)

    page = client.post(address, data).content.decode()
    assert "Bitte auch das Jahr angeben." in page

    client.post(address, {**data, f"{prefix}-year": 2021})
    assert project.statuses[0].since == "seit Juli 2021"
