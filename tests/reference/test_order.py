"""What the database sorts is sorted alike by every database."""

import pytest

from hzd_catalogue.reference.models import Topic
from tests.factories import make_topic


@pytest.mark.django_db
def test_topics_sort_as_in_german() -> None:
    names = ["Zoll", "Ämter", "Arbeit", "Öffentliche Sicherheit", "E-Akte", "Eakten"]
    for name in names:
        make_topic(name)

    found = Topic.objects.filter(name__in=names).values_list("name", flat=True)
    assert list(found) == ["Ämter", "Arbeit", "E-Akte", "Eakten", "Öffentliche Sicherheit", "Zoll"]
