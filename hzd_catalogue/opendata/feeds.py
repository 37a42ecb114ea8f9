"""Feeds of the catalogue's changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join

from hzd_catalogue.exports.parameters import Parameter
from hzd_catalogue.exports.problems import NotUnderstood
from hzd_catalogue.exports.views import DataView
from hzd_catalogue.lists import words
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.change_list import CHANGES, ShownChange, shown_changes
from hzd_catalogue.records.data_lists import list_parameters, misunderstood
from hzd_catalogue.reference.licences import data_licence, licence_in_words
from hzd_catalogue.reference.revisions import revision_of

FEED_LENGTH = 50


def tag(name: str) -> str:
    """Return the name of a feed or an entry, the same whichever host serves it (RFC 4151)."""
    return f"tag:{settings.FEED_TAG_AUTHORITY}:it-kooperationen:{name}"


def asked_changes(request: HttpRequest) -> Presentation:
    """Return the changes that the parameters of a request ask for."""
    index = CHANGES.index(revision_of(request).key)
    filterset = CHANGES.ask(request.GET, index)
    return Presentation(Result(CHANGES, index, filterset.asked), filterset.problems)


class ChangesFeed(Feed):
    """The newest changes, one entry each."""

    feed_type = Atom1Feed
    author_name = "Redaktion des Katalogs"
    item_guid_is_permalink = False

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Presentation:
        """Return what is asked for."""
        return asked_changes(request)

    def title(self, shown: Presentation) -> str:
        """Return the site's name, or what the filters keep."""
        filters = ", ".join(words.filters_in_words(shown.result))
        return f"Neues zu: {filters}" if filters else f"Neues: {settings.SITE_NAME}"

    subtitle = "Was im Katalog veröffentlicht, geändert und zurückgezogen wurde."

    def feed_copyright(self) -> str:
        """Return the licence of the data, with the address of its text."""
        licence = data_licence()
        address = f" ({licence.url})" if licence else ""
        return f"Lizenz: {licence_in_words()}{address}"

    def link(self, shown: Presentation) -> str:
        """Return the page that lists the same."""
        return f"{reverse(CHANGES.url_name)}{shown.addresses.selection}"

    def feed_url(self, shown: Presentation) -> str:
        return f"{reverse('changes')}{shown.addresses.selection}"

    def feed_guid(self, shown: Presentation) -> str:
        return tag(f"aenderungen{shown.addresses.selection}")

    def items(self, shown: Presentation) -> list[ShownChange]:
        rows = CHANGES.rows().changes()
        return shown_changes(shown.result.records(shown.result.ordered[:FEED_LENGTH], rows))

    def item_title(self, item: Any) -> str:
        version = item.version
        return f"{version.get_type_display()} {version.name}: {version.get_cause_display()}"

    def item_description(self, item: Any) -> str:
        """Return HTML, as the feed says of it."""
        blocked = render_to_string("records/blocked.html", {"version": item.version})
        if not item.differences:
            text = item.summary or item.version.get_cause_display()
            return format_html("<p>{}</p>{}", text, blocked)
        lines: Iterable[tuple[str]] = ((str(line),) for line in item.differences)
        return format_html("<ul>{}</ul>{}", format_html_join("", "<li>{}</li>", lines), blocked)

    def item_link(self, item: Any) -> str:
        return item.version_url or item.version.record_path

    def item_guid(self, item: Any) -> str:
        """Return a name that no later change of name, address or host takes away."""
        return tag(f"{item.version.path}/{item.version.number}")

    def item_updateddate(self, item: Any) -> datetime:
        """Return when the entry last became another one, so that readers fetch it again."""
        return max(item.version.at, item.version.blocked_at or item.version.at)

    def item_pubdate(self, item: Any) -> datetime:
        return item.version.at


class ChangesFeedView(DataView):
    """``/aenderungen.atom``: filtered like the page."""

    def takes(self, revision: Hashable, _suffix: str) -> list[Parameter]:
        return list_parameters([CHANGES], revision)

    def misunderstood(self) -> list[NotUnderstood]:
        return misunderstood(self.request.GET, asked_changes(self.request))

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the feed."""
        return ChangesFeed()(request)
