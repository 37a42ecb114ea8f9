"""What a client sent that it should not have fills no log."""

import logging

import pytest

from hzd_catalogue.web.logs import BriefFilter


@pytest.mark.parametrize(
    ("logger", "is_brief"), [("django.security.DisallowedHost", True), ("django.request", False)]
)
def test_only_what_a_client_did_wrong_is_said_without_its_place(logger, is_brief):
    error = ValueError("anders.example")
    place = (ValueError, error, None)
    record = logging.LogRecord(logger, logging.ERROR, __file__, 1, "Host", (), place)

    assert BriefFilter().filter(record)
    assert record.exc_info == (None if is_brief else place)
