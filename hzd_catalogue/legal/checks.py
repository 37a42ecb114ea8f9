"""What ``manage.py check --deploy`` says while details of the operator are missing."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004 (Django's own name)
from django.db import DatabaseError

from .models import LegalPage, OperatorDetails


@register("legal", deploy=True)
def check_placeholders(**kwargs: Any) -> list[CheckMessage]:
    """Warn of each legal page that still shows placeholders, naming the fields to fill in."""
    try:
        operator = OperatorDetails.current()
        pages = list(LegalPage.objects.all())
    except DatabaseError:  # not migrated yet: there is no page to warn of
        return []
    return [
        Warning(
            f"The legal page {page.get_absolute_url()} still shows placeholders: "
            f"{', '.join(page.missing(operator))}.",
            hint="Fill them in at /verwaltung/, Website, Angaben des Betreibers.",
            obj="hzd_catalogue.legal",
            id="legal.W001",
        )
        for page in pages
        if page.missing(operator)
    ]
