"""Does the catalogue stay fast when it grows? ``python -m tests.benchmarks.growth 1000 20000``

Fills a database of its own for each size (``manage.py generate_catalogue``) and measures one answer
of each kind, in process, with the index at hand. The ratio is what counts; times differ from
machine to machine.
"""

from __future__ import annotations

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

ROUNDS = 7
ANSWERS = {
    "list": "/projekte/",
    "two filters": "/projekte/?land=DE-TH&ebene=land",
    "search": "/projekte/?q=wohngeldregister",
    "search in a frequent word": "/projekte/?q=behörden",
    "typing error": "/projekte/?q=Wohngeldregistr",
    "last page, by states": "/projekte/?sortierung=laender&seite={last}",
    "search page": "/suche/?q=steuer",
    "home": "/",
    "matrix": "/laender/matrix/",
    "timeline": "/zeitleiste/",
    "net": "/netz/",
    "gaps": "/luecken/",
    "detail": "/projekte/projekt-1/",
}


def main() -> None:
    """Measure a small catalogue and a large one, and print both with their ratio."""
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 20_000]
    if len(sizes) == 1:
        print(json.dumps(measure_invented(sizes[0])))
        return
    small, large = (
        json.loads(
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.growth", str(size)],
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
        )
        for size in sizes
    )
    heads = [f"{size} of each kind" for size in sizes]
    print(f"{'':28}{heads[0]:>20}{heads[1]:>20}{'ratio':>8}")
    for name in small:
        print(
            f"{name:28}{small[name] * 1000:17.1f} ms{large[name] * 1000:17.1f} ms"
            f"{large[name] / small[name]:8.1f}"
        )


def measure_invented(records: int) -> dict[str, float]:
    """Return what a catalogue with so many records of each kind takes, by answer."""
    with tempfile.TemporaryDirectory() as directory:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="hzd_catalogue.settings",
            VAR_DIR=directory,
            ALLOWED_HOSTS="testserver",
            LOG_LEVEL="ERROR",
            PAGE_CACHE="off",
        )
        import django

        django.setup()
        from django.core.management import call_command
        from django.test.utils import override_settings

        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        call_command("migrate", verbosity=0)
        call_command("generate_catalogue", records=records, stdout=io.StringIO())
        with override_settings(STORAGES={"staticfiles": plain}):
            return measure()


def measure() -> dict[str, float]:
    """Return the median seconds of each answer, and of building the index."""
    from django.test import Client
    from django.test.utils import override_settings

    from projects.filters import PROJECTS
    from projects.models import Project

    client = Client()
    last = -(-Project.objects.count() // 25)
    times = {
        "building the index": median_seconds(PROJECTS.build_index, rounds=3),
        "reading the words": median_seconds(lambda: PROJECTS.build_index().search, rounds=3),
    }
    for name, address in ANSWERS.items():
        url = address.format(last=last)

        def answer(url: str = url) -> None:
            response = client.get(url)
            assert response.status_code == 200, (url, response.status_code)
            b"".join(response)

        times[name] = median_seconds(answer)
        if name == "list":
            with override_settings(PAGE_CACHE=True):
                times["list, kept page"] = median_seconds(answer)
    return times


def median_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of ``work`` after one round that is not counted."""
    work()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
