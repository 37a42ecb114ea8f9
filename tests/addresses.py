"""The public addresses, read from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import F
from django.urls import get_resolver

#: Former addresses.
LEADING = {"api.json"}


def public_addresses() -> list[str]:
    """Return every public address that needs no key and leads nowhere else."""
    return sorted(f"/{route}" for route in _public_routes() - LEADING if "<" not in route)


def every_kind_of_public_address() -> list[str]:
    """Return every public address: each export in each format, and one record of each kind."""
    from hzd_catalogue.exports.formats import FORMATS, PICTURE
    from hzd_catalogue.records.models import Statement
    from hzd_catalogue.reference.models import FederalState, Level, Source, Topic
    from partners.models import Cooperation, Partner
    from projects.models import Project

    records = {
        "projekte": Project.objects.published(),
        "kooperationen": Cooperation.objects.published(),
        "partner": Partner.objects.published(),
        "laender": FederalState.objects.all(),
        "ebenen": Level.objects.all(),
        "themen": Topic.objects.all(),
        "quellen": Source.objects.all(),
        "aussagen": Statement.objects.published().annotate(slug=F("key")),
    }
    suffixes = {"<export:suffix>": FORMATS, "<picture:suffix>": (PICTURE, *FORMATS)}
    addresses = public_addresses()
    for route in _public_routes():
        # Of dated downloads there are none before one was built (opendata/test_downloads.py), and
        # the address of a statement leads to its record's page.
        if "<" not in route or "<download" in route or route == "aussagen/<slug:slug>/":
            continue
        route = route.replace("<path:path>", "laender/karte")  # noqa: PLW2901
        route = route.replace("<slug:section>", "eintraege")  # noqa: PLW2901
        if "<slug:slug>" in route:
            rows = records[route.removeprefix("einbetten/").partition("/")[0]]
            if "<picture:" in route:
                # Not every project and every topic has one.
                rows = rows.filter(slug__in=("wohngeld", "soziales-wohnen", "thueringen"))
            record = rows.first()
            if record is None:
                continue
            # Records of each type have this table.
            route = route.replace("<slug:table>", "einordnung")  # noqa: PLW2901
            route = route.replace("<slug:slug>", record.slug)  # noqa: PLW2901
        ending = next((ending for ending in suffixes if ending in route), None)
        each = suffixes[ending] if ending else [""]
        addresses += [f"/{route.replace(ending or '<>', suffix)}" for suffix in each]
    assert not any("<" in address for address in addresses)
    return sorted(addresses)


def _public_routes() -> set[str]:
    routes = {route for pattern in get_resolver().url_patterns for route in routes_of(pattern, "")}
    return {route for route in routes if not f"/{route}".startswith(settings.ADMIN_PATH)}


def routes_of(pattern: Any, prefix: str) -> Iterator[str]:
    route = prefix + str(pattern.pattern)
    if hasattr(pattern, "url_patterns"):
        for inner in pattern.url_patterns:
            yield from routes_of(inner, route)
    else:
        yield route
