"""Copies of the checkout, one for each core, in which code may be broken."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import TypeVar

from tests.checkout import PROJECT, copy_checkout

T = TypeVar("T")
R = TypeVar("R")

#: A mutant that asks for the memory of the whole machine dies of this many KiB instead.
MEMORY = 8_000_000


class Copy:
    """A copy of the checkout with a Git repository of its own and the packages of this one."""

    def __init__(self, directory: Path) -> None:
        self.path = copy_checkout(directory)
        (self.path / "node_modules").symlink_to(PROJECT / "node_modules")
        # Tests ask Git which files there are.
        self.git("init", "--quiet")
        (self.path / ".git" / "info" / "exclude").write_text("node_modules\n", encoding="utf-8")
        self.git("add", "--all")

    def git(self, *arguments: str) -> str:
        """Run a Git command here and return what it printed.

        Raises:
            CalledProcessError: when Git refuses, with what it said.
        """
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, check=True, capture_output=True, text=True
        )
        return done.stdout

    def test(
        self, arguments: Iterable[str], seconds: float | None = None, **variables: str
    ) -> tuple[int, str]:
        """Run pytest here and return its exit code and what it said.

        Raises:
            TimeoutExpired: when it takes longer than ``seconds``; it is then stopped.
        """
        # Files change more often than the clock that tells compiled ones from outdated ones.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **variables}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        done = subprocess.run(
            ["sh", "-c", f'ulimit -v {MEMORY}; exec "$@"', "sh", *command],
            cwd=self.path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=seconds,
        )
        return done.returncode, done.stdout


class Copies:
    """As many copies as there are cores, each used by one thread at a time."""

    def __init__(self, copies: list[Copy]) -> None:
        self._free: SimpleQueue[Copy] = SimpleQueue()
        for copy in copies:
            self._free.put(copy)
        self._number = len(copies)

    @contextmanager
    def one(self) -> Iterator[Copy]:
        """Lend a copy."""
        copy = self._free.get()
        try:
            yield copy
        finally:
            self._free.put(copy)

    def each(self, work: Callable[[Copy, T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield what ``work`` makes of each item, each in a copy, as they are ready."""

        def in_a_copy(item: T) -> R:
            with self.one() as copy:
                return work(copy, item)

        with ThreadPoolExecutor(self._number) as pool:
            futures = [pool.submit(in_a_copy, item) for item in items]
            for future in as_completed(futures):
                yield future.result()


@contextmanager
def copies() -> Iterator[Copies]:
    """Make the copies, and remove them at the end."""
    with ExitStack() as stack:
        directories = [
            Path(stack.enter_context(TemporaryDirectory())) for _ in range(os.cpu_count() or 1)
        ]
        yield Copies([Copy(directory) for directory in directories])
