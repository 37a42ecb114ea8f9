"""Every change for machines, by revision of the data: what was added, modified and deleted."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from hzd_catalogue.exports.addresses import absolute_url
from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.parameters import Parameter
from hzd_catalogue.exports.problems import NotUnderstood
from hzd_catalogue.exports.schemas import Schema, closed, meta_schema
from hzd_catalogue.exports.shapes import CHOICE
from hzd_catalogue.exports.tables import meta_data
from hzd_catalogue.exports.views import DataView
from hzd_catalogue.records.models import Version
from hzd_catalogue.records.public_data import BLOCKED_SCHEMA, FORMS, record_schema, with_addresses
from hzd_catalogue.reference.german import is_number
from hzd_catalogue.reference.revisions import revision_of

#: Each comes with all that the record showed before and after.
CHANGES_PER_PAGE = 50
_PARAMETERS = {
    "ab": "Die Revision in „ab“ ist eine ganze Zahl ab 0.",
    "nach": "Die Zahl in „nach“ steht in der Adresse der nächsten Seite und ist eine ganze Zahl.",
}


_NUMBER = {"type": "integer", "minimum": 0}


class ChangesJsonView(DataView):
    """``/aenderungen.json?ab=REVISION``: what changed after a revision, the oldest first."""

    parameters = (
        Parameter("ab", "was nach dieser Revision geschah", schema=_NUMBER),
        Parameter("nach", "die nächste Seite: steht in meta.next", schema=_NUMBER),
    )

    def json_schema(self) -> Schema:
        number = {"type": "integer"}
        more: dict[str, Schema] = {
            "ab": number,
            "changes_per_page": number,
            "next": {"type": ["string", "null"], "format": "uri"},
        }
        shown = {"anyOf": [{"type": "null"}, *(record_schema(name) for name in FORMS)]}
        key = {"type": ["string", "null"]}
        change = closed(
            {
                "operation": {"type": "string", "enum": ["ADD", "MOD", "DEL"]},
                "key": {"type": "string"},
                "former_key": key,
                "number": number,
                "at": {"type": "string", "format": "date-time"},
                "cause": CHOICE.json_schema,
                "blocked": BLOCKED_SCHEMA,
                "before": shown,
                "after": shown,
            }
        )
        revision = closed({"number": number, "changes": {"type": "array", "items": change}})
        revisions = {"type": "array", "items": revision}
        return closed({"meta": meta_schema(more), "revisions": revisions})

    def misunderstood(self) -> list[NotUnderstood]:
        given = self.request.GET
        return [
            *super().misunderstood(),
            *(
                NotUnderstood(words, name)
                for name, words in _PARAMETERS.items()
                if not is_number(given.get(name) or "0")
            ),
        ]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the changes of one page, and the address of the next one."""
        given = {name: request.GET.get(name) or "0" for name in _PARAMETERS}
        since, after = int(given["ab"]), int(given["nach"])
        rows = Version.objects.changes(since).filter(pk__gt=after).order_by("pk")
        found = list(rows[: CHANGES_PER_PAGE + 1])
        page = found[:CHANGES_PER_PAGE]
        address = partial(absolute_url, request)
        path = reverse("changes-json")
        next_url = f"{path}?ab={since}&nach={page[-1].pk}" if len(found) > len(page) else None
        data = {
            "meta": {
                **meta_data(
                    f"{settings.SITE_NAME}: Änderungen",
                    revision_of(request),
                    address(reverse("change-list")),
                ),
                "ab": since,
                "changes_per_page": CHANGES_PER_PAGE,
                "next": address(next_url) if next_url else None,
            },
            "revisions": [
                {"number": number, "changes": [_change(version, address) for version in versions]}
                for number, versions in groupby(page, lambda version: version.revision)
            ],
        }
        return HttpResponse(to_json(data), content_type="application/json")


def _change(version: Version, address: Any) -> dict[str, Any]:
    previous: Any = version.previous
    before = previous.shown if previous else None
    after = version.shown
    return {
        "operation": "ADD" if before is None else "DEL" if after is None else "MOD",
        "key": version.path,
        # Where the address of the record has changed, the one before.
        "former_key": previous.path if previous and previous.path != version.path else None,
        "number": version.number,
        "at": timezone.localtime(version.at).replace(microsecond=0),
        "cause": {"key": version.cause, "name": version.get_cause_display()},
        "blocked": version.blocked,
        "before": with_addresses(before, address),
        "after": with_addresses(after, address),
    }
