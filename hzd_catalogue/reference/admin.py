"""What the admin's pages share; the lists' own pages count what refers to them, further up."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import OperationalError, models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from . import changes, german
from .two_editors import OPENED, State, as_new, meet, state_of

logger = logging.getLogger(__name__)

#: What Django's deletion pages show: what goes, how many of each, missing rights, what hinders.
Deleted = tuple[list[Any], dict[str, int], set[str], list[Any]]


class SlugField(forms.SlugField):
    """Part of an address; what is no part of one is written as German does it without umlauts."""

    def to_python(self, value: Any) -> str:
        return german.slug(super().to_python(value) or "")


class SluggedForm(forms.ModelForm):
    """A form whose address arises from other fields where it is left empty."""

    #: Names of the fields it arises from; they stand before it.
    slug_from: ClassVar[tuple[str, ...]] = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may only view has no fields.
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """Return the address, made as the browser makes it if nobody has typed one.

        Raises:
            ValidationError: when there is nothing to make it from.
        """
        field: Any = self.fields["slug"]
        words = " ".join(str(self.cleaned_data.get(name) or "") for name in self.slug_from)
        slug = self.cleaned_data["slug"] or german.slug(words)[: field.max_length].strip("-_")
        if not slug:
            raise ValidationError(field.error_messages["required"], code="required")
        return slug


@dataclass(frozen=True)
class FieldError:
    """What is wrong with a field of a form, and where it stands."""

    label: str
    message: str
    #: The id of the field, or of what holds it.
    anchor: str


def field_errors(form: Any, inlines: Iterable[Any]) -> Iterator[FieldError]:
    """Yield what is wrong with the fields of a form and its rows, in the order of the page.

    What concerns the whole form stands at its top anyway.
    """
    yield from _errors_of(form, "")
    for inline in inlines:
        options, formset = inline.opts, inline.formset
        for message in formset.non_form_errors():
            yield FieldError(str(options.verbose_name_plural), message, f"{formset.prefix}-heading")
        for number, row in enumerate(formset.forms, start=1):
            # What is deleted is not checked.
            if row.errors and not row.cleaned_data.get(DELETION_FIELD_NAME):
                name = f"{options.verbose_name} {number}"
                for message in row.non_field_errors():
                    yield FieldError(name, message, row.prefix)
                yield from _errors_of(row, f"{name}, ")


def _errors_of(form: Any, place: str) -> Iterator[FieldError]:
    for field in form:
        for message in field.errors:
            yield FieldError(f"{place}{field.label}", message, field.auto_id)


@contextmanager
def change_by(request: HttpRequest) -> Iterator[None]:
    """Make one change of whatever a form that was sent does."""
    if request.method != "POST":
        yield
        return
    with changes.change(request.user):
        yield


class Unsaved(forms.Form):
    """Mixed into a form that is not to be saved, to say why."""

    reason_not_saved: str

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        self.add_error(None, self.reason_not_saved)
        return data


class RowFormSet(forms.BaseInlineFormSet):
    """Rows below a form; in a table, no label stands beside the box that deletes one."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Give that box a name."""
        super().add_fields(form, index)
        # Who may only view has none.
        if DELETION_FIELD_NAME in form.fields:
            form.fields[DELETION_FIELD_NAME].widget.attrs["aria-label"] = "Löschen"


