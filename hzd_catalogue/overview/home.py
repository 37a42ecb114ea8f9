"""What this is, and the ways in."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

from .sources import FACTS_BY_SOURCE
from .state_map import TintScale, drawing_order
from .states import counted_shapes
from .years import projects_by_year, year_chart


class HomeView(TemplateView):
    """What this is, and the ways in: search, states, topics, levels, years."""

    template_name = "overview/home.html"

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
            years=year_chart(projects_by_year(revision)),
            project_count=projects.total,
            cooperation_count=len(COOPERATIONS.index(revision)),
            partner_count=len(PARTNERS.index(revision)),
            fact_count=sum(FACTS_BY_SOURCE.get(revision).values()),
            **kwargs,
        )
