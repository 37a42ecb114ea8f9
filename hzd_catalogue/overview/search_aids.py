"""What the search finds today for the words of a search aid, for the editors who write one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from .search import FoundRecord, search_everything

#: As many hits are named; who looks further has not been led anywhere.
FIRST_HITS = 3


@dataclass(frozen=True)
class Found:
    """A query with its first hits."""

    query: str
    first: list[FoundRecord]
    count: int

    @property
    def more(self) -> int:
        """How many hits are not named."""
        return self.count - len(self.first)


@dataclass(frozen=True)
class TypedWord:
    """What a typed word finds, and whether it needs no aid: the target is among its first hits."""

    found: Found
    is_found_anyway: bool


@dataclass(frozen=True)
class Preview:
    """What the words of a search aid and its targets find."""

    words: list[TypedWord]
    targets: list[Found]


def found_today(query: str, revision: Hashable) -> Found:
    """Return what a query finds by itself, in the order of the page.

    The one place that knows what the search returns; a search aid must not count here.
    """
    answer = search_everything(query, revision, with_aids=False)
    if answer.reading.is_relaxed:
        return Found(query, [], 0)
    hits = [hit for group in answer.groups for hit in group.hits]
    return Found(query, hits[:FIRST_HITS], answer.count)


def preview(words: Iterable[str], targets: Iterable[str], revision: Hashable) -> Preview:
    """Return what typed words and targets find today."""
    found = [found_today(target, revision) for target in targets]
    wanted = {hit.url for target in found for hit in target.first[:1]}
    typed = [found_today(word, revision) for word in words]
    return Preview(
        [TypedWord(word, any(hit.url in wanted for hit in word.first)) for word in typed],
        found,
    )
