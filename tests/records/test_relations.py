"""What links records: relations seen from both sides, and events that concern several."""

import re

import pytest
from django.core.exceptions import ValidationError

from hzd_catalogue.records.models import Milestone, Relation
from hzd_catalogue.reference.choices import RelationKind
from partners.filters import COOPERATIONS
from partners.models import Cooperation
from projects.filters import PROJECTS
from projects.models import Project
from tests.editing import add_row, editor_client, form_data, row_errors
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_relation,
    make_source,
    make_state,
    passage,
)
from tests.listing import ask, for_state

pytestmark = pytest.mark.django_db


def section(client, record, anchor):
    """Return the text of one section of a record's page, as one line."""
    page = client.get(record.get_absolute_url()).content.decode()
    found = re.search(rf'aria-labelledby="{anchor}">.*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def read(text):
    """Return a text without the numbers of passages, which are read on paper alone."""
    return re.sub(r" \[\d+\]", "", text)


@pytest.mark.parametrize("kind", RelationKind)
def test_a_relation_is_read_from_both_sides(client, kind):
    tool, goal = make_project(name="Werkzeug"), make_cooperation(name="Vorhaben")
    make_relation(tool, goal, relation=kind, quote="so steht es da", year=2019)

    assert f"Vorhaben Kooperation {kind.label}" in read(section(client, tool, "bezuege"))
    # The projects of a cooperation have a section of their own.
    from_the_other = "Projekte" if kind == "gehoert-zu" else kind.from_the_other
    anchor = "projekte" if kind == "gehoert-zu" else "bezuege"
    shown = section(client, goal, anchor)
    assert from_the_other in shown
    assert "Werkzeug" in shown
    assert "so steht es da" in shown
    assert "2019" in shown


def test_each_kind_of_relation_has_words_for_both_sides():
    words = [
        *(kind.label for kind in RelationKind),
        *(kind.from_the_other for kind in RelationKind),
    ]
    assert len(set(words)) == len(words)


def test_nobody_asks_since_when_of_what_holds_for_no_time(client, empty_catalogue):
    moments, lasting = make_project(evidence=False), make_project(evidence=False)
    forum = make_cooperation(evidence=False)
    for kind in RelationKind.of_a_moment():
        make_relation(moments, forum, relation=kind)
    make_relation(lasting, make_project(evidence=False), relation="teil-von")

    assert "ohne Angabe" not in section(client, moments, "bezuege")
    assert "ohne Angabe" in section(client, lasting, "bezuege")
    assert moments not in Project.objects.without_since()
    assert lasting in Project.objects.without_since()


def test_several_passages_for_a_relation_are_one_tie(client):
    one, other = make_project(), make_cooperation()
    older, newer = make_source(), make_source()
    for source in (older, newer):
        make_relation(one, other, source=source, quote=f"Wortlaut {source.rank}")

    (tie,) = Project.objects.with_details().get(pk=one.pk).ties
    assert [row.source for row in tie.statements] == [newer, older]
    assert tie.record == other


def test_ties_stand_in_the_order_of_kinds_and_names():
    centre = make_project(name="Mitte")
    for name in ("B", "A"):
        make_relation(make_project(name=name), centre, relation=RelationKind.USED_IN)
        make_relation(centre, make_project(name=f"zu {name}"), relation=RelationKind.PART_OF)
    make_relation(centre, make_project(name="C"), relation=RelationKind.USED_IN)

    ties = Project.objects.with_details().get(pk=centre.pk).ties
    assert [(tie.words, tie.record.name) for tie in ties] == [
        ("Teil von", "zu A"),
        ("Teil von", "zu B"),
        ("genutzt in", "C"),
        ("nutzt", "A"),
        ("nutzt", "B"),
    ]


def test_a_draft_is_at_neither_end_of_a_relation_that_is_shown(client):
    draft, shown = make_project(is_published=False, name="Geheim"), make_project(name="Offen")
    make_relation(draft, shown, relation=RelationKind.PART_OF)
    make_relation(shown, draft, relation=RelationKind.USED_IN)

    for address in (
        shown.get_absolute_url(),
        f"/projekte/{shown.slug}.json",
        shown.relations[0].source.get_absolute_url(),
        "/projekte.csv",
    ):
        assert "Geheim" not in client.get(address).getvalue().decode()


def test_a_record_has_no_relation_to_itself():
    project = make_project()
    with pytest.raises(ValidationError) as error:
        Relation(
            record=project, related_record=project, relation="teil-von", **passage()
        ).full_clean()
    assert list(error.value.message_dict) == ["related_record"]


@pytest.mark.parametrize(
    ("make", "make_related"), [(make_project, make_project), (make_partner, make_cooperation)]
)
def test_only_projects_belong_and_only_to_cooperations(make, make_related):
    with pytest.raises(ValidationError) as error:
        Relation(
            record=make(), related_record=make_related(), relation="gehoert-zu", **passage()
        ).full_clean()
    assert list(error.value.message_dict) == ["relation"]


def test_a_project_may_belong_to_several_cooperations(client):
    project, first, second = make_project(), make_cooperation(name="B"), make_cooperation(name="A")
    for cooperation in (first, second):
        make_relation(project, cooperation)

    assert Project.objects.with_details().get(pk=project.pk).cooperations == [second, first]
    data = client.get(f"/projekte/{project.slug}.json").json()["record"]
    assert [row["name"] for row in data["cooperations"]] == ["A", "B"]


def test_only_belonging_brings_a_cooperation_the_states_of_a_project(empty_catalogue):
    saarland, project = make_state("DE-SL", "Saarland"), make_project()
    make_participation(project, saarland)
    other = make_cooperation(name="Bühne")
    make_relation(project, other, relation=RelationKind.PRESENTED_AT)
    own = make_cooperation(name="Verbund")
    make_relation(project, own)

    assert list(for_state(Cooperation.objects, "DE-SL")) == [own]
    assert Cooperation.objects.with_details().get(pk=other.pk).named_states == []
    assert ask(COOPERATIONS, "q=Saarland").result.pks == [own.pk]


def test_a_partner_that_is_a_state_leads_there_and_back(client, empty_catalogue):
    hessen = make_state()
    partner = make_partner(name="Land Hessen", federal_state=hessen)

    assert (
        f'href="{hessen.get_absolute_url()}"'
        in client.get(partner.get_absolute_url()).content.decode()
    )
    page = client.get(hessen.get_absolute_url()).content.decode()
    assert f'href="{partner.get_absolute_url()}"' in page


def test_a_draft_is_not_shown_as_a_state(client, empty_catalogue):
    partner = make_partner(name="Geheim", federal_state=make_state(), is_published=False)
    page = client.get(partner.federal_state.get_absolute_url()).content.decode()
    assert "Geheim" not in page


# In the admin -----------------------------------------------------------------------------------


def test_an_editor_relates_two_records_and_it_is_on_both_pages(client):
    editor = editor_client()
    project, forum = make_project(name="Werkzeug"), make_cooperation(name="Forum")
    url = f"/verwaltung/projects/project/{project.pk}/change/"
    data = form_data(editor.get(url))
    stated = {"source": make_source().pk, "paragraph": 2, "quote": "so steht es da"}
    add_row(data, "relations", relation="vorgestellt-auf", related_record=forum.pk, **stated)
    add_row(
        data,
        "milestones",
        event="veranstaltung",
        title="Kongress",
        year=2021,
        concerns=[forum.pk],
        **stated,
    )

    assert editor.post(url, data).status_code == 302
    assert "Werkzeug Projekt vorgestellt wurde" in read(section(client, forum, "bezuege"))
    assert "2021 Veranstaltung Kongress" in read(section(client, forum, "meilensteine"))


def test_what_a_relation_lacks_is_said_beside_its_field():
    editor, project = editor_client(), make_project()
    url = f"/verwaltung/projects/project/{project.pk}/change/"
    data = form_data(editor.get(url))
    stated = {"source": make_source().pk, "paragraph": 2, "quote": "so steht es da"}
    row = add_row(data, "relations", **stated)
    response = editor.post(url, data)

    assert row_errors(response, row) == {
        "relation": ["Bitte wählen, was der eine Eintrag mit dem anderen verbindet."],
        "related_record": ["Bitte den anderen Eintrag wählen."],
    }


def test_any_record_can_be_found_and_says_of_which_type_it_is():
    for make in (make_project, make_cooperation, make_partner):
        make(name="Zu finden")
    query = {
        "term": "Zu finden",
        "app_label": "records",
        "model_name": "statement",
        "field_name": "related_record",
    }
    found = editor_client().get("/verwaltung/autocomplete/", query).json()["results"]

    assert {row["text"] for row in found} == {
        "Zu finden (Projekt)",
        "Zu finden (Kooperation)",
        "Zu finden (Partner)",
    }


# Events -----------------------------------------------------------------------------------------


def make_event(record, *concerned, year=2021):
    """State an event of a record that concerns others, too."""
    values = {"event": "veranstaltung", "title": "Kongress", "year": year}
    event = Milestone.objects.create(record=record, **values, **passage())
    event.concerns.set(concerned)
    return event


def test_an_event_stands_with_each_record_that_it_concerns(client):
    owner, concerned = make_cooperation(name="Forum"), make_project(name="Werkzeug")
    event = make_event(owner, concerned)

    assert "betrifft auch Werkzeug" in section(client, owner, "meilensteine")
    shown = section(client, concerned, "meilensteine")
    assert "2021 Veranstaltung Kongress" in read(shown)
    assert "eingetragen bei Forum" in shown
    # Its anchor is on one page alone.
    page = client.get(concerned.get_absolute_url()).content.decode()
    assert f'id="{event.anchor}"' not in page
    assert f'href="{event.get_absolute_url()}"' in page


def test_an_event_is_one_row_of_the_timeline_with_all_its_records(client, empty_catalogue):
    owner = make_cooperation(name="Forum")
    concerned = [make_project(name="Werkzeug"), make_project(name="Plattform")]
    make_event(owner, *concerned)

    for query in ("", "?q=Werkzeug", "?q=Forum"):
        page = client.get(f"/zeitleiste/{query}").content.decode()
        (row,) = re.findall(r"<li>\s*<time.*?</svg>", page, re.DOTALL)
        for name in ("Forum", "Werkzeug", "Plattform"):
            assert f">{name}</a>" in row


def test_an_event_gives_its_year_to_all_it_concerns(empty_catalogue):
    owner, concerned, other = make_cooperation(), make_project(), make_project()
    make_event(owner, concerned)

    facet = ask(PROJECTS, "jahr=2021").result
    assert facet.pks == [concerned.pk]
    assert ask(PROJECTS, "jahr=ohne").result.pks == [other.pk]
    ordered = ask(PROJECTS, "sortierung=neueste").result.pks
    assert ordered[0] == concerned.pk


def test_a_draft_s_event_is_shown_nowhere(client, empty_catalogue):
    draft, concerned = make_cooperation(is_published=False), make_project(name="Offen")
    make_event(draft, concerned)

    assert "Kongress" not in client.get(concerned.get_absolute_url()).content.decode()
    assert "Kongress" not in client.get("/zeitleiste/").content.decode()
    assert ask(PROJECTS, "jahr=ohne").result.pks == [concerned.pk]


def test_an_event_does_not_name_a_draft_that_it_concerns(client, empty_catalogue):
    owner = make_cooperation()
    event = make_event(owner, make_project(is_published=False, name="Geheim"))

    for address in (
        owner.get_absolute_url(),
        f"/kooperationen/{owner.slug}.json",
        "/zeitleiste/",
        event.source.get_absolute_url(),
    ):
        page = client.get(address).getvalue().decode()
        assert "Geheim" not in page
        assert "Kongress" in page
