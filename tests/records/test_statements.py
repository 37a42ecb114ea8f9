"""What the table of statements accepts: the fields of one kind, each thing said once."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from hzd_catalogue.records.keys import random_key
from hzd_catalogue.records.kinds import FIELDS, Kind
from hzd_catalogue.records.models import (
    Evidence,
    Milestone,
    OtherName,
    RetiredKey,
    Statement,
    StatusStatement,
    UserGroup,
)
from hzd_catalogue.records.statements import validate_quote
from partners.models import Role
from projects.models import Participation
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

pytestmark = pytest.mark.django_db


def filled():
    """Return a value for each field that only some kinds have."""
    return {
        "federal_state": make_state(),
        "participation_status": "beteiligt",
        "partner": make_partner(evidence=False),
        "role": "prüft",
        "relation": "teil-von",
        "related_record": make_cooperation(evidence=False),
        "user_group": "Gerichte",
        "name": "Kurz",
        "name_kind": "kurzform",
        "aspect": "ebene",
        "status": "geplant",
        "event": "beginn",
        "title": "Beginn",
        "year": 2020,
        "month": 9,
        "day": 6,
        "last_day": 8,
        "part": "",
        "since_quote": "seit 2020",
        "qualifier": "rund",
        "value": 3,
        "unit": "Stück",
    }


def insert(kind, values):
    """Write a row past all checks but the table's own."""
    row = Statement(kind=kind, key=random_key(), **values)
    with transaction.atomic():
        Statement.objects.bulk_create([row])


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_fills_its_fields_and_no_others(kind):
    everything = filled()
    fields = FIELDS[kind]
    own = {name: everything[name] for name in fields.names}
    where = {"record": make_project(evidence=False), **passage()}
    insert(kind, {**own, **where})

    for name in fields.required:
        without = {field: value for field, value in own.items() if field != name}
        with pytest.raises(IntegrityError, match=r"fields_of_its_kind|date_needs_year"):
            insert(kind, {**without, **where})
    for name in everything.keys() - {*fields.names, "part"}:
        with pytest.raises(IntegrityError):
            insert(kind, {**own, **where, name: everything[name]})


@pytest.mark.parametrize("kind", Kind)
def test_what_a_kind_requires_is_asked_for_beside_its_field(kind):
    everything = filled()
    fields = FIELDS[kind]
    make = {"projekte": make_project, "kooperationen": make_cooperation, "partner": make_partner}
    record = make[min(fields.record_types)](evidence=False)
    own = {name: everything[name] for name in fields.names if name != "part"}
    model = Statement.proxy_of(kind)
    model(record=record, **own, **passage()).full_clean()

    for name in fields.required:
        without = {field: value for field, value in own.items() if field != name}
        with pytest.raises(ValidationError) as error:
            model(record=record, **without, **passage()).full_clean()
        assert list(error.value.message_dict) == [name]


def test_the_fields_belong_to_a_kind():
    assert set(filled()) == {name for fields in FIELDS.values() for name in fields.names}


def test_a_key_is_given_once():
    record, stated = make_project(), passage()
    first = Evidence.objects.create(record=record, aspect="ebene", **stated)
    assert len(first.key) == 10
    with pytest.raises(IntegrityError):
        Evidence.objects.create(record=record, aspect="ebene", key=first.key, **stated)


def test_a_row_comes_back_as_what_it_is():
    status = StatusStatement.objects.create(record=make_project(), status="geplant", **passage())
    assert type(Statement.objects.get(pk=status.pk)) is StatusStatement
    assert not Milestone.objects.filter(pk=status.pk).exists()
    with pytest.raises(Milestone.DoesNotExist):
        Milestone.objects.get(pk=status.pk)


