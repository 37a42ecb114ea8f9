"""What all records share: their type, their kind, their name's place in an order."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from hzd_catalogue.records.models import Record
from partners.models import Cooperation, Partner
from projects.models import Project
from tests.factories import make_cooperation, make_partner, make_project, make_state

pytestmark = pytest.mark.django_db


def test_a_row_comes_back_as_what_it_is(empty_catalogue):
    made = [make_partner(), make_cooperation(), make_project()]
    found = list(Record.objects.order_by("pk"))
    assert [type(row) for row in found] == [Partner, Cooperation, Project]
    assert found == made
    assert [type(row) for row in Record.objects.names()] != [Record] * 3
    assert list(Partner.objects.all()) == made[:1]
    with pytest.raises(Partner.DoesNotExist):
        Partner.objects.get(pk=made[2].pk)


def test_a_slug_is_unique_among_records_of_its_type():
    make_partner(slug="gleich")
    make_project(slug="gleich")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_project(slug="gleich")
    with pytest.raises(ValidationError) as error:
        Project(name="Noch eins", slug="gleich").full_clean()
    assert error.value.message_dict == {"slug": ["Diese Adresse hat schon ein anderer Eintrag."]}


def test_a_kind_is_one_of_its_type():
    partner = make_partner()
    partner.kind = "it-verfahren"
    with pytest.raises(ValidationError) as error:
        partner.full_clean()
    assert list(error.value.message_dict) == ["kind"]


def test_only_a_partner_is_a_state():
    project, partner = make_project(), make_partner()
    for record in (project, partner):
        record.federal_state = make_state("DE-TH", "Thüringen")
    with pytest.raises(ValidationError, match="Nur ein Partner"):
        project.full_clean()
    # A form leaves the type out.
    with pytest.raises(ValidationError, match="Nur ein Partner"):
        project.full_clean(exclude={"type"})
    partner.full_clean()


@pytest.mark.parametrize("fields", [None, ["name"], {"name", "summary"}])
def test_a_new_name_has_its_place_in_the_order(fields):
    project = make_project(name="Zebra")
    project.name = "Äpfel"
    project.save(update_fields=fields)
    assert Project.objects.get(pk=project.pk).sort_key == "apfel"


def test_saving_other_fields_leaves_name_and_order_alone():
    project = make_project(name="Zebra")
    project.name = "Äpfel"
    project.save(update_fields=["summary"])
    project = Project.objects.get(pk=project.pk)
    assert (project.name, project.sort_key) == ("Zebra", "zebra")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts its rows first.")
def test_a_few_records_are_looked_up_by_their_keys():
    steps = Project.objects.published().filter(pk__in=range(25)).explain()
    assert "rowid=?" in steps
