"""From 1.0.0 on, no migration that was released changes; before, none that the list names."""

import ast
import shutil

import pytest

from tests.checkout import PROJECT
from tests.released_migrations import broken, fingerprints, released


def test_each_released_migration_is_as_it_was():
    assert "\n".join(broken()) == ""


def test_a_release_leaves_no_migration_out():
    """Where nothing is unreleased, all are in the list: CONTRIBUTING.md, "Release"."""
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    if "## [Unreleased]" not in changelog:
        assert released().keys() == fingerprints().keys(), "make released-migrations"
    assert released()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: file.write_bytes(file.read_bytes() + b"\n"), "was changed"),
        (lambda file: file.unlink(), "was deleted or renamed"),
        (lambda file: file.rename(file.with_name("0009_new.py")), "was deleted or renamed"),
    ],
)
def test_a_change_is_noticed_and_a_new_migration_is_none(change, said, tmp_path):
    for path in fingerprints():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / path, tmp_path / path)
    path = "hzd_catalogue/reference/migrations/0005_shipped_search_aids.yaml"
    (tmp_path / "partners" / "migrations" / "0009_later.py").touch()
    assert broken(tmp_path) == broken()

    change(tmp_path / path)

    [problem] = [text for text in broken(tmp_path) if text not in broken()]
    assert problem.startswith(f"{path} {said} after its release. Databases have run")


def test_what_a_migration_does_stands_in_it():
    """A function or file of the site goes on changing; a migration gives the same rows for ever.

    What Django itself writes (``import hzd_catalogue.records.versions``) names fields, validators
    and bases, which tables need.
    """
    taken = [
        f"{path}: {ast.unparse(node)}"
        for path in fingerprints()
        if path.endswith(".py")
        for node in ast.walk(ast.parse((PROJECT / path).read_text(encoding="utf-8")))
        if (
            isinstance(node, ast.ImportFrom)
            and (
                node.level
                or (node.module or "").split(".")[0] in {"hzd_catalogue", "partners", "projects"}
            )
        )
        or (isinstance(node, ast.Attribute) and node.attr == "BASE_DIR")
    ]
    assert taken == [], "Copy it into the migration, or into a file beside it."
