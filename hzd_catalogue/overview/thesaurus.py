"""The editors' thesaurus, as the search of a revision reads it."""

from __future__ import annotations

from collections.abc import Hashable

from hzd_catalogue.lists.per_revision import PerRevision
from hzd_catalogue.lists.thesaurus import Group, Thesaurus
from hzd_catalogue.reference.models import SearchAid


def _build() -> Thesaurus:
    return Thesaurus(Group(aid.slug, aid.word_list, aid.targets) for aid in SearchAid.objects.all())


_THESAURUS = PerRevision(_build)


def thesaurus_of(revision: Hashable) -> Thesaurus:
    """Return the thesaurus of a revision; it is read once."""
    return _THESAURUS.get(revision)
