"""How a record and others relate, seen from one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hzd_catalogue.reference.choices import RelationKind

from .statements import Relation


@dataclass(frozen=True)
class Tie:
    """One relation of a record to another, with all passages that state it, newest first."""

    kind: RelationKind
    #: Whether the passages are read from the other record.
    is_incoming: bool
    record: Any
    statements: list[Relation]

    @property
    def is_lasting(self) -> bool:
        """Whether it holds for a time, so that a source may say since when."""
        return self.kind not in RelationKind.of_a_moment()

    @property
    def words(self) -> str:
        """What stands before the other record's name: "gehört zu"."""
        return self.kind.from_the_other if self.is_incoming else str(self.kind.label)


def ties(outgoing: Iterable[Any], incoming: Iterable[Any]) -> list[Tie]:
    """Return a record's relations in the order of their kinds, then of the others' names.

    Args:
        outgoing: the record's own statements.
        incoming: those of others that name it.
    """
    seen = [(False, row.related_record, row) for row in outgoing]
    seen += [(True, row.record, row) for row in incoming]
    found: dict[tuple[str, bool, int], Tie] = {}
    for is_incoming, other, row in sorted(seen, key=lambda item: -item[2].source.rank):
        tie = Tie(RelationKind(row.relation), is_incoming, other, [])
        found.setdefault((row.relation, is_incoming, other.pk), tie).statements.append(row)
    order = list(RelationKind)
    return sorted(
        found.values(),
        key=lambda tie: (
            order.index(tie.kind),
            tie.is_incoming,
            tie.record.sort_key,
            tie.record.path,
        ),
    )
