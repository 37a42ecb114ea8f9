"""The log says what went wrong in which request, and nothing of who asked."""

import logging
import logging.config
import re

import pytest

from hzd_catalogue.web.logs import BriefFilter, line_of


@pytest.mark.parametrize(
    ("logger", "is_brief"), [("django.security.DisallowedHost", True), ("django.request", False)]
)
def test_only_what_a_client_did_wrong_is_said_without_its_place(logger, is_brief):
    error = ValueError("anders.example")
    place = (ValueError, error, None)
    record = logging.LogRecord(logger, logging.ERROR, __file__, 1, "Host", (), place)

    assert BriefFilter().filter(record)
    assert record.exc_info == (None if is_brief else place)


def test_what_goes_wrong_is_told_with_the_id_that_its_answer_has(db, client, monkeypatch, log):
    def fail(*args, **kwargs):
        logging.getLogger("hzd_catalogue").warning("on the way")
        raise ValueError("here")

    monkeypatch.setattr("hzd_catalogue.overview.gaps.GapsView.get_context_data", fail)
    client.raise_request_exception = False

    answers = [client.get("/luecken/", headers={"X-Request-ID": "mine"}) for _ in range(2)]

    ids = [answer["X-Request-ID"] for answer in answers]
    assert ids[0] != ids[1]
    assert all(re.fullmatch("[0-9a-f]{16}", found) for found in ids)
    for found in ids:
        assert f"WARNING hzd_catalogue [{found}]: on the way\n" in log.getvalue()
        assert (
            f"ERROR django.request [{found}]: Internal Server Error: /luecken/\n" in log.getvalue()
        )


def test_a_page_that_was_not_found_is_told_once(db, client, log):
    """By the line of its request."""
    assert client.get("/gibt-es-nicht/").status_code == 404
    assert log.getvalue() == ""


def test_a_line_stays_one_line():
    assert line_of({}, "GET", '/a"\n{\x00}/', 404, 5, 0.0123456).count("\n") == 0
