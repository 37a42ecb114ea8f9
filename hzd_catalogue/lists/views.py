"""The list page; the apps say what is listed, what is loaded of it and which template shows it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar

from django.http import QueryDict
from django.views.generic import TemplateView

from hzd_catalogue.reference.german import in_words

from .addresses import VIEW
from .listing import Listing
from .pagination import paginate
from .presentation import DEFAULT_VIEW, VIEWS, Presentation
from .result import Result
from .rows import Rows


class ListView(TemplateView):
    """A list with search, facets, order, pages and two views; complete without JavaScript.

    The template gets one object, ``shown``.
    """

    listing: Listing
    #: Label of each column of the table to its order; "" for one that cannot be sorted by.
    headings: ClassVar[Mapping[str, str]] = {}
    #: Whether a visitor may choose between cards and table.
    has_views = True
    #: View to the template of one row; none where the page shows its rows in another way.
    row_templates: ClassVar[Mapping[str, str]] = {}

    def revision(self) -> Hashable:
        """Return the key of the data that this request sees."""
        raise NotImplementedError

    def rows(self, view: str) -> Any:
        """Return the queryset of all rows with what ``view`` shows of each."""
        return self.listing.rows()

    def pks(self, result: Result) -> Sequence[int]:
        """Return the primary keys of all rows found, in the order to show."""
        return result.ordered

    def export_links(self, query: str) -> Sequence[Any]:
        """Return the formats in which the result of a query string is to be had."""
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(shown=self.presentation(), **kwargs)

    def presentation(self) -> Presentation:
        """Ask, find and show."""
        data = self.request.GET
        revision = self.revision()
        index = self.listing.index(revision)
        filterset = self.listing.ask(data, index)
        result = Result(self.listing, index, filterset.asked)
        paging = paginate(self.pks(result), data)
        view, view_problems = chosen_view(data) if self.has_views else (DEFAULT_VIEW, [])
        return Presentation(
            result=result,
            problems=[*filterset.problems, *paging.problems, *view_problems],
            paging=paging,
            rows=Rows(
                result,
                paging.items,
                lambda: self.rows(view),
                self.row_templates.get(view, ""),
                revision,
            ),
            view=view,
            headings=self.headings,
            export_links=self.export_links,
        )


def chosen_view(data: QueryDict, labels: Mapping[str, str] = VIEWS) -> tuple[str, list[str]]:
    """Return the view asked for, or the one a visitor gets anyway, and what was not understood.

    Args:
        data: the parameters of a request.
        labels: the views to choose from, the first of which a visitor gets anyway.
    """
    asked = data.get(VIEW, "")
    if asked in labels:
        return asked, []
    possible = in_words(list(labels.values()))
    problem = f"Diese Ansicht gibt es nicht; möglich sind {possible}."
    return next(iter(labels)), [problem] if asked else []
