"""What crawlers read: the sitemap and robots.txt."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from hzd_catalogue.legal.models import LegalPage
from hzd_catalogue.prefix import with_prefix
from hzd_catalogue.records.models import Record
from hzd_catalogue.reference.models import FederalState, Source, Topic
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

#: Addresses in one part; crawlers take five times as many, of all parts in one file.
LARGEST_PART = 10_000


class PartedSitemap(Sitemap):
    """A section of the sitemap, in parts that do not grow."""

    @property
    def limit(self) -> int:  # type: ignore[override]
        return LARGEST_PART


class PageSitemap(PartedSitemap):
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
            "statement-list",
            "api",
            "download",
            "help",
            *LegalPage.URL_NAMES.values(),
        ]

    def location(self, item: str) -> str:
        return reverse(item)


class ChangedSitemap(PartedSitemap):
    """Pages that say when the public last saw a change of what they show."""

    #: From a row of the page to the versions of the records that it shows, withdrawn ones too.
    versions: str

    def rows(self) -> Any:
        """Return what has a page."""
        raise NotImplementedError

    def items(self) -> Any:
        return self.rows().annotate(last_change=Max(f"{self.versions}__at")).order_by("pk")

    def lastmod(self, item: Any) -> datetime | None:
        return item.last_change

    def get_latest_lastmod(self) -> datetime | None:
        last = self.rows().aggregate(last=Max(f"{self.versions}__at"))
        return last["last"]


class RecordSitemap(ChangedSitemap):
    """The pages of all records."""

    versions = "versions"

    def rows(self) -> Any:
        return Record.objects.published()


class TopicSitemap(ChangedSitemap):
    """The pages of all topics, which show the records that have them."""

    versions = "record__versions"

    def rows(self) -> Any:
        return Topic.objects.all()


class SourceSitemap(ChangedSitemap):
    """The pages of all documents, which show the records with statements from them."""

    versions = "statements__record__versions"

    def rows(self) -> Any:
        return Source.objects.published()


class StateSitemap(PartedSitemap):
    """The pages of the Länder: each changes with the records that count for it."""

    def __init__(self, revision: Hashable) -> None:
        self._revision = revision

    def items(self) -> list[tuple[FederalState, date | None]]:
        last: dict[str, date] = {}
        for listing in (PROJECTS, COOPERATIONS, PARTNERS):
            index = listing.index(self._revision)
            for code, bits in index.facets["land"].bitmaps.items():
                if found := index.last_day(bits):
                    last[code] = max(found, last.get(code, date.min))
        return [(state, last.get(state.code)) for state in FederalState.objects.all()]

    def location(self, item: tuple[FederalState, date | None]) -> str:
        return item[0].get_absolute_url()

    def lastmod(self, item: tuple[FederalState, date | None]) -> date | None:
        return item[1]


def _sections(request: HttpRequest) -> dict[str, Any]:
    return {
        "seiten": PageSitemap(),
        "eintraege": RecordSitemap(),
        "laender": StateSitemap(revision_of(request).key),
        "themen": TopicSitemap(),
        "quellen": SourceSitemap(),
    }


@require_safe
def whole_sitemap(request: HttpRequest) -> HttpResponse:
    """Answer with all addresses, or where their parts are when they are too many for one file."""
    sections = _sections(request)
    if all(section.paginator.num_pages == 1 for section in sections.values()):
        return sitemap(request, sections)
    return index(request, sections, sitemap_url_name="sitemap-part")


@require_safe
def part_of_sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """Answer with one part of a section."""
    return sitemap(request, _sections(request), section)


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
