"""What two documents make of one thing: one table for page, matrix, gaps and exports."""

import itertools
import json
import re

import pytest
from django.urls import reverse

from hzd_catalogue.overview.matrix import MARKS
from hzd_catalogue.records.differences import TABLES, Difference, compare, difference, gravest
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.models import OtherName, StatusStatement, UserGroup
from partners.models import Cooperation, Partner
from projects.models import Participation, Project
from tests.chance import some
from tests.checkout import PROJECT
from tests.exporting import sheet_records
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
    passage,
)

PAIRS = [
    pytest.param(kind, older, newer, id=f"{older}-{newer}")
    for kind, table in TABLES.items()
    for older, newer in itertools.product(table.vocabulary.values, repeat=2)
]


def state(kind, record, value, source, **values):
    """State one value of a kind's vocabulary."""
    if kind == Kind.STATUS:
        stated = {**passage(source), **values}
        return StatusStatement.objects.create(record=record, status=value, **stated)
    land = make_state("DE-TH", "Thüringen")
    return make_participation(record, land, participation_status=value, source=source, **values)


def difference_of(page, statement):
    """Return the word that a record's page gives a statement; "" where it gives none."""
    after = page.partition(f'id="{statement.anchor}"')[2]
    own = re.split(r"</(?:p|tr)>", after)[0].partition("<details")[0]
    word = re.search(r'class="difference[^>]*href="/hilfe/#zwei-dokumente">([^<]*)<', own)
    return word[1] if word else ""


# The tables -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TABLES)
def test_every_pair_is_decided_once(kind):
    table = TABLES[kind]
    values = table.vocabulary.values
    assert list(table.rows) == values
    assert {len(cells) for cells in table.rows.values()} == {len(values)}


@pytest.mark.parametrize(("kind", "older", "newer"), PAIRS)
def test_what_goes_together_does_so_in_either_order(kind, older, newer):
    there, back = TABLES[kind].difference(older, newer), TABLES[kind].difference(newer, older)
    if older == newer:
        assert there == Difference.ALSO_IN
    assert (there == Difference.ALSO_IN) == (back == Difference.ALSO_IN)
    # What develops one way cannot go back.
    assert (there == Difference.DEVELOPMENT) <= (back == Difference.CONTRADICTION)


@pytest.mark.parametrize("kind", TABLES)
def test_the_documentation_and_the_help_page_have_the_table(catalogue, client, kind):
    table = TABLES[kind]
    labels = table.vocabulary.labels
    lines = [f"| older ↓, newer → | {' | '.join(labels)} |", "|---" * (len(labels) + 1) + "|"]
    lines += [f"| {older} | {' | '.join(words)} |" for older, words in table.in_words]
    assert "\n".join(lines) in (PROJECT / "docs" / "data.md").read_text()

    help_page = client.get("/hilfe/").content.decode()
    assert 'id="zwei-dokumente"' in help_page
    assert table.reason in help_page
    for older, words in table.in_words:
        cells = "".join(f"<td>{word}</td>" for word in words)
        assert f'<th scope="row">{older}</th>{cells}' in help_page


