"""The net, to take home: the picture of its page, and one row a line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse

from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.records.pictures import LINE_COLUMNS, LINE_KEY, FilteredPictureView, LineRow
from projects.filters import PROJECTS

from .net import Net, net


class NetPicture(FilteredPictureView):
    """``/netz.svg`` and its data"""

    name = "Netz"
    listings = (PROJECTS,)
    template_name = "overview/drawings/net.html"
    figure = "net"
    title = "Wer mit wem woran arbeitet"
    columns = LINE_COLUMNS
    own_key = LINE_KEY

    @cached_property
    def net(self) -> Net:
        """What the filters leave."""
        return net(self.request.GET, self.revision.key)

    @property
    def shown(self) -> Presentation:
        """The filters in force."""
        return self.net.shown

    @property
    def note(self) -> str:
        return self.net.note

    @property
    def page_path(self) -> str:
        return reverse("net")

    def drawing(self) -> Mapping[str, Any] | None:
        drawing = self.net.drawing
        return {"net": self.net, "drawing": drawing} if drawing else None

    def rows(self) -> list[LineRow]:
        return [
            LineRow(item.name, item.url, line.kind, line.end.name, line.end.url, line.count)
            for item in self.net.items
            for line in item.lines
        ]
