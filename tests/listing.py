"""Asks a list as its page does, without the page."""

from __future__ import annotations

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
