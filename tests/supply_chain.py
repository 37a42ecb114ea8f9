"""The packages that the site runs with: their list for others, their licences, their weaknesses.

``make sbom`` writes the list (CycloneDX) from the lock files, ``make audit`` asks for weaknesses
that are known. Both need what ``make run`` installs; licences are read from what is installed.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import metadata, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hzd_catalogue import __version__
from tests.checkout import PROJECT

PYTHON_LOCK = PROJECT / "requirements" / "base.txt"
NPM_LOCK = PROJECT / "package-lock.json"
SPEC_VERSION = "1.6"

#: Licences that go with EUPL-1.2, by their SPDX names, and why.
COMPATIBLE = {
    **dict.fromkeys(
        ("MIT", "BSD-2-Clause", "BSD-3-Clause", "Unlicense", "PSF-2.0", "ZPL-2.1", "Apache-2.0"),
        "permissive: its notice stays with the package, and nothing is asked of what uses it",
    ),
    "BSD License": "with two or three clauses, which the package does not say; both are permissive",
    "LGPL-3.0-only": "named in the EUPL's appendix; psycopg is used unchanged, as a library",
    "EUPL-1.2": "the same licence",
    "OFL-1.1": "a typeface, passed on unchanged and not sold by itself",
}
#: What packages call a licence by another name.
SPELLINGS = {"Apache 2": "Apache-2.0", "BSD": "BSD License"}
#: Names that are none of SPDX.
NO_SPDX = ("BSD License",)


@dataclass(frozen=True)
class Package:
    """One package of a lock file."""

    name: str
    version: str
    purl: str
    #: An SPDX expression, or one of NO_SPDX.
    licence: str
    #: Algorithm and digest of each file that it may come as.
    hashes: tuple[tuple[str, str], ...]
    needs: tuple[str, ...] = ()


def packages() -> list[Package]:
    """Return every package that the site runs with."""
    return [*_python_packages(), *_npm_packages()]


def _python_packages() -> Iterable[Package]:
    text = PYTHON_LOCK.read_text(encoding="utf-8")
    pinned = re.findall(r"^([\w.-]+)==(\S+) \\\n((?: +--hash=\S+(?: \\)?\n)+)", text, re.MULTILINE)
    purls = {name: f"pkg:pypi/{name}@{version}" for name, version, _ in pinned}
    for name, version, hashes in pinned:
        asked = {
            canonicalize_name(found.name)
            for found in map(Requirement, requires(name) or ())
            if found.marker is None or found.marker.evaluate({"extra": ""})
        }
        digests = re.findall(r"--hash=sha256:(\w+)", hashes)
        yield Package(
            name,
            version,
            purls[name],
            _licence_of(name),
            tuple(("SHA-256", digest) for digest in digests),
            tuple(sorted(purls[found] for found in asked & purls.keys())),
        )


def _licence_of(name: str) -> str:
    about = metadata(name)
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    said = about.get("License-Expression") or about.get("License") or " AND ".join(classified)
    return SPELLINGS.get(said, said)


def _npm_packages() -> Iterable[Package]:
    locked = json.loads(NPM_LOCK.read_text(encoding="utf-8"))["packages"]
    for path, package in locked.items():
        if not path:
            continue
        name, version = path.rpartition("node_modules/")[2], package["version"]
        algorithm, _, digest = package["integrity"].partition("-")
        number = algorithm.removeprefix("sha")
        yield Package(
            name,
            version,
            f"pkg:npm/{name.replace('@', '%40')}@{version}",
            json.loads((PROJECT / path / "package.json").read_text(encoding="utf-8"))["license"],
            ((f"SHA-{number}", base64.b64decode(digest).hex()),),
        )


def is_compatible(licence: str) -> bool:
    """Return whether an SPDX expression without parentheses allows what EUPL-1.2 asks for."""
    return any(
        all(part in COMPATIBLE for part in choice.split(" AND "))
        for choice in licence.split(" OR ")
    )


# The list -------------------------------------------------------------------------------------


def bill(found: list[Package]) -> dict[str, Any]:
    """Return packages as a bill of materials in CycloneDX; the same packages, the same bill."""
    root = {
        "type": "application",
        "bom-ref": "hzd-catalogue",
        "name": "hzd-catalogue",
        "version": __version__,
        "licenses": [{"license": {"id": "EUPL-1.2"}}],
    }
    needed = {purl for package in found for purl in package.needs}
    direct = [package.purl for package in found if package.purl not in needed]
    content = {
        "metadata": {"component": root},
        "components": [
            {
                "type": "library",
                "bom-ref": package.purl,
                "name": package.name,
                "version": package.version,
                "purl": package.purl,
                "licenses": [
                    {"license": {"name": package.licence}}
                    if package.licence in NO_SPDX
                    else {"expression": package.licence}
                ],
                "externalReferences": [
                    {
                        "type": "distribution",
                        "url": package.purl,
                        "hashes": [{"alg": name, "content": hex_} for name, hex_ in package.hashes],
                    }
                ],
            }
            for package in found
        ],
        "dependencies": [
            {"ref": root["bom-ref"], "dependsOn": direct},
            *({"ref": package.purl, "dependsOn": list(package.needs)} for package in found),
        ],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC_VERSION,
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        **content,
    }


# Weaknesses -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What is known of weaknesses, and why that may not be all."""

    weaknesses: list[str]
    not_asked: str = ""


