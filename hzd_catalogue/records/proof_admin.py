"""What the admin says of quotations that are not proved, or to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hzd_catalogue.reference import changes, german
from hzd_catalogue.reference.models import Source

from .models import Recheck, Statement


class ProofFilter(admin.SimpleListFilter):
    """Records with quotations that are not proved, or to be looked at again."""

    title = "Wortlaut"
    parameter_name = "wortlaut"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("ungeprueft", "Wortlaut ungeprüft"), ("neu-zu-pruefen", "neu zu prüfen")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        rows = Statement.objects.order_by()
        if self.value() == "ungeprueft":
            return queryset.filter(pk__in=rows.unproved().values("record"))
        if self.value() == "neu-zu-pruefen":
            return queryset.filter(pk__in=rows.to_recheck().values("record"))
        return queryset


class RecheckSourceFilter(admin.SimpleListFilter):
    """Marks of one document."""

    title = "Quelle"
    parameter_name = "quelle"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = Source.objects.filter(statements__recheck__isnull=False).distinct()
        return [(source.code, str(source)) for source in rows]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value():
            return queryset.filter(statement__source__code=self.value())
        return queryset


@admin.register(Recheck)
class RecheckAdmin(admin.ModelAdmin):
    """The statements to look at again, one by one or many at once."""

    actions = ["settle", "take_offer"]
    list_display = ("statement_in_words", "record", "passage", "quotation", "reason", "offered")
    list_filter: ClassVar[list[Any]] = [RecheckSourceFilter, "reason"]
    list_select_related = (
        *("taken_from", "statement__source", "statement__record", "statement__federal_state"),
        *("statement__partner", "statement__related_record"),
    )
    fields = (
        *("statement_in_words", "record", "passage", "quotation", "reason"),
        *("text_before", "text_now", "text_offered"),
    )
    readonly_fields = fields
    search_fields = ("statement__quote", "statement__record__name")
    search_help_text = "Sucht in Wortlaut und Namen des Eintrags."
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may say that a statement still stands."""
        return request.user.has_perm("records.change_recheck")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description="Angabe")
    def statement_in_words(self, mark: Recheck) -> str:
        """The fact, without its record."""
        return mark.statement.fact

    @admin.display(description="Eintrag", ordering="statement__record__sort_key")
    def record(self, mark: Recheck) -> SafeString:
        """The record's name, which leads to the rows of this kind in its form."""
        record: Any = mark.statement.record
        options = record._meta
        url = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk])
        return format_html(
            '<a href="{}#{}-heading">{}</a>', url, mark.statement.kind_fields().group, record
        )

    @admin.display(description="Stelle", ordering="statement__source__code")
    def passage(self, mark: Recheck) -> str:
        """Where the statement says that it stands."""
        return f"{mark.statement.source.label}, Absatz {mark.statement.paragraph}"

    @admin.display(description="Wortlaut")
    def quotation(self, mark: Recheck) -> str:
        """The quoted words."""
        quotes = filter(None, (mark.statement.quote, mark.statement.since_quote))
        return " · ".join(f"„{quote}“" for quote in quotes)

    @admin.display(description="Absatz vorher")
    def text_before(self, mark: Recheck) -> str:
        """What the statement was taken from."""
        return mark.taken_from.text if mark.taken_from else "–"

    @admin.display(description="Absatz jetzt")
    def text_now(self, mark: Recheck) -> str:
        """What stands there now."""
        return self._text(mark, mark.statement.paragraph)

    @admin.display(description="Absatz, in dem der Wortlaut jetzt steht")
    def text_offered(self, mark: Recheck) -> str:
        """What stands where the quotation was found."""
        if mark.offered is None:
            return "–"
        return f"{mark.offered}: {self._text(mark, mark.offered)}"

    def _text(self, mark: Recheck, number: int) -> str:
        rows = mark.statement.source.current_paragraphs
        return rows[number - 1].text if 1 <= number <= len(rows) else "–"

    @admin.action(description="Steht noch so", permissions=["settle"])
    def settle(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Take the mark off each statement whose quotation stands where it says."""
        self._each(request, queryset, lambda mark: Recheck.settle(mark.statement))

    @admin.action(description="Neue Absatznummer übernehmen", permissions=["settle"])
    def take_offer(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Write down the paragraph where each quotation was found."""
        self._each(request, queryset, Recheck.take_offer)

    def _each(self, request: HttpRequest, queryset: models.QuerySet, do: Any) -> None:
        done: list[Any] = []
        left: list[Any] = []
        with changes.change(request.user):
            for mark in queryset.select_related(*self.list_select_related):
                (done if _passes(do, mark) else left).append(mark.statement)
            self._log(request, done)
        if done:
            count = german.counted(len(done), "Angabe", "Angaben")
            self.message_user(request, f"{count} geprüft.", messages.SUCCESS)
        if left:
            lines = format_html_join(
                "; ", "{}: {}, Absatz {}", ((row.record, row.fact, row.paragraph) for row in left)
            )
            message = format_html("Bitte im Formular berichtigen, so steht es nicht da: {}.", lines)
            self.message_user(request, message, messages.WARNING)

    def _log(self, request: HttpRequest, statements: Iterable[Any]) -> None:
        for statement in statements:
            self.log_change(request, statement.record, f"Neu geprüft: {statement.fact}.")


def _passes(do: Any, mark: Recheck) -> bool:
    try:
        with transaction.atomic():
            return do(mark)
    except ValidationError:
        return False


def without_marks(counts: dict[str, int], lacking: set[str]) -> None:
    """Leave marks out of what a deletion page names: they go with their statement."""
    counts.pop(str(Recheck._meta.verbose_name_plural), None)
    lacking.discard(str(Recheck._meta.verbose_name))
