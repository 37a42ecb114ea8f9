"""A result in German words."""

from __future__ import annotations

from django.utils.formats import date_format

from hzd_catalogue.reference.german import in_words

from .result import Result


def any_of(result: Result, facet: str) -> str:
    """Return the chosen values of a facet: "Thüringen oder Saarland"."""
    labels = result.index.facets[facet].labels
    return in_words([labels[value] for value in result.chosen[facet]], "oder")


def since(result: Result) -> str:
    """Return since when the rows were changed: "1. November 2026"; "" when nobody asked."""
    return date_format(result.asked.since, "j. F Y") if result.asked.since else ""


def filters_in_words(result: Result) -> list[str]:
    """Return each active filter: "Bundesland Thüringen"."""
    parts = [f"Suche „{result.asked.query}“"] if result.asked.query else []
    parts += [f"geändert seit {since(result)}"] if result.asked.since else []
    for name, values in result.chosen.items():
        if values:
            parts.append(f"{result.index.facets[name].label} {any_of(result, name)}")
    return parts


def title(result: Result) -> str:
    """Return nouns and filters: "Projekte: Bundesland Thüringen, Ebene Land"."""
    plural = result.listing.nouns[1]
    filters = ", ".join(filters_in_words(result))
    return f"{plural}: {filters}" if filters else plural
