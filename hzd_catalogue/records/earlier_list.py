"""A list of records as it stood at the end of a day, made from the versions alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.http import QueryDict

from hzd_catalogue.lists.addresses import PAGE, SIZE, Addresses
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.pagination import Paging, paginate
from hzd_catalogue.lists.presentation import PageLinks
from hzd_catalogue.reference import german

from .earlier import EarlierState, day_of
from .versions import DAY, Version

STATE = "land"


@dataclass(frozen=True)
class EarlierList:
    """What a list showed on a day; of its filters there is that of the Land alone."""

    #: What its data may be asked for by.
    PARAMETERS: ClassVar[Sequence[str]] = (DAY, STATE)

    listing: Listing
    record_type: str
    day: date
    data: QueryDict

    @classmethod
    def asked(cls, listing: Listing, record_type: str, data: QueryDict) -> EarlierList:
        """Read the parameters of a request.

        Raises:
            NoSuchStateError: when the day is none, or has not come.
        """
        return cls(listing, record_type, day_of(data.get(DAY, "").strip()), data)

    @cached_property
    def everything(self) -> list[EarlierState]:
        """All records that were public, in the order of their names."""
        versions = Version.objects.shown_on(self.day).filter(type=self.record_type)
        found = sorted(versions, key=lambda row: (german.sort_key(row.name), row.slug))
        return [EarlierState(version) for version in found]

    @cached_property
    def states(self) -> dict[str, str]:
        """The Länder that any of them showed, by key."""
        found = {key: name for row in self.everything for key, name in row.states.items()}
        return dict(sorted(found.items(), key=lambda item: german.sort_key(item[1])))

    @property
    def chosen(self) -> str:
        """The Land that is asked for; empty for all, or one that none of them showed."""
        key = self.data.get(STATE, "").strip()
        return key if key in self.states else ""

    @property
    def state_name(self) -> str:
        """What it is called."""
        return self.states.get(self.chosen, "")

    @cached_property
    def found(self) -> list[EarlierState]:
        """Those of the Land that is asked for."""
        return [row for row in self.everything if not self.chosen or self.chosen in row.states]

    @property
    def count(self) -> str:
        """How many they are, in words."""
        if len(self.found) == len(self.everything):
            return german.counted(len(self.everything), *self.listing.nouns)
        total = german.counted(len(self.everything), *self.listing.dative_nouns)
        return f"{german.grouped(len(self.found))} von {total}"

    @cached_property
    def paging(self) -> Paging:
        """The page that is asked for."""
        return paginate(self.found, self.data)

    @property
    def pages(self) -> PageLinks:
        """The other pages."""
        return PageLinks(self.paging, Addresses(self.parameters, self.paging.view))

    @property
    def parameters(self) -> dict[str, list[str]]:
        """What was understood, as parameters of an address."""
        chosen = {STATE: [self.chosen]} if self.chosen else {}
        return {DAY: [self.day.isoformat()], **chosen}

    @property
    def problems(self) -> list[str]:
        """What was not understood, in words."""
        given = {name for name in self.data if self.data[name]}
        others = given - {DAY, STATE, PAGE, SIZE}
        problems = list(self.paging.problems)
        if others:
            problems.append("Ein früherer Stand lässt sich nur nach Bundesland filtern.")
        if STATE in given and not self.chosen:
            problems.append("Dieses Bundesland hatte an diesem Tag kein Eintrag dieser Liste.")
        return problems

    @property
    def blocked(self) -> list[EarlierState]:
        """Those found that are not as they were published any more."""
        return [row for row in self.found if row.version.blocked_at]

    def as_data(self) -> list[dict[str, Any]]:
        """Return all found, without the statements behind them."""
        return [
            {name: value for name, value in row.shown.items() if name != "statements"}
            for row in self.found
        ]
