"""What stands in the way of an answer, for programs (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from .formats import to_json

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True)
class NotUnderstood:
    """One thing of a request that was not understood."""

    #: What is wrong, in one sentence.
    detail: str
    #: The parameter that it is about.
    parameter: str
    #: What could stand in its place; empty where that cannot be listed.
    possible: Sequence[str] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The same for machines."""
        data: dict[str, Any] = {"detail": self.detail, "parameter": self.parameter}
        return {**data, "possible": list(self.possible)} if self.possible else data


def problem(
    status: HTTPStatus, title: str, detail: str, errors: Sequence[NotUnderstood] = ()
) -> HttpResponse:
    """Say what stands in the way; ``errors`` are parts of it, each by its parameter."""
    data = {"title": title, "status": status, "detail": detail}
    if errors:
        data["errors"] = [error.data for error in errors]
    return HttpResponse(to_json(data), content_type=CONTENT_TYPE, status=status)


def not_understood(errors: Sequence[NotUnderstood]) -> HttpResponse:
    """Say which parameters of a request were not understood."""
    detail = " ".join(error.detail for error in errors)
    return problem(HTTPStatus.BAD_REQUEST, "Nicht verstanden", detail, errors)
