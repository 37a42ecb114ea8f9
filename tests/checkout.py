"""A copy of this checkout below a path with a space and an umlaut, as a stranger may have one."""

import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def copy_checkout(directory: Path) -> Path:
    """Copy every file that git knows, as it stands here, to a new folder in ``directory``.

    Returns:
        The folder, which holds no environment, no packages and no data.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    copy = directory / "mit Leerzeichen ü"
    for name in filter(None, listed.stdout.split("\0")):
        # A file that is deleted, but not yet in a commit, is listed too.
        if (PROJECT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copy / name)
    return copy
