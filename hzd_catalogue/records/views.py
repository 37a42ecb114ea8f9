"""Pages and files of records; the apps say which record, which template and which columns."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.views.generic import DetailView, View

from hzd_catalogue.exports.addresses import (
    ExportLink,
    absolute_url,
    export_links,
    export_url,
    link_header,
)
from hzd_catalogue.exports.formats import FORMATS, to_json
from hzd_catalogue.exports.tables import (
    About,
    Column,
    Table,
    local,
    now,
    revision_data,
)
from hzd_catalogue.lists import words
from hzd_catalogue.lists.addresses import Parameters, query_string
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.lists.views import ListView
from hzd_catalogue.reference.mail import mail_link
from hzd_catalogue.reference.revisions import revision_of

from . import earlier
from .addresses import Address
from .change_list import CHANGES
from .citations import Citation
from .columns import RecordContext
from .differences import Compared
from .earlier import EarlierState, NoSuchStateError, in_words, version_asked
from .earlier_list import EarlierList
from .public_data import FORMS, with_addresses
from .related import related_records
from .row_files import RowFileView
from .statement_columns import statement_columns
from .tables import StatementTable
from .versions import DAY, Version

#: In which formats a table of a page is offered, with their names.
TABLE_FORMATS = [(suffix, FORMATS[suffix].label) for suffix in ("csv", "xlsx")]


def problem(status: HTTPStatus, title: str, detail: str) -> HttpResponse:
    """Say what stands in the way, as RFC 9457 has it."""
    data = {"title": title, "status": status, "detail": detail}
    return HttpResponse(to_json(data), content_type="application/problem+json", status=status)


class RecordListView(ListView):
    """A list of records, with its formats."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the list as it is, or as it stood on a day."""
        if not request.GET.get(DAY):
            return super().get(request, *args, **kwargs)
        try:
            found = EarlierList.asked(
                self.listing, self.listing.rows().model.record_type, request.GET
            )
        except NoSuchStateError as error:
            context = {"error": error, "today_list": request.path, "nouns": self.listing.nouns}
            return render(request, "records/no_such_state.html", context, status=error.status)
        return render(request, "records/earlier_list.html", {"earlier": found})

    def revision(self) -> Hashable:
        return revision_of(self.request).key

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filters of the feed that has the changes of what is listed."""
        context = super().get_context_data(**kwargs)
        return {**context, "feed_query": self.feed_query(context["shown"].parameters)}

    def feed_query(self, parameters: Parameters) -> str:
        """Return the query string of that feed; empty where it lacks one of the filters."""
        if not set(parameters) <= set(CHANGES.filterset_class.facets()):
            return ""
        return query_string({**parameters, "typ": [self.listing.rows().model.record_type]})

    def rows(self, view: str) -> Any:
        records = super().rows(view)
        return records.for_table() if view == "tabelle" else records.for_results()

    def export_links(self, query: str) -> list[ExportLink]:
        return export_links(self.request.path, query)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Name the formats of this result in the header too, for programs."""
        response = super().render_to_response(context, **kwargs)
        response["Link"] = link_header(context["shown"].exports)
        return response


