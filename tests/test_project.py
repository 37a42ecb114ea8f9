"""What the repository promises as a whole."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import tinycss2
import yaml
from django.core.management import call_command
from packaging.version import Version

from hzd_catalogue import __version__
from tests.checkout import PROJECT


def tracked_files(*patterns):
    done = subprocess.run(
        ["git", "ls-files", "-z", *patterns],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [PROJECT / name for name in done.stdout.split("\0") if name]


def lines_with(pattern, files):
    """Return "file:line: text" of each line in which the pattern is found."""
    found = []
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        found += [
            f"{file.relative_to(PROJECT)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(lines, 1)
            if re.search(pattern, line)
        ]
    return found


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_links_between_documents_lead_somewhere():
    broken = []
    for document in tracked_files("*.md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
            path = target.partition("#")[0]
            if path and "://" not in path and not (document.parent / path).exists():
                broken.append(f"{document.relative_to(PROJECT)}: {target}")

    assert broken == []


def test_the_architecture_names_every_module():
    """Each package has a table of what Django does not look for by name."""
    text = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| module of `(\w+)/` \|.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    named = {
        (folder, name)
        for folder, rows in tables
        for row in rows.splitlines()
        for name in re.findall(r"`(\w+)\.py`", row.split("|")[1])
    }
    folders = [*(PROJECT / "hzd_catalogue").iterdir(), PROJECT / "partners", PROJECT / "projects"]
    modules = {(file.parent.name, file.stem) for folder in folders for file in folder.glob("*.py")}
    by_name = ("__init__", "models", "admin", "apps", "urls", "views")

    def told(found):
        return {(folder, name) for folder, name in found if name not in by_name}

    assert told(named) == told(modules)


def test_lock_files_name_versions_but_no_addresses():
    lock_files = tracked_files("requirements/*", "*.npmrc")

    assert len(lock_files) == 14
    assert lines_with(r"://|^-[if]\b|--(index|extra-index|find-links)", lock_files) == []
    assert lines_with(r'"resolved"', tracked_files("*package-lock.json")) == []


def test_the_version_stands_in_one_place():
    """Other files that could state one leave it out, or state the same."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    publiccode = yaml.safe_load((PROJECT / "publiccode.yml").read_text(encoding="utf-8"))
    package, lock = (
        json.loads((PROJECT / name).read_text(encoding="utf-8"))
        for name in ("package.json", "package-lock.json")
    )
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d\S*)\]", changelog, re.MULTILINE)
    version = Version(__version__)

    assert "version" in project["dynamic"]
    assert {package.get("version"), lock.get("version"), lock["packages"][""].get("version")} == {
        None
    }
    # Only a release has a date, a heading in the changelog and a number to tell others.
    if version.is_prerelease:
        assert {"softwareVersion", "releaseDate"}.isdisjoint(publiccode)
        assert all(Version(release) < version for release in released)
    else:
        assert publiccode["softwareVersion"] == __version__ == released[0]
    stated, files = re.escape(__version__), tracked_files()
    if not version.is_prerelease:
        # Documents may speak of a release; other packages have versions, too.
        stated = rf"(?i:version[\W_]+|^## \[){stated}"
        files = [path for path in files if path.name != "package-lock.json"]
    assert [line.partition(":")[0] for line in lines_with(stated, files)] in (
        ["hzd_catalogue/__init__.py"],
        ["CHANGELOG.md", "hzd_catalogue/__init__.py", "publiccode.yml"],
    )


#: What the standard demands (https://yml.publiccode.tools/schema.core.html), with its closed lists.
PUBLICCODE_KEYS = {
    "publiccodeYmlVersion": r"0\.\d",
    "name": ".+",
    "url": "https?://.+",
    "platforms": "web",
    "developmentStatus": "concept|development|beta|stable|obsolete",
    "softwareType": "standalone/(mobile|iot|desktop|web|backend|other)|addon|library"
    "|configurationFiles",
    "description/de/shortDescription": ".{1,150}",
    "description/de/longDescription": "(?s).{500,10000}",
    "description/de/features": ".{1,100}",
    "legal/license": r"EUPL-1\.2",
    "maintenance/type": "internal|contract|community|none",
    "localisation/localisationReady": "True|False",
    "localisation/availableLanguages": "de",
}


def test_publiccode_is_complete_and_says_nothing_that_nobody_knows():
    publiccode = yaml.safe_load((PROJECT / "publiccode.yml").read_text(encoding="utf-8"))
    for key, pattern in PUBLICCODE_KEYS.items():
        value = publiccode
        for part in key.split("/"):
            value = value[part]
        for item in value if isinstance(value, list) else [value]:
            assert re.fullmatch(pattern, str(item)), (key, item)
    # Hosts and persons that look like facts; ".invalid" cannot be taken for one (RFC 2606).
    assert not re.search(r"example\.|localhost", publiccode["url"])
    assert ("contacts" in publiccode["maintenance"]) == (
        publiccode["maintenance"]["type"] in ("internal", "community")
    )


def test_no_file_names_a_path_of_the_machine_it_was_written_on():
    here = rf"{re.escape(str(PROJECT))}/|(?<![\w.])/(home|root|Users)/\w"

    assert lines_with(here, set(tracked_files()) - {Path(__file__)}) == []


def test_templates_leave_style_scripts_and_escaping_alone():
    """The Content-Security-Policy forbids the first two; the third keeps markup out of data."""
    unwanted = r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=\"|\|\s*safe\b|autoescape off"

    assert lines_with(unwanted, tracked_files("templates/*.html")) == []


def test_every_target_of_the_makefile_is_explained():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (\S+)", makefile, re.MULTILINE))
    explained = set(re.findall(r"^(\S+):.* ## ", makefile, re.MULTILINE))

    assert targets - explained == {"free-port", "nginx", "packages", "programs", "soffice", "wrk"}


@pytest.mark.parametrize("name", ["catalogue", "admin"])
def test_every_selector_of_the_stylesheet_can_be_read(name):
    """A block that lost its end hides inside the selector of the next one, or hides the rest."""
    css = (PROJECT / "static" / "css" / f"{name}.css").read_text(encoding="utf-8")
    assert css.count("{") == css.count("}")
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    inner = [
        rule
        for at_rule in rules
        if at_rule.type == "at-rule" and at_rule.at_keyword in ("media", "supports")
        for rule in tinycss2.parse_rule_list(at_rule.content, True, True)
    ]
    assert [rule for rule in (*rules, *inner) if rule.type == "error"] == []
    for rule in (*rules, *inner):
        if rule.type == "qualified-rule":
            assert "@" not in tinycss2.serialize(rule.prelude)
