"""What this is, and the ways in."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.views.generic import TemplateView

from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.reference.choices import Reach
from hzd_catalogue.reference.models import FederalState
from hzd_catalogue.reference.revisions import revision_of
from hzd_catalogue.reference.state_map import Meaning
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

from .municipal import municipal_counts
from .named import PROJECTS_SHOWN, first_named, whole_picture
from .sources import FACTS_BY_SOURCE
from .suggestions import suggested_names
from .years import projects_by_year, year_chart


def read_all(revision: Hashable) -> None:
    """Read what the page keeps of a revision."""
    whole_picture(FederalState.objects.all(), revision)
    first_named(revision)
    FACTS_BY_SOURCE.get(revision)


class HomeView(TemplateView):
    """What this is, and the ways in: search, states, topics, levels, municipalities, years."""

    template_name = "overview/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        revision = revision_of(self.request).key
        projects = Presentation(Result.of(PROJECTS, revision))
        nationwide = Result.of(PROJECTS, revision, reichweite=[Reach.NATIONWIDE])
        named = first_named(revision)
        states = {state.code: state for state in FederalState.objects.all()}
        shown = whole_picture(states.values(), revision)
        return super().get_context_data(
            map=shown,
            named=named.shown,
            more_named=named.more,
            unnamed_states=[
                states[shape.code] for shape in shown.shapes if shape.meaning == Meaning.WIDE
            ],
            nationwide=nationwide.records(
                nationwide.ordered[:PROJECTS_SHOWN], PROJECTS.rows().names()
            ),
            nationwide_list=Presentation(nationwide),
            suggested_names=suggested_names(revision),
            municipal=municipal_counts(revision),
            topics=projects.facet("thema").options,
            levels=projects.facet("ebene").options,
            years=year_chart(projects_by_year(revision)),
            project_count=projects.total,
            cooperation_count=len(COOPERATIONS.index(revision)),
            partner_count=len(PARTNERS.index(revision)),
            fact_count=sum(FACTS_BY_SOURCE.get(revision).values()),
            **kwargs,
        )
