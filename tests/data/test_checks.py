"""What `check --deploy` says of hosts and TLS."""

import pytest
from django.core.checks import run_checks

from hzd_catalogue.data.checks import warn_of_any_host
from hzd_catalogue.reference.models import Revision
from tests.factories import clear_catalogue


def warnings():
    found = run_checks(tags=["security"], include_deployment_checks=True)
    return {message.id for message in found} & {"data.W004", "data.W005"}


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        ({"ALLOWED_HOSTS": ["katalog.example"]}, set()),
        ({"ALLOWED_HOSTS": [".example", "*"]}, {"data.W004"}),
        ({"HTTPS": True, "HSTS_SECONDS": 3600}, {"data.W005"}),
        ({"HTTPS": True, "HSTS_SECONDS": 31_536_000}, set()),
        ({"HTTPS": False, "HSTS_SECONDS": 3600}, set()),
    ],
)
def test_any_host_and_a_short_time_are_warned_of(settings, values, ids):
    for name, value in values.items():
        setattr(settings, name, value)

    assert warnings() == ids


def test_the_start_warns_of_any_host_too(settings, caplog):
    warn_of_any_host()
    assert caplog.messages == []

    settings.ALLOWED_HOSTS = ["*"]
    warn_of_any_host()
    assert "ALLOWED_HOSTS is *" in caplog.text


def test_files_without_finished_rows_are_warned_of(catalogue):
    def ids():
        found = run_checks(tags=["database"], databases=["default"])
        return {message.id for message in found} & {"data.W006"}

    assert ids() == set()
    Revision.advance()
    assert ids() == {"data.W006"}
    clear_catalogue()
    assert ids() == set()
