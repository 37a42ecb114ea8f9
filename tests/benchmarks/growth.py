"""Does the catalogue stay fast when it grows? ``python -m tests.benchmarks.growth [records]``

Fills a database of its own with invented projects and measures one answer of each kind, in
process, with the index at hand. The ratio to the real catalogue is what counts; times differ
from machine to machine.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import product

ROUNDS = 7
WORDS = [
    "".join(parts)
    for parts in product(
        ("Wohn", "Steuer", "Justiz", "Bau", "Melde", "Gesund", "Umwelt", "Schul", "Sozial"),
        ("geld", "register", "akten", "portal", "daten", "konto", "post", "plan", "dienst"),
        ("verfahren", "system", "plattform", "verwaltung", "programm", "zentrale", "auskunft"),
    )
]
ANSWERS = {
    "list": "/projekte/",
    "two filters": "/projekte/?land=DE-TH&ebene=land",
    "search": "/projekte/?q=wohngeld",
    "search in a frequent word": "/projekte/?q=verwaltung",
    "typing error": "/projekte/?q=Wohngelt",
    "last page, by states": "/projekte/?sortierung=laender&seite={last}",
    "search page": "/suche/?q=steuer",
    "home": "/",
    "matrix": "/laender/matrix/",
    "timeline": "/zeitleiste/",
    "net": "/netz/",
    "gaps": "/luecken/",
    "detail": "/projekte/wohngeld/",
}


def main() -> None:
    """Measure the real catalogue and the grown one, and print both with their ratio."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 22_000
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
        call_command("load_catalogue", verbosity=0)
        with override_settings(STORAGES={"staticfiles": plain}):
            small = measure()
            grow(records)
            large = measure()
    print(f"{'':28}{'22 records':>14}{f'{records} records':>18}{'ratio':>8}")
    for name in small:
        print(
            f"{name:28}{small[name] * 1000:11.1f} ms{large[name] * 1000:15.1f} ms"
            f"{large[name] / small[name]:8.1f}"
        )


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


def grow(records: int) -> None:
    """Add invented published projects, each with states, partners, topics and milestones."""
    from django.db import transaction
    from django.utils import timezone

    from hzd_catalogue.records.keys import random_key
    from hzd_catalogue.records.models import Milestone, Statement
    from hzd_catalogue.reference.german import sort_key
    from hzd_catalogue.reference.models import FederalState, Level, Revision, Source, Topic
    from partners.models import Partner, Role
    from projects.models import Participation, Project

    chance = random.Random(20261123)  # noqa: S311 (repeatable, not secret)
    states, levels = list(FederalState.objects.all()), list(Level.objects.all())
    topics, partners = list(Topic.objects.all()), list(Partner.objects.all())
    source = Source.objects.get(code="000")

    def stated(model: type[Statement], **values: object) -> Statement:
        passage = {"source": source, "paragraph": 1, "quote": "ein erfundener Wortlaut"}
        return model(kind=model.statement_kind, key=random_key(), **passage, **values)

    def sentence(length: int) -> str:
        return " ".join(chance.choices(WORDS, k=length)) + "."

    with transaction.atomic():
        projects = []
        for number in range(records):
            name = f"{chance.choice(WORDS)} {number}"
            projects.append(
                Project(
                    type=Project.record_type,
                    name=name,
                    slug=f"erfunden-{number}",
                    sort_key=sort_key(name),
                    summary=sentence(12),
                    description=sentence(45),
                    reach=chance.choices(
                        ("landesweit", "laenderuebergreifend", "bundesweit"), (6, 3, 1)
                    )[0],
                    kind="it-verfahren",
                    is_published=True,
                    first_published_at=timezone.now(),
                )
            )
        projects = Project.objects.bulk_create(projects, batch_size=500)
        Project.levels.through.objects.bulk_create(
            Project.levels.through(record=project, level=level)
            for project in projects
            for level in chance.sample(levels, chance.randint(1, 2))
        )
        Project.topics.through.objects.bulk_create(
            Project.topics.through(record=project, topic=topic)
            for project in projects
            for topic in chance.sample(topics, chance.randint(1, 2))
        )
        Participation.objects.bulk_create(
            stated(
                Participation,
                record=project,
                federal_state=state,
                participation_status="beteiligt",
            )
            for project in projects
            for state in chance.sample(states, chance.randint(1, 3))
        )
        Role.objects.bulk_create(
            stated(Role, record=project, partner=partner, role="wirkt mit")
            for project in projects
            for partner in chance.sample(partners, chance.randint(0, 2))
        )
        Milestone.objects.bulk_create(
            stated(
                Milestone,
                record=project,
                event="beginn",
                title="Beginn",
                year=chance.randint(1995, 2026),
            )
            for project in projects
            if chance.random() < 0.6
        )
        Revision.advance()


if __name__ == "__main__":
    main()
