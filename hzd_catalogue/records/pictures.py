"""Pictures of pages to take home: the same drawing as SVG, and its data in all formats."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime

from hzd_catalogue.exports.addresses import file_name
from hzd_catalogue.exports.formats import PICTURE
from hzd_catalogue.exports.parameters import Parameter
from hzd_catalogue.exports.pictures import CONTENT_TYPE, Caption, standalone
from hzd_catalogue.exports.problems import NotUnderstood
from hzd_catalogue.exports.shapes import CHOICE, INTEGER, URL
from hzd_catalogue.exports.tables import Column
from hzd_catalogue.lists import words
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation

from .columns import choice, name_cell
from .data_lists import list_parameters, misunderstood
from .row_files import RowFileView


class PictureView(RowFileView):
    """A drawing under an address of its own that ends in ``.svg``, ``.csv``, ….

    A picture declares its template with what it draws, its title, and the columns of its data.
    """

    sort = "wie im Bild"
    #: The template that draws it on its page.
    template_name: str
    #: The template of its legend, where that stands outside of the drawing.
    legend_name = ""
    #: Classes of the figure around it, where they stand outside of that template.
    figure = ""
    #: What it shows and how it is read, for who sees it without its page.
    note: ClassVar[Any] = ""
    #: Whom the drawing itself is owed to.
    credit = ""

    def drawing(self) -> Mapping[str, Any] | None:
        """Return what the template draws; None when there is nothing to draw."""
        raise NotImplementedError

    @property
    def file_path(self) -> str:
        return self.request.path.removesuffix(f".{self.kwargs['suffix']}")

    def file(self, suffix: str) -> HttpResponseBase:
        if suffix != PICTURE:
            return super().file(suffix)
        drawn = self.drawing()
        if drawn is None:
            raise Http404
        html, legend = (
            render_to_string(name, dict(drawn)) if name else ""
            for name in (self.template_name, self.legend_name)
        )
        picture = standalone(html, self.caption, self.page_url, self.figure, legend)
        response = HttpResponse(picture, content_type=CONTENT_TYPE)
        name = file_name(self.name, self.filters, suffix)
        response["Content-Disposition"] = str(content_disposition_header(False, name))
        return response

    @property
    def caption(self) -> Caption:
        """What stands around the drawing."""
        day = date_format(localtime(self.revision.changed_at), "j. F Y")
        filters = f"Filter: {', '.join(self.filters)}." if self.filters else ""
        source = f"Quelle: {settings.SITE_NAME}, Datenstand {day}. {self.page_url}"
        return Caption(
            self.title,
            [text for text in (self.note, filters) if text],
            [text for text in (source, self.credit) if text],
        )


#: What the lines of a picture of links say, by their kind.
LINE_WORDS = {
    "partner": "Partner mit einer Rolle",
    "record": "Kooperation, zu der es gehört",
    "state": "Land, das eine Quelle nennt",
    "joining": "Land tritt bei",
    "nationwide": "bundesweit",
}


class LineRow(NamedTuple):
    """One line of a picture of links."""

    item: str
    item_url: str
    #: One of ``LINE_WORDS``.
    kind: str
    end: str
    end_url: str
    #: How many projects it stands for.
    projects: int = 1


LINE_COLUMNS = (
    Column("item", "was", "Wovon die Linie ausgeht.", lambda row, _: row.item, width=40),
    Column(
        "kind",
        "Verbindung",
        "Was die Linie sagt.",
        lambda row, _: choice(row.kind, LINE_WORDS[row.kind]),
        name_cell,
        shape=CHOICE,
    ),
    Column("end", "mit", "Was am Ende der Linie steht.", lambda row, _: row.end, width=40),
    Column(
        "projects",
        "Projekte",
        "Für wie viele Projekte die Linie steht.",
        lambda row, _: row.projects,
        width=10,
        shape=INTEGER,
    ),
    Column(
        "item_url",
        "Adresse",
        "Webadresse dessen, wovon sie ausgeht.",
        lambda row, context: context.absolute_url(row.item_url),
        width=50,
        shape=URL,
    ),
    Column(
        "end_url",
        "Adresse des Endes",
        "Webadresse dessen, was am Ende steht.",
        lambda row, context: context.absolute_url(row.end_url),
        width=50,
        shape=URL,
    ),
)


#: What no two lines have in common.
LINE_KEY = ("item_url", "kind", "end_url")


class FilteredPictureView(PictureView):
    """A picture of what the filters of its page leave; both have the same parameters."""

    @property
    def shown(self) -> Presentation:
        """The filters in force."""
        raise NotImplementedError

    #: The lists whose filters it takes.
    listings: ClassVar[Sequence[Listing]]

    def takes(self, revision: Hashable, _suffix: str) -> Sequence[Parameter]:
        return list_parameters(self.listings, revision)

    def misunderstood(self) -> Sequence[NotUnderstood]:
        return misunderstood(self.request.GET, self.shown)

    @property
    def page_query(self) -> str:
        return self.shown.addresses.selection

    @property
    def filters(self) -> Sequence[str]:
        return words.filters_in_words(self.shown.result)

    @property
    def filter_parameters(self) -> Mapping[str, list[str]]:
        return self.shown.parameters
