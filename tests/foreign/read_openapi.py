"""schemathesis asks the running site whatever its own description allows, and what it does not."""

import os

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

DEPTH = int(os.environ.get("TEST_DEPTH") or 1)
schema = schemathesis.openapi.from_url(f"{os.environ['SITE_URL']}/openapi.json")
# gunicorn refuses an address that is too long before the catalogue sees it.
_REJECTION = schema.config.checks.negative_data_rejection
_REJECTION.expected_statuses = [*_REJECTION.expected_statuses, "414"]


@schema.parametrize()
@settings(
    max_examples=3 * DEPTH,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_the_site_keeps_to_its_description(case):
    """Whatever is asked: the status, the media type and the form of the answer are declared.

    That all of what the description allows is understood is left out: an order by relevance needs
    search words, and search words a letter, which no schema says.
    """
    case.call_and_validate(excluded_checks=[positive_data_acceptance])
