"""What a page says of itself in its head, made from what it shows."""

from __future__ import annotations

import json
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

#: What could end the element, or begin a comment in it (HTML, "Restrictions for contents of script
#: elements"), as JSON writes it otherwise; Django's ``json_script`` does the same.
_ESCAPED = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> SafeString:
    """Return what a block of the page holds, a second time."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return mark_safe(block.render(context).strip())  # noqa: S308 (rendered once already)


@register.simple_tag(takes_context=True)
def structured_data(context: Context) -> SafeString:
    """Return the page's breadcrumbs, and what its view knows, as schema.org's JSON-LD.

    The element is a block of data, which no browser carries out: the site's policy holds for it.
    """
    request: HttpRequest | None = context.get("request")
    if request is None:
        return SafeString()
    graph = [*_breadcrumbs(again(context, "breadcrumb_nav"), request)]
    graph += context.get("structured_data") or []
    if not graph:
        return SafeString()
    data = {"@context": "https://schema.org", "@graph": graph}
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def _breadcrumbs(html: str, request: HttpRequest) -> list[dict[str, Any]]:
    """Return the page's breadcrumbs as a list of schema.org; none where it shows none."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": " ".join(name.split()),
            # The last one is the page itself.
            **({"item": f"{request.scheme}://{request.get_host()}{url}"} if url else {}),
        }
        for position, (name, url) in enumerate(_crumbs(html), start=1)
    ]
    return [{"@type": "BreadcrumbList", "itemListElement": items}] if items else []


@lru_cache(maxsize=512)
def _crumbs(html: str) -> list[tuple[str, str]]:
    """Return the names and addresses of breadcrumbs; lists of all filters have the same."""
    crumbs = _Crumbs()
    crumbs.feed(html)
    return crumbs.found


class _Crumbs(HTMLParser):
    """Reads the names and addresses of breadcrumbs from their list items."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self.found.append(("", ""))
        elif tag == "a":
            name, _url = self.found[-1]
            self.found[-1] = (name, dict(attrs).get("href") or "")

    def handle_data(self, data: str) -> None:
        if self.found:
            name, url = self.found[-1]
            self.found[-1] = (name + data, url)