def known_of_python(answer: str) -> Known:
    """Read pip-audit's answer; what it left out, it does not count as a failure."""
    try:
        rows = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Known([], "pip-audit reached no database of weaknesses.")
    left_out = [row["skip_reason"] for row in rows if "skip_reason" in row]
    weaknesses = [
        f"{row['name']} {row['version']}: {weakness['id']}, "
        f"mended in {', '.join(weakness['fix_versions']) or 'no version'}"
        for row in rows
        for weakness in row.get("vulns", ())
    ]
    if not left_out and rows:
        return Known(weaknesses)
    first = f": {left_out[0]}" if left_out else ""
    return Known(weaknesses, f"pip-audit left out {len(left_out)} of {len(rows)} packages{first}")


def known_of_npm(answer: str) -> Known:
    """Read the answer of npm audit."""
    try:
        rows = json.loads(answer)["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return Known([], "npm reached no registry that answers npm audit.")
    return Known([f"{name} {row['range']}: {row['severity']}" for name, row in rows.items()])


AUDITS: tuple[tuple[str, list[str], Callable[[str], Known]], ...] = (
    (
        "Python",
        [
            *(".venv-audit/bin/pip-audit", "--requirement", str(PYTHON_LOCK), "--require-hashes"),
            *("--disable-pip", "--progress-spinner", "off", "--format", "json"),
        ],
        known_of_python,
    ),
    ("npm", ["npm", "audit", "--package-lock-only", "--json"], known_of_npm),
)


def audit() -> int:
    """Say what is known, and plainly where nobody could be asked; return the status to end with."""
    status = 0
    for kind, command, read in AUDITS:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        known = read(done.stdout)
        if known.not_asked:
            print(f"{kind}: NOT AUDITED. {known.not_asked}")
        if known.weaknesses or not known.not_asked:
            print(
                f"{kind}: {len(known.weaknesses)} known weaknesses", *known.weaknesses, sep="\n  "
            )
        if known.weaknesses or (known.not_asked and os.environ.get("REQUIRE_ALL")):
            status = 1
    return status


def main() -> int:
    """Write the bill of materials to the file that is named, or audit."""
    if sys.argv[1:] == ["audit"]:
        return audit()
    (target,) = map(Path, sys.argv[1:])
    found = packages()
    target.write_text(json.dumps(bill(found), indent=2) + "\n", encoding="utf-8")
    print(f"{target}: {len(found)} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
