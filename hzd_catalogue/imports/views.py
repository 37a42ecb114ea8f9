"""The import in the admin: files are compared, their differences shown, and then taken in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hzd_catalogue.data.fixtures import FixtureError, Problem
from hzd_catalogue.reference import german

from .catalogue import Comparison, MovedOnError, take_in
from .words import RowDifference

#: What the import is for: whoever may not change these has no use for it.
RIGHTS = ("partners.change_partner", "partners.change_cooperation", "projects.change_project")
#: Of all files together; a form carries them along, packed, to what confirms them.
MAX_BYTES = 5_000_000
MAX_CARRIED = 2_000_000
_SALT = "import"
_BUSY = (
    "Nichts ist geändert: Die Datenbank wird gerade geändert. Bitte versuchen Sie es gleich noch "
    "einmal."
)


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files, as their contents by name."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        contents: dict[str, bytes] = {}
        for file in data or [None]:
            given = super().clean(file, initial)
            if given.name in contents:
                raise forms.ValidationError(f"„{given.name}“ ist zweimal gewählt.")
            contents[given.name] = given.read()
        if sum(map(len, contents.values())) > MAX_BYTES:
            raise forms.ValidationError("Zusammen sind die Dateien größer als 5 MB.")
        return contents


class ImportForm(forms.Form):
    """Files, and a word on why."""

    uploads = _FilesField(
        label="Dateien",
        help_text=(
            "Bearbeitete YAML-Dateien des Katalogs, oder Tabellen von Angaben (CSV oder Excel), "
            "wie die Seiten der Einträge sie zum Herunterladen anbieten."
        ),
        widget=_FilesInput(attrs={"accept": ".yaml,.csv,.xlsx"}),
    )
    downloaded = forms.IntegerField(
        label="Revision der Tabellen",
        required=False,
        min_value=0,
        max_value=10**18,
        help_text=(
            "Nur für Tabellen, die nicht selbst sagen, welchen Stand sie zeigen. Was seitdem im "
            "Katalog geändert wurde, gilt dann nicht als Änderung der Datei."
        ),
    )
    reason = forms.CharField(
        label="Warum",
        required=False,
        max_length=200,
        help_text="Ein Wort dazu; es erscheint im Verlauf, nie auf der Website.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class ConfirmForm(forms.Form):
    """What was compared, as it was, and with which state of the data."""

    compared = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


def import_page(request: HttpRequest) -> HttpResponse:
    """Show the form, what differs, or that it is done.

    Raises:
        PermissionDenied: when the user does not edit records.
    """
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, {"form": ImportForm()})
    if "compared" in request.POST:
        return _confirmed(request)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, {"form": form})
    given = form.cleaned_data
    return _compared(request, given["uploads"], given["reason"], given["downloaded"])


def _compared(
    request: HttpRequest,
    contents: Mapping[str, bytes],
    reason: str,
    downloaded: int | None,
    note: str = "",
) -> HttpResponse:
    """Show what differs, or what is wrong with the files."""
    context: dict[str, Any] = {"note": note, "form": ImportForm(initial={"reason": reason})}
    try:
        comparison = _take_in(request, contents, downloaded=downloaded)
    except FixtureError as error:
        return _page(request, context | {"problems": error.problems})
    except OperationalError:
        return _page(request, context | {"note": _BUSY})
    carried = _pack(request, contents, comparison.revision, downloaded)
    if len(carried) > MAX_CARRIED:
        problem = Problem("", "", "Die Dateien sind zu groß; bitte einzeln hochladen.")
        return _page(request, context | {"problems": [problem]})
    context |= {"comparison": comparison, "names": list(contents)}
    # Without ids: the other form on the page has a field of the same name.
    packed = {"compared": carried, "reason": reason}
    context["confirm"] = ConfirmForm(initial=packed, auto_id=False)
    return _page(request, context)


def _confirmed(request: HttpRequest) -> HttpResponse:
    """Take in what was compared, if the data are still those it was compared with."""
    form = ConfirmForm(request.POST)
    try:
        if not form.is_valid():
            raise signing.BadSignature  # noqa: TRY301 (the same answer)
        contents, revision, downloaded = _unpack(request, form.cleaned_data["compared"])
    except signing.BadSignature:
        note = "Nichts ist geändert. Bitte wählen Sie die Dateien noch einmal."
        return _page(request, {"form": ImportForm(), "note": note})
    reason = form.cleaned_data["reason"]
    try:
        with transaction.atomic():
            how = {"apply": True, "revision": revision, "downloaded": downloaded}
            comparison = _take_in(request, contents, reason=reason, **how)
            _log(request, comparison)
    except MovedOnError as error:
        note = f"Nichts ist geändert: {error} Hier steht, was jetzt anders ist."
        return _compared(request, contents, reason, downloaded, note)
    except FixtureError:
        return _compared(request, contents, reason, downloaded, "Nichts ist geändert.")
    except OperationalError:
        return _compared(request, contents, reason, downloaded, _BUSY)
    count = german.counted(len(comparison.differences), "Eintrag", "Einträge")
    messages.success(request, f"Übernommen: {count}.")
    return redirect("import")


def _take_in(request: HttpRequest, contents: Mapping[str, bytes], **how: Any) -> Comparison:
    def refusal(row: RowDifference) -> Problem | None:
        if request.user.has_perm(row.right):
            return None
        return Problem("", str(row), "Das zu ändern fehlt Ihnen das Recht.")

    how = {"apply": False, **how}
    return take_in(contents, editor=request.user, may=refusal, **how)


def _log(request: HttpRequest, comparison: Comparison) -> None:
    """Note in the history of each row that it was imported."""
    editor: Any = request.user
    for row in comparison.differences:
        flag = ADDITION if row.is_new else CHANGE
        LogEntry.objects.log_actions(
            editor.pk, [row.row], flag, "Aus einer Datei übernommen.", single_object=True
        )


def _pack(
    request: HttpRequest, contents: Mapping[str, bytes], revision: int, downloaded: int | None
) -> str:
    """Return files as a form carries them along: signed, for this user and this state alone."""
    texts = {name: content.decode("latin-1") for name, content in contents.items()}
    packed = [request.user.pk, revision, downloaded, texts]
    return signing.dumps(packed, salt=_SALT, compress=True)


def _unpack(request: HttpRequest, carried: str) -> tuple[dict[str, bytes], int, int | None]:
    """Return what ``_pack`` packed.

    Raises:
        BadSignature: when it is something else, or somebody else's.
    """
    pk, revision, downloaded, texts = signing.loads(carried, salt=_SALT)
    if pk != request.user.pk:
        raise signing.BadSignature
    contents = {name: text.encode("latin-1") for name, text in texts.items()}
    return contents, revision, downloaded


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Import", **context}
    return TemplateResponse(request, "admin/import.html", context)
