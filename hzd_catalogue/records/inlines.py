"""The admin's rows for sourced statements: one base, and one declaration for each kind."""

from __future__ import annotations

import re
from copy import copy
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hzd_catalogue.reference.admin import RowFormSet

from .kinds import PASSAGE, SINCE
from .models import (
    Evidence,
    KeyFigure,
    Milestone,
    OtherName,
    Record,
    Relation,
    Statement,
    StatusStatement,
    UserGroup,
)
from .quotations import QUOTE_MAX_WORDS


def name_in_choice(record: Record) -> str:
    """Return the name with the type: a project and its cooperation may share the name."""
    return f"{record.name} ({record.get_type_display()})"


def lead_to_its_type(field: Any, db_field: Any, request: HttpRequest, site: Any) -> Any:
    """Let the buttons beside a field for a partner or cooperation lead to that type's forms."""
    rel = db_field.remote_field
    if field is not None and rel is not None and rel.model is Record:
        field.label_from_instance = name_in_choice
        record_type = db_field.get_limit_choices_to().get("type")
        if record_type is None:
            # A record of any type: there is no one form to add it with.
            field.widget.can_add_related = False
            return field
        rel = copy(rel)
        rel.model = Record.proxy_of(record_type)
        field.widget.rel = rel
        field.widget.can_add_related = site.get_model_admin(rel.model).has_add_permission(request)
    return field


def leave_as_it_is(field: Any, db_field: Any) -> None:
    """Show no signs that change or delete what a field names, beside those that empty it."""
    if field is not None and db_field.is_relation:
        field.widget.can_change_related = False
        field.widget.can_delete_related = False
        field.widget.can_view_related = False


class QuotationInput(forms.Textarea):
    """A field of two lines, with a note below where its quotation is not proved."""

    note = ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        if not self.note:
            return super().render(name, value, attrs, renderer)
        attrs = dict(attrs or {})
        own = f"{attrs.get('id', name)}_doubt"
        attrs["aria-describedby"] = f"{attrs.get('aria-describedby', '')} {own}".strip()
        field = super().render(name, value, attrs, renderer)
        return format_html('{}<p class="doubt" id="{}">{}</p>', field, own, self.note)


class QuotationField(forms.CharField):
    """A phrase of a document in a field of two lines; it holds no break of lines itself."""

    widget = QuotationInput(
        attrs={"rows": 2, "class": "quotation", "data-max-words": QUOTE_MAX_WORDS}
    )

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s*[\r\n]+\s*", " ", super().to_python(value) or "")


