"""``/einbetten/…``: a list, a record or a picture for a frame on another site.

Each has the address of what it shows, with ``/einbetten`` before it, and the same parameters; a
picture without its ending, because this is a page. Only the sites of EMBED_ORIGINS may show it;
without any, there is nothing at these addresses.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.safestring import mark_safe
from django.views.generic import DetailView, View

from hzd_catalogue.exports.addresses import absolute_url
from hzd_catalogue.exports.formats import PICTURE
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import DEFAULT_VIEW
from hzd_catalogue.lists.views import ListView
from hzd_catalogue.records.addresses import Address
from hzd_catalogue.records.pictures import PictureView
from hzd_catalogue.records.views import OfRecord, record_templates
from hzd_catalogue.reference.revisions import revision_of


class Embedded(View):
    """Answers for a frame; comes first among a view's bases."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with headers that let the sites of EMBED_ORIGINS show it.

        Raises:
            Http404: when there are none.
        """
        if not settings.EMBED_ORIGINS:
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        # The old header knows no list of sites. The whole policy stands in the answer itself, so
        # that it stays with one that is kept.
        response.xframe_options_exempt = True  # type: ignore[attr-defined]
        response[HEADER] = build_policy(replace={"frame-ancestors": settings.EMBED_ORIGINS})
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    def frame(self, page_url: str) -> dict[str, Any]:
        """Return what every frame shows: the page that it comes from, and the state of the data."""
        return {"page_url": page_url, "revision": revision_of(self.request)}

    def gone_in_frame(self, address: Address) -> HttpResponse:
        """Say in the frame that a record was withdrawn."""
        url = absolute_url(self.request, reverse("change-list"))
        context = {"address": address, **self.frame(url)}
        return render(self.request, "embedding/gone.html", context, status=HTTPStatus.GONE)


class EmbeddedList(Embedded, ListView):
    """``/einbetten/projekte/``: the first page of a list, filtered and ordered like its page"""

    template_name = "embedding/list.html"
    listing: Any = None
    has_views = False

    @property
    def row_templates(self) -> Mapping[str, str]:  # type: ignore[override]
        """The results of the list's own page."""
        result, _answers = record_templates(self.listing.model)
        return {DEFAULT_VIEW: result}

    def revision(self) -> Any:
        return revision_of(self.request).key

    def rows(self, view: str) -> Any:
        return self.listing.rows().for_results()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        listing: Listing = self.listing
        path = f"{reverse(listing.url_name)}{context['shown'].result_query}"
        return {**context, **self.frame(absolute_url(self.request, path))}


class EmbeddedRecord(Embedded, OfRecord, DetailView):
    """``/einbetten/projekte/<slug>/``: the head of a record's page"""

    template_name = "embedding/record.html"
    model: Any = None

    def get_queryset(self) -> Any:
        return self.model.objects.published().with_details()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        _result, answers = record_templates(self.model)
        url = absolute_url(self.request, self.object.get_absolute_url())
        return super().get_context_data(
            answers_template=answers,
            documents=self.object.documents,
            **self.frame(url),
            **kwargs,
        )

    def gone(self, address: Address) -> HttpResponse:
        return self.gone_in_frame(address)


class EmbeddedPicture(Embedded):
    """``/einbetten/laender/karte/``: a picture as its own address has it"""

    def get(self, request: HttpRequest, path: str) -> HttpResponseBase:
        """Answer with the picture inside of a page.

        Raises:
            Http404: when the address is that of no picture.
        """
        try:
            match = resolve(f"/{path}.{PICTURE}")
        except Resolver404:
            raise Http404 from None
        view_class: Any = getattr(match.func, "view_class", None)
        if not (isinstance(view_class, type) and issubclass(view_class, PictureView)):
            raise Http404
        # What it says of itself names its own address, not this one. The revision goes along.
        revision_of(request)
        asked = copy.copy(request)
        asked.resolver_match = match
        asked.path_info = f"/{path}.{PICTURE}"
        asked.path = reverse(match.view_name, kwargs=match.kwargs)
        picture = view_class()
        picture.setup(asked, *match.args, **match.kwargs)
        response: Any = picture.dispatch(asked, *match.args, **match.kwargs)
        if isinstance(response, HttpResponsePermanentRedirect):
            _, _, former = response.url.partition(reverse("home"))
            url = reverse("embedded-picture", args=[former.removesuffix(f".{PICTURE}")])
            return HttpResponsePermanentRedirect(url)
        if response.status_code == HTTPStatus.GONE:
            model: Any = view_class.model  # type: ignore[attr-defined]
            kept = Address.objects.select_related("record")
            return self.gone_in_frame(kept.get(type=model.record_type, slug=match.kwargs["slug"]))
        if response.status_code != HTTPStatus.OK:
            return self._refused(response, picture.page_url)
        _declaration, _, drawing = response.content.decode().partition("?>")
        context = {
            "title": picture.title,
            # Written by this site's own templates, as a file that stands alone.
            "drawing": mark_safe(drawing),  # noqa: S308
            **self.frame(picture.page_url),
        }
        return render(request, "embedding/picture.html", context)

    def _refused(self, response: HttpResponse, page_url: str) -> HttpResponse:
        """Say in the frame what the picture's own address says to programs."""
        context = {"problem": json.loads(response.content), **self.frame(page_url)}
        return render(self.request, "embedding/refused.html", context, status=response.status_code)
