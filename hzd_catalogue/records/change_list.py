"""What became public, was changed and was withdrawn, as a list with the facets of the lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from hzd_catalogue.lists.facets import Facet, FacetValues, slots_by_value
from hzd_catalogue.lists.form import ListFilterSet
from hzd_catalogue.lists.index import Sort
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.search import NAME, SearchField
from hzd_catalogue.lists.slots import Slots
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import FederalState, Topic

from .kinds import RecordType
from .records import Record
from .version_words import Difference, differences
from .versions import Cause, Version


class ShownFacet(Facet):
    """What a record showed in a column before or after the change."""

    def __init__(
        self,
        *,
        label: str,
        column: str,
        labels: Callable[[], Iterable[tuple[Any, Any]]] = tuple,
        shared: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Declare one.

        Args:
            label: its German name.
            column: what it is of.
            labels: returns (key, label) of those that are known before a record has them.
            shared: returns a label for each key that means something else in another list.
        """
        super().__init__(label=label, labels=labels)
        self.column = column
        self._shared = shared

    def read(self, rows: Any, slots: Slots) -> FacetValues:
        """Read it from the versions: a value that no record has any more stays one.

        One that none has had yet is known, too, where it was declared: its feed can be read from
        the beginning.
        """
        found = rows.keys_and_names[self.column]
        names = self._declared() or {}
        # A later version knows what a key is called by now.
        names.update((key, name) for pk in sorted(found) for key, name in found[pk].items())
        names.update((key, name) for key, name in self._shared().items() if key in names)
        labels = dict(sorted(names.items(), key=lambda item: german.sort_key(item[1])))
        pairs = ((pk, key) for pk, values in found.items() for key in values)
        having, _raw = slots_by_value(pairs, labels, slots)
        return self._sorted(having, labels, slots)


def shared_kinds() -> dict[str, str]:
    """Return the words for each kind that records of several types have under the same key."""
    words: dict[str, list[str]] = {}
    for record_type in RecordType:
        for key, label in Record.proxy_of(record_type).kinds.choices:
            words.setdefault(key, []).append(label)
    return {key: " / ".join(labels) for key, labels in words.items() if len(labels) > 1}


class ChangeFilterSet(ListFilterSet):
    """The facets of ``/aenderungen/``: those that all lists have, and what happened."""

    land = ShownFacet(
        label="Bundesland",
        column="states",
        labels=lambda: FederalState.objects.values_list("code", "name"),
    )
    thema = ShownFacet(
        label="Thema",
        column="topics",
        labels=lambda: Topic.objects.values_list("slug", "name"),
    )
    ebene = ShownFacet(label="Ebene", column="levels")
    reichweite = ShownFacet(label="Reichweite", column="reach")
    status = ShownFacet(label="Status", column="status")
    art = ShownFacet(label="Art", column="kind", shared=shared_kinds)
    typ = Facet(label="Liste", lookup="type", labels=lambda: RecordType.choices, covers_all=False)
    anlass = Facet(label="Anlass", lookup="cause", labels=lambda: Cause.choices, covers_all=False)


CHANGES = Listing(
    rows=Version.objects.all,
    filterset_class=ChangeFilterSet,
    search_fields=(SearchField("Name", "name", NAME),),
    url_name="change-list",
    nouns=("Änderung", "Änderungen"),
    dative_nouns=("Änderung", "Änderungen"),
    sorts={
        "zeit": Sort("Zeitpunkt", directions=("neueste zuerst", "älteste zuerst")),
    },
    name_order=(),
    days=lambda rows: {
        pk: timezone.localtime(at).date() for pk, at in rows.values_list("pk", "at")
    },
)


@dataclass(frozen=True)
class ShownChange:
    """A version as visitors see it in the list of changes."""

    version: Version
    #: Where the record is now; empty when it is withdrawn.
    record_url: str
    differences: list[Difference]

    @property
    def version_url(self) -> str:
        """What the record showed after the change, or before it was withdrawn; empty: nothing."""
        version: Any = self.version if self.version.public is not None else self.version.previous
        return version.url if version and version.public is not None else ""

    @property
    def summary(self) -> str:
        """The sentence that the record had; of a withdrawn one nothing is shown any more."""
        shown = self.version.shown
        return shown["summary"] if shown else ""


def shown_changes(versions: Iterable[Version]) -> list[ShownChange]:
    """Return versions with what they changed, and where their records are now.

    Args:
        versions: with ``previous``.
    """
    versions = list(versions)
    newest = Version.objects.newest_of({version.record_id for version in versions})
    present = {
        row.record_id: row.record_path
        for row in newest.filter(public__isnull=False).defer("public")
    }
    return [
        ShownChange(version, present.get(version.record_id, ""), differences(version))
        for version in versions
    ]
