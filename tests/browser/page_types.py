"""Every kind of page that the site has, each at one address and in a state that shows itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.chance import FACTOR, some


class PageType(NamedTuple):
    """A kind of page."""

    name: str
    address: str
    #: What the page shows only when it is what its name says, as Playwright finds it.
    shows: str
    status: int = 200
    #: The one that has the same template and, in the looks, nothing less.
    like: str = ""


#: In Berlin it has come, too.
_TODAY = datetime.now(UTC).date()

PAGE_TYPES = (
    PageType("home", "/", "h1.hero__title"),
    PageType("projects", "/projekte/", ".results .result"),
    PageType("projects-table", "/projekte/?ansicht=tabelle", ".result-table"),
    PageType("cooperations", "/kooperationen/", ".results .result", like="projects"),
    PageType(
        "cooperations-table",
        "/kooperationen/?ansicht=tabelle",
        ".result-table",
        like="projects-table",
    ),
    PageType("partners", "/partner/", ".results .result", like="projects"),
    PageType("partners-table", "/partner/?ansicht=tabelle", ".result-table", like="projects-table"),
    PageType("filtered", "/projekte/?land=DE-TH&ebene=land&q=Verfahren", ".chips"),
    PageType("empty", "/projekte/?land=DE-TH&ebene=kommune", "text=Nichts gefunden"),
    PageType("problems", "/projekte/?land=DE-XX&farbe=rot", "text=Nicht alles wurde verstanden"),
    PageType("search", "/suche/?q=Wohngeld", ".search-hits"),
    PageType(
        "search-empty",
        "/suche/?q=Quarkspeise",
        "text=Die Suche findet dazu nichts",
        like="search-corrected",
    ),
    PageType("search-corrected", "/suche/?q=Wohngelt", "text=Meinten Sie"),
    PageType("project", "/projekte/wohngeld/", ".statements--laender"),
    PageType("cooperation", "/kooperationen/ozg-umsetzung/", "text=Partner und ihre Rollen"),
    PageType("partner", "/partner/ekom21/", "h1:has-text('ekom21')"),
    PageType("states", "/laender/", ".state-map"),
    PageType("state", "/laender/thueringen/", "h1:has-text('Thüringen')"),
    PageType("matrix", "/laender/matrix/", "table.matrix"),
    PageType("net", "/netz/", ".net__drawing"),
    PageType("municipal", "/kommunen/", ".costs"),
    PageType("timeline", "/zeitleiste/", ".timeline__rows"),
    PageType("timeline-table", "/zeitleiste/?ansicht=tabelle", "table.facts"),
    PageType("topics", "/themen/", "h1:has-text('Themen')"),
    PageType("topic", "/themen/justiz/", "h1:has-text('Justiz')"),
    PageType("sources", "/quellen/", "h1:has-text('Quellen')"),
    PageType("source", "/quellen/dokument-000/", ".paragraph"),
    PageType("gaps", "/luecken/", "h1:has-text('Lücken')"),
    PageType("changes", "/aenderungen/", ".change"),
    PageType("statements", "/aussagen/?quelle=000", ".result-table q"),
    PageType(
        "statements-earlier",
        f"/aussagen/?stand={_TODAY}",
        "h1:has-text('Angaben am')",
        like="statements",
    ),
    PageType("earlier", "/projekte/wohngeld/?fassung=1", ".earlier .note"),
    PageType("help", "/hilfe/", "h1:has-text('So finden Sie etwas')"),
    PageType("api", "/api/", "h1:has-text('Offene Daten')"),
    PageType("download", "/daten/", "table.facts"),
    PageType("imprint", "/impressum/", "h1:has-text('Impressum')", like="privacy"),
    PageType("privacy", "/datenschutz/", "h1:has-text('Datenschutz')"),
    PageType("accessibility", "/barrierefreiheit/", "h1:has-text('Barrierefreiheit')"),
    PageType(
        "easy-language", "/leichte-sprache/", "h1:has-text('Leichter Sprache')", like="privacy"
    ),
    PageType(
        "sign-language", "/gebaerdensprache/", "h1:has-text('Gebärdensprache')", like="privacy"
    ),
    PageType("not-found", "/projekte/gibt-es-nicht/", "text=Diese Seite gibt es nicht", status=404),
)


def _each(page_types: Iterable[PageType]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "page_type", [pytest.param(row, id=row.name) for row in page_types]
    )


#: Runs a test once for each page type, as ``page_type``.
every_page_type = _each(PAGE_TYPES)
#: The same without those that look like another; all of them where it goes deep.
_LOOKS = [row for row in PAGE_TYPES if FACTOR > 1 or not row.like]
every_look = _each(_LOOKS)
#: A choice of those, for what takes long.
some_looks = _each(some(_LOOKS, 10))


def visit(page: Page, page_type: PageType) -> None:
    """Open a page type and make sure that it is what its name says."""
    response = page.goto(page_type.address)
    assert response is not None
    assert response.status == page_type.status
    expect(page.locator("main").locator(page_type.shows).first).to_be_visible()


def unfold(page: Page) -> None:
    """Open everything that a visitor can open, so that nothing escapes a test."""
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
