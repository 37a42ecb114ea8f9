"""Admin of federal states, levels, topics, sources and search aids.

It stands up here because it counts the records and statements of the apps between, and searches.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from hzd_catalogue.records.admin import count_of, in_the_way
from hzd_catalogue.records.kinds import RecordType
from hzd_catalogue.records.models import Record, Statement
from hzd_catalogue.reference.admin import (
    CatalogueAdmin,
    Deleted,
    FixedListAdmin,
    RowFormSet,
    SluggedForm,
)
from hzd_catalogue.reference.folding import same_words
from hzd_catalogue.reference.german import in_words
from hzd_catalogue.reference.models import (
    FederalState,
    Level,
    OmittedSentence,
    Revision,
    SearchAid,
    Source,
    Topic,
)
from hzd_catalogue.reference.revisions import revision_of

from .search_aids import found_today, preview
from .taking_back_admin import TakingBackPages
from .text_admin import TextPages

#: Of a document; it has three digits.
LAST_NUMBER = 999


def _count_of_records(record_type: str) -> Any:
    return count_of(Record, "topics", "pk", type=record_type)


@admin.register(FederalState)
class FederalStateAdmin(FixedListAdmin):
    """The 16 Länder."""

    list_display = ("name", "code", "project_count")
    search_fields = ("name", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FederalState]:
        """Return the states with the number of projects that name them."""
        return (
            super()
            .get_queryset(request)
            .annotate(project_count=count_of(Statement, "federal_state", "record"))
        )

    @admin.display(description="Projekte, die das Land nennen", ordering="project_count")
    def project_count(self, state: Any) -> int:
        """How many projects have a statement about the state."""
        return state.project_count


@admin.register(Level)
class LevelAdmin(FixedListAdmin):
    """Bund, Land and Kommune."""

    list_display = ("name", "explanation")


@admin.register(Topic)
class TopicAdmin(CatalogueAdmin):
    """The subject areas."""

    form = SluggedForm
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "slug", "description", "data_theme"],
                "description": (
                    "Ein Thema fasst verwandte Einträge zusammen. Wenige, gut unterscheidbare "
                    "Themen helfen beim Finden mehr als viele."
                ),
            },
        )
    ]
    list_display = ("name", "project_count", "cooperation_count", "partner_count", "data_theme")
    list_filter = ("data_theme",)
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name", "description")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        """Return the topics with the numbers of their records, drafts included."""
        return (
            super()
            .get_queryset(request)
            .annotate(
                project_count=_count_of_records(RecordType.PROJECT),
                cooperation_count=_count_of_records(RecordType.COOPERATION),
                partner_count=_count_of_records(RecordType.PARTNER),
            )
        )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deleted:
        """Name the records that lose the topic, not the rows that tie them to it."""
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        deleted: list[Any] = []
        for topic in objs:
            losing = topic.record_set.order_by("sort_key", "pk")
            deleted += [
                f"Thema „{topic}“",
                [f"{row.get_type_display()} „{row}“ verliert das Thema" for row in losing],
            ]
        return deleted, counts, lacking, protected

    @admin.display(description="Projekte", ordering="project_count")
    def project_count(self, topic: Any) -> int:
        """How many projects belong to the topic."""
        return topic.project_count

    @admin.display(description="Kooperationen", ordering="cooperation_count")
    def cooperation_count(self, topic: Any) -> int:
        """How many cooperations belong to the topic."""
        return topic.cooperation_count

    @admin.display(description="Partner", ordering="partner_count")
    def partner_count(self, topic: Any) -> int:
        """How many partners belong to the topic."""
        return topic.partner_count


class OmittedSentenceInline(admin.TabularInline):
    """Sentences of a document that no statement rests on, and why."""

    model = OmittedSentence
    formset = RowFormSet
    template = "admin/edit_inline/statements_tabular.html"
    extra = 0
    fields = ("paragraph", "number", "reason", "fingerprint")
    guide = (
        "Jeder Satz des Dokuments hat eine Angabe oder steht hier mit einem Grund. Die Sätze eines "
        "Absatzes werden von 1 gezählt. Neue entstehen am Lesepult (Text des Dokuments): Dort "
        "trägt sich auch der Fingerabdruck ein, der zeigt, ob der Satz noch derselbe ist."
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field with a name of its own; what it is for stands above all rows, once."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.help_text = ""
            field.widget.attrs["aria-label"] = field.label
        return field


class SourceForm(SluggedForm):
    """A document; its address arises from its number and title where it is left empty."""

    slug_from = ("code", "title")

    class Meta:
        help_texts = {
            "slug": "Letzter Teil der Webadresse.",
            "file_name": "Unter diesem Namen liest der Betrieb den Text aus Dateien ein.",
        }


@admin.register(Source)
class SourceAdmin(TextPages, TakingBackPages, CatalogueAdmin):
    """The documents, with the number of statements that rest on each, and their texts."""

    form = SourceForm
    change_form_template = "admin/source_change_form.html"
    fieldsets = [
        (
            "Dokument",
            {
                "fields": ["code", "title", "slug", "file_name", "publisher", "published_at"],
                "description": "Angaben, wie sie im Dokument oder an seiner Adresse stehen.",
            },
        ),
        (
            "Stimme",
            {
                "fields": ["voice", "voice_reason"],
                "description": (
                    "Wer spricht hier, gemessen an dem, wovon das Dokument spricht? Leer lassen, "
                    "wenn der Herausgeber nicht bekannt ist."
                ),
            },
        ),
        (
            "Zeit",
            {
                "fields": ["date", "date_basis", "date_reason", "rank", "rank_reason"],
                "description": (
                    "Das Datum nie genauer angeben, als es bekannt ist. Der Rang entscheidet, "
                    "welche Aussage bei Widersprüchen als neueste gilt."
                ),
            },
        ),
        (
            "Vergleich mit dem Original",
            {
                "fields": ["comparison", "compared_on"],
                "description": (
                    "Die Originaladresse im Browser öffnen und mit dem Dokument vergleichen. Noch "
                    "so: Der Text ist derselbe. Geändert: Er lautet anders. Nicht mehr abrufbar: "
                    "Unter der Adresse steht das Dokument nicht mehr. Nur eintragen, was Sie "
                    "selbst verglichen haben; nach einem Jahr ist ein neuer Vergleich fällig. Die "
                    "Angaben im Katalog bleiben, wie sie sind: Sie stehen im Dokument von damals."
                ),
            },
        ),
        ("Verwendung", {"fields": ["statement_count", "taken_back_at"]}),
    ]
    inlines = (OmittedSentenceInline,)
    list_display = (
        *("__str__", "publisher", "voice", "date", "date_basis", "rank"),
        *("comparison", "compared_on", "statement_count", "taken_back_at"),
    )
    list_filter = ("comparison", "voice", "date_basis", "publisher")
    ordering = ("code",)
    readonly_fields = ("statement_count", "taken_back_at")
    search_fields = ("code", "title", "publisher", "file_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        """Return the documents with the number of statements that rest on them."""
        return (
            super()
            .get_queryset(request)
            .annotate(statement_count=count_of(Statement, "source", "pk"))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find documents; to be chosen for a statement, those alone that it may rest on."""
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            queryset = queryset.published()
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's addresses, those of the texts, and where a document is taken back."""
        return [*self.text_urls(), *self.taking_back_urls(), *super().get_urls()]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Deleted:
        """Name the statements that rest on the documents with their records."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if protected:
            keys = [source.pk for source in objs]
            protected = in_the_way(Statement.objects.filter(source__in=keys))
        return deleted, counts, lacking, protected

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the public address of a document; one that was taken back has no page."""
        if obj is not None and obj.taken_back_at:
            return None
        return super().get_view_on_site_url(obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Suggest the next number, what follows from it, and the place after the newest."""
        newest = Source.objects.aggregate(code=Max("code"), rank=Max("rank"))
        number = int(newest["code"] or -1) + 1
        suggested: dict[str, Any] = {"rank": (newest["rank"] or 0) + 1}
        if number <= LAST_NUMBER:
            code = f"{number:03}"
            suggested |= {"code": code, "slug": f"dokument-{code}", "file_name": f"{code}.txt"}
        return suggested | super().get_changeform_initial_data(request)

    @admin.display(description="Aussagen", ordering="statement_count")
    def statement_count(self, source: Any) -> int:
        """How many statements rest on the document; none on a new one."""
        return getattr(source, "statement_count", 0)


class SearchAidForm(SluggedForm):
    """Words and what they lead to; a preview comes back with what was typed and saves nothing."""

    slug_from = ("words",)

    class Meta:
        help_texts = {"slug": "Steht nur in den Dateien. Leer lassen, dann entsteht er von selbst."}
        widgets = {"reason": forms.Textarea(attrs={"rows": 3, "cols": 50})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_preview = "_preview" in self.data
        for field in self.fields.values() if self.is_preview else ():
            # What is still to be filled in is no mistake yet.
            field.required = False

    def is_valid(self) -> bool:
        return not self.is_preview and super().is_valid()

    def clean_slug(self) -> str:
        """Return the key; without words to make it from, nothing is said of it as well.

        Raises:
            ValidationError: when the words give none.
        """
        if "words" not in self.cleaned_data or self.is_preview:
            return self.cleaned_data["slug"]
        return super().clean_slug()

    def clean_words(self) -> str:
        """Return the typed words, none of which stands in any group already.

        Raises:
            ValidationError: with the words that the search takes for the same.
        """
        text = self.cleaned_data["words"]
        words = SearchAid(words=text).word_list
        for aid in SearchAid.objects.exclude(pk=self.instance.pk):
            taken = aid.word_list
            for word, earlier in same_words([*taken, *words]):
                if earlier in taken and word in words:
                    raise ValidationError(
                        f"„{word}“ steht schon in der Suchhilfe „{aid}“ („{earlier}“)."
                    )
        for word, earlier in same_words(words):
            raise ValidationError(f"„{word}“ und „{earlier}“ sind für die Suche dasselbe Wort.")
        return text

    def clean_leads_to(self) -> str:
        """Return the targets, each of which finds something today.

        Raises:
            ValidationError: with those that find nothing.
        """
        text = self.cleaned_data["leads_to"]
        revision = Revision.current().key
        lost = [
            f"„{target}“"
            for target in SearchAid(leads_to=text).targets
            if not found_today(target, revision).count
        ]
        if lost:
            raise ValidationError(f"Findet im Katalog nichts: {in_words(lost)}.")
        return text


@admin.register(SearchAid)
class SearchAidAdmin(CatalogueAdmin):
    """The thesaurus: what people type, and the words of the catalogue that it leads to."""

    form = SearchAidForm
    fieldsets = [
        (
            "Suchhilfe der Redaktion, keine Angabe",
            {
                "fields": ["words", "leads_to", "kind", "reason", "slug"],
                "description": (
                    "Wörter, die Menschen tippen und die im Katalog nicht stehen: aus dem Alltag, "
                    "von früher, aus einer anderen Sprache. Sie führen zu Wörtern des Katalogs; "
                    "die Suche sagt dann „Gesucht wurde auch: …“. Eine Suchhilfe ist kein Name, "
                    "hat keine Stelle in einem Dokument und kommt in keinen Export. Sie führt nur "
                    "dahin, wovon ein Eintrag nach den Dokumenten handelt. „Vorschau“ zeigt, was "
                    "die Wörter heute finden, und sichert nichts."
                ),
            },
        )
    ]
    formfield_overrides = {
        **CatalogueAdmin.formfield_overrides,
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 6, "cols": 50})},
    }
    list_display = ("__str__", "leads_to_in_words", "kind", "reason")
    list_filter = ("kind",)
    search_fields = ("words", "leads_to", "reason")

    @admin.display(description="führt zu", ordering="leads_to")
    def leads_to_in_words(self, aid: SearchAid) -> str:
        """What is searched as well, in one line."""
        return ", ".join(aid.targets)

    def add_to_context(self, request: HttpRequest, context: Any, obj: Any) -> None:
        """Add what the words and targets find today."""
        super().add_to_context(request, context, obj)
        form = context["adminform"].form
        aid = obj or SearchAid()
        if form.is_bound:
            # As it was typed, and no more of it than could be saved.
            typed = (form.data.get(name, "") for name in ("words", "leads_to"))
            words, leads_to = (text[: SearchAid.MAX_LENGTH] for text in typed)
            aid = SearchAid(words=words, leads_to=leads_to)
        if aid.words or aid.leads_to:
            revision = revision_of(request).key
            context["preview"] = preview(aid.word_list, aid.targets, revision)
