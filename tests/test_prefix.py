"""Paths with and without the one that the catalogue begins at."""

import pytest
from django.urls import set_script_prefix

from hzd_catalogue.legal.markup import parse
from hzd_catalogue.prefix import with_prefix, without_prefix


@pytest.fixture(params=["/katalog/", "/projekte/"])
def prefix(request):
    """One that is the beginning of an address of this catalogue, too."""
    set_script_prefix(request.param)
    yield request.param.rstrip("/")
    set_script_prefix("/")


@pytest.mark.parametrize("path", ["/", "/projekte/", "/projekte/wohngeld/", "/projekte-alt/"])
def test_each_path_comes_back(path, prefix):
    assert with_prefix(path) == prefix + path
    assert without_prefix(prefix + path) == path


def test_what_only_begins_alike_lies_elsewhere(prefix):
    for path in (f"{prefix}alt/", "https://www.example.org/", "#a"):
        assert without_prefix(path) == path


@pytest.mark.parametrize("target", ["/hilfe/", "{prefix}/hilfe/", "https://www.example.org/a"])
def test_a_link_of_a_legal_text_leads_there_however_it_was_written(target, prefix):
    [block] = parse(f"[Hilfe]({target.format(prefix=prefix)})", None)
    [[part]] = block.lines
    assert part.target == (f"{prefix}/hilfe/" if "hilfe" in target else target)
