"""The licence of the data: one setting, from a list of known ones."""

import pytest
from django.core.checks import run_checks

from hzd_catalogue.reference.licences import LICENCES, data_licence, licence_in_words


@pytest.mark.parametrize("key", LICENCES)
def test_the_setting_chooses_one(settings, key):
    settings.DATA_LICENCE = key

    licence = data_licence()
    assert licence.key == key
    assert licence_in_words() == licence.name
    assert licence.dcat_uri.startswith("http://dcat-ap.de/def/licenses/")
    assert run_checks(tags=["licence"], include_deployment_checks=True) == []


def test_unset_there_is_none_and_the_check_says_which_are_possible(settings):
    settings.DATA_LICENCE = ""

    assert data_licence() is None
    assert licence_in_words() == "noch nicht festgelegt"
    assert run_checks(tags=["licence"]) == []
    [warning] = run_checks(tags=["licence"], include_deployment_checks=True)
    assert "DATA_LICENCE" in warning.hint
    assert all(key in warning.hint for key in LICENCES)
