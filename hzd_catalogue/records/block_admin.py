"""What must go for good, in the admin: shown wherever it stands, and then taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from hzd_catalogue.reference import german
from hzd_catalogue.reference.admin import change_by
from hzd_catalogue.reference.blocks import Block, Matcher
from hzd_catalogue.reference.sentences import fingerprint

from . import blocking

#: So many rows are named; of more, how many there are.
SHOWN = 200
ROLE = "Verwaltung"


@dataclass(frozen=True)
class ShownRow:
    """A row that holds the words, as the page names it."""

    table: str
    label: str
    columns: str


class BlockForm(forms.Form):
    """The words, and on which ground they go."""

    words = forms.CharField(
        label="Zu sperrende Wörter",
        strip=False,
        help_text=(
            "Je Zeile eine Folge von Wörtern, so wie sie nicht mehr stehen darf: „Max Mustermann“, "
            "in der nächsten Zeile „Herr Mustermann“. Groß- und Kleinschreibung, Bindestriche und "
            "ein s am Ende zählen nicht; ü gilt wie ue. Ein einzelnes Wort wird auch dort "
            "gesperrt, wo es etwas anderes meint. Die Wörter selbst werden nicht gespeichert."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField", "lang": "de"}),
    )
    ground = forms.ChoiceField(label="Grund", choices=Block.Ground.choices)
    note = forms.CharField(
        label="Notiz",
        required=False,
        max_length=200,
        help_text=str(Block._meta.get_field("note").help_text),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    #: Tells which words were shown: no others are blocked.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Make a block of the words that is not on the list yet."""
        data: dict[str, Any] = super().clean() or {}
        if "words" in data:
            try:
                made = Block.of(
                    data["words"].splitlines(),
                    role=ROLE,
                    ground=data.get("ground", ""),
                    note=data.get("note", ""),
                )
                blocking.check(made)
                data["block"] = made
            except forms.ValidationError as error:
                self.add_error("words", error)
        return data


@admin.register(Block)
class BlockAdmin(admin.ModelAdmin):
    """The list of what is blocked; it tells no words."""

    #: Theirs alone who manage accounts.
    for_managers = True
    list_display = ("key", "at", "ground", "role", "note")
    list_filter = ("ground",)
    fields = ("key", "at", "ground", "role", "note")
    readonly_fields = fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @method_decorator(sensitive_post_parameters("words"))
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show where the words stand and, once that was shown, take them out.

        Raises:
            PermissionDenied: for who may not block.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BlockForm(request.POST or None)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            made, words = form.cleaned_data["block"], form.cleaned_data["words"]
            if "block" in request.POST and form.cleaned_data["shown"] == fingerprint(words):
                return self._block(request, made)
            matcher = Matcher([made])
            rows = list(blocking.found(matcher))
            form = BlockForm(initial={**form.cleaned_data, "shown": fingerprint(words)})
            context = {
                "form": form,
                "is_shown": True,
                "count": german.counted(len(rows), "Stelle", "Stellen"),
                "rows": [
                    ShownRow(row.table, row.label(matcher), row.columns) for row in rows[:SHOWN]
                ],
                "more": max(0, len(rows) - SHOWN),
                "downloads": blocking.files(matcher),
                "accounts": blocking.accounts(matcher),
            }
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Wörter sperren",
            "has_view_permission": True,
        }
        return TemplateResponse(request, "admin/block.html", shared | context)

    def _block(self, request: HttpRequest, made: Block) -> HttpResponse:
        with change_by(request):
            count = blocking.block(made)
            rows = german.counted(count, "Stelle", "Stellen")
            self.log_addition(request, made, f"Wörter gesperrt: {rows}.")
        self.message_user(request, f"{made}: an {rows} entfernt.", messages.SUCCESS)
        return redirect(reverse("admin:reference_block_changelist"))
