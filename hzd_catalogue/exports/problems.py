"""What stands in the way of an answer, for programs (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, QueryDict

from hzd_catalogue.reference.german import in_words

from .formats import to_json

CONTENT_TYPE = "application/problem+json"


#: What was typed is quoted back no longer than this.
_SHOWN_LENGTH = 40


@dataclass(frozen=True)
class NotUnderstood:
    """One thing of a request that was not understood."""

    #: What is wrong, in one sentence.
    detail: str
    #: The parameter that it is about; "" where it is about several.
    parameter: str = ""
    #: What could stand in its place; empty where that cannot be listed.
    possible: Sequence[str] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The same for machines."""
        data = {"detail": self.detail, "parameter": self.parameter, "possible": self.possible}
        return {name: value for name, value in data.items() if value}


def problem(
    status: int, title: str, detail: str, errors: Sequence[NotUnderstood] = ()
) -> HttpResponse:
    """Say what stands in the way; ``errors`` are parts of it, each by its parameter."""
    data: dict[str, Any] = {"title": title, "status": status, "detail": detail}
    if errors:
        data["errors"] = [error.data for error in errors]
    return HttpResponse(to_json(data), content_type=CONTENT_TYPE, status=status)


def not_understood(errors: Sequence[NotUnderstood]) -> HttpResponse:
    """Say which parameters of a request were not understood."""
    detail = " ".join(error.detail for error in errors)
    return problem(HTTPStatus.BAD_REQUEST, "Nicht verstanden", detail, errors)


def repeated(data: QueryDict, names: Iterable[str]) -> list[NotUnderstood]:
    """Return which of the parameters that take one value were given several."""
    return [
        NotUnderstood(f"Der Parameter „{name}“ steht mehr als einmal da.", name)
        for name in names
        if len(data.getlist(name)) > 1
    ]


def empty(data: QueryDict) -> list[NotUnderstood]:
    """Return which parameters have no value: where something was meant, all would be answered."""
    return [
        NotUnderstood(f"Der Parameter „{name[:_SHOWN_LENGTH]}“ ist leer.", name)
        for name in sorted(data)
        if name and not all(value.strip() for value in data.getlist(name))
    ]


def other_than(data: QueryDict, known: Sequence[str]) -> list[NotUnderstood]:
    """Return what of a request is not one value each of parameters that are known."""
    possible = f"möglich sind nur {in_words(known)}" if known else "diese Adresse nimmt keine"
    unknown = [
        NotUnderstood(
            f"Den Parameter „{name[:_SHOWN_LENGTH]}“ gibt es hier nicht; {possible}.", name, known
        )
        for name in sorted(data)
        if name not in known
    ]
    return [*unknown, *repeated(data, known)]