class OfRecord(View):
    """Answers at the addresses of a record, former ones too; comes first among a view's bases."""

    model: type[Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer, lead to the present address, or say that the record was withdrawn."""
        if request.method in ("GET", "HEAD") and earlier.is_asked(request.GET):
            try:
                return self.as_it_stood(
                    version_asked(self.model.record_type, kwargs["slug"], request.GET)
                )
            except NoSuchStateError as error:
                return self.no_such_state(error)
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            addresses = Address.objects.select_related("record")
            address = get_object_or_404(addresses, type=self.model.record_type, slug=kwargs["slug"])
            if address.gone_since:
                return self.gone(address)
            present: Any = address.record
            if present.slug == address.slug:
                # The record is there, and has nothing of what was asked for.
                raise
            route: Any = request.resolver_match
            url = reverse(route.view_name, kwargs={**kwargs, "slug": present.slug})
            return HttpResponsePermanentRedirect(url)

    def as_it_stood(self, version: Version) -> HttpResponse:
        """Answer with an earlier state.

        Raises:
            NoSuchStateError: where this view has none.
        """
        raise NoSuchStateError(
            HTTPStatus.BAD_REQUEST,
            "Diesen Stand gibt es hier nicht",
            "Frühere Stände eines Eintrags gibt es als Seite und als JSON.",
        )

    def no_such_state(self, error: NoSuchStateError) -> HttpResponse:
        """Say why an earlier state cannot be shown."""
        return problem(error.status, error.heading, error.reason)

    def gone(self, address: Address) -> HttpResponse:
        """Say that a record was withdrawn."""
        return problem(
            HTTPStatus.GONE,
            "Zurückgezogen",
            f"{address.get_type_display()} „{address.slug}“ wurde am "
            f"{date_format(localtime(address.gone_since), 'j. F Y')} zurückgezogen.",
        )


class RecordDetailView(OfRecord, DetailView):
    """One record; editors see drafts through the admin."""

    listing: Listing
    #: Set by the admin's preview.
    include_drafts = False

    def as_it_stood(self, version: Version) -> HttpResponse:
        context = {"earlier": EarlierState(version), "asked": self.request.GET.get(DAY, "")}
        return render(self.request, "records/earlier.html", context)

    def no_such_state(self, error: NoSuchStateError) -> HttpResponse:
        context = {"error": error, "today_path": self.today_path}
        return render(self.request, "records/no_such_state.html", context, status=error.status)

    @property
    def today_path(self) -> str:
        """Where the record is today; empty when it is not."""
        slug = self.kwargs["slug"]
        newest = Version.objects.of(self.model.record_type, slug).order_by("-pk").first()
        return "" if newest is None or newest.public is None else newest.record_path

    def gone(self, address: Address) -> HttpResponse:
        return render(self.request, "410.html", {"address": address}, status=HTTPStatus.GONE)

    def get_queryset(self) -> Any:
        """Return the records that may be shown, with all relations of a detail page."""
        records = (
            self.model.objects.all() if self.include_drafts else self.model.objects.published()
        )
        return records.with_details()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add related records, the record's JSON and whether this is a preview."""
        revision = revision_of(self.request)
        return super().get_context_data(
            # A draft is not to be had as JSON.
            record_json_url="" if self.include_drafts else record_json_url(self.object),
            citation=self.citation(),
            documents=self.object.documents,
            record_url=self.record_url,
            report_url=self.report_url(),
            table_formats=TABLE_FORMATS,
            related=related_records(self.listing, revision.key, self.object.pk),
            is_preview=self.include_drafts,
            **kwargs,
        )

    def citation(self) -> Citation | None:
        """Return how to cite what is shown; None for a draft, or what was never kept."""
        if self.include_drafts:
            return None
        versions = Version.objects.filter(record=self.object.pk, public__isnull=False)
        version = versions.defer("public").order_by("-pk").first()
        return Citation.of(version, partial(absolute_url, self.request)) if version else None

    @property
    def record_url(self) -> str:
        """The record's full address, to be cited and reported with."""
        return absolute_url(self.request, self.object.get_absolute_url())

    def report_url(self) -> str:
        """Return the link that reports an error in the record; empty without a mailbox."""
        if not settings.CONTACT_EMAIL:
            return ""
        text = (
            f"Eintrag: {self.object.name}\n{self.record_url}\n\n"
            "Was nicht stimmt:\n\nWoher ich es weiß:\n"
        )
        return mail_link(settings.CONTACT_EMAIL, f"Fehler im Eintrag „{self.object.name}“", text)


class RecordExportView(RowFileView):
    """The result of a list of records as a file."""

    listing: Listing

    def get(self, request: HttpRequest, suffix: str, **kwargs: Any) -> HttpResponseBase:
        """Answer with the file of today, or with the JSON of a day."""
        if not request.GET.get(DAY):
            return super().get(request, suffix, **kwargs)
        if suffix != "json":
            return problem(
                HTTPStatus.BAD_REQUEST,
                "Diesen Stand gibt es hier nicht",
                "Frühere Stände einer Liste gibt es als Seite und als JSON.",
            )
        try:
            found = EarlierList.asked(
                self.listing, self.listing.rows().model.record_type, request.GET
            )
        except NoSuchStateError as error:
            return problem(error.status, error.heading, error.reason)
        query = query_string(found.parameters)
        data = {
            "meta": {
                "title": f"{self.listing.nouns[1]} am {in_words(found.day)}",
                "day": found.day,
                "count": len(found.found),
                "total": len(found.everything),
                "problems": found.problems,
                "blocked": {row.version.path: row.version.blocked for row in found.blocked},
                "generated_at": now(),
                "url": self.absolute_url(f"{self.page_path}{query}"),
            },
            "records": with_addresses(found.as_data(), self.absolute_url),
        }
        return HttpResponse(to_json(data), content_type="application/json")

    @cached_property
    def shown(self) -> Presentation:
        """The result that is asked for."""
        index = self.listing.index(self.revision.key)
        filterset = self.listing.ask(self.request.GET, index)
        return Presentation(Result(self.listing, index, filterset.asked), filterset.problems)

    @property
    def page_path(self) -> str:
        return reverse(self.listing.url_name)

    @property
    def page_query(self) -> str:
        return self.shown.result_query

    def table(self) -> Table:
        """Return the result under this view's columns."""
        result = self.shown.result
        return Table(
            name=self.listing.nouns[1],
            columns=self.columns,
            records=result.all_records(self.listing.rows().with_details()),
            context=RecordContext(self.absolute_url, result.index),
            about=self.about(),
        )

    def about(self) -> About:
        """Describe the result and the addresses at which it is."""
        result = self.shown.result
        return About(
            title=self.shown.title,
            filters=words.filters_in_words(result),
            parameters=self.shown.parameters,
            problems=self.shown.problems,
            sort=result.sort,
            count=result.count,
            total=result.total,
            revision=self.revision,
            generated_at=now(),
            url=self.page_url,
            formats=self.format_urls,
        )


class RecordTableExportView(OfRecord, RowFileView):
    """One table of a record's page as a file."""

    own_key = "key"

    @cached_property
    def record(self) -> Any:
        """The record whose table is asked for."""
        return get_object_or_404(
            self.model.objects.published().with_details(), slug=self.kwargs["slug"]
        )

    @cached_property
    def statements(self) -> StatementTable:
        """The table on the page."""
        table = self.record.tables.get(self.kwargs["table"])
        if table is None:
            raise Http404
        return table

    def state(self) -> str:
        # Asked first: a table that there is not is none in any state.
        return f"{self.statements.slug} {super().state()}"

    @property
    def page_path(self) -> str:
        return str(self.record.get_absolute_url())

    @property
    def page_url(self) -> str:
        return f"{super().page_url}#{self.statements.slug}"

    @property
    def file_path(self) -> str:
        return f"{self.page_path}{self.statements.slug}"

    @property
    def name(self) -> str:
        return f"{self.record.slug}-{self.statements.slug}"

    @property
    def title(self) -> str:
        return f"{self.record.name}: {self.statements.title}"

    @property
    def columns(self) -> Sequence[Column]:
        return statement_columns(self.statements.kind)

    def rows(self) -> list[Compared]:
        return self.statements.compared

    def name_parts(self, table: Table) -> Sequence[str]:
        # An import compares it with what has changed since (imports/tables.py).
        return [f"Revision {table.about.revision.number}"]


class RecordJsonView(OfRecord):
    """One record as JSON: what a list says of it, and every statement behind it."""

    http_method_names = ["get", "head", "options"]

    def as_it_stood(self, version: Version) -> HttpResponse:
        address = partial(absolute_url, self.request)
        data = {
            "meta": {
                "title": version.name,
                "revision": {"number": version.revision, "changed_at": local(version.at)},
                "version": version.number,
                "blocked": version.blocked,
                "generated_at": now(),
                "url": address(version.url),
            },
            "record": with_addresses(version.shown, address),
        }
        return HttpResponse(to_json(data), content_type="application/json")

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Answer with the record."""
        revision = revision_of(request)
        form = FORMS[self.model.record_type]
        record = get_object_or_404(form.listing.rows().with_details(), slug=slug)
        index = form.listing.index(revision.key)
        if record.pk not in index.positions:
            raise Http404
        context = RecordContext(lambda path: absolute_url(request, path), index)
        data = {
            "meta": {
                "title": record.name,
                "revision": revision_data(revision),
                "generated_at": now(),
                "url": context.absolute_url(record.get_absolute_url()),
            },
            "record": form.data(record, context),
        }
        return HttpResponse(to_json(data), content_type="application/json")


def record_json_url(record: Any) -> str:
    """Return the address of a record as JSON."""
    return export_url(record.get_absolute_url(), "json")