# Everywhere the same ----------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "older", "newer"), some(PAIRS, 12))
def test_page_matrix_hint_and_exports_agree(empty_catalogue, client, kind, older, newer):
    project = make_project()
    old, new = make_source(), make_source()
    first, second = state(kind, project, older, old), state(kind, project, newer, new)

    expected = TABLES[kind].difference(older, newer)
    assert difference(first, second) == expected

    page = client.get(project.get_absolute_url()).content.decode()
    assert (difference_of(page, first), difference_of(page, second)) == (expected.label, "")

    is_contradiction = expected == Difference.CONTRADICTION
    assert Project.objects.with_contradictions().contains(project) == is_contradiction
    gap = client.get("/luecken/").context["gaps"][0]
    assert [count.count for count in gap.counts] == [1] * is_contradiction
    asked = f"?rang={expected}"
    assert gap.statements == asked * is_contradiction
    listed = client.get(f"/aussagen/{asked}")
    assert [row.row.statement.pk for row in listed.context["statements"]] == [first.pk]
    assert listed.text.count(f">{expected.to_the_newest}<span") == 1

    data = json.loads(client.get(f"/projekte/{project.slug}.json").getvalue())["record"]
    group = data["statements"]["statuses" if kind == Kind.STATUS else "participations"]
    assert [(row["rank"], row["difference"]) for row in group] == [
        ("aktuell", None),
        ("älter", expected.value),
    ]
    place = data["status"] if kind == Kind.STATUS else data["states"][-1]
    assert [row["difference"]["key"] for row in place["older"]] == [expected]
    assert [row["difference"]["name"] for row in data["older_statements"]] == [expected.label]

    (cells,) = sheet_records(client.get("/projekte.xlsx").getvalue())
    assert cells["Ältere Aussagen"] == f"{first.fact} ({expected.label}: {old.label})"

    if kind == Kind.PARTICIPATION:
        matrix = client.get("/laender/matrix/").content.decode()
        # Once in the legend, once in the cell.
        for marked, (_sign, meaning) in MARKS.items():
            assert matrix.count(meaning) == 2 * (marked == expected)
        assert matrix.count("matrix__mark") == (expected in MARKS)
        assert expected.label in client.get(first.federal_state.get_absolute_url()).content.decode()


def test_each_older_statement_is_compared_with_the_current_one(empty_catalogue, client):
    project = make_project()
    values = ("im-einsatz", "geplant", "laufend", "im-einsatz")
    rows = [state(Kind.STATUS, project, value, make_source()) for value in values]

    (found,) = compare(reversed(rows))
    assert [row.statement for row in found.rows] == rows[::-1]
    assert [row.difference for row in found.older] == ["auch-in", "entwicklung", "auch-in"]
    assert found.difference == Difference.DEVELOPMENT
    assert project not in Project.objects.with_contradictions()

    state(Kind.STATUS, project, "in-entwicklung", make_source())
    assert project in Project.objects.with_contradictions()
    page = client.get(project.get_absolute_url()).content.decode()
    words = [difference_of(page, row) for row in rows]
    assert words == ["Widerspruch", "Entwicklung", "auch in", "Widerspruch"]


def test_the_order_is_that_of_the_ranks(db):
    project = make_project()
    new, old = make_source(rank=902), make_source(rank=901)
    state(Kind.STATUS, project, "im-einsatz", new)
    state(Kind.STATUS, project, "geplant", old)
    assert project not in Project.objects.with_contradictions()

    old.rank = 903
    old.save()
    assert project in Project.objects.with_contradictions()


def test_the_gravest_counts():
    assert gravest([]) is None
    assert gravest([None, Difference.ALSO_IN]) == Difference.ALSO_IN
    assert gravest(Difference) == gravest(reversed(Difference)) == Difference.CONTRADICTION


# Since ------------------------------------------------------------------------------------------

