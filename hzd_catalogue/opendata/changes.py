"""Every change for machines, by revision of the data: what was added, modified and deleted."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from hzd_catalogue.exports.addresses import absolute_url
from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.tables import now, revision_data
from hzd_catalogue.records.models import Version
from hzd_catalogue.records.public_data import with_addresses
from hzd_catalogue.reference.revisions import revision_of

#: Each comes with all that the record showed before and after.
CHANGES_PER_PAGE = 50
_PARAMETERS = {
    "ab": "Die Revision in „ab“ ist eine ganze Zahl ab 0.",
    "nach": "Die Zahl in „nach“ steht in der Adresse der nächsten Seite und ist eine ganze Zahl.",
}


class ChangesJsonView(View):
    """``/aenderungen.json?ab=REVISION``: what changed after a revision, the oldest first."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the changes of one page, and the address of the next one."""
        given = {name: request.GET.get(name, "") or "0" for name in _PARAMETERS}
        problems = [_PARAMETERS[name] for name, text in given.items() if not _is_number(text)]
        problems += [
            f"Den Parameter „{name[:40]}“ gibt es hier nicht; möglich sind ab und nach."
            for name in sorted(request.GET)
            if name not in _PARAMETERS
        ]
        if problems:
            return _problem(problems)
        since, after = int(given["ab"]), int(given["nach"])
        rows = Version.objects.changes(since).filter(pk__gt=after).order_by("pk")
        found = list(rows[: CHANGES_PER_PAGE + 1])
        page = found[:CHANGES_PER_PAGE]
        address = partial(absolute_url, request)
        path = reverse("changes-json")
        next_url = f"{path}?ab={since}&nach={page[-1].pk}" if len(found) > len(page) else None
        data = {
            "meta": {
                "title": f"{settings.SITE_NAME}: Änderungen",
                "revision": revision_data(revision_of(request)),
                "generated_at": now(),
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


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _problem(problems: list[str]) -> HttpResponse:
    """Say what was not understood, as RFC 9457 has it."""
    status = HTTPStatus.BAD_REQUEST
    data = {"title": "Nicht verstanden", "status": status, "detail": " ".join(problems)}
    return HttpResponse(to_json(data), content_type="application/problem+json", status=status)


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
