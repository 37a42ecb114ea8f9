"""What is sorted by the database is sorted alike by every database."""

import pytest

from hzd_catalogue.reference.models import Topic
from tests.factories import make_topic


@pytest.mark.django_db
def test_hyphens_do_not_count_in_the_order_of_topics() -> None:
    slugs = ["probe-zoll", "probeamt", "probe-bau"]
    for slug in slugs:
        make_topic(slug.title(), slug=slug)
    found = Topic.objects.filter(slug__in=slugs).values_list("slug", flat=True)
    assert list(found) == ["probeamt", "probe-bau", "probe-zoll"]
