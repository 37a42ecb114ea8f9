"""Which changes make a new revision."""

import pytest

from hzd_catalogue.reference.models import Revision
from tests.factories import make_level, make_participation, make_project, make_topic

pytestmark = pytest.mark.django_db


def test_every_change_of_what_visitors_see_makes_a_new_revision():
    project, topic, level = make_project(), make_topic(), make_level("bund", "Bund")
    statement = make_participation(project)
    numbers = [Revision.current().number]

    for change in (
        project.save,
        statement.save,
        topic.save,
        lambda: project.topics.add(topic),
        lambda: project.levels.set([level]),
        project.topics.clear,
        statement.delete,
        project.delete,
    ):
        change()
        numbers.append(Revision.current().number)

    assert numbers == sorted(set(numbers))
