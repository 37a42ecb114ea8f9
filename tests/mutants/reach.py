"""A plugin for pytest that writes down which lines each test runs, and how long it takes.

``pytest -p tests.mutants.reach`` writes one file a process into the folder ``MUTANTS_REACH``.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from coverage import Coverage

from hzd_catalogue.lists import search
from hzd_catalogue.lists.per_revision import PerRevision

#: Longer than that, a set-up made something that the tests after it use too.
_OWN_SETUP = 0.5


class Recorder:
    """Measures the tests of one process."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._coverage = Coverage(
            data_file=None,
            config_file=False,
            include=[f"{root}/{name}/*" for name in ("hzd_catalogue", "partners", "projects")],
        )
        self._seconds: dict[str, float] = defaultdict(float)
        self._passed: set[str] = set()
        self._kept: WeakSet[PerRevision] = WeakSet()
        self._remember_what_is_kept()
        self._coverage.start()

    def _remember_what_is_kept(self) -> None:
        init, kept = PerRevision.__init__, self._kept

        def remembered(self: PerRevision, *args: Any) -> None:
            init(self, *args)
            kept.add(self)

        PerRevision.__init__ = remembered  # type: ignore[method-assign]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Count the lines that run from here to this test's."""
        # What another test has built, this one would find without running its lines.
        for kept in self._kept:
            kept._kept = None
        search.forms_of_text.cache_clear()
        self._coverage.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._coverage.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the seconds of a test, and remember whether it passed."""
        is_shared = report.when == "setup" and report.duration > _OWN_SETUP
        self._seconds[report.nodeid] += 0 if is_shared else report.duration
        if report.when == "call" and report.passed:
            self._passed.add(report.nodeid)

    def pytest_unconfigure(self) -> None:
        """Write down what was found."""
        self._coverage.stop()
        data = self._coverage.get_data()
        tests = sorted(self._passed)
        number = {test: place for place, test in enumerate(tests)}
        lines = {
            str(Path(file).relative_to(self._root)): {
                line: sorted(number[test] for test in found if test in number)
                for line, found in data.contexts_by_lineno(file).items()
            }
            for file in data.measured_files()
        }
        folder = Path(os.environ["MUTANTS_REACH"])
        (folder / f"{os.getpid()}.json").write_text(
            json.dumps({"tests": {test: self._seconds[test] for test in tests}, "lines": lines}),
            encoding="utf-8",
        )


def pytest_configure(config: pytest.Config) -> None:
    """Measure where tests run: not in the process that only starts those of pytest-xdist."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        config.pluginmanager.register(Recorder(config.rootpath))
