"""What became public, was changed and was withdrawn: ``/aenderungen/``."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from hzd_catalogue.lists.views import ListView
from hzd_catalogue.records.change_list import CHANGES, shown_changes
from hzd_catalogue.reference.revisions import revision_of


class ChangesView(ListView):
    """Every change that the public saw, the newest first."""

    listing = CHANGES
    template_name = "overview/change_list.html"
    has_views = False

    def revision(self) -> Hashable:
        return revision_of(self.request).key

    def rows(self, view: str) -> Any:
        return super().rows(view).changes()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "changes": shown_changes(context["shown"].rows.loaded)}
