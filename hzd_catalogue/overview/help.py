"""The help page: how filters, search, orders and differences between documents work."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from hzd_catalogue.records.differences import TABLES
from hzd_catalogue.records.kinds import Kind

from .search import SEARCHED_FIELDS


class HelpView(TemplateView):
    """``/hilfe/``"""

    template_name = "overview/help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the tables by which two documents are compared, and where a search looks."""
        tables = [(Kind(kind).label, table) for kind, table in TABLES.items()]
        return super().get_context_data(
            difference_tables=tables, searched_fields=SEARCHED_FIELDS, **kwargs
        )
