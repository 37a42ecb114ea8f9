"""The lock files hold what every promised Python needs, also those that are not on this machine."""

import re
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.checkout import PROJECT
from tests.every_python import promised

#: More patch releases than a release of Python gets.
VERSIONS = [(*release, patch) for release in promised() for patch in range(25)]


def pins(name):
    """Versions by name of package."""
    text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
    return {
        canonicalize_name(package): version
        for package, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)
    }


def extras(name):
    """Extras that are asked for, by name of package."""
    lines = (PROJECT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    asked = [Requirement(line.split("#")[0]) for line in lines if re.match(r"\w", line)]
    return {canonicalize_name(requirement.name): requirement.extras for requirement in asked}


def is_ever_needed(requirement, extras):
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate(
            {
                "python_version": "{}.{}".format(*version),
                "python_full_version": "{}.{}.{}".format(*version),
                "extra": extra,
            }
        )
        for version in (VERSIONS if "python_" in str(marker) else VERSIONS[:1])
        for extra in ("", *extras)
    )


@pytest.mark.parametrize("lock", ["base", "dev"])
def test_nothing_that_a_promised_python_needs_is_missing(lock):
    pinned = pins(f"{lock}.txt")
    asked = extras("base.in") | extras(f"{lock}.in")
    missing = [
        f"{package} needs {requirement}"
        for package in pinned
        for requirement in map(Requirement, distribution(package).requires or [])
        if is_ever_needed(requirement, asked.get(package, ()))
        and not (
            (pin := pinned.get(canonicalize_name(requirement.name)))
            and requirement.specifier.contains(pin)
        )
    ]

    assert missing == []


def test_no_pinned_package_refuses_a_promised_python():
    refused = [
        f"{package} needs Python {accepted}"
        for package in pins("dev.txt")
        if (accepted := distribution(package).metadata.get("Requires-Python"))
        and any(
            not SpecifierSet(accepted).contains("{}.{}.{}".format(*version)) for version in VERSIONS
        )
    ]

    assert refused == []
