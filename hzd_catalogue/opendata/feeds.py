"""Feeds of the catalogue's changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed

from hzd_catalogue.records.models import Record

FEED_LENGTH = 25


class ChangesFeed(Feed):
    """The records that were changed last."""

    feed_type = Atom1Feed
    link = "/"
    subtitle = "Zuletzt geänderte Projekte, Kooperationen und Partner"

    def title(self) -> str:
        return settings.SITE_NAME

    def items(self) -> list[Any]:
        return list(Record.objects.published().order_by("-changed_at", "-pk")[:FEED_LENGTH])

    def item_title(self, item: Any) -> str:
        return f"{item._meta.verbose_name}: {item.name}"

    def item_description(self, item: Any) -> str:
        return item.summary

    def item_updateddate(self, item: Any) -> datetime:
        return item.changed_at
