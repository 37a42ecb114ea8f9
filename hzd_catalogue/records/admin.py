"""The admin of partners, cooperations and projects: what the three share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern, path, resolve, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from hzd_catalogue.prefix import without_prefix
from hzd_catalogue.reference import changes, german
from hzd_catalogue.reference.admin import Deleted, SluggedForm
from hzd_catalogue.reference.choices import Status
from hzd_catalogue.reference.models import Source

from . import (
    block_admin,  # noqa: F401 (registers its page)
    publishing,
)
from .inlines import lead_to_its_type, leave_as_it_is, name_in_choice
from .kinds import kinds_of
from .models import Record, Statement, StatusStatement
from .proof_admin import ProofFilter, without_marks
from .statements import CONCERNED
from .version_admin import VersionedAdmin

#: Of whose reading desk a form was opened, and what statements were to be about there, once for
#: each: "projekte/wohngeld:status".
DESK, ABOUT = "lesepult", "fuer"


def count_of(
    model: type[models.Model], field: str, counted: str, **conditions: Any
) -> models.expressions.Combinable:
    """Return an annotation: how many different values rows that point to a row have.

    Each count is a subquery of its own, so that several of them do not multiply.

    Args:
        model: whose rows are counted.
        field: what points from them to the annotated row.
        counted: of what they are counted.
        conditions: which of them.
    """
    rows = model._default_manager.filter(**{field: OuterRef("pk")}, **conditions).order_by()
    numbers = rows.values(field).annotate(number=Count(counted, distinct=True))
    return Coalesce(Subquery(numbers.values("number")), 0)


def form_url(record: Any) -> str:
    """Return the address of a record's form."""
    options = record._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk])


def _named(record: Any) -> str:
    """Return the record's type and its name, which leads to its form."""
    return format_html(
        '{} „<a href="{}">{}</a>“', record.get_type_display(), form_url(record), record
    )


def in_the_way(statements: Any) -> list[str]:
    """Return the statements because of which something cannot be deleted, with their records."""
    rows = statements.with_names().select_related("record").order_by("record__sort_key", "pk")
    return [format_html("{}: {}", _named(row.record), _with_passage(row)) for row in rows]


def _way_back_to_desk(asked: QueryDict) -> str:
    """Return a link to the passage for which a record was made; empty where there is none."""
    number, paragraph = asked.get(DESK, ""), asked.get("absatz", "")
    source = Source.objects.filter(pk=number).first() if german.is_number(number, 9) else None
    if source is None:
        return ""
    back = asked.copy()
    del back[DESK]
    url = f"{reverse('admin:reference_source_desk', args=[source.pk])}?{back.urlencode()}#angabe"
    place = f", Absatz {paragraph}" if paragraph else ""
    return format_html('<a href="{}">Zurück zum Lesepult: {}{}</a>', url, source.label, place)


def _with_passage(statement: Statement) -> str:
    return f"{statement} – {statement.passage}"


class PublicationFilter(admin.SimpleListFilter):
    """Drafts, published or withdrawn records."""

    title = "Stand"
    parameter_name = "stand"
    rules: ClassVar[dict[str, tuple[str, Q]]] = {
        "entwurf": ("Entwurf", Q(first_published_at__isnull=True)),
        "veroeffentlicht": ("veröffentlicht", Q(is_published=True)),
        "zurueckgezogen": ("zurückgezogen", Q(withdrawn_at__isnull=False)),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _rule) in self.rules.items()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        _label, rule = self.rules.get(str(self.value()), ("", Q()))
        return queryset.filter(rule)


class SourceFilter(admin.SimpleListFilter):
    """Records of which a document says anything."""

    title = "Quelle"
    parameter_name = "quelle"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(source.code, str(source)) for source in Source.objects.all()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if not self.value():
            return queryset
        rows = Statement.objects.filter(source__code=self.value()).order_by()
        found = Q()
        for field in CONCERNED:
            found |= Q(pk__in=rows.filter(**{f"{field}__isnull": False}).values(field))
        return queryset.filter(found)


