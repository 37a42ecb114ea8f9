"""Documents that a text names by their number."""

import re
from collections.abc import Iterable

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from hzd_catalogue.records.passages import Document

register = template.Library()

_LABEL = re.compile(r"Dokument\s+(\d{3})\b")


@register.filter
def naming(text: str, documents: Iterable[Document]) -> SafeString:
    """Say who published each document that a text names, and lead to it.

    "nach Dokument 003" becomes "nach Dokument 003 (KGSt, 2021)".
    """
    sources = {document.source.code: document.source for document in documents}

    def linked(found: re.Match[str]) -> str:
        source = sources.get(found[1])
        if source is None:
            return found[0]
        return format_html(
            '<a href="{}">{}</a> ({})', source.get_absolute_url(), source.label, source.reference
        )

    return mark_safe(_LABEL.sub(linked, conditional_escape(text)))  # noqa: S308 (escaped above)
