"""Pages across the whole catalogue; what they show is prepared in the modules beside."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.views.generic import DetailView, ListView, TemplateView

from hzd_catalogue.lists.addresses import Addresses
from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.pagination import paginate
from hzd_catalogue.lists.presentation import PageLinks, Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.views import RecordListView
from hzd_catalogue.reference.models import FederalState, Source, Topic
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

from .gaps import gaps, undated_sources
from .matrix import matrix
from .passages import FACTS_BY_SOURCE, paragraphs, source_rows
from .state_map import TintScale, drawing_order
from .states import (
    counted_shapes,
    marked_shapes,
    neighbours,
    project_keys,
    state_projects,
    state_rows,
)
from .timeline import timeline
from .topics import topic_groups, topic_rows
from .years import year_chart

#: Partners that a state's page names before it links to all of them.
PARTNERS_SHOWN = 25


class HomeView(TemplateView):
    """What this is, and the ways in: search, states, topics, levels, years."""

    template_name = "site/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision = revision_of(self.request).key
        projects = Presentation(Result.of(PROJECTS, revision))
        shapes = counted_shapes(projects.facet("land").options)
        return super().get_context_data(
            tiles=shapes,
            shapes=drawing_order(shapes),
            scale=TintScale.of(shape.number or 0 for shape in shapes),
            topics=projects.facet("thema").options,
            levels=projects.facet("ebene").options,
            reaches=projects.facet("reichweite").options,
            years=year_chart(projects.facet("jahr").options),
            project_count=projects.total,
            cooperation_count=len(COOPERATIONS.index(revision)),
            partner_count=len(PARTNERS.index(revision)),
            fact_count=sum(FACTS_BY_SOURCE.get(revision).values()),
            **kwargs,
        )


class StateListView(TemplateView):
    """All 16 states with their numbers of projects."""

    template_name = "site/state_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = Presentation(Result.of(PROJECTS, revision_of(self.request).key))
        options = projects.facet("land").options
        shapes = counted_shapes(options)
        return super().get_context_data(
            rows=state_rows(options),
            shapes=drawing_order(shapes),
            scale=TintScale.of(shape.number or 0 for shape in shapes),
            **kwargs,
        )


class StateDetailView(DetailView):
    """One state: its projects, its partners, and the states it works with."""

    model = FederalState
    template_name = "site/state_detail.html"
    context_object_name = "state"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state, revision = self.object, revision_of(self.request).key
        others = neighbours(state)
        paging = paginate(project_keys(state, revision), self.request.GET)
        partners = Result.of(PARTNERS, revision, land=[state.code])
        return super().get_context_data(
            rows=state_projects(state, paging.items, revision),
            pages=PageLinks(paging, Addresses(view=paging.view)),
            problems=paging.problems,
            partners=partners.records(partners.pks[:PARTNERS_SHOWN], PARTNERS.rows().names()),
            partner_list=Presentation(partners),
            neighbours=others,
            shapes=drawing_order(marked_shapes(state, others)),
            **kwargs,
        )


class MatrixView(RecordListView):
    """States × projects as a table."""

    listing = PROJECTS
    template_name = "site/matrix.html"
    has_views = False

    def rows(self, view: str) -> Any:
        return PROJECTS.rows().with_standings()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "matrix": matrix(context["shown"].rows)}


class TimelineView(TemplateView):
    """All milestones, as a picture and as a table."""

    template_name = "site/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = timeline(self.request.GET, revision_of(self.request).key)
        return super().get_context_data(
            shown=found.shown, milestones=found.milestones, drawing=found.drawing, **kwargs
        )


class TopicListView(TemplateView):
    """All topics with their numbers of records."""

    template_name = "site/topic_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=topic_rows(revision_of(self.request).key), **kwargs)


class TopicDetailView(DetailView):
    """One topic with its records."""

    model = Topic
    template_name = "site/topic_detail.html"
    context_object_name = "topic"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            groups=topic_groups(self.object, revision_of(self.request).key), **kwargs
        )


class SourceListView(ListView):
    """The documents; ``?datum=ohne`` keeps those without a date."""

    template_name = "site/source_list.html"
    context_object_name = "sources"

    def get_queryset(self) -> QuerySet:
        return undated_sources() if self.is_undated else Source.objects.all()

    @property
    def is_undated(self) -> bool:
        """Whether only sources without a date are asked for."""
        return self.request.GET.get("datum") == MISSING

    @property
    def problems(self) -> list[str]:
        """What was not understood, in words."""
        if self.is_undated or not self.request.GET.get("datum"):
            return []
        return ["Diese Auswahl gibt es nicht; möglich sind nur die Quellen ohne eigenes Datum."]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rows=source_rows(self.object_list, revision_of(self.request).key),
            is_undated=self.is_undated,
            problems=self.problems,
            **kwargs,
        )


class SourceDetailView(DetailView):
    """One document: its facts in the order of its paragraphs."""

    model = Source
    template_name = "site/source_detail.html"
    context_object_name = "source"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = paragraphs(self.object)
        return super().get_context_data(
            paragraphs=found,
            fact_count=sum(paragraph.count for paragraph in found),
            **kwargs,
        )


class GapsView(TemplateView):
    """What the catalogue does not know, and where its sources disagree."""

    template_name = "site/gaps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(gaps=gaps(revision_of(self.request).key), **kwargs)
