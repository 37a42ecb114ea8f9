"""The description of all data for programs (OpenAPI 3.1), made from the routes that answer.

Each view of data says what it takes and what it answers in JSON; which addresses there are, the
routes say. So nothing is described that is not there, and nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, reverse

from hzd_catalogue import __version__
from hzd_catalogue.exports.addresses import absolute_url
from hzd_catalogue.exports.formats import FORMATS, PICTURE, to_json
from hzd_catalogue.exports.parameters import Parameter
from hzd_catalogue.exports.pictures import CONTENT_TYPE as SVG
from hzd_catalogue.exports.problems import CONTENT_TYPE as PROBLEM_TYPE
from hzd_catalogue.exports.schemas import PROBLEM, Schema, hoisted
from hzd_catalogue.exports.tables import meta_data
from hzd_catalogue.exports.views import DataView
from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.prefix import with_prefix
from hzd_catalogue.records.public_data import FORMS
from hzd_catalogue.reference.licences import data_licence
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of

from .reference_lists import REFERENCE_LISTS

_PLACES = {"<slug:slug>": "{slug}", "<slug:table>": "{table}"}
_FORMAT_PLACES = ("<export:suffix>", "<picture:suffix>")
_MEDIA_TYPES = {
    **{suffix: item.content_type.partition(";")[0] for suffix, item in FORMATS.items()},
    PICTURE: SVG,
    "atom": "application/atom+xml",
    "jsonld": "application/ld+json",
    "zip": "application/zip",
    "sqlite3": "application/vnd.sqlite3",
}
_HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "Derselbe für denselben Stand der Daten, in jedem Prozess.",
        "schema": {"type": "string"},
    },
    "Last-Modified": {
        "description": "Wann die Daten zuletzt geändert wurden, oder später die Website.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": "Seite, Beschreibung und Lizenz derselben Daten (RFC 8288).",
        "schema": {"type": "string"},
    },
}


@dataclass(frozen=True)
class Route:
    """One address of data, as the routes have it."""

    pattern: str
    name: str
    view: DataView

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings that it answers under; none where the pattern has its own."""
        if "<picture:suffix>" in self.pattern:
            return (PICTURE, *FORMATS)
        return tuple(FORMATS) if "<export:suffix>" in self.pattern else ()

    @property
    def list_name(self) -> str:
        """The first part of its path, which names what is listed there."""
        return self.pattern.partition("/")[0].partition(".")[0]

    @property
    def path(self) -> str:
        """Its path with places for what changes."""
        path = f"/{self.pattern}"
        for place, name in _PLACES.items():
            path = path.replace(place, name)
        return path

    def path_with(self, ending: str) -> str:
        """Return the same with an ending, or a place for one."""
        path = self.path
        for place in _FORMAT_PLACES:
            path = path.replace(place, ending)
        return path


def data_routes() -> list[Route]:
    """Return all routes of data, in the order of their addresses."""
    found = [
        Route(pattern, name, view.view_class(**view.view_initkwargs))
        for pattern, name, view in _routes(get_resolver().url_patterns, "")
        if issubclass(getattr(view, "view_class", object), DataView)
    ]
    return sorted(found, key=lambda route: route.pattern)


def _routes(patterns: Sequence[Any], prefix: str) -> Iterator[tuple[str, str, Any]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route, pattern.name or route, pattern.callback


def document(request: HttpRequest, revision: Revision) -> dict[str, Any]:
    """Return the description of all data at the host that was asked."""
    licence = data_licence()
    address = partial(absolute_url, request)
    paths: dict[str, Any] = {}
    examples = _examples()
    for route in data_routes():
        paths |= _paths_of(route, revision, examples)
    schemas: dict[str, Schema] = {"Problem": PROBLEM}
    paths = hoisted(paths, schemas)
    parameters = _share_parameters(paths)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": settings.SITE_NAME,
            "version": __version__,
            "description": (
                "Alle Daten des Katalogs, nur lesend, ohne Anmeldung und ohne Schlüssel. "
                "Was eine Adresse nicht versteht, beantwortet sie mit 400 und dem, was möglich ist."
            ),
            **({"license": {"name": licence.name, "url": licence.url}} if licence else {}),
        },
        "externalDocs": {"url": address(reverse("api")), "description": "dasselbe für Menschen"},
        "servers": [{"url": address(with_prefix(""))}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": parameters,
            "headers": _HEADERS,
            "responses": _PROBLEMS,
        },
        # Of the lists of values, which follow from the data.
        "x-meta": meta_data(settings.SITE_NAME, revision, address(reverse("openapi"))),
    }


