"""Pictures of pages to take home: the same drawing as SVG, and its data in all formats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime

from hzd_catalogue.exports.addresses import file_name
from hzd_catalogue.exports.formats import PICTURE
from hzd_catalogue.exports.pictures import CONTENT_TYPE, Caption, standalone
from hzd_catalogue.exports.tables import About, Column, ExportContext, Table, now
from hzd_catalogue.exports.views import ExportView
from hzd_catalogue.lists import words
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of
from hzd_catalogue.release import release


class PictureView(ExportView):
    """A drawing under an address of its own that ends in ``.svg``, ``.csv``, ….

    A picture declares its template with what it draws, its title, and the columns of its data.
    """

    #: What its files are called.
    name: ClassVar[Any]
    #: The template that draws it on its page.
    template_name: str
    #: Classes of the figure around it, where they stand outside of that template.
    figure = ""
    title: ClassVar[Any]
    #: What it shows and how it is read, for who sees it without its page.
    note: ClassVar[Any] = ""
    #: Whom the drawing itself is owed to.
    credit = ""
    columns: Sequence[Column]
    #: The active filters in words, and as parameters; what was not understood of them.
    filters: ClassVar[Any] = ()
    parameters: ClassVar[Any] = MappingProxyType({})
    problems: ClassVar[Any] = ()

    def drawing(self) -> Mapping[str, Any] | None:
        """Return what the template draws; None when there is nothing to draw."""
        raise NotImplementedError

    def rows(self) -> Iterable[Any]:
        """Return the data of the drawing, in its order."""
        raise NotImplementedError

    @cached_property
    def revision(self) -> Revision:
        """The revision that this request sees."""
        return revision_of(self.request)

    def state(self) -> str:
        return f"{release()} {self.revision.number} {self.revision.changed_at.timestamp()}"

    @property
    def file_path(self) -> str:
        return self.request.path.removesuffix(f".{self.kwargs['suffix']}")

    def get(self, request: Any, suffix: str, **kwargs: Any) -> HttpResponseBase:
        """Answer with the picture or its data."""
        return super().get(request, suffix)

    def file(self, suffix: str) -> HttpResponseBase:
        if suffix != PICTURE:
            return super().file(suffix)
        drawn = self.drawing()
        if drawn is None:
            raise Http404
        html = render_to_string(self.template_name, dict(drawn))
        picture = standalone(html, self.caption, self.page_url, self.figure)
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

    def table(self) -> Table:
        """Return the data of the drawing."""
        rows = list(self.rows())
        about = About(
            title=self.title,
            filters=self.filters,
            parameters=dict(self.parameters),
            problems=self.problems,
            sort="wie im Bild",
            count=len(rows),
            total=len(rows),
            revision=self.revision,
            generated_at=now(),
            url=self.page_url,
            formats=self.format_urls,
        )
        context = ExportContext(self.absolute_url)
        return Table(self.name, self.columns, rows, context, about)


class FilteredPictureView(PictureView):
    """A picture of what the filters of its page leave; both have the same parameters."""

    @property
    def shown(self) -> Presentation:
        """The filters in force."""
        raise NotImplementedError

    @property
    def page_query(self) -> str:
        return self.shown.addresses.selection

    @property
    def filters(self) -> Sequence[str]:
        return words.filters_in_words(self.shown.result)

    @property
    def parameters(self) -> Mapping[str, list[str]]:
        return self.shown.parameters

    @property
    def problems(self) -> Sequence[str]:
        return self.shown.problems
