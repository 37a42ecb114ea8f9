"""What the start page of the admin says of quotations that are not proved."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from hzd_catalogue.records.models import Statement
from hzd_catalogue.reference.models import Source

register = template.Library()


@dataclass(frozen=True)
class OpenProofs:
    """How many quotations are to be looked at again, or cannot be compared for lack of a text."""

    to_recheck: int
    unproved: int
    #: The documents whose text is missing though statements rest on them.
    without_text: list[Source]

    def __bool__(self) -> bool:
        return bool(self.to_recheck or self.unproved)


@register.simple_tag
def open_proofs() -> OpenProofs:
    """Return what is open, of published records and drafts."""
    unproved = Statement.objects.unproved()
    return OpenProofs(
        Statement.objects.to_recheck().count(),
        unproved.count(),
        list(Source.objects.filter(pk__in=unproved.order_by().values("source"))),
    )
