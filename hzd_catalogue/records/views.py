"""Pages and files of records; the apps say which record, which template and which columns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import caches
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.template.loader import get_template
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
from hzd_catalogue.exports.parameters import DAY_SCHEMA, Parameter
from hzd_catalogue.exports.problems import (
    NotUnderstood,
    not_understood,
    other_than,
    problem,
)
from hzd_catalogue.exports.schemas import (
    Schema,
    closed,
    list_schema,
    meta_schema,
    named,
    row_properties,
    single_schema,
)
from hzd_catalogue.exports.tables import (
    About,
    Column,
    RowText,
    Table,
    meta_data,
    now,
)
from hzd_catalogue.exports.views import DataView
from hzd_catalogue.lists import words
from hzd_catalogue.lists.addresses import Parameters, query_string
from hzd_catalogue.lists.fragments import kept_under
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.lists.views import ListView
from hzd_catalogue.prefix import with_prefix
from hzd_catalogue.reference.licences import data_licence
from hzd_catalogue.reference.mail import mail_link
from hzd_catalogue.reference.models import Revision
from hzd_catalogue.reference.revisions import revision_of

from . import earlier, structured_data
from .addresses import Address
from .change_list import CHANGES
from .citations import Citation
from .columns import RecordContext
from .data_lists import list_parameters, misunderstood
from .differences import Compared
from .earlier import EarlierState, NoSuchStateError, in_words, version_asked
from .earlier_list import STATE, EarlierList
from .export_rows import ExportFile, FinishedRows
from .kinds import Kind
from .public_data import BLOCKED_SCHEMA, FORMS, record_schema, with_addresses
from .related import related_records
from .row_files import RowFileView
from .statement_columns import statement_columns
from .tables import StatementTable
from .versions import DAY, VERSION, Version

#: In which formats a table of a page is offered, with their names.
TABLE_FORMATS = [(suffix, FORMATS[suffix].label) for suffix in ("csv", "xlsx")]


def no_such_state(error: NoSuchStateError, parameter: str = DAY) -> HttpResponse:
    """Say to programs why an earlier state cannot be shown."""
    return problem(
        error.status, error.heading, error.reason, [NotUnderstood(error.reason, parameter)]
    )


#: How many rows of a file are read at once where they are finished, and where each is made anew.
_READ_AT_ONCE, _MADE_AT_ONCE = 500, 100
OF_DAY = Parameter(DAY, "wie es am Ende dieses Tages stand (Tag wie 2026-11-30)", schema=DAY_SCHEMA)
OF_VERSION = Parameter(
    VERSION, "die Fassung mit dieser Nummer", schema={"type": "integer", "minimum": 1}
)


class OfDay:
    """A list that can be asked for as it stood on a day; page and file are."""

    listing: Listing
    request: HttpRequest
    #: Whether earlier days are known.
    has_days = True

    def earlier(self) -> EarlierList:
        """Return what the list showed on the day that is asked for.

        Raises:
            NoSuchStateError: when the day is none, has not come, or no days are known.
        """
        if not self.has_days:
            raise NoSuchStateError(
                HTTPStatus.BAD_REQUEST,
                "Diesen Stand gibt es hier nicht",
                "Frühere Stände gibt es von einzelnen Einträgen und von ihren Listen.",
            )
        record_type = self.listing.model.record_type
        return EarlierList.asked(self.listing, record_type, self.request.GET)


class RecordListView(OfDay, ListView):
    """A list of records, with its formats."""

    earlier_template_name = "records/earlier_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the list as it is, or as it stood on a day."""
        if not request.GET.get(DAY):
            return super().get(request, *args, **kwargs)
        try:
            found = self.earlier()
        except NoSuchStateError as error:
            context = {"error": error, "today_list": request.path, "nouns": self.listing.nouns}
            return render(request, "records/no_such_state.html", context, status=error.status)
        return render(request, self.earlier_template_name, {"earlier": found})

    def revision(self) -> Hashable:
        return revision_of(self.request).key

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the filters of the feed that has the changes of what is listed."""
        context = super().get_context_data(**kwargs)
        shown = context["shown"]
        return {
            **context,
            "feed_query": self.feed_query(shown.parameters),
            "structured_data": self.structured_data(shown),
        }

    def structured_data(self, shown: Presentation) -> list[dict[str, Any]]:
        """Return the whole list as a data set of schema.org; a part of it is none of its own."""
        if shown.canonical:
            return []
        address = partial(absolute_url, self.request)
        plural = shown.nouns[1]
        return [
            structured_data.dataset(
                f"{settings.SITE_NAME}: {plural}",
                structured_data.description_of_list(plural),
                address(self.request.path),
                shown.exports,
                revision_of(self.request).changed_at,
                address,
                data_licence(),
            )
        ]

    def feed_query(self, parameters: Parameters) -> str:
        """Return the query string of that feed; empty where it lacks one of the filters."""
        known = CHANGES.index(self.revision()).facets
        for name, values in parameters.items():
            if name not in known or not all(value in known[name].labels for value in values):
                return ""
        return query_string({**parameters, "typ": [self.listing.model.record_type]})

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
        return no_such_state(error, VERSION if self.request.GET.get(VERSION) else DAY)

    def gone(self, address: Address) -> HttpResponse:
        """Say that a record was withdrawn."""
        return problem(
            HTTPStatus.GONE,
            "Zurückgezogen",
            f"{address.get_type_display()} „{address.slug}“ wurde am "
            f"{date_format(localtime(address.gone_since), 'j. F Y')} zurückgezogen.",
        )


@dataclass(frozen=True)
class RecordPage:
    """What a page shows of its record."""

    name: str
    summary: str
    #: Its full address.
    url: str
    #: What else there is of it.
    forms: list[ExportLink]
    #: Everything that the record says, as HTML.
    article: str


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

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page; what it shows of the record is made once a revision."""
        page = self.page() if self.include_drafts else self.kept_page()
        response = render(request, _template(self.model, "detail"), page)
        if page["record"].forms:
            # For programs, in the header too.
            response["Link"] = link_header(page["record"].forms)
        return response

    def kept_page(self) -> dict[str, Any]:
        """Return the same as ``page`` for all who ask at this revision, on this day and host."""
        request, cache = self.request, caches["fragments"]
        begin = kept_under(revision_of(request).key)
        key = f"{begin}{request.scheme}-{request.get_host()}-{request.path}"
        page: dict[str, Any] | None = cache.get(key)
        if page is None:
            page = self.page()
            cache.set(key, page)
        return page

    def page(self) -> dict[str, Any]:
        """Return what the page shows of the record: texts and HTML, nothing to be loaded.

        Raises:
            Http404: where there is no such record.
        """
        self.object = self.get_object()
        article = get_template("records/record_article.html")
        return {
            "record": RecordPage(
                name=self.object.name,
                summary=self.object.summary,
                url=self.record_url,
                forms=self.forms,
                article=article.render(self.get_context_data(), self.request),
            ),
            "structured_data": self.structured_data(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the article shows."""
        revision = revision_of(self.request)
        return super().get_context_data(
            # A draft is not to be had as JSON.
            record_json_url="" if self.include_drafts else record_json_url(self.object),
            answers_template=record_templates(self.model)[1],
            citation=self.citation(),
            documents=self.object.documents,
            record_url=self.record_url,
            report_url=self.report_url(),
            table_formats=TABLE_FORMATS,
            related=related_records(self.listing, revision.key, self.object.pk),
            is_preview=self.include_drafts,
            **kwargs,
        )

    def structured_data(self) -> list[dict[str, Any]]:
        """Return the record in the words of schema.org; of a draft nothing is said."""
        if self.include_drafts:
            return []
        return structured_data.of_record(self.object, partial(absolute_url, self.request))

    @property
    def forms(self) -> list[ExportLink]:
        """Where the record, and each table of its page, is to be had by programs; a draft nowhere.

        They read CSV: what is for people stands below each table alone.
        """
        if self.include_drafts:
            return []
        tables = [table for table in self.object.tables.values() if table.rows]
        return [
            ExportLink("JSON", record_json_url(self.object), FORMATS["json"].content_type),
            *(
                ExportLink(
                    f"{table.title} ({FORMATS['csv'].label})",
                    export_url(f"{self.object.get_absolute_url()}{table.slug}", "csv"),
                    FORMATS["csv"].content_type,
                )
                for table in tables
            ),
        ]

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


class RecordExportView(OfDay, RowFileView):
    """The result of a list of records as a file."""

    #: Where finished rows of these very columns are kept, by the formats of text.
    kept: ClassVar[Mapping[str, ExportFile]] = {}
    #: The schema of a row as it stood on a day, where it is another one than today's.
    earlier_row: ClassVar[Schema | None] = None

    def takes(self, revision: Hashable, suffix: str) -> Sequence[Parameter]:
        found = list_parameters([self.listing], revision)
        return [*found, OF_DAY] if self.has_days and suffix == "json" else found

    def json_schema(self) -> Schema:
        row = named(f"liste-{self.listing.url_name}", closed(row_properties(self.columns)))
        number = {"type": "integer"}
        blocked = {"type": "object", "additionalProperties": BLOCKED_SCHEMA}
        of_day = meta_schema(
            {"day": DAY_SCHEMA, "count": number, "total": number, "blocked": blocked}
        )
        then = closed(
            {"meta": of_day, "records": {"type": "array", "items": self.earlier_row or row}}
        )
        return {"anyOf": [list_schema(row), then]}

    def misunderstood(self) -> Sequence[NotUnderstood]:
        given = self.request.GET
        if not (self.has_days and given.get(DAY)):
            return misunderstood(given, self.shown)
        return other_than(given, EarlierList.PARAMETERS)

    def get(self, request: HttpRequest, suffix: str, **kwargs: Any) -> HttpResponseBase:
        """Answer with the file of today, or with the JSON of a day."""
        if not request.GET.get(DAY):
            return super().get(request, suffix, **kwargs)
        try:
            return self.as_it_stood(suffix)
        except NoSuchStateError as error:
            return no_such_state(error)

    def as_it_stood(self, suffix: str) -> HttpResponse:
        """Answer with the JSON of a day.

        Raises:
            NoSuchStateError: for other formats, and days that are none or have not come.
        """
        if suffix != "json":
            raise NoSuchStateError(
                HTTPStatus.BAD_REQUEST,
                "Diesen Stand gibt es hier nicht",
                "Frühere Stände einer Liste gibt es als Seite und als JSON.",
            )
        found = self.earlier()
        if found.problems:
            errors = [NotUnderstood(text, STATE, list(found.states)) for text in found.problems]
            return not_understood(errors)
        data = {
            "meta": {
                **meta_data(
                    f"{self.listing.nouns[1]} am {in_words(found.day)}",
                    self.revision,
                    self.absolute_url(f"{self.page_path}{query_string(found.parameters)}"),
                ),
                "day": found.day,
                "count": len(found.found),
                "total": len(found.everything),
                "blocked": {row.version.path: row.version.blocked for row in found.blocked},
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
        table = Table(
            name=self.listing.nouns[1],
            columns=self.columns,
            records=self.told(result.all_records(self.detailed_rows)),
            context=RecordContext(self.absolute_url, result.index),
            about=self.about(),
        )
        return replace(table, finished=partial(self.finished_rows, table)) if self.kept else table

    @property
    def detailed_rows(self) -> Any:
        """All rows of the list, with what the columns need of each."""
        return self.listing.rows().with_details()

    def told(self, rows: Iterable[Any]) -> Iterable[Any]:
        """Return loaded rows as the columns take them."""
        return rows

    def finished_rows(
        self, table: Table, suffix: str, row_text: RowText
    ) -> Iterator[Sequence[bytes]]:
        """Yield the rows of the result as they are kept; one that is not is made anew."""
        result, site = self.shown.result, self.absolute_url(with_prefix(""))
        kept = FinishedRows(self.kept[suffix], self.revision.key, site)
        for pks in result.portions(_READ_AT_ONCE if kept.are_right else _MADE_AT_ONCE):
            texts = kept.of(pks)
            if missing := [pk for pk in pks if pk not in texts]:
                rows = result.records(missing, self.detailed_rows)
                for row, told in zip(rows, self.told(rows), strict=True):
                    texts[row.pk] = row_text(table.data_of(told)).encode()
            yield [texts[pk] for pk in pks if pk in texts]

    def about(self) -> About:
        """Describe the result and the addresses at which it is."""
        result = self.shown.result
        return About(
            title=self.shown.title,
            filters=words.filters_in_words(result),
            parameters=self.shown.parameters,
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

    own_key = ("key",)

    def json_schema(self) -> Schema:
        # Which kind a table has depends on its name.
        rows = [
            named(f"tabelle-{kind}", closed(row_properties(statement_columns(kind))))
            for kind in Kind
        ]
        return list_schema({"anyOf": rows})

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


class RecordJsonView(DataView, OfRecord):
    """One record as JSON: what a list says of it, and every statement behind it."""

    parameters = (OF_DAY, OF_VERSION)

    def json_schema(self) -> Schema:
        more = {"version": {"type": "integer"}, "blocked": BLOCKED_SCHEMA}
        return single_schema(record_schema(self.model.record_type), more)

    def as_it_stood(self, version: Version) -> HttpResponse:
        address = partial(absolute_url, self.request)
        revision = Revision(number=version.revision, changed_at=version.at)
        meta = meta_data(version.name, revision, address(version.url))
        data = {
            "meta": {**meta, "version": version.number, "blocked": version.blocked},
            "record": with_addresses(version.shown, address),
        }
        return HttpResponse(to_json(data), content_type="application/json")

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Answer with the record."""
        revision = revision_of(request)
        form = FORMS[self.model.record_type]
        record = get_object_or_404(form.listing.rows().with_details(), slug=slug)
        index = form.listing.index(revision.key)
        if record.pk not in index.slots:
            raise Http404
        context = RecordContext(lambda path: absolute_url(request, path), index)
        url = context.absolute_url(record.get_absolute_url())
        data = {
            "meta": meta_data(record.name, revision, url),
            "record": form.data(record, context),
        }
        return HttpResponse(to_json(data), content_type="application/json")


def record_templates(model: type[Any]) -> tuple[str, str]:
    """Return the templates of a record among the results of a list, and of its answers."""
    return _template(model, "result"), _template(model, "answers")


def _template(model: type[Any], part: str) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}_{part}.html"


def record_json_url(record: Any) -> str:
    """Return the address of a record as JSON."""
    return export_url(record.get_absolute_url(), "json")