@pytest.mark.parametrize(
    ("model", "values", "message"),
    [
        (Participation, {"participation_status": "nutzt"}, "Zu diesem Land gibt es aus dieser"),
        (Role, {"role": "prüft"}, "Diese Rolle ist mit dieser Quelle schon eingetragen."),
        (UserGroup, {"user_group": "Gerichte"}, "Diese Nutzergruppe ist mit dieser Quelle"),
        (OtherName, {"name": "Kurz", "name_kind": "kurzform"}, "Dieser Name ist mit dieser"),
        (StatusStatement, {"status": "geplant"}, "Diese Quelle hat schon einen Status."),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_source_says_the_same_once(model, values, message):
    record, source = make_project(), make_source()
    if model is Participation:
        values = {**values, "federal_state": make_state()}
    if model is Role:
        values = {**values, "partner": make_partner()}
    model.objects.create(record=record, **values, **passage(source))

    with pytest.raises(ValidationError, match=re.escape(message)):
        model(record=record, **values, **passage(source, paragraph=2)).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(record=record, **values, **passage(source, paragraph=2))
    model.objects.create(record=record, **values, **passage())


def test_one_source_may_support_an_aspect_more_than_once():
    record, source = make_project(evidence=False), make_source()
    for _ in range(2):
        Evidence.objects.create(record=record, aspect="ebene", **passage(source))


@pytest.mark.parametrize(
    ("make", "model", "values"),
    [
        (make_partner, StatusStatement, {"status": "geplant"}),
        (make_partner, Milestone, {"event": "beginn", "title": "Beginn", "year": 2020}),
        (make_cooperation, UserGroup, {"user_group": "Gerichte"}),
    ],
)
def test_a_kind_is_refused_where_records_do_not_have_it(make, model, values):
    with pytest.raises(ValidationError, match=r"nicht bei (Partner|Kooperation)"):
        model(record=make(), **values, **passage()).full_clean()


def test_a_role_is_held_by_a_partner():
    role = make_role(make_cooperation(), make_partner())
    role.partner_id = make_project().pk
    with pytest.raises(ValidationError) as error:
        role.full_clean()
    assert list(error.value.message_dict) == ["partner"]


def test_keys_of_what_was_public_are_never_given_again():
    public, draft = make_project(), make_project(is_published=False)
    rows = [make_participation(public), make_participation(draft)]
    keys = [row.key for row in rows]
    for row in rows:
        row.delete()
    assert set(RetiredKey.objects.values_list("key", flat=True)) == {keys[0]}


def test_a_deleted_record_keeps_the_keys_of_all_its_kinds():
    project = make_project()
    make_participation(project)
    StatusStatement.objects.create(record=project, status="geplant", **passage())
    keys = set(project.statements.values_list("key", flat=True))
    assert len(keys) == 5

    project.delete()

    assert set(RetiredKey.objects.values_list("key", flat=True)) == keys


#: In their order; what is left open comes first within its period.
DATES = [
    {"year": 2018, "part": "ende"},
    {"year": 2019},
    {"year": 2019, "month": 3},
    {"year": 2019, "part": "anfang"},
    {"year": 2019, "month": 5},
    {"year": 2019, "part": "mitte"},
    {"year": 2019, "month": 9},
    {"year": 2019, "month": 9, "day": 2},
    {"year": 2019, "month": 9, "part": "anfang"},
    {"year": 2019, "month": 9, "day": 15},
    {"year": 2019, "month": 9, "part": "mitte"},
    {"year": 2019, "month": 9, "day": 25},
    {"year": 2019, "month": 9, "part": "ende"},
    {"year": 2019, "month": 11, "day": 30},
    {"year": 2019, "part": "ende"},
    {"year": 2019, "month": 12, "day": 1},
    {"year": 2020},
]


def test_dates_of_unequal_precision_have_one_order():
    keys = [Milestone(**date).chronological_key for date in DATES]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    "date",
    [
        *DATES,
        {"year": 1900},
        {"year": 2100},
        {"year": 2019, "month": 1, "day": 31},
        {"year": 2019, "month": 12, "day": 1, "last_day": 31},
        {"year": 2020, "month": 2, "day": 29},
    ],
    ids=str,
)
def test_a_date_of_the_calendar_is_taken(date):
    milestone(date).full_clean()


@pytest.mark.parametrize(
    ("date", "field"),
    [
        ({"year": 1899}, "year"),
        ({"year": 2101}, "year"),
        ({"year": 2019, "month": 0}, "month"),
        ({"year": 2019, "month": 13}, "month"),
        ({"year": 2019, "day": 1}, "month"),
        ({"year": 2019, "month": 9, "day": 0}, "day"),
        ({"year": 2019, "month": 9, "day": 31}, "day"),
        ({"year": 2019, "month": 2, "day": 29}, "day"),
        ({"year": 2019, "month": 9, "day": 5, "part": "ende"}, "part"),
        ({"year": 2019, "month": 9, "day": 5, "last_day": 5}, "last_day"),
        ({"year": 2019, "month": 9, "day": 5, "last_day": 4}, "last_day"),
        ({"year": 2019, "month": 9, "day": 5, "last_day": 31}, "last_day"),
        ({"year": 2019, "month": 9, "last_day": 5}, "last_day"),
        ({"year": 1899, "month": 2, "day": 5, "last_day": 31}, "year"),
    ],
    ids=str,
)
def test_a_date_that_there_is_not_is_refused_beside_its_field(date, field):
    with pytest.raises(ValidationError) as error:
        milestone(date).full_clean()
    assert list(error.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("date", "words", "machine"),
    [
        ({"year": 2013}, "2013", "2013"),
        ({"year": 2022, "part": "ende"}, "Ende 2022", "2022"),
        ({"year": 2019, "month": 1}, "Januar 2019", "2019-01"),
        ({"year": 2019, "month": 9, "part": "anfang"}, "Anfang September 2019", "2019-09"),
        ({"year": 2024, "month": 12, "day": 1}, "1. Dezember 2024", "2024-12-01"),
        (
            {"year": 2021, "month": 10, "day": 6, "last_day": 8},
            "6.–8. Oktober 2021",
            "2021-10-06",
        ),
    ],
    ids=str,
)
def test_a_date_is_written_as_precise_as_it_is(date, words, machine):
    assert (Milestone(**date).date, Milestone(**date).machine_date) == (words, machine)


def milestone(date):
    values = {"event": "beginn", "title": "Beginn", **passage()}
    return Milestone(record=make_project(evidence=False), **values, **date)


@pytest.mark.parametrize("space", ["\u00a0", "\t", "\u2009", "\n"])
def test_no_other_space_makes_a_quotation_longer(space):
    with pytest.raises(ValidationError, match="Höchstens 12 Wörter zitieren; es sind 13"):
        validate_quote(space.join(["Wort"] * 13))
    validate_quote(space.join(["Wort"] * 12))


@pytest.mark.parametrize("quote", [" vorn", "hinten ", "zwei  Blanks", "Tabulator\t"])
def test_the_words_of_a_quotation_can_be_counted(quote):
    with pytest.raises(ValidationError, match="genau ein Leerzeichen"):
        validate_quote(quote)
    validate_quote(" ".join(quote.split()))