BEGINNING, MIDDLE, END = ({"part": part} for part in ("anfang", "mitte", "ende"))


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [
        ({}, {"year": 2019}, False),
        ({"year": 2019}, {"year": 2019}, False),
        ({"year": 2019}, {"year": 2020}, True),
        ({"year": 2019}, {"year": 2019, "month": 5}, False),
        ({"year": 2019, "month": 5}, {"year": 2019, "month": 6}, True),
        ({"year": 2019, "month": 5}, {"year": 2019, "month": 5, "day": 31}, False),
        ({"year": 2019, "month": 5, "day": 30}, {"year": 2019, "month": 5, "day": 31}, True),
        ({"year": 2019, **BEGINNING}, {"year": 2019}, False),
        ({"year": 2019, **BEGINNING}, {"year": 2019, **BEGINNING}, False),
        ({"year": 2019, **BEGINNING}, {"year": 2019, **MIDDLE}, True),
        ({"year": 2019, **BEGINNING}, {"year": 2019, "month": 6}, False),
        ({"year": 2019, **BEGINNING}, {"year": 2019, "month": 7}, True),
        ({"year": 2019, **MIDDLE}, {"year": 2019, "month": 3}, True),
        ({"year": 2019, **MIDDLE}, {"year": 2019, "month": 4}, False),
        ({"year": 2019, **END}, {"year": 2019, "month": 6, "day": 30}, True),
        ({"year": 2019, **END}, {"year": 2019, "month": 7, **BEGINNING}, False),
        ({"year": 2019, "month": 5, **BEGINNING}, {"year": 2019, "month": 5, "day": 16}, True),
        ({"year": 2019, "month": 5, **MIDDLE}, {"year": 2019, "month": 5, "day": 8}, False),
        ({"year": 2019, "month": 5, **END}, {"year": 2019, "month": 5, "day": 15}, True),
    ],
)
def test_dates_that_exclude_each_other_contradict(empty_catalogue, one, other, excluded):
    project, cooperation = make_project(), make_cooperation()
    sources = make_source(), make_source()
    group = {"user_group": "Gerichte"}
    for dates, source in zip((one, other), sources, strict=True):
        state(Kind.STATUS, cooperation, "laufend", source, **dates)
        UserGroup.objects.create(record=project, **group, **passage(source), **dates)

    expected = Difference.CONTRADICTION if excluded else Difference.ALSO_IN
    for record in (project, cooperation):
        rows = list(record.statements.exclude(kind=Kind.EVIDENCE))
        assert difference(*rows) == difference(*rows[::-1]) == expected
    assert Project.objects.with_contradictions().exists() == excluded
    assert Cooperation.objects.with_contradictions().exists() == excluded


def test_dates_of_different_values_do_not_count(empty_catalogue):
    project = make_project()
    state(Kind.PARTICIPATION, project, "nutzt", make_source(), year=2013)
    state(Kind.PARTICIPATION, project, "beteiligt", make_source(), year=2011)
    assert not Project.objects.with_contradictions().exists()


def test_a_contradicted_role_concerns_its_partner_unless_that_is_hidden(empty_catalogue):
    project, partner = make_project(), make_partner()
    for year in (2011, 2012):
        make_role(project, partner, year=year)
    assert Partner.objects.with_contradictions().contains(partner)
    assert Project.objects.with_contradictions().contains(project)

    partner.is_published, partner.first_published_at = False, None
    partner.save()
    assert not Project.objects.with_contradictions().exists()


def test_different_roles_and_names_are_different_things(empty_catalogue):
    project, partner = make_project(), make_partner()
    rows = [make_role(project, partner, role=role) for role in ("baut", "betreibt")]
    rows += [
        OtherName.objects.create(record=project, name=name, name_kind="kurzform", **passage())
        for name in ("A", "B")
    ]
    assert [group.difference for group in compare(rows)] == [None] * 4


# The real catalogue -----------------------------------------------------------------------------


def test_the_five_documents_contradict_each_other_nowhere(catalogue, client):
    for model in (Project, Cooperation, Partner):
        assert not model.objects.with_contradictions().exists()
    gap = client.get("/luecken/").context["gaps"][0]
    assert (gap.title, gap.counts) == ("Quellen widersprechen sich", [])


def test_words_of_the_real_differences(catalogue, client):
    found = {
        (row.record.slug, group.older[0].statement.fact): group.difference
        for row in [
            *Participation.objects.filter(source__code="000"),
            *StatusStatement.objects.filter(source__code="003"),
        ]
        for group in compare(row.record.statements.filter(kind=row.kind))
        if group.current == row and group.older and group.older[0].statement.fact != row.fact
    }
    assert found == {
        ("wohngeld", "Brandenburg: tritt bei"): Difference.DEVELOPMENT,
        ("wohngeld", "Thüringen: nutzt"): Difference.ALSO_IN,
        ("servicekonto", "Status: geplant"): Difference.DEVELOPMENT,
    }
    page = client.get(reverse("project-detail", args=["wohngeld"])).content.decode()
    statement = Participation.objects.get(federal_state__code="DE-TH", participation_status="nutzt")
    assert difference_of(page, statement) == "auch in"
