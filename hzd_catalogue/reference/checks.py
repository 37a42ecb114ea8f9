"""What ``manage.py check --deploy`` says while nobody has decided how the data may be used."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004 (Django's own name)

from .licences import LICENCES, NOT_CHOSEN, data_licence


@register("licence", deploy=True)
def check_licence(**kwargs: Any) -> list[CheckMessage]:
    """Warn while the data have no licence: nobody knows what may be done with them."""
    if data_licence():
        return []
    return [
        Warning(
            f"The licence of the data is not chosen: every page and file says “{NOT_CHOSEN}”.",
            hint=f"Set DATA_LICENCE to one of {', '.join(LICENCES)}; see docs/operating.md.",
            obj="hzd_catalogue.reference",
            id="reference.W001",
        )
    ]
