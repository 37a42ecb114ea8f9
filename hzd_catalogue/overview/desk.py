"""The reading desk: a document read sentence by sentence, and statements made from its passages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse

from hzd_catalogue.records.admin import ABOUT, DESK
from hzd_catalogue.records.inlines import (
    QuotationField,
    SinceForm,
    StatementForm,
    name_in_choice,
)
from hzd_catalogue.records.kinds import FIELDS, Kind, RecordType
from hzd_catalogue.records.models import Record, Statement
from hzd_catalogue.records.quotations import QUOTE_MAX_WORDS, fault
from hzd_catalogue.records.reading import (
    KnownNames,
    Piece,
    Sentence,
    SentenceState,
    marks,
    next_open,
    pieces,
    sentence_states,
)
from hzd_catalogue.records.statements import validate_quote
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import OmittedSentence, Source


@dataclass(frozen=True)
class ShownSentence:
    """A sentence as the desk shows it."""

    sentence: Sentence
    pieces: list[Piece]
    #: Leads to the form with the sentence's paragraph in it.
    state_url: str

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return f"satz-{self.sentence.paragraph}-{self.sentence.number}"

    @property
    def records(self) -> str:
        """The records that its statements speak of, each once, in words."""
        names = dict.fromkeys(str(row.record) for row in self.sentence.statements)
        return german.in_words(list(names))

    @property
    def is_open(self) -> bool:
        return self.sentence.state == SentenceState.OPEN


@dataclass(frozen=True)
class ShownParagraph:
    """A paragraph as the desk shows it."""

    number: int
    sentences: list[ShownSentence]


@dataclass(frozen=True)
class Desk:
    """A document with what became of each of its sentences."""

    source: Source
    paragraphs: list[ShownParagraph] = field(default_factory=list)

    @classmethod
    def of(cls, source: Source, abouts: Sequence[str] = ()) -> Desk:
        """Read the current text of a document; links keep what statements are to be about."""
        statements = list(source.statements.with_names().select_related("record"))
        read = sentence_states(source, statements=statements)
        names = KnownNames()
        shown = []
        for paragraph in source.current_paragraphs:
            here = [row for row in statements if row.paragraph == paragraph.number]
            quoted = marks(paragraph, here)
            shown.append(
                ShownParagraph(
                    paragraph.number,
                    [
                        ShownSentence(
                            sentence,
                            pieces(paragraph.text, sentence, quoted, names),
                            _state_url(sentence, abouts),
                        )
                        for sentence in read
                        if sentence.paragraph == paragraph.number
                    ],
                )
            )
        return cls(source, shown)

    @property
    def sentences(self) -> list[ShownSentence]:
        """All of them in order."""
        return [sentence for paragraph in self.paragraphs for sentence in paragraph.sentences]

    @property
    def open_count(self) -> int:
        """How many have neither a statement nor a reason."""
        return sum(shown.is_open for shown in self.sentences)

    def next_anchor(self, after: tuple[int, int] = (0, 0)) -> str:
        """Return where the next open sentence is; empty when none is open."""
        row = next_open((shown.sentence for shown in self.sentences), after)
        return f"satz-{row.paragraph}-{row.number}" if row else ""


def _state_url(sentence: Sentence, abouts: Sequence[str]) -> str:
    """Return the address of the form for a sentence, with its words where they may be quoted."""
    words = sentence.text.rstrip(".!?")
    quote = words if len(words.split(" ")) <= QUOTE_MAX_WORDS else ""
    values = [("absatz", str(sentence.paragraph)), ("wortlaut", quote)]
    return f"?{urlencode(values + [(ABOUT, about) for about in abouts])}#angabe"


class PassageForm(forms.Form):
    """A passage of a document, on which any number of statements may rest."""

    paragraph = forms.IntegerField(
        label="Absatz",
        min_value=1,
        error_messages={"required": "Bitte die Nummer des Absatzes angeben."},
    )
    quote = QuotationField(
        label="Wortlaut",
        max_length=200,
        validators=[validate_quote],
        error_messages={"required": "Bitte den Wortlaut der Stelle angeben, höchstens 12 Wörter."},
    )

    def __init__(self, source: Source, asked: QueryDict, is_saving: bool) -> None:
        """Take what was asked for or typed; it is looked at when it is to be saved."""
        initial = {
            "paragraph": asked.get("paragraph", asked.get("absatz")),
            "quote": asked.get("quote", asked.get("wortlaut")),
        }
        super().__init__(asked if is_saving else None, initial=initial)
        self._texts = [row.text for row in source.current_paragraphs]

    @property
    def paragraph_text(self) -> str:
        """The paragraph that was asked for or typed, to be read beside the fields; else empty."""
        number = str(self["paragraph"].value() or "")
        texts = {str(place): text for place, text in enumerate(self._texts, start=1)}
        return texts.get(number, "")

    def clean(self) -> dict[str, Any]:
        """Compare the words with the paragraph."""
        data: dict[str, Any] = super().clean() or {}
        if "quote" in data and "paragraph" in data:
            # As statements keep it.
            data["quote"] = Statement.composed(data["quote"])
            wrong = fault(self._texts, data["paragraph"], data["quote"])
            if wrong:
                is_number, message = wrong
                self.add_error("paragraph" if is_number else "quote", message)
        return data


class AboutForm(forms.Form):
    """Which record a statement is to be about, and what it says of it."""

    record = forms.ModelChoiceField(
        label="Eintrag",
        queryset=Record.objects.order_by("sort_key", "pk"),
        error_messages={"required": "Bitte den Eintrag wählen."},
    )
    kind = forms.ChoiceField(
        label="Art der Angabe",
        choices=Kind.choices,
        error_messages={"required": "Bitte die Art der Angabe wählen."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        records: Any = self.fields["record"]
        records.label_from_instance = name_in_choice

    def clean(self) -> dict[str, Any]:
        """Refuse a kind that records of the type do not have."""
        data: dict[str, Any] = super().clean() or {}
        record, kind = data.get("record"), data.get("kind")
        if record and kind and record.type not in FIELDS[kind].record_types:
            label = f"{Kind(kind).label}: nicht bei {record.get_type_display()}."
            self.add_error("kind", label)
        return data

    @property
    def about(self) -> str:
        """The same as part of an address."""
        return f"{self.cleaned_data['record'].path}:{self.cleaned_data['kind']}"


@dataclass
class NewStatement:
    """A statement that is being made: what it is about, and its form."""

    about: str
    record: Record
    kind: str
    form: Any

    @property
    def title(self) -> str:
        """The record and the kind, in words."""
        return f"{name_in_choice(self.record)}: {Kind(self.kind).label}"


def new_statements(
    abouts: Iterable[str], source: Source, sent: QueryDict, is_saving: bool, user: Any
) -> Iterator[NewStatement]:
    """Yield a form for each statement that is to be made; what cannot be one is left out.

    Args:
        abouts: "projekte/wohngeld:status".
        source: the document that states it.
        sent: what was typed into the forms.
        is_saving: whether it is to be looked at.
        user: whose rights count, as at the record's own form.
    """
    for number, about in enumerate(abouts):
        path, _, kind = about.rpartition(":")
        record_type, _, slug = path.partition("/")
        record = Record.objects.filter(type=record_type, slug=slug).first()
        if record is None or kind not in FIELDS:
            continue
        if record.type not in FIELDS[kind].record_types or not _may_state(user, record, kind):
            continue
        statement = Statement.proxy_of(kind)(record=record, source=source)
        prefix, form_class = f"angabe-{number}", _form_class(kind)
        if is_saving:
            form = form_class(sent, instance=statement, prefix=prefix)
        else:
            typed = {
                name: value
                for name, field in form_class.base_fields.items()
                if (value := field.widget.value_from_datadict(sent, {}, f"{prefix}-{name}"))
            }
            form = form_class(instance=statement, prefix=prefix, initial=typed)
        yield NewStatement(about, record, kind, form)


def _may_state(user: Any, record: Record, kind: str) -> bool:
    of_record, of_statement = record._meta, Statement.proxy_of(kind)._meta
    return user.has_perms(
        [
            f"{of_record.app_label}.change_{of_record.model_name}",
            f"{of_statement.app_label}.add_{of_statement.model_name}",
        ]
    )


def _form_class(kind: str) -> Any:
    fields = FIELDS[kind]
    form: Any = forms.modelform_factory(
        Statement.proxy_of(kind),
        form=SinceForm if fields.has_since else StatementForm,
        fields=[*fields.names, *fields.lists],
        formfield_callback=_form_field,
    )
    return form


def _form_field(db_field: Any, **kwargs: Any) -> Any:
    if db_field.name == "since_quote":
        return db_field.formfield(form_class=QuotationField, **kwargs)
    result: Any = db_field.formfield(**kwargs)
    if db_field.related_model is Record:
        result.label_from_instance = name_in_choice
    return result


@dataclass(frozen=True)
class NewRecord:
    """A type of record of which one can be made that the catalogue does not have yet."""

    key: str
    title: str
    #: Where it is made; from there a link leads back to the passage.
    url: str


def new_records(user: Any, source: Source, asked: QueryDict) -> Iterator[NewRecord]:
    """Yield the types of which a user may make records.

    Args:
        user: whose rights count.
        source: the document that is read.
        asked: the passage that was chosen or typed, and what statements are to be about.
    """
    back = QueryDict(mutable=True)
    back[DESK] = str(source.pk)
    back["absatz"] = asked.get("paragraph", asked.get("absatz", ""))
    back["wortlaut"] = asked.get("quote", asked.get("wortlaut", ""))
    back.setlist(ABOUT, asked.getlist(ABOUT))
    for record_type in RecordType:
        options = Record.proxy_of(record_type)._meta
        if user.has_perm(f"{options.app_label}.add_{options.model_name}"):
            url = reverse(f"admin:{options.app_label}_{options.model_name}_add")
            yield NewRecord(record_type.value, record_type.label, f"{url}?{back.urlencode()}")


class NotSavedError(Exception):
    """One of the statements is wrong, and its form says why: nothing is to stay."""


def saved(passage: PassageForm, made: Iterable[NewStatement]) -> list[Any]:
    """Save statements that rest on one passage, each checked when those before it are saved.

    Two may say the same.

    Raises:
        NotSavedError: leave the transaction by it.
    """
    rows, is_right = [], True
    for new in made:
        new.form.instance.paragraph = passage.cleaned_data["paragraph"]
        new.form.instance.quote = passage.cleaned_data["quote"]
        if new.form.is_valid() and _is_unique(new.form):
            rows.append(new.form.save())
        else:
            is_right = False
    if not is_right:
        raise NotSavedError
    return rows


def _is_unique(form: Any) -> bool:
    """Return whether no statement says the same; the form, without the source, cannot tell."""
    try:
        form.instance.validate_constraints()
    except forms.ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


class OmissionForm(forms.ModelForm):
    """Why a sentence is left out; the sentence is named by its place."""

    class Meta:
        model = OmittedSentence
        fields = ("paragraph", "number", "reason")
        error_messages = {
            "reason": {"required": "Bitte angeben, warum aus dem Satz keine Angabe wurde."}
        }

    def __init__(self, source: Source, read: Iterable[Sentence], *args: Any, **kwargs: Any) -> None:
        kwargs["instance"] = OmittedSentence(source=source)
        super().__init__(*args, **kwargs)
        self._read = {(row.paragraph, row.number): row for row in read}

    def clean(self) -> dict[str, Any]:
        """Refuse a sentence that is not there or not open; give it its fingerprint."""
        data: dict[str, Any] = super().clean() or {}
        row = self._read.get((data.get("paragraph", 0), data.get("number", 0)))
        if row is None:
            raise forms.ValidationError("Diesen Satz gibt es nicht.")
        if row.state != SentenceState.OPEN:
            raise forms.ValidationError(f"Dieser Satz ist nicht mehr offen: {row.state.label}.")
        self.instance.fingerprint = row.fingerprint
        return data


def desk_url(source: Source, anchor: str) -> str:
    """Return the address of a document's desk, or of a place there."""
    url = reverse("admin:reference_source_desk", args=[source.pk])
    return f"{url}#{anchor}" if anchor else url
