"""What crawlers read: the sitemap and robots.txt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from hzd_catalogue.legal.models import LegalPage
from hzd_catalogue.reference.models import FederalState, Source, Topic
from partners.models import Cooperation, Partner
from projects.models import Project

RECORDS = (Project, Cooperation, Partner)


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


class ModelSitemap(Sitemap):
    """The pages of one kind of record or reference."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def items(self) -> QuerySet:
        rows = self.model.objects.all()
        return rows.published() if self.model in RECORDS else rows

    def lastmod(self, item: Any) -> datetime | None:
        return getattr(item, "changed_at", None)


SITEMAPS: dict[str, Sitemap] = {
    "seiten": PageSitemap(),
    **{
        str(model._meta.model_name): ModelSitemap(model)
        for model in (*RECORDS, FederalState, Topic, Source)
    },
}


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
