"""The download of everything, read by what people use: ``make test-foreign``."""

import copy
import io
import json
import os
import sqlite3
from contextlib import closing
from zipfile import ZipFile

import pandas as pd
import pytest
import requests
from frictionless import Package

URL = os.environ["SITE_URL"]


def content(path):
    response = requests.get(f"{URL}{path}", timeout=60)
    assert response.status_code == 200, response.text
    return response.content


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The unpacked archive."""
    path = tmp_path_factory.mktemp("download")
    with ZipFile(io.BytesIO(content("/daten/it-kooperationen.zip"))) as archive:
        archive.extractall(path)
    return path


def problems(folder, description):
    report = Package(description, basepath=str(folder)).validate()
    return [(task.name, error.type) for task in report.tasks for error in task.errors] + [
        error.type for error in report.errors
    ]


def test_frictionless_finds_every_row_as_described(folder):
    description = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert problems(folder, description) == []
    # It would say so.
    wrong = copy.deepcopy(description)
    resources = {resource["name"]: resource for resource in wrong["resources"]}
    resources["projekte_partners"]["schema"]["foreignKeys"][0]["reference"]["resource"] = "partner"
    assert ("projekte_partners", "foreign-key") in problems(folder, wrong)


def test_lists_are_those_of_the_site(folder):
    for name in (
        *("projekte", "kooperationen", "partner", "aussagen"),
        *("laender", "ebenen", "themen", "quellen"),
    ):
        assert (folder / f"{name}.csv").read_bytes() == content(f"/{name}.csv")


def test_pandas_asks_the_database(tmp_path, folder):
    path = tmp_path / "it-kooperationen.sqlite3"
    path.write_bytes(content("/daten/it-kooperationen.sqlite3"))
    with closing(sqlite3.connect(path)) as database:
        frame = pd.read_sql("SELECT * FROM laender_je_projekt", database)
    assert len(frame) == len(pd.read_csv(folder / "projekte_states.csv"))
    assert frame["quelle"].notna().any()
