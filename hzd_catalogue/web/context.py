"""What every page says of the site: its name, its navigation and the state of its data."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse

from hzd_catalogue.reference import german
from hzd_catalogue.reference.licences import data_licence
from hzd_catalogue.reference.models import Source
from hzd_catalogue.reference.revisions import revision_of

#: Titles with the names of their addresses.
NAVIGATION = (
    ("Projekte", "project-list"),
    ("Kooperationen", "cooperation-list"),
    ("Partner", "partner-list"),
    ("Länder", "state-list"),
    ("Netz", "net"),
    ("Kommunen", "municipal"),
    ("Themen", "topic-list"),
    ("Zeitleiste", "timeline"),
    ("Quellen", "source-list"),
)
FOOTER_CATALOGUE = (
    ("Länder-Projekt-Matrix", "matrix"),
    ("Lücken und Widersprüche", "gaps"),
    ("Änderungen", "change-list"),
    ("Alle Angaben", "statement-list"),
    ("Offene Daten und Schnittstelle", "api"),
    ("Alle Daten", "download"),
    ("Hilfe", "help"),
)
FOOTER_LEGAL = (
    ("Impressum", "imprint"),
    ("Datenschutz", "privacy"),
    ("Erklärung zur Barrierefreiheit", "accessibility"),
    ("Leichte Sprache", "easy-language"),
    ("Gebärdensprache", "sign-language"),
)


@dataclass(frozen=True)
class Entry:
    """A link of the navigation; ``current`` is the value of ``aria-current`` or empty."""

    title: str
    url: str
    current: str = ""


@dataclass(frozen=True)
class DataState:
    """Which data a page was made from."""

    changed_at: datetime
    revision: int
    sources: int

    @property
    def sources_in_words(self) -> str:
        """The number of sources with its noun: "5 Quellen"."""
        return german.counted(self.sources, "Quelle", "Quellen")


@cache
def _address(name: str, begin: str) -> str:
    """Return the address of a page, where the site begins at ``begin``; each page has a dozen."""
    return reverse(name)


@cache
def _static(name: str, _begin: str) -> str:
    """Return the address of a static file, where the site begins at ``_begin``."""
    return static(name)


class Site:
    """The site as seen from one request.

    Nothing is read from the database before a template asks for the state of the data, so that
    error pages can be shown without one.
    """

    name = property(lambda self: settings.SITE_NAME)
    is_official = property(lambda self: settings.OFFICIAL_WEBSITE)
    home = property(lambda self: _address("home", self.begin))
    search = property(lambda self: _address("search", self.begin))
    help = property(lambda self: _address("help", self.begin))
    matrix = property(lambda self: _address("matrix", self.begin))
    timeline = property(lambda self: _address("timeline", self.begin))
    feed = property(lambda self: _address("changes", self.begin))
    #: The picture that other sites show with a link to a page.
    image = property(lambda self: _static("img/og.png", self.begin))
    licence = property(lambda self: data_licence())

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def begin(self) -> str:
        """Where the site begins on its host: addresses in kept parts of pages depend on it."""
        return get_script_prefix()

    @property
    def here(self) -> list[Entry]:
        """The entry of the navigation that this page is, or lies below."""
        return [entry for entry in self.navigation if entry.current]

    @cached_property
    def navigation(self) -> list[Entry]:
        """The main navigation, with the place of this request marked."""
        urls = [(title, _address(name, self.begin)) for title, name in NAVIGATION]
        return [Entry(title, url, self._current(url)) for title, url in urls]

    @property
    def footer_catalogue(self) -> list[Entry]:
        """Pages about the catalogue as a whole."""
        return [Entry(title, reverse(name)) for title, name in FOOTER_CATALOGUE]

    @property
    def footer_legal(self) -> list[Entry]:
        """The pages that the law asks for."""
        return [Entry(title, reverse(name)) for title, name in FOOTER_LEGAL]

    @property
    def report_barrier(self) -> str:
        """Where to report a barrier of this page: the page's address goes along."""
        query = urlencode({"seite": self._request.get_full_path()}, safe="/")
        page = _address("accessibility", self.begin)
        return f"{page}?{query}#barriere-melden"

    @property
    def embed_origins(self) -> str:
        """The sites that may show a page in a frame, in words; empty where none may."""
        return german.in_words(settings.EMBED_ORIGINS)

    @property
    def embed_url(self) -> str:
        """Where this page is for a frame on another site."""
        path = f"{get_script_prefix()}einbetten{self._request.path_info}"
        return self._request.build_absolute_uri(path)

    @property
    def revision(self) -> Hashable:
        """The key of the data that the page is made from."""
        return revision_of(self._request).key

    @cached_property
    def data_state(self) -> DataState:
        """The revision of the data, its time and the number of sources behind it."""
        revision = revision_of(self._request)
        return DataState(revision.changed_at, revision.number, Source.objects.published().count())

    def _current(self, url: str) -> str:
        if self._request.path == url:
            return "page"
        return "true" if self._request.path.startswith(url) else ""


def site(request: HttpRequest) -> dict[str, Any]:
    """Give every template the site; nothing is computed until it is used."""
    return {"site": Site(request)}