class StatementForm(forms.ModelForm):
    """A statement; says in plain German what is missing, beside the field."""

    class Meta:
        error_messages = {
            "source": {"required": "Bitte das Dokument wählen, in dem die Angabe steht."},
            "paragraph": {"required": "Bitte die Nummer des Absatzes angeben."},
            "quote": {"required": "Bitte den Wortlaut der Stelle angeben, höchstens 12 Wörter."},
            "federal_state": {"required": "Bitte das Bundesland wählen."},
            "status": {"required": "Bitte den Status wählen, den das Dokument nennt."},
            "participation_status": {
                "required": "Bitte den Status wählen, den das Dokument nennt."
            },
            "partner": {"required": "Bitte den Partner wählen."},
            "role": {"required": "Bitte die Rolle in wenigen Worten angeben."},
            "relation": {
                "required": "Bitte wählen, was der eine Eintrag mit dem anderen verbindet."
            },
            "related_record": {"required": "Bitte den anderen Eintrag wählen."},
            "name": {"required": "Bitte den Namen angeben."},
            "name_kind": {"required": "Bitte die Art wählen."},
            "event": {"required": "Bitte die Art wählen."},
            "user_group": {"required": "Bitte die Nutzergruppe nennen."},
            "aspect": {"required": "Bitte wählen, was die Stelle belegt."},
            "title": {"required": "Bitte in wenigen Worten sagen, was geschah."},
            "year": {"required": "Bitte das Jahr angeben. Ohne Jahr gibt es keinen Meilenstein."},
            "value": {"required": "Bitte die Zahl angeben, ohne Punkte und Einheit."},
            "unit": {"required": "Bitte angeben, was gezählt wird."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may only view has no fields.
        if "quote" in self.fields:
            quotation: Any = self.fields["quote"].widget
            quotation.note = self.instance.doubt
        for name in self.instance.kind_fields().required:
            field: Any = self.fields[name]
            # The widget, too: what cannot be empty needs no sign that empties it.
            field.required = field.widget.is_required = True
            getattr(field.widget, "widget", field.widget).is_required = True


class StatementFormSet(RowFormSet):
    """Statements of one record and one kind."""

    model: type[Statement]

    @classmethod
    def get_default_prefix(cls) -> str:
        return cls.model.kind_fields().group

    def clean(self) -> None:
        """Refuse two new rows that say the same, as clearly as the constraint would."""
        super().clean()
        fields = self.model.kind_fields()
        if fields.unique is None:
            return
        said = set()
        for form in self.forms:
            data = form.cleaned_data if form.is_valid() else {}
            if data and not data.get(DELETION_FIELD_NAME):
                what = tuple(data[name] for name in (*fields.unique, "source"))
                if what in said:
                    form.add_error(None, fields.unique_message)
                said.add(what)


class StatementInline(admin.TabularInline):
    """Rows of one kind of statement; the passage stands last in each row."""

    template = "admin/edit_inline/statements_tabular.html"
    form = StatementForm
    formset = StatementFormSet
    extra = 0
    view_on_site = False
    fk_name = "record"
    autocomplete_fields = ["source", "federal_state", "partner", "related_record", "concerns"]
    model: type[Statement]
    #: One or two sentences above the rows that say what belongs here.
    guide = ""
    #: Whether what the fields are called stands in the head of a table alone.
    has_columns = True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.model.kind_fields().names, *PASSAGE)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows with what they name, which stands in their titles."""
        rows: Any = super().get_queryset(request)
        return rows.with_names().with_proof()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field; a related record can be added from a row, not changed or deleted.

        What a field is for stands above all rows, once.
        """
        if db_field.name in ("quote", "since_quote"):
            kwargs |= {"form_class": QuotationField, "widget": QuotationField.widget}
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.help_text = ""
            if self.has_columns:
                field.widget.attrs["aria-label"] = field.label
        leave_as_it_is(field, db_field)
        return lead_to_its_type(field, db_field, request, self.admin_site)


class StackedStatementInline(StatementInline):
    """A kind of statement with too many fields for one row."""

    template = "admin/edit_inline/statements_stacked.html"
    has_columns = False


class SinceForm(StatementForm):
    """A statement that holds for a time; its date is the beginning of that time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].label = "seit Jahr"


class SinceInline(StackedStatementInline):
    """A kind of statement that holds for a time, of which a source may state the beginning."""

    form = SinceForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = self.model.kind_fields().own
        return [
            (None, {"fields": [(*own, *PASSAGE)]}),
            # Each in a line of its own: a fold with an error opens only for what it names so.
            ("Seit wann", {"fields": SINCE, "classes": ["collapse", "since"]}),
        ]


class RelationInline(SinceInline):
    """How a record relates to others."""

    model = Relation
    guide = (
        "Was ein Dokument zwischen zwei Einträgen sagt, vom einen zum anderen gelesen: „gehört "
        "zu“, „genutzt in“, „vorgestellt auf“. Der Bezug steht von selbst auch beim anderen "
        "Eintrag; Rollen von Partnern gehören nicht hierher."
    )


class NameInline(StatementInline):
    """Other names of a record."""

    model = OtherName
    guide = (
        "Kurzformen, frühere Namen und andere Schreibweisen aus den Dokumenten. Die Suche findet "
        "den Eintrag auch unter diesen Namen."
    )


class EvidenceInline(StatementInline):
    """Passages that support the description, the reach and the levels of a record."""

    model = Evidence
    guide = (
        "Die Stellen, auf denen Beschreibung, Reichweite und Ebenen beruhen. Ein veröffentlichter "
        "Eintrag braucht für jedes davon mindestens einen Beleg."
    )


class StatusInline(SinceInline):
    """What each source says of a record's state."""

    model = StatusStatement
    guide = (
        "Nur eintragen, was ein Dokument sagt. Auf der Website gilt der Status aus dem neuesten "
        "Dokument; ohne Eintrag steht dort „ohne Angabe“."
    )


class KeyFigureInline(StatementInline):
    """Numbers with the qualifier that their source gives them."""

    model = KeyFigure
    guide = (
        "Zahlen mit ihrer Einschränkung: „rund“ · 270000 · „Wohngeldkonten“. Die Punkte zwischen "
        "den Tausendern setzt die Website."
    )


class MilestoneInline(StackedStatementInline):
    """Dated events, no more precise than their source."""

    model = Milestone
    guide = (
        "Was wann geschah, nie genauer als das Dokument: Nennt es nur das Jahr, bleiben Monat und "
        "Tag leer. „Ende September 2019“ ist Abschnitt „Ende“, Monat 9, kein Tag. Ein Meilenstein "
        "steht einmal; „betrifft auch“ zeigt ihn bei anderen Einträgen mit."
    )
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("event", "title"),
                    ("year", "part", "month", "day", "last_day"),
                    "concerns",
                    PASSAGE,
                ]
            },
        )
    ]


class UserGroupInline(SinceInline):
    """Who uses a project."""

    model = UserGroup
    guide = "Wer das Projekt nutzt, so wie das Dokument es nennt: „Spielbanken“, „Gerichte“."