class StatusFilter(admin.SimpleListFilter):
    """Records of which any document states this status, or none states one."""

    title = "Status"
    parameter_name = "status"
    not_stated = "ohne-angabe"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*Status.choices, (self.not_stated, "ohne Angabe")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        rows = StatusStatement.objects.order_by()
        if self.value() == self.not_stated:
            return queryset.exclude(pk__in=rows.values("record"))
        if self.value():
            return queryset.filter(pk__in=rows.filter(status=self.value()).values("record"))
        return queryset


class KindFilter(admin.SimpleListFilter):
    """Records of one kind of their type's vocabulary."""

    title = "Art"
    parameter_name = "art"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return model_admin.model.kinds.choices

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class RecordForm(SluggedForm):
    """A record; says in plain German what is missing, beside the field."""

    #: Not the model's field: ``publishing`` alone writes that one.
    published = forms.BooleanField(
        label="veröffentlicht",
        required=False,
        help_text=(
            "Ohne Haken ist der Eintrag ein Entwurf, den nur die Redaktion sieht. Stand er schon "
            "auf der Website, so wird er zurückgezogen: Seine Adresse nennt dann den Tag."
        ),
    )
    #: Kept with the version that is made; says nothing of the record.
    not_compared = ("reason",)
    reason = forms.CharField(
        label="Warum",
        required=False,
        max_length=200,
        help_text=(
            "Ein Wort dazu, warum Sie etwas ändern. Es steht im Verlauf und nie auf der Website."
        ),
        widget=AdminTextInputWidget,
    )
    #: What ``publishing`` lacked when the form was saved as it is.
    lacking: ValidationError | None = None

    class Meta:
        widgets = {
            "levels": forms.CheckboxSelectMultiple,
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }
        error_messages = {
            "name": {"required": "Bitte den Namen angeben, unter dem der Eintrag erscheint."},
            "slug": {"required": "Bitte die Adresse angeben: Kleinbuchstaben und Bindestriche."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("published", self.instance.is_published)

    def clean_summary(self) -> str:
        """Return the sentence on one line."""
        return " ".join(self.cleaned_data["summary"].split())

    def clean(self) -> dict[str, Any] | None:
        """Say what a published record lacks, beside the fields."""
        data = super().clean()
        if self.lacking:
            missing: dict[str, Any] = self.lacking.update_error_dict({})
            for error in missing.pop(NON_FIELD_ERRORS, ()):
                # Passages are what no field of a record lacks.
                text = '{} <a href="#evidence-heading">Zu den Belegen</a>'
                self.add_error(None, format_html(text, error.message))
            for name, errors in missing.items():
                self.add_error(name, errors)
            self.add_error(
                "published", "Bitte ergänzen, was fehlt, oder als Entwurf speichern: ohne Haken."
            )
        return data


class LackingError(Exception):
    """A form was saved that its record cannot be published with."""

    def __init__(self, reason: ValidationError) -> None:
        super().__init__()
        self.reason = reason


NAME_FIELDSET: Any = (
    "Name und Adresse",
    {
        "fields": ["name", "slug"],
        "description": (
            "Der Name, unter dem der Eintrag erscheint. Kurzformen und frühere Namen gehören "
            "weiter unten zu „Weitere Namen“."
        ),
    },
)
TEXT_FIELDSET: Any = (
    "Worum es geht",
    {
        "fields": ["summary", "description"],
        "description": (
            "In eigenen Worten, nicht aus dem Dokument abgeschrieben, und ohne Namen von "
            "Personen. Die Stellen, auf denen der Text beruht, gehören weiter unten zu „Belege“."
        ),
    },
)
PUBLICATION_FIELDSET: Any = (
    "Veröffentlichung",
    {
        "fields": ["published", "reason"],
        "description": (
            "Ein Entwurf ist nur hier und in der Vorschau zu sehen und darf unfertig sein. Was "
            "veröffentlicht ist, steht sofort nach dem Speichern auf der Website; dafür braucht es "
            "Kurztext, Beschreibung, Art, Reichweite, eine Ebene und die Belege dazu."
        ),
    },
)


class RecordAdmin(VersionedAdmin):
    """Lists, forms, publication and preview of one kind of record."""

    form = RecordForm
    change_form_template = "admin/record_change_form.html"
    delete_confirmation_template = "admin/record_delete_confirmation.html"
    actions = ["publish", "withdraw"]
    autocomplete_fields = ["topics"]
    list_filter: ClassVar[list[Any]] = [
        PublicationFilter,
        KindFilter,
        "topics",
        "levels",
        "reach",
        SourceFilter,
        ProofFilter,
    ]
    list_per_page = 50
    empty_value_display = "ohne Angabe"
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name", "statements__name", "summary", "description")
    search_help_text = "Sucht in Namen, weiteren Namen, Kurztext und Beschreibung."
    #: Numbers in the change list by their annotation's name.
    counts: ClassVar[dict[str, models.expressions.Combinable]] = {}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the records with the numbers that the change list shows."""
        statements = sum(count_of(Statement, field, "pk") for field in CONCERNED)
        rows = super().get_queryset(request)
        return rows.annotate(statement_count=statements, **self.counts)

    @admin.display(description="Aussagen", ordering="statement_count")
    def statement_count(self, record: Any) -> int:
        """How many sourced statements the record has."""
        return record.statement_count

    @admin.display(description="veröffentlicht", boolean=True)
    def published(self, record: Any) -> bool:
        """What the form's field of this name shows to those who may only view."""
        return record.is_published

    @admin.display(description="Warum")
    def reason(self, record: Any) -> str:
        """What the form's field of this name shows to those who may only view: nothing."""
        return ""

    @admin.display(description="Art", ordering="kind")
    def kind_in_words(self, record: Any) -> str:
        """The German word for the record's kind."""
        return record.get_kind_display()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field; the kind is one of the model's vocabulary."""
        if db_field.name == "kind":
            choices = [("", "---------"), *self.model.kinds.choices]
            return forms.ChoiceField(label=db_field.verbose_name, choices=choices, required=False)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        leave_as_it_is(field, db_field)
        return lead_to_its_type(field, db_field, request, self.admin_site)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form, which knows what it lacked when it was saved as it is."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.lacking = getattr(request, "lacking", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Save the form; what cannot be published is not saved, and the form says why.

        Whether a record may be published shows when all its rows are saved. By then the
        transaction of the first attempt is rolled back, and the second one only shows the form.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except LackingError as error:
            request.lacking = error.reason  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Lead back to the reading desk as well, where the form was opened from there."""
        response = super().response_add(request, obj, post_url_continue)
        if link := _way_back_to_desk(request.GET):
            self.message_user(request, link, messages.INFO)
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save all statements, then publish or withdraw.

        Raises:
            LackingError: when the record cannot be published like this.
        """
        super().save_related(request, form, formsets, change)
        if (made := changes.current()) is not None:
            made.reason = form.cleaned_data["reason"]
        if not form.cleaned_data["published"]:
            publishing.withdraw(form.instance)
            return
        try:
            publishing.publish(form.instance)
        except ValidationError as error:
            raise LackingError(error) from error

    @admin.action(description="Veröffentlichen", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Publish the chosen drafts that have what it needs, and say what the others lack."""
        published = []
        with transaction.atomic():
            for record in self._chosen(queryset.filter(is_published=False)):
                try:
                    publishing.publish(record)
                except ValidationError as error:
                    reason = " ".join(error.messages)
                    text = f"Noch Entwurf: „{record.name}“. {reason}"
                    self.message_user(request, text, messages.WARNING)
                else:
                    published.append(record)
            self._log(request, published, "Veröffentlicht.")
        self._say_done(request, published, "veröffentlicht")

    @admin.action(description="Zurückziehen", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Take the chosen records off the website."""
        with transaction.atomic():
            withdrawn = self._chosen(queryset.filter(is_published=True))
            for record in withdrawn:
                publishing.withdraw(record)
            self._log(request, withdrawn, "Zurückgezogen.")
        self._say_done(request, withdrawn, "zurückgezogen")

    def _chosen(self, queryset: models.QuerySet) -> list[Any]:
        # Without the annotations and joins of the change list.
        rows = self.model._default_manager.filter(pk__in=queryset.values("pk"))
        return list(rows.order_by("sort_key", "pk"))

    def _log(self, request: HttpRequest, records: Sequence[Any], message: str) -> None:
        if records:
            LogEntry.objects.log_actions(
                user_id=request.user.pk,  # type: ignore[arg-type] # nobody anonymous comes here
                queryset=records,
                action_flag=CHANGE,
                change_message=message,
            )

    def _say_done(self, request: HttpRequest, records: Sequence[Any], done: str) -> None:
        options = self.model._meta
        number = german.counted(
            len(records), str(options.verbose_name), str(options.verbose_name_plural)
        )
        self.message_user(request, f"{number} {done}.", messages.SUCCESS)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deleted:
        """Name what goes with the records, and what of others stands in the way, with its passage.

        Django would name the rows of tables that only tie two others, too.
        """
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        without_marks(counts, lacking)
        deleted: list[Any] = []
        for record in objs:
            deleted += [_named(record), self._statements_in_words(record)]
        if protected:
            keys = [record.pk for record in objs]
            naming = Q(partner__in=keys) | Q(related_record__in=keys)
            protected = in_the_way(Statement.objects.filter(naming))
        return deleted, counts, lacking, protected

    def _statements_in_words(self, record: Any) -> list[Any]:
        """Return a record's statements below what their kinds are called, with their number."""
        words: list[Any] = []
        rows = Statement.objects.filter(record=record).with_names().newest_first()
        for kind in kinds_of(record.type):
            of_kind = [row for row in rows if row.kind == kind]
            if of_kind:
                title = capfirst(of_kind[0]._meta.verbose_name_plural)
                # A paragraph may support a description with several of its phrases.
                lines = Counter(map(_with_passage, of_kind))
                words += [
                    f"{title}: {len(of_kind)}",
                    [f"{line} ({n}-mal)" if n > 1 else line for line, n in lines.items()],
                ]
        return words

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the public address of a published record; drafts have none."""
        if obj is None or not obj.is_published:
            return None
        return obj.get_absolute_url()

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's addresses and the preview's."""
        preview = path(
            "<path:object_id>/vorschau/",
            self.admin_site.admin_view(self.preview),
            name=f"{self.opts.app_label}_{self.opts.model_name}_preview",
        )
        return [preview, *super().get_urls()]

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the public page of a record, published or not.

        Raises:
            PermissionDenied: when the user may not view records of this kind.
            Http404: when there is no such record.
        """
        record = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        public: Any = resolve(without_prefix(record.get_absolute_url())).func
        return public.view_class.as_view(include_drafts=True)(request, slug=record.slug)

    def add_to_context(self, request: HttpRequest, context: Any, obj: Any) -> None:
        """Add a draft's preview to its tools."""
        super().add_to_context(request, context, obj)
        if obj is not None and not obj.is_published:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_preview"
            context["preview_url"] = reverse(name, args=[obj.pk])


@admin.register(Record)
class RecordNamesAdmin(admin.ModelAdmin):
    """Completes the names of records in other forms; shows nothing itself."""

    search_fields = ("name", "statements__name")

    name_in_choice = staticmethod(name_in_choice)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
