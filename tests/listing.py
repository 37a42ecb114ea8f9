"""Asks a list as its page does, without the page."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.reference.models import Revision


def ask(listing: Listing, query: str = "") -> Presentation:
    """Return what a list shows for a query string."""
    index = listing.index(Revision.current().key)
    filterset = listing.ask(QueryDict(query.removeprefix("?")), index)
    return Presentation(Result(listing, index, filterset.asked), filterset.problems)


def for_state(rows: Any, code: str) -> Any:
    """Keep the records that count for a state, by what the filter's pairs say."""
    return rows.filter(pk__in={pk for pk, state in rows.state_pairs() if state == code})


def random_request(listing: Listing, chance: random.Random, words: Sequence[str]) -> QueryDict:
    """Choose up to three values in each of up to three facets, and a search; all of it valid.

    Args:
        listing: the list that is asked.
        chance: decides.
        words: what may be searched for; "" for no search.
    """
    data = QueryDict(mutable=True)
    facets = [facet for facet in ask(listing).facets if facet.options]
    for facet in chance.sample(facets, chance.randint(0, 3)):
        options = chance.sample(facet.options, min(len(facet.options), chance.randint(1, 3)))
        data.setlist(facet.name, [option.value for option in options])
    # Data refuse a parameter without a value.
    if word := chance.choice(words):
        data["q"] = word
    return data