class CatalogueAdmin(admin.ModelAdmin):
    """Forms that lead to what is wrong in them; what one of them does is one change.

    What somebody else has saved since a form was opened is never overwritten unseen.
    """

    formfield_overrides = {
        models.SlugField: {"form_class": SlugField, "widget": AdminTextInputWidget}
    }

    #: Where a row that was deleted comes back, in a sentence; empty where it does not.
    way_back = ""

    class Media:
        js = ("js/admin.js",)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Save the form as one change, unless somebody else has saved it since it was opened.

        A database that takes nothing in leaves what was typed in the form.
        """
        request.reason_not_saved = ""  # type: ignore[attr-defined]
        try:
            with change_by(request):
                if self._is_gone(request, object_id):
                    return self._form_of_what_is_gone(request, extra_context)
                self._meet(request, object_id)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except OperationalError as error:
            if request.method != "POST":
                raise
            logger.warning("The database takes nothing in: %s", error)
            request.reason_not_saved = (  # type: ignore[attr-defined]
                "Nichts ist gesichert: Die Datenbank nimmt gerade nichts an. Ihre Eingaben stehen "
                "noch im Formular; bitte sichern Sie gleich noch einmal."
            )
            # That the session is in use cannot be noted either.
            request.session.modified = False
            # Not in a transaction, which might not begin.
            plain: Any = super()
            return plain._changeform_view(request, object_id, form_url, extra_context)

    def _is_gone(self, request: HttpRequest, object_id: str | None) -> bool:
        """Whether a form was opened for a row that is no more."""
        return (
            request.method == "POST"
            and object_id is not None
            and OPENED in request.POST
            and self.has_add_permission(request)
            and self.get_object(request, unquote(object_id)) is None
        )

    def _form_of_what_is_gone(
        self, request: HttpRequest, extra_context: dict[str, Any] | None
    ) -> Any:
        """Return the form for a new row with all that was typed; nothing is saved."""
        formsets = [formset for formset, _ in self.get_formsets_with_inlines(request)]
        request.POST = as_new(request.POST, formsets)  # type: ignore[assignment]
        request.reason_not_saved = (  # type: ignore[attr-defined]
            "Nichts ist gesichert: Der Eintrag wurde gelöscht, seit Sie das Formular geöffnet "
            f"haben. Ihre Eingaben stehen unten als neuer Eintrag. {self.way_back}"
        ).strip()
        add_url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        return super().changeform_view(request, None, add_url, extra_context)

    def _meet(self, request: HttpRequest, object_id: str | None) -> None:
        """Bring together what is sent and what somebody else has saved since."""
        if request.method != "POST" or object_id is None or OPENED not in request.POST:
            return
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_change_permission(request, row):
            return
        try:
            opened = State.from_json(request.POST[OPENED])
        except ValueError:
            return
        meeting = meet(opened, request.POST, *self._as_opened(request, row))
        if meeting is not None:
            request.POST = meeting.data  # type: ignore[assignment]
            request.meeting = meeting  # type: ignore[attr-defined]
            request.reason_not_saved = (  # type: ignore[attr-defined]
                "Nichts ist gesichert: Seit Sie das Formular geöffnet haben, wurde der Eintrag "
                "geändert. Bitte prüfen Sie unten, was beide geändert haben, und sichern Sie dann."
            )

    def _as_opened(self, request: HttpRequest, row: Any) -> tuple[Any, list[Any]]:
        """Return form and formsets as they are opened with what is stored."""
        form = self.get_form(request, row, change=True)(instance=row)
        formsets = [
            formset(instance=row, queryset=inline.get_queryset(request))
            for formset, inline in self.get_formsets_with_inlines(request, row)
        ]
        return form, formsets

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Return the form, which knows why it is not to be saved."""
        form = super().get_form(request, obj, change, **kwargs)
        if reason := getattr(request, "reason_not_saved", ""):
            form = type(form.__name__, (Unsaved, form), {"reason_not_saved": reason})
        return form

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with change_by(request):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with change_by(request):
            return super().changelist_view(request, *args, **kwargs)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the form with what it shows beside its fields."""
        self.add_to_context(request, context, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def add_to_context(self, request: HttpRequest, context: Any, obj: Any) -> None:
        """Add what is shown beside the fields; of ``obj``, or of a new row where it is None."""
        form, inlines = context["adminform"].form, context["inline_admin_formsets"]
        if obj is not None and self.has_change_permission(request, obj):
            given = request.POST.get(OPENED) if form.is_bound else None
            opened = given or state_of(form, (inline.formset for inline in inlines)).to_json()
            context["opened"] = {"name": OPENED, "state": opened}
            context["meeting"] = getattr(request, "meeting", None)
        context["field_errors"] = list(field_errors(form, inlines))


class FixedListAdmin(CatalogueAdmin):
    """Rows that the installation brings along: they are neither added nor deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