def _paths_of(route: Route, revision: Revision, examples: Mapping[str, str]) -> dict[str, Any]:
    """Return what answers at a route, under each of its endings."""
    places = [_described(place, "path") for place in _places_of(route, examples)]
    endings = route.endings or (route.pattern.rpartition(".")[2],)
    return {
        route.path_with(ending): {"get": _operation(route, ending, revision, places)}
        for ending in endings
    }


def _operation(
    route: Route, ending: str, revision: Revision, places: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    view = route.view
    schema = {"schema": view.json_schema()} if ending == "json" else {}
    responses: dict[str, Any] = {
        "200": {
            "description": "die Daten",
            "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS},
            "content": {_MEDIA_TYPES.get(ending, "application/octet-stream"): schema},
        },
        "304": {"description": "Wer fragt, hat diesen Stand schon."},
        # The server's own answer, before anything of the site is asked.
        "414": {"description": "Die Adresse ist zu lang."},
    }
    numbers = ["400", "405", "500", "503"]
    if places or ending == PICTURE:
        # Of a picture also where the filters leave nothing to draw.
        numbers.append("404")
    if places:
        numbers.append("410")
        responses["301"] = {"description": "Der Eintrag hat jetzt eine andere Adresse."}
    responses |= {number: {"$ref": f"#/components/responses/{number}"} for number in numbers}
    taken = [_described(parameter, "query") for parameter in view.takes(revision.key, ending)]
    return {
        "operationId": f"{route.name}-{ending}" if route.endings else route.name,
        "summary": (view.__doc__ or "").strip().splitlines()[0].replace("``", ""),
        "tags": [route.list_name],
        "parameters": [*places, *taken],
        "responses": dict(sorted(responses.items())),
    }


def _places_of(route: Route, examples: Mapping[str, str]) -> Iterator[Parameter]:
    view: Any = route.view
    if "{slug}" in route.path:
        example = examples.get(route.list_name)
        schema: Schema = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}
        if example:
            schema["examples"] = [example]
        yield Parameter("slug", "der letzte Teil der Adresse", schema=schema)
    if "{table}" in route.path:
        names = {name.slug: name.title for name in view.model.table_names}
        yield Parameter("table", "die Tabelle", names)


def _examples() -> dict[str, str]:
    """Return the last part of an address that is there, for each list that has some."""
    lists = {name: form.listing.rows() for name, form in FORMS.items()}
    lists |= {item.path_name: item.listed() for item in REFERENCE_LISTS}
    found = {name: rows.values_list("slug", flat=True).first() for name, rows in lists.items()}
    return {name: slug for name, slug in found.items() if slug}


def _described(parameter: Parameter, place: str) -> dict[str, Any]:
    # Where they are too many, "ohne" is no row of the list that has the others.
    listed = parameter.values
    if parameter.left_out:
        listed = {value: label for value, label in listed.items() if value == MISSING}
    lines = [f"{value}: {label}" for value, label in listed.items() if label]
    if parameter.left_out:
        lines.insert(0, f"{len(parameter.values)} Werte: {parameter.value_list}")
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": place,
        "description": "\n".join([parameter.label, *lines]),
        "schema": parameter.json_schema,
        **({"required": True} if place == "path" else {}),
    }
    if parameter.is_repeatable:
        described |= {"style": "form", "explode": True}
    return described


def _share_parameters(paths: Mapping[str, Any]) -> dict[str, Any]:
    """Put references in the place of parameters; each that differs is kept once."""
    names: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for item in paths.values():
        parameters = item["get"]["parameters"]
        for place, parameter in enumerate(parameters):
            text = to_json(parameter)
            if text not in names:
                same = sum(found["name"] == parameter["name"] for found in kept.values())
                names[text] = f"{parameter['name']}-{same + 1}" if same else parameter["name"]
                kept[names[text]] = parameter
            parameters[place] = {"$ref": f"#/components/parameters/{names[text]}"}
    return kept


def _problem(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {PROBLEM_TYPE: {"schema": schema}}}


_PROBLEMS = {
    "400": _problem("Ein Parameter oder sein Wert wurde nicht verstanden."),
    "404": _problem("Das gibt es nicht."),
    "405": _problem("Daten lassen sich nur lesen; Allow nennt, wie."),
    "410": _problem("Der Eintrag wurde zurückgezogen."),
    "500": _problem("Hier ist etwas schiefgegangen."),
    "503": _problem("Die Daten sind vorübergehend nicht erreichbar."),
}


class OpenApiView(DataView):
    """``/openapi.json``: the description itself."""

    def json_schema(self) -> Schema:
        return {
            "type": "object",
            "properties": {"openapi": {"type": "string"}, "paths": {"type": "object"}},
            "required": ["openapi", "info", "paths"],
        }

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the description."""
        data = document(request, revision_of(request))
        return HttpResponse(to_json(data), content_type="application/json")
