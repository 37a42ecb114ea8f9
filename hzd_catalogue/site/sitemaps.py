"""The sitemap, robots.txt and the feed: what machines read of the site."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import GenericSitemap, Sitemap
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from hzd_catalogue.records.models import Record
from hzd_catalogue.reference.models import FederalState, Source, Topic

from .models import LegalPage

FEED_LENGTH = 25


class PageSitemap(Sitemap):
    """Pages that have no record of their own."""

    def items(self) -> list[str]:
        return [
            "home",
            "project-list",
            "cooperation-list",
            "partner-list",
            "state-list",
            "matrix",
            "timeline",
            "topic-list",
            "source-list",
            "gaps",
            "api",
            "help",
            *LegalPage.URL_NAMES.values(),
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class RecordSitemap(Sitemap):
    """The pages of all records."""

    def items(self) -> QuerySet[Record]:
        return Record.objects.published().order_by("type", "sort_key", "pk")

    def lastmod(self, item: Record) -> datetime:
        return item.changed_at


SITEMAPS: dict[str, Sitemap | GenericSitemap] = {
    "seiten": PageSitemap(),
    "eintraege": RecordSitemap(),
    "laender": GenericSitemap({"queryset": FederalState.objects.all()}),
    "themen": GenericSitemap({"queryset": Topic.objects.all()}),
    "quellen": GenericSitemap({"queryset": Source.objects.all()}),
}


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


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where the sitemap is; results of filters are not worth their time."""
    lines = [
        "User-agent: *",
        "Disallow: /verwaltung/",
        "Disallow: /suche/",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
