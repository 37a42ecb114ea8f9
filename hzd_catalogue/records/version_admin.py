"""What the admin shows of versions, and how it brings one back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from hzd_catalogue.reference import german
from hzd_catalogue.reference.admin import CatalogueAdmin, change_by

from . import publishing
from .kinds import RecordType
from .models import Record, Version, WithdrawnRecord
from .version_words import Difference, differences

VERSIONS_PER_PAGE = 20
PAGE = "fassungen"


@dataclass(frozen=True)
class ShownVersion:
    """A version in a record's history."""

    version: Version
    #: What it shows that the one before did not.
    differences: list[Difference]
    #: Where it is brought back; empty where that would change nothing or is not permitted.
    url: str


class VersionedAdmin(CatalogueAdmin):
    """Shows the versions of a record in its history, and brings one back."""

    way_back = (
        "War er schon veröffentlicht, lässt er sich unter „Zurückgezogene Einträge“ mit seiner "
        "Adresse zurückholen."
    )
    object_history_template = "admin/record_history.html"

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's addresses, and where a version is brought back."""
        bring_back = path(
            "<path:object_id>/fassungen/<int:number>/",
            self.admin_site.admin_view(self.bring_back),
            name=f"{self.opts.app_label}_{self.opts.model_name}_bring_back",
        )
        return [bring_back, *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the versions, and what was done in forms."""
        record = self.get_object(request, unquote(object_id))
        rows = Version.objects.filter(record=record.pk) if record else Version.objects.none()
        rows = rows.select_related("edit__editor", "previous")
        page = Paginator(rows, VERSIONS_PER_PAGE).get_page(request.GET.get(PAGE))
        may_change = record is not None and self.has_change_permission(request, record)
        context = {
            "versions": list(self._shown(page, may_change)),
            "version_page": page,
            "version_parameter": PAGE,
        }
        return super().history_view(request, object_id, {**context, **(extra_context or {})})

    def _shown(self, page: Any, may_change: bool) -> Iterator[ShownVersion]:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_bring_back"
        for place, version in enumerate(page, start=page.start_index()):
            is_what_is_shown = place == 1 and version.public is not None
            url = reverse(name, args=[version.record_id, version.number])
            offered = may_change and not is_what_is_shown
            yield ShownVersion(version, differences(version), url if offered else "")

    def bring_back(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Publish the record as it was in one of its versions.

        Raises:
            PermissionDenied: when the user may not change records of this kind.
            Http404: when there is no such record or version.
        """
        record = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        versions = Version.objects.filter(record=record.pk) if record else Version.objects.none()
        version = versions.filter(number=number).first()
        if version is None:
            raise Http404
        try:
            with change_by(request):
                publishing.bring_back(version)
        except ValidationError as error:
            text = f"Fassung {number} lässt sich nicht zurückholen. {' '.join(error.messages)}"
            self.message_user(request, text, messages.ERROR)
        else:
            text = f"Fassung {number} ist zurückgeholt und veröffentlicht."
            self.message_user(request, text, messages.SUCCESS)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
        return redirect(reverse(name, args=[object_id]))


def _brought_back(left: list[Version]) -> dict[str, str]:
    """Publish records, and return of those that cannot be published why, by name.

    What names another one comes back after it, and deleted ones that name each other together.
    """
    problems: dict[Version, str] = {}
    tried = -1
    while len(left) != tried:
        tried, problems = len(left), {}
        for version in tuple(left):
            record = Record.objects.filter(pk=version.record_id).first()
            try:
                if record is None:
                    publishing.bring_back(version)
                else:
                    publishing.publish(record)
            except ValidationError as error:
                problems[version] = " ".join(error.messages)
            else:
                left.remove(version)
    deleted = [row for row in left if not Record.objects.filter(pk=row.record_id).exists()]
    if len(deleted) > 1:
        with suppress(ValidationError):
            publishing.bring_back_together(deleted)
            left = [row for row in left if row not in deleted]
    return {f"{row.get_type_display()} {row.name}": problems[row] for row in left}


@admin.register(WithdrawnRecord)
class WithdrawnRecordAdmin(admin.ModelAdmin):
    """What was public and is not any more, deleted or not; brings it back."""

    list_display = ("name", "type", "slug", "withdrawn_at", "what_is_left")
    list_display_links = None
    list_filter = ("type",)
    search_fields = ("name", "slug")
    actions = ["bring_back"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        present = Record.objects.filter(pk=models.OuterRef("record"))
        rows = self.model._default_manager.newest().filter(public__isnull=True)
        return rows.annotate(is_there=models.Exists(present)).defer("public")

    @admin.display(description="zurückgezogen", ordering="at")
    def withdrawn_at(self, version: Any) -> Any:
        """When the public saw it last."""
        return version.at

    @admin.display(description="Eintrag")
    def what_is_left(self, version: Any) -> str:
        """Whether the record is there as a draft."""
        return "als Entwurf da" if version.is_there else "gelöscht"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the list may be seen; one row has no page."""
        return obj is None and super().has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_bring_back_permission(self, request: HttpRequest) -> bool:
        """Whether the user may change records of any type; each type asks for its own right."""
        kinds = (Record.proxy_of(record_type)._meta for record_type in RecordType.values)
        return any(
            request.user.has_perm(f"{kind.app_label}.change_{kind.model_name}") for kind in kinds
        )

    @admin.action(description="Zurückholen und veröffentlichen", permissions=["bring_back"])
    def bring_back(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Publish the chosen records: drafts as they are, deleted ones as they were.

        Raises:
            PermissionDenied: when the user may not change records of each of these kinds.
        """
        # As they are, whatever joins and annotations the list has.
        chosen = Version.objects.filter(pk__in=queryset.values("pk")).select_related("edit")
        for record_type in {version.type for version in chosen}:
            options = Record.proxy_of(record_type)._meta
            if not request.user.has_perm(f"{options.app_label}.change_{options.model_name}"):
                raise PermissionDenied
        problems = _brought_back(list(chosen))
        for name, reason in problems.items():
            text = f"Nicht zurückgeholt: „{name}“. {reason}"
            self.message_user(request, text, messages.WARNING)
        if done := len(chosen) - len(problems):
            text = f"{german.counted(done, 'Eintrag', 'Einträge')} zurückgeholt."
            self.message_user(request, text, messages.SUCCESS)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        title = {"title": "Zurückgezogene Einträge"}
        with change_by(request):
            return super().changelist_view(request, {**title, **(extra_context or {})})
