"""The bill of materials is whole, licences go with EUPL-1.2, and an audit says what it saw."""

import json
import re

import pytest

from tests import supply_chain
from tests.checkout import PROJECT
from tests.supply_chain import bill, is_compatible, known_of_npm, known_of_python, packages


def test_the_bill_has_each_package_of_the_lock_files_once():
    names = [package.name for package in packages()]
    pinned = re.findall(r"^([\w.-]+)==", supply_chain.PYTHON_LOCK.read_text(), re.MULTILINE)
    fetched = json.loads((PROJECT / "package.json").read_text())["dependencies"]

    assert sorted(names) == sorted([*pinned, *fetched])
    assert all(package.hashes and package.version and package.licence for package in packages())


def test_the_bill_is_whole_and_always_the_same():
    made = bill(packages())

    refs = {row["bom-ref"] for row in [made["metadata"]["component"], *made["components"]]}
    assert {row["ref"] for row in made["dependencies"]} == refs
    reached, left = set(), ["hzd-catalogue"]
    needs = {row["ref"]: row["dependsOn"] for row in made["dependencies"]}
    while left:
        if (ref := left.pop()) not in reached:
            reached.add(ref)
            left += needs[ref]
    assert reached == refs
    assert "pkg:pypi/asgiref@" in " ".join(
        needs[next(ref for ref in refs if ref.startswith("pkg:pypi/django@"))]
    )
    assert bill(packages()) == made


def test_every_licence_goes_with_that_of_the_catalogue():
    assert [row for row in packages() if not is_compatible(row.licence)] == []
    # None is allowed that nothing has.
    used = {part for row in packages() for part in re.split(" AND | OR ", row.licence)}
    assert set(supply_chain.COMPATIBLE) - used == set()


@pytest.mark.parametrize(
    ("licence", "goes"),
    [
        ("MIT AND PSF-2.0", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("", False),
        ("UNKNOWN", False),
        ("SEE LICENSE IN LICENSE", False),
    ],
)
def test_a_choice_needs_one_licence_that_goes_and_a_sum_all(licence, goes):
    assert is_compatible(licence) == goes


def python(*rows):
    return json.dumps({"dependencies": [{"name": "a", "version": "1", **row} for row in rows]})


WEAK = {"vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
LEFT_OUT = {"skip_reason": "not found"}


@pytest.mark.parametrize(
    ("read", "answer", "weaknesses", "is_all"),
    [
        (known_of_python, python(WEAK), ["a 1: PYSEC-1, mended in 2"], True),
        (known_of_python, python({"vulns": []}), [], True),
        (known_of_python, python(WEAK, LEFT_OUT), ["a 1: PYSEC-1, mended in 2"], False),
        (known_of_python, python(LEFT_OUT), [], False),
        (known_of_python, python(), [], False),
        (known_of_python, "", [], False),
        (
            known_of_npm,
            '{"vulnerabilities": {"b": {"range": "<2", "severity": "high"}}}',
            ["b <2: high"],
            True,
        ),
        (known_of_npm, '{"vulnerabilities": {}}', [], True),
        (known_of_npm, '{"message": "405 Method Not Allowed"}', [], False),
        (known_of_npm, "", [], False),
    ],
)
def test_an_audit_names_weaknesses_and_whether_it_saw_all(
    read, answer, weaknesses, is_all, monkeypatch, capsys
):
    monkeypatch.setattr(supply_chain, "AUDITS", [("Packages", ["printf", "%s", answer], read)])

    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    assert supply_chain.audit() == bool(weaknesses)
    said = capsys.readouterr().out
    assert ("NOT AUDITED" in said) == (not is_all)
    assert ("0 known weaknesses" in said) == (is_all and not weaknesses)
    assert all(words in said for words in weaknesses)

    monkeypatch.setenv("REQUIRE_ALL", "1")
    assert supply_chain.audit() == bool(weaknesses or not is_all)
