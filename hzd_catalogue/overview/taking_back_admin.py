"""A document taken back in the admin: a page that says what goes, and does it once confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from hzd_catalogue.records.admin import in_the_way
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.taking_back import Effects, effects, take_back, take_up_again
from hzd_catalogue.reference import changes, german
from hzd_catalogue.reference.models import Source


class TakingBackForm(forms.Form):
    """Why a document is taken back, and what was shown to go with it."""

    reason = forms.CharField(
        label="Warum",
        required=False,
        max_length=150,
        help_text="Steht im Verlauf der Einträge und nie auf der Website.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    #: Tells which effects were shown: no others come about.
    shown = forms.CharField(widget=forms.HiddenInput)


class TakingBackPages:
    """Takes a document back and up again; part of the admin of sources."""

    admin_site: Any
    log_change: Any
    message_user: Any
    _page: Any
    _source: Any

    def taking_back_urls(self) -> list[URLPattern]:
        """Return the address of the page."""
        view = self.admin_site.admin_view(self.taking_back_page)
        return [path("<int:pk>/zuruecknehmen/", view, name="reference_source_take_back")]

    def taking_back_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what taking the document back does, or take it back or up again."""
        source = self._source(request, pk, "reference.change_source")
        if request.method != "POST":
            return self._show(request, source, effects(source))
        with changes.change(request.user) as made:
            # As the change finds it: another one may have come first.
            source.refresh_from_db()
            found = effects(source)
            _check_rights(request.user, found)
            form = TakingBackForm(request.POST)
            is_up_again = "up_again" in request.POST
            if bool(source.taken_back_at) != is_up_again:
                return redirect("admin:reference_source_change", source.pk)
            if not is_up_again and not form.is_valid():
                return self._show(request, source, found, form)
            if not is_up_again and form.cleaned_data["shown"] != found.fingerprint:
                return self._show(request, source, found, was_changed=True)
            done = "wieder aufgenommen" if is_up_again else "zurückgenommen"
            word = "" if is_up_again else form.cleaned_data["reason"]
            made.reason = f"{source.label} {done}{word and f': {word}'}"
            (take_up_again if is_up_again else take_back)(source)
            self.log_change(request, source, f"{made.reason}.")
        self.message_user(request, f"{source.label} ist {done}.", messages.SUCCESS)
        return redirect("admin:reference_source_change", source.pk)

    def _show(
        self,
        request: HttpRequest,
        source: Source,
        found: Effects,
        form: TakingBackForm | None = None,
        was_changed: bool = False,
    ) -> HttpResponse:
        _check_rights(request.user, found)
        gone = Statement.objects.filter(pk__in=[row.pk for row in found.statements])
        context = {
            "form": form or TakingBackForm(initial={"shown": found.fingerprint}),
            "withdrawn": found.withdrawn,
            "staying": found.staying,
            "statements": in_the_way(gone),
            "counted": german.counted(len(found.statements), "Angabe", "Angaben"),
            "was_changed": was_changed,
        }
        return self._page(
            request, source, "admin/source_take_back.html", "Dokument zurücknehmen", context
        )


def _check_rights(user: Any, found: Effects) -> None:
    """Refuse who may not delete each of the statements and change each of the records.

    Raises:
        PermissionDenied: as at the records' own forms.
    """
    needed: list[tuple[str, Any]] = [("delete", row._meta) for row in found.statements]
    needed += [("change", row._meta) for row in found.withdrawn]
    if not user.has_perms({f"{kind.app_label}.{do}_{kind.model_name}" for do, kind in needed}):
        raise PermissionDenied
