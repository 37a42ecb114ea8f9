"""What crawlers read: the sitemap and robots.txt."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import GenericSitemap, Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from hzd_catalogue.legal.models import LegalPage
from hzd_catalogue.prefix import with_prefix
from hzd_catalogue.records.models import Record
from hzd_catalogue.reference.models import FederalState, Source, Topic


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
            "net",
            "municipal",
            "timeline",
            "topic-list",
            "source-list",
            "gaps",
            "change-list",
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
    "quellen": GenericSitemap({"queryset": Source.objects.published()}),
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where the sitemap is; results of filters are not worth their time."""
    lines = [
        "User-agent: *",
        f"Disallow: {with_prefix(settings.ADMIN_PATH)}",
        f"Disallow: {reverse('search')}",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
