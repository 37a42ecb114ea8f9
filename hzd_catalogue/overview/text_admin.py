"""The text of a document in the admin: taken in, read, and its sentences cut anew."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from hzd_catalogue.records.admin import ABOUT
from hzd_catalogue.records.reading import SentenceState, sentence_states
from hzd_catalogue.records.rechecks import Recheck, effects, take_in
from hzd_catalogue.reference import changes, german
from hzd_catalogue.reference.models import OmittedSentence, Paragraph, Source
from hzd_catalogue.reference.sentences import fingerprint
from hzd_catalogue.reference.text_files import SUFFIXES, text_of_file
from hzd_catalogue.reference.texts import paragraphs_to_keep

from . import desk


class TextForm(forms.Form):
    """A document's text, pasted or as a file; shown as paragraphs before it is taken in."""

    file = forms.FileField(
        label="Datei",
        required=False,
        help_text=(
            "Text (.txt in UTF-8) oder Word (.docx), höchstens 5 MB. Ist eine Datei gewählt, gilt "
            "sie und nicht das Textfeld. Aus Word kommen Überschriften, Absätze, Listen und die "
            "Zellen der Tabellen, nicht aber Kopf- und Fußzeilen, Fußnoten und Kommentare."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )
    text = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        help_text="Jede Zeile, die nicht leer ist, wird ein Absatz.",
        widget=forms.Textarea(attrs={"rows": 20, "class": "vLargeTextField", "lang": "de"}),
    )
    note = forms.CharField(
        label="Notiz",
        required=False,
        max_length=200,
        help_text="Zum Beispiel woher der Text stammt.",
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    #: Tells which text was shown: no other is taken in.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Read the file or the field into paragraphs."""
        data: dict[str, Any] = super().clean() or {}
        file = data.get("file")
        field = "file" if file else "text"
        try:
            text = text_of_file(file.name, file.read()) if file else data.get("text", "")
            data["paragraphs"] = paragraphs_to_keep(text)
        except forms.ValidationError as error:
            self.add_error(field, error)
        return data


class SentencesForm(forms.Form):
    """The sentences of a paragraph, one a line."""

    sentences = forms.CharField(
        label="Sätze, jeder in einer Zeile",
        help_text="Zeilen trennen oder verbinden; Wörter lassen sich nicht ändern.",
        widget=forms.Textarea(attrs={"rows": 10, "class": "vLargeTextField", "lang": "de"}),
    )


class TextPages:
    """Pages of a document's text; part of the admin of sources."""

    admin_site: Any
    opts: Any
    get_object: Any
    log_change: Any
    message_user: Any

    def text_urls(self) -> list[URLPattern]:
        """Return the addresses of these pages."""
        return [
            path(f"<int:pk>/text/{end}", self.admin_site.admin_view(view), name=name)
            for end, view, name in (
                ("", self.text_page, "reference_source_text"),
                ("neu/", self.new_text_page, "reference_source_new_text"),
                ("lesen/", self.desk_page, "reference_source_desk"),
                ("absatz/<int:number>/", self.sentences_page, "reference_source_sentences"),
            )
        ]

    def text_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the paragraphs of a state, the current one unless another is asked for."""
        source = self._source(request, pk, "reference.view_sourcetext")
        states = list(source.editions.order_by("-number"))
        asked = request.GET.get("fassung", "")
        state = next((row for row in states if str(row.number) == asked), None)
        if asked and state is None:
            raise Http404
        state = state or next((row for row in states if row.is_current), None)
        is_current = state is not None and state.is_current
        read = sentence_states(source) if is_current else []
        context = {
            "states": states,
            "state": state,
            "paragraphs": list(state.paragraphs.order_by("number")) if state else [],
            "sentences": len(read),
            "open": sum(row.state == SentenceState.OPEN for row in read),
            "rechecks": _rechecks(source),
            "may_cut": is_current and request.user.has_perm("reference.change_paragraph"),
            "may_take_in": request.user.has_perm("reference.add_sourcetext"),
        }
        return self._page(request, source, "admin/source_text.html", "Text", context)

    def new_text_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a text as numbered paragraphs and, once it was shown like that, take it in."""
        source = self._source(request, pk, "reference.add_sourcetext")
        form = TextForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            texts, note = form.cleaned_data["paragraphs"], form.cleaned_data["note"]
            whole = "\n".join(texts)
            if "take" in request.POST and form.cleaned_data["shown"] == fingerprint(whole):
                return self._take_in(request, source, texts, note)
            shown = {"text": whole, "note": note, "shown": fingerprint(whole)}
            marks = effects(source, texts)
            context = {
                "form": TextForm(initial=shown),
                "paragraphs": list(enumerate(texts, start=1)),
                "is_same": [row.text for row in source.current_paragraphs] == texts,
                "marked": german.counted(len(marks), "Angabe", "Angaben") if marks else "",
                "was_changed": "take" in request.POST,
            }
        title = "Neue Fassung aufnehmen" if source.current_paragraphs else "Text aufnehmen"
        return self._page(request, source, "admin/source_new_text.html", title, context)

    def _take_in(
        self, request: HttpRequest, source: Source, texts: list[str], note: str
    ) -> HttpResponse:
        with transaction.atomic():
            state = take_in(source, texts, note)
            if state is not None:
                self.log_change(request, source, f"Text aufgenommen: Fassung {state.number}.")
        if state is None:
            self.message_user(request, "Der Text ist derselbe wie zuvor.", messages.INFO)
        else:
            words = german.counted(len(texts), "Absatz", "Absätze")
            text = f"Fassung {state.number} ist aufgenommen: {words}."
            self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:reference_source_text", source.pk)

    def desk_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the document sentence by sentence, and make statements from its passages."""
        source = self._source(request, pk, "reference.view_sourcetext")
        if not source.current_paragraphs:
            return redirect("admin:reference_source_text", source.pk)
        sent = request.POST if request.method == "POST" else QueryDict()
        asked = sent or request.GET
        abouts = asked.getlist(ABOUT)
        about = desk.AboutForm(sent if "add" in sent else None)
        if "add" in sent and about.is_valid():
            abouts.append(about.about)
            about = desk.AboutForm()
        read = desk.Desk.of(source, abouts)
        omission = None
        may_omit = request.user.has_perm("reference.add_omittedsentence")
        if "omit" in sent and may_omit:
            omission = desk.OmissionForm(source, (row.sentence for row in read.sentences), sent)
            if omission.is_valid():
                return self._omit(request, source, omission)
        new_records = list(desk.new_records(request.user, source, asked))
        for new in new_records:
            if sent.get("new") == new.key:
                return redirect(new.url)
        is_saving = "save" in sent
        passage = desk.PassageForm(source, asked, is_saving)
        made = list(desk.new_statements(abouts, source, sent, is_saving, request.user))
        if is_saving and passage.is_valid() and made:
            rows = self._state(request, source, passage, made)
            if rows:
                anchor = desk.Desk.of(source).next_anchor((rows[-1].paragraph, 0))
                return redirect(desk.desk_url(source, anchor))
        context = {
            "desk": read,
            "rechecks": _rechecks(source),
            "next_anchor": read.next_anchor(),
            "about": about,
            "passage": passage,
            "made": made,
            "not_saved": is_saving,
            "new_records": new_records,
            "omission": omission,
            "may_omit": may_omit,
        }
        return self._page(request, source, "admin/source_desk.html", "Lesepult", context)

    def _omit(self, request: HttpRequest, source: Source, form: desk.OmissionForm) -> HttpResponse:
        row = form.save()
        self.log_change(request, source, f"Ausgelassen: {row}.")
        self.message_user(request, f"{row} ist ausgelassen: {row.reason}.", messages.SUCCESS)
        place = (row.paragraph, row.number)
        anchor = desk.Desk.of(source).next_anchor(place)
        return redirect(desk.desk_url(source, anchor))

    def _state(
        self,
        request: HttpRequest,
        source: Source,
        passage: desk.PassageForm,
        made: list[desk.NewStatement],
    ) -> list[Any]:
        """Save statements as one change; all, or none where one of them is wrong."""
        try:
            with changes.change(request.user):
                rows = desk.saved(passage, made)
                for row in rows:
                    self.log_change(request, row.record, f"Aus dem Lesepult: {row.fact}.")
        except desk.NotSavedError:
            return []
        words = german.counted(len(rows), "Angabe", "Angaben")
        self.message_user(
            request,
            f"{words} gesichert: {source.label}, Absatz {rows[0].paragraph}.",
            messages.SUCCESS,
        )
        return rows

    def sentences_page(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Let an editor correct where the sentences of a paragraph begin."""
        source = self._source(request, pk, "reference.change_paragraph")
        rows = source.current_paragraphs
        if not 1 <= number <= len(rows):
            raise Http404
        paragraph = rows[number - 1]
        form = SentencesForm(
            request.POST or None, initial={"sentences": "\n".join(paragraph.sentences)}
        )
        if request.method == "POST" and form.is_valid():
            try:
                self._cut(source, paragraph, form.cleaned_data["sentences"])
            except forms.ValidationError as error:
                form.add_error("sentences", error)
            else:
                count = german.counted(len(paragraph.sentences), "Satz", "Sätze")
                words = f"Absatz {number} hat jetzt {count}."
                self.log_change(request, source, f"Sätze berichtigt: {words}")
                self.message_user(request, words, messages.SUCCESS)
                url = reverse("admin:reference_source_text", args=[source.pk])
                return redirect(f"{url}#absatz-{number}")
        title = f"Sätze von Absatz {number}"
        context = {"form": form, "paragraph": paragraph}
        return self._page(request, source, "admin/source_sentences.html", title, context)

    def _cut(self, source: Source, paragraph: Paragraph, lines: str) -> None:
        with transaction.atomic():
            paragraph.cut_anew(lines.splitlines())
            OmittedSentence.follow(source)

    def _source(self, request: HttpRequest, pk: int, right: str) -> Source:
        if not request.user.has_perm(right):
            raise PermissionDenied
        source = self.get_object(request, str(pk))
        if source is None:
            raise Http404
        return source

    def _page(
        self, request: HttpRequest, source: Source, template: str, title: str, context: Any
    ) -> HttpResponse:
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "source": source,
            "original": source,
            "title": f"{title}: {source}",
            "here": title,
            "has_view_permission": True,
        }
        return TemplateResponse(request, template, shared | context)


def _rechecks(source: Source) -> int:
    """Return how many statements of a document are to be looked at again."""
    return Recheck.objects.filter(statement__source=source).count()
