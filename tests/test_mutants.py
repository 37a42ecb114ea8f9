"""The mistakes that ``make mutants`` makes on purpose can still be made."""

import subprocess

import pytest

from tests.checkout import PROJECT
from tests.mutants.patches import PATCHES, Patch


@pytest.mark.parametrize("path", sorted(PATCHES.glob("*.patch")), ids=lambda path: path.stem)
def test_a_patch_fits_the_code_and_names_its_tests(path):
    patch = Patch.read(path)
    tests = [name for name in patch.tests if not name.startswith("-")]

    assert tests
    assert all((PROJECT / name).exists() for name in tests)
    # Where the code has changed, the patch makes the same mistake in the new code.
    subprocess.run(["git", "apply", "--check", path], cwd=PROJECT, check=True)
