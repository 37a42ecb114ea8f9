"""What import-linter cannot see: lists and exports know no name of what they list and export."""

import re
import subprocess
import sys

import pytest
from django.apps import apps

from hzd_catalogue.lists.facets import Facet
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS
from tests.checkout import PROJECT

MACHINERY = sorted(
    file
    for name in ("lists", "exports")
    for file in (PROJECT / "hzd_catalogue" / name).glob("*.py")
)
#: A German word of the files, Dublin Core's name of an origin ("dc:source"), what a table holds
#: whatever it is, the machinery's own address of a link, HTTP's name of an outcome, and the number
#: of the OpenDocument standard ("office:version").
OTHERS = {"Revision", "source", "record", "Address", "status", "version"}
DOMAIN = {"is_published", "sort_key", "HOME_STATE", "_meta", "_base_manager"}


def domain_words():
    """Return the names of all models, facets and relations of the catalogue's apps."""
    models = [
        model
        for model in apps.get_models()
        if model._meta.app_label in ("reference", "records", "partners", "projects", "legal")
    ]
    relations = {
        field.name
        for model in models
        for field in model._meta.get_fields()
        if field.is_relation and not field.name.endswith("+")
    }
    facets = {
        name
        for listing in (PROJECTS, COOPERATIONS, PARTNERS)
        for name, item in listing.filterset_class.get_filters().items()
        if isinstance(item, Facet)
    }
    return ({model.__name__ for model in models} | relations | facets | DOMAIN) - OTHERS


def words_in(text):
    return {part for word in re.findall(r"\w+", text) for part in (word, *word.split("__"))}


def test_the_words_of_the_domain_are_known():
    assert {"Project", "FederalState", "land", "partner", "statements"} <= domain_words()
    assert len(MACHINERY) > 15
    assert words_in("levels__slug") >= {"levels", "slug"}


@pytest.mark.parametrize("file", MACHINERY, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_machinery_names_nothing_of_the_domain(file):
    assert words_in(file.read_text(encoding="utf-8")) & domain_words() == set()


def test_machinery_runs_without_the_apps():
    modules = [f"hzd_catalogue.{file.parent.name}.{file.stem}" for file in MACHINERY]
    program = f"""
import importlib, sys
from django.conf import settings
settings.configure(INSTALLED_APPS=["django_filters"], SITE_NAME="Spielzeug", USE_TZ=True)
import django
django.setup()
for name in {modules!r}:
    importlib.import_module(name)
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    ours = {
        name
        for name in done.stdout.split()
        if re.match(r"hzd_catalogue\.(?!lists|exports)|partners|projects", name)
    }
    machinery = ("prefix", "reference", "reference.folding", "reference.german")
    known = {f"hzd_catalogue.{name}" for name in (*machinery, "reference.licences")}
    assert ours == known
