"""The lists that records refer to by their keys, as JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from hzd_catalogue.exports.addresses import absolute_url
from hzd_catalogue.exports.formats import to_json
from hzd_catalogue.exports.tables import meta_data
from hzd_catalogue.exports.views import DataView
from hzd_catalogue.records.columns import choice
from hzd_catalogue.reference.choices import DataTheme
from hzd_catalogue.reference.models import FederalState, Level, Source, Topic
from hzd_catalogue.reference.revisions import revision_of


class ReferenceListView(DataView):
    """Rows that exports name by their keys, as JSON; with each one's page, where it has one."""

    model: type[Any]
    #: Name of the URL pattern of the page that shows the same.
    page_url_name: str

    def rows(self) -> Any:
        """Return what is listed."""
        return self.model.objects.all()

    def data(self, row: Any) -> dict[str, Any]:
        """Return one row."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with all rows."""
        records = []
        for row in self.rows():
            data = self.data(row)
            if hasattr(row, "get_absolute_url"):
                data["url"] = absolute_url(request, row.get_absolute_url())
            records.append(data)
        meta = {
            **meta_data(
                str(self.model._meta.verbose_name_plural),
                revision_of(request),
                absolute_url(request, reverse(self.page_url_name)),
            ),
            "count": len(records),
        }
        return HttpResponse(
            to_json({"meta": meta, "records": records}), content_type="application/json"
        )


class StateJsonView(ReferenceListView):
    """``/laender.json``"""

    model = FederalState
    page_url_name = "state-list"

    def data(self, row: FederalState) -> dict[str, Any]:
        """Return a state by its ISO 3166-2 key."""
        return {**choice(row.code, row.name), "slug": row.slug}


class LevelJsonView(ReferenceListView):
    """``/ebenen.json``"""

    model = Level
    page_url_name = "api"

    def data(self, row: Level) -> dict[str, Any]:
        """Return a level with its explanation."""
        return {**choice(row.slug, row.name), "explanation": row.explanation}


class TopicJsonView(ReferenceListView):
    """``/themen.json``"""

    model = Topic
    page_url_name = "topic-list"

    def data(self, row: Topic) -> dict[str, Any]:
        """Return a topic with its concept in the EU's vocabulary."""
        return {
            **choice(row.slug, row.name),
            "description": row.description,
            "data_theme": DataTheme(row.data_theme).uri,
        }


class SourceJsonView(ReferenceListView):
    """``/quellen.json``"""

    model = Source
    page_url_name = "source-list"

    def rows(self) -> Any:
        return Source.objects.published()

    def data(self, row: Source) -> dict[str, Any]:
        """Return a document with what is known of its publisher, original and place in time."""
        return {
            "key": row.code,
            "slug": row.slug,
            "title": row.title,
            "publisher": row.publisher,
            "published_at": row.published_at,
            "original_url": row.original_url,
            "voice": choice(row.voice, row.get_voice_display()) if row.voice else None,
            "voice_reason": row.voice_reason,
            "date": row.date,
            "date_basis": choice(row.date_basis, row.get_date_basis_display()),
            "date_reason": row.date_reason,
            "rank": row.rank,
            "rank_reason": row.rank_reason,
            "comparison": choice(row.comparison, row.get_comparison_display()),
            "compared_on": row.compared_on and row.compared_on.isoformat(),
        }
