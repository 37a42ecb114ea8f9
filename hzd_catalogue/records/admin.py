"""The admin of partners, cooperations and projects: what the three share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, resolve, reverse
from django.utils import timezone

from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Aspect, Status
from hzd_catalogue.reference.models import FormerAddress, Revision, Source

from .statements import statement_relations


def count_of(model: type[models.Model], relation: str) -> Subquery:
    """Return the number of different related rows as an annotation.

    Each count is a subquery of its own, so that several of them do not multiply.

    Args:
        model: whose rows are annotated.
        relation: path from it, such as ``"participations__federal_state"``.
    """
    rows = model._base_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
    counted = rows.annotate(number=Count(relation, distinct=True)).values("number")
    return Subquery(counted, output_field=IntegerField())


def count_of_statements(model: type[models.Model]) -> models.expressions.Combinable:
    """Return the number of all statements that point to a row, as an annotation."""
    first, *others = (count_of(model, relation.name) for relation in statement_relations(model))
    return sum(others, start=first)


class PublicationFilter(admin.SimpleListFilter):
    """Drafts or published records."""

    title = "Stand"
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("entwurf", "Entwurf"), ("veroeffentlicht", "veröffentlicht")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() in ("entwurf", "veroeffentlicht"):
            return queryset.filter(is_published=self.value() == "veroeffentlicht")
        return queryset


class SourceFilter(admin.SimpleListFilter):
    """Records of which a document says anything."""

    title = "Quelle"
    parameter_name = "quelle"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(source.code, str(source)) for source in Source.objects.all()]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if not self.value():
            return queryset
        condition = Q()
        for relation in statement_relations(queryset.model):
            rows = relation.related_model.objects.filter(source__code=self.value())
            condition |= Q(pk__in=rows.values(relation.field.name))
        return queryset.filter(condition)


class StatusFilter(admin.SimpleListFilter):
    """Records of which any document states this status, or none states one."""

    title = "Status"
    parameter_name = "status"
    not_stated = "ohne-angabe"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*Status.choices, (self.not_stated, "ohne Angabe")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() == self.not_stated:
            return queryset.filter(statuses__isnull=True)
        if self.value():
            statuses = queryset.model._meta.get_field("statuses")
            rows = statuses.related_model.objects.filter(status=self.value())
            return queryset.filter(pk__in=rows.values(statuses.field.name))
        return queryset


class RecordForm(forms.ModelForm):
    """A record; says in plain German what is missing, beside the field."""

    class Meta:
        widgets = {
            "levels": forms.CheckboxSelectMultiple,
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }
        error_messages = {
            "name": {"required": "Bitte den Namen angeben, unter dem der Eintrag erscheint."},
            "slug": {"required": "Bitte die Adresse angeben: Kleinbuchstaben und Bindestriche."},
            "summary": {"required": "Bitte in einem Satz sagen, worum es geht."},
            "description": {"required": "Bitte eine Beschreibung in eigenen Worten angeben."},
            "kind": {"required": "Bitte die Art wählen."},
            "reach": {"required": "Bitte die Reichweite wählen."},
            "levels": {"required": "Bitte mindestens eine Ebene ankreuzen."},
        }

    def clean_summary(self) -> str:
        """Return the sentence on one line."""
        return " ".join(self.cleaned_data["summary"].split())

    def clean_slug(self) -> str:
        """Return the slug.

        Raises:
            ValidationError: when it is the old address of another record.
        """
        slug = self.cleaned_data["slug"]
        former = FormerAddress.objects.filter(model=self._meta.model._meta.model_name, slug=slug)
        if former.exclude(record_id=self.instance.pk).exists():
            raise ValidationError(
                "Unter dieser Adresse war früher ein anderer Eintrag zu finden; sie leitet auf "
                "ihn weiter. Bitte eine andere wählen.",
                code="former_address",
            )
        return slug


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
        "fields": ["is_published"],
        "description": (
            "Ein Entwurf ist nur hier und in der Vorschau zu sehen. Was veröffentlicht ist, "
            "steht sofort nach dem Speichern auf der Website."
        ),
    },
)


class RecordAdmin(admin.ModelAdmin):
    """Lists, forms, publication and preview of one kind of record."""

    form = RecordForm
    change_form_template = "admin/record_change_form.html"
    actions = ["publish", "withdraw"]
    autocomplete_fields = ["topics"]
    list_filter: ClassVar[list[Any]] = [
        PublicationFilter,
        "kind",
        "topics",
        "levels",
        "reach",
        SourceFilter,
    ]
    list_per_page = 50
    empty_value_display = "ohne Angabe"
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name", "other_names__name", "summary", "description")
    search_help_text = "Sucht in Namen, weiteren Namen, Kurztext und Beschreibung."
    #: Numbers in the change list by their annotation's name.
    counts: ClassVar[dict[str, str]] = {}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the records with the numbers that the change list shows."""
        annotations = {
            name: count_of(self.model, relation) for name, relation in self.counts.items()
        }
        return (
            super()
            .get_queryset(request)
            .annotate(statement_count=count_of_statements(self.model), **annotations)
        )

    @admin.display(description="Aussagen", ordering="statement_count")
    def statement_count(self, record: Any) -> int:
        """How many sourced statements the record has."""
        return record.statement_count

    @admin.action(description="Veröffentlichen", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Publish the chosen drafts that have evidence for their description."""
        described = Q(evidence__aspect=Aspect.DESCRIPTION)
        chosen = self.model._base_manager.filter(pk__in=queryset.values("pk"), is_published=False)
        ready = chosen.filter(described).distinct()
        self._set_published(request, ready.values_list("pk", flat=True), True)
        refused = self.model._base_manager.filter(
            pk__in=queryset.values("pk"), is_published=False
        ).order_by("sort_key")
        if refused:
            names = german.in_words([f"„{record.name}“" for record in refused])
            self.message_user(
                request,
                f"Noch Entwurf: {names}. Es fehlt ein Beleg für die Beschreibung.",
                messages.WARNING,
            )

    @admin.action(description="Als Entwurf zurückziehen", permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Take the chosen records off the website."""
        published = queryset.filter(is_published=True)
        self._set_published(request, published.values_list("pk", flat=True), False)

    def _set_published(self, request: HttpRequest, keys: Iterable[Any], published: bool) -> None:
        # QuerySet.update sends no signals: the revision and the history are advanced by hand.
        with transaction.atomic():
            records = self.model._base_manager.filter(pk__in=list(keys))
            changed = list(records)
            if changed:
                records.update(is_published=published, changed_at=timezone.now())
                Revision.advance()
                LogEntry.objects.log_actions(
                    user_id=request.user.pk,  # type: ignore[arg-type] # nobody anonymous comes here
                    queryset=changed,
                    action_flag=CHANGE,
                    change_message="Veröffentlicht." if published else "Zurückgezogen.",
                )
        options = self.model._meta
        number = german.counted(
            len(changed), str(options.verbose_name), str(options.verbose_name_plural)
        )
        done = "veröffentlicht" if published else "als Entwurf zurückgezogen"
        self.message_user(request, f"{number} {done}.", messages.SUCCESS)

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
        public: Any = resolve(record.get_absolute_url()).func
        return public.view_class.as_view(include_drafts=True)(request, slug=record.slug)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the form; a draft's tools hold its preview."""
        if obj is not None and not obj.is_published:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_preview"
            context["preview_url"] = reverse(name, args=[obj.pk])
        return super().render_change_form(request, context, add, change, form_url, obj)
