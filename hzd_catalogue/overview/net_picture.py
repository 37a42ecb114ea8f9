"""The net, to take home: the picture of its page, and one row a line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse

from hzd_catalogue.exports.tables import Column
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.records.pictures import FilteredPictureView

from .net import Net, net
from .net_drawing import Item, Line

#: What the line of each kind says.
KINDS = {
    "partner": "Partner mit einer Rolle",
    "state": "Land, das eine Quelle nennt",
    "joining": "Land tritt bei",
    "nationwide": "bundesweit",
}


class NetPicture(FilteredPictureView):
    """``/netz.svg`` and its data"""

    name = "Netz"
    template_name = "overview/drawings/net.html"
    figure = "net"
    title = "Wer mit wem woran arbeitet"
    columns = (
        Column("item", "was", "Projekt, Kooperation oder Gruppe.", lambda row, _: row[0].name),
        Column("kind", "Verbindung", "Was die Linie sagt.", lambda row, _: KINDS[row[1].kind]),
        Column(
            "end", "mit", "Partner oder Land am Ende der Linie.", lambda row, _: row[1].end.name
        ),
        Column(
            "projects",
            "Projekte",
            "Für wie viele Projekte die Linie steht.",
            lambda row, _: row[1].count,
            width=10,
        ),
        Column(
            "item_url",
            "Adresse",
            "Webadresse des Projekts, der Kooperation oder der Gruppe.",
            lambda row, context: context.absolute_url(row[0].url),
            width=50,
        ),
        Column(
            "end_url",
            "Adresse des Endes",
            "Webadresse des Partners oder Landes.",
            lambda row, context: context.absolute_url(row[1].end.url),
            width=50,
        ),
    )

    @cached_property
    def net(self) -> Net:
        """What the filters leave."""
        return net(self.request.GET, self.revision.key)

    @property
    def shown(self) -> Presentation:
        """The filters in force."""
        return self.net.shown

    @property
    def page_path(self) -> str:
        return reverse("net")

    def drawing(self) -> Mapping[str, Any] | None:
        drawing = self.net.drawing
        return {"net": self.net, "drawing": drawing} if drawing else None

    def rows(self) -> list[tuple[Item, Line]]:
        return [(item, line) for item in self.net.items for line in item.lines]
