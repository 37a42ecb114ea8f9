"""Pages across the whole catalogue; what they show is prepared in the modules beside."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.views.generic import DetailView, ListView, TemplateView

from hzd_catalogue.browsing.exports import export_links
from hzd_catalogue.browsing.filtersets import CatalogueFilterSet
from hzd_catalogue.browsing.index import MISSING
from hzd_catalogue.browsing.pagination import paginate
from hzd_catalogue.browsing.presentation import PageLinks, Presentation
from hzd_catalogue.reference.models import FederalState, Source, Topic
from partners.filters import CooperationFilterSet, PartnerFilterSet
from projects.filters import ProjectFilterSet

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


def options_of(filterset: CatalogueFilterSet) -> dict[str, list[Any]]:
    """Return the options of each facet by its name."""
    return {view.name: view.options for view in filterset.facet_views}


class HomeView(TemplateView):
    """What this is, and the ways in: search, states, topics, levels, years."""

    template_name = "site/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = ProjectFilterSet.for_everything()
        options = options_of(projects)
        shapes = counted_shapes(options["land"])
        return super().get_context_data(
            tiles=shapes,
            shapes=drawing_order(shapes),
            scale=TintScale.of(shape.number or 0 for shape in shapes),
            topics=options["thema"],
            levels=options["ebene"],
            reaches=options["reichweite"],
            years=year_chart(options["jahr"]),
            project_count=projects.count,
            cooperation_count=CooperationFilterSet.for_everything().count,
            partner_count=PartnerFilterSet.for_everything().count,
            fact_count=sum(FACTS_BY_SOURCE.get().values()),
            **kwargs,
        )


class StateListView(TemplateView):
    """All 16 states with their numbers of projects."""

    template_name = "site/state_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        options = options_of(ProjectFilterSet.for_everything())["land"]
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
        state = self.object
        others = neighbours(state)
        paging = paginate(project_keys(state), self.request.GET)
        partners = PartnerFilterSet.with_value("land", state.code)
        return super().get_context_data(
            rows=state_projects(state, paging.items),
            paging=paging,
            shown=PageLinks(paging),
            problems=paging.problems,
            partners=partners.records(partners.pks[:PARTNERS_SHOWN]),
            partner_list=partners,
            neighbours=others,
            shapes=drawing_order(marked_shapes(state, others)),
            **kwargs,
        )


class MatrixView(TemplateView):
    """States × projects as a table."""

    template_name = "site/matrix.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filterset = ProjectFilterSet(self.request.GET)
        paging = paginate(filterset.pks, self.request.GET)
        return super().get_context_data(
            filterset=filterset,
            paging=paging,
            shown=Presentation(paging, filterset),
            problems=[*filterset.problems, *paging.problems],
            matrix=matrix(filterset.records(paging.items)),
            exports=export_links(self.request.path, filterset.result_query),
            total=len(filterset.index),
            **kwargs,
        )


class TimelineView(TemplateView):
    """All milestones, as a picture and as a table."""

    template_name = "site/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = timeline(self.request.GET)
        return super().get_context_data(
            filterset=found.filters,
            paging=found.paging,
            shown=Presentation(found.paging, found.filters),
            problems=[*found.filters.problems, *found.paging.problems],
            milestones=found.milestones,
            drawing=found.drawing,
            **kwargs,
        )


class TopicListView(TemplateView):
    """All topics with their numbers of records."""

    template_name = "site/topic_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=topic_rows(), **kwargs)


class TopicDetailView(DetailView):
    """One topic with its records."""

    model = Topic
    template_name = "site/topic_detail.html"
    context_object_name = "topic"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(groups=topic_groups(self.object), **kwargs)


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
            rows=source_rows(self.object_list),
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
        return super().get_context_data(gaps=gaps(), **kwargs)
