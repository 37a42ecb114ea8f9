"""Milestones in the drawing: as precise as their sources."""

import re

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.html import escape

from hzd_catalogue.overview.timeline import DATED, Events, Timeline, draw, period, timeline
from hzd_catalogue.records.models import Milestone, Record
from hzd_catalogue.reference.models import Revision
from projects.models import Project
from tests.factories import make_project, passage


@pytest.mark.parametrize(
    ("date", "begins", "ends"),
    [
        ({"year": 2013}, 2013, 2014),
        ({"year": 2022, "part": "ende"}, 2022 + 2 / 3, 2023),
        ({"year": 2019, "month": 9}, 2019 + 8 / 12, 2019 + 9 / 12),
        ({"year": 2019, "month": 9, "part": "ende"}, 2019 + 8 / 12 + 2 / 36, 2019 + 9 / 12),
        ({"year": 2021, "month": 7, "day": 1}, 2021.5, 2021.5 + 1 / 31 / 12),
        (
            {"year": 2021, "month": 10, "day": 6, "last_day": 8},
            2021.75 + 5 / 31 / 12,
            2021.75 + 8 / 31 / 12,
        ),
    ],
)
def test_a_period_is_what_the_source_leaves_open(date: dict, begins: float, ends: float) -> None:
    assert period(Milestone(**date)) == pytest.approx((begins, ends))


def test_only_a_day_is_a_dot() -> None:
    rows = draw(
        [
            Milestone(year=2019, month=9, part="ende"),
            Milestone(year=2021, month=7, day=1),
        ]
    ).rows
    assert [row.is_day for row in rows] == [False, True]
    assert [row.milestone.date for row in rows] == ["Ende September 2019", "1. Juli 2021"]


def test_nothing_is_drawn_without_milestones() -> None:
    assert draw([]) is None


def timeline_of(query: str) -> Timeline:
    return timeline(QueryDict(query), Revision.current().key)


def test_milestones_are_in_the_order_of_time(catalogue: None) -> None:
    found = timeline_of("").milestones
    keys = [row.chronological_key for row in found]
    assert keys == sorted(keys)
    assert len(found) > 10


def test_filters_apply(catalogue: None) -> None:
    found = timeline_of("jahr=2013&reichweite=bundesweit").milestones
    assert {row.record.slug for row in found} == {"oasis"}


def test_without_a_filter_there_are_the_events_of_all_records(catalogue: None) -> None:
    revision = Revision.current().key
    everything = Record.objects.published().values_list("pk", flat=True)

    assert list(Events.of(QueryDict(""), revision).pks) == DATED.get(revision).of(everything)
    assert len(Events.of(QueryDict("reichweite=bundesweit"), revision).pks) < len(everything)


def test_a_value_that_only_projects_know_leaves_cooperations_out(catalogue: None) -> None:
    found = timeline_of("art=it-verfahren")
    assert found.milestones
    for row in found.milestones:
        records = [row.record, *row.concerned]
        assert any(isinstance(record, Project) for record in records), row
    assert not found.shown.problems


def records_of(milestone: Milestone) -> list[str]:
    return [record.name for record in (milestone.record, *milestone.concerned)]


def test_each_event_is_one_row_with_its_sentence_and_records(
    catalogue: None, client: Client
) -> None:
    for view, row in (
        ("bild", r"<li>\s*<time.*?</svg>"),
        ("tabelle", r'<tr>\s*<th scope="row">.*?</tr>'),
    ):
        response = client.get(f"/zeitleiste/?ansicht={view}")
        rows = re.findall(row, response.content.decode(), re.DOTALL)
        milestones = response.context["milestones"]
        assert len(rows) == len(milestones) > 10
        for html, milestone in zip(rows, milestones, strict=True):
            assert html.count(f'href="{milestone.get_absolute_url()}"') == 1
            assert escape(f"{milestone.get_event_display()}: {milestone.title}") in html
            for name in records_of(milestone):
                assert f">{escape(name)}</a>" in html
    assert any(len(records_of(milestone)) > 2 for milestone in milestones)


def test_passages_stand_in_the_table(catalogue: None, client: Client) -> None:
    response = client.get("/zeitleiste/?ansicht=tabelle")
    html = response.content.decode()
    for milestone in response.context["milestones"]:
        assert escape(milestone.quote) in html
    assert "timeline__rows" not in html


def test_an_unknown_view_is_said_and_answered(catalogue: None, client: Client) -> None:
    html = client.get("/zeitleiste/?ansicht=liste").content.decode()
    assert "Diese Ansicht gibt es nicht; möglich sind Zeitleiste und Tabelle." in html
    assert "timeline__rows" in html


def test_coordinates_have_no_german_commas(catalogue: None, client: Client) -> None:
    Milestone.objects.create(
        record=make_project(), event="beginn", title="Beginn", year=1987, month=5, **passage()
    )
    html = client.get("/zeitleiste/").content.decode()
    assert not re.findall(r'\s(?:x|y|x1|x2|width)="\d+,\d+"', html)
