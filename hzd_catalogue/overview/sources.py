"""The documents: all with their numbers of facts, and each in the order of its paragraphs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from itertools import accumulate
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import DetailView, ListView

from hzd_catalogue.lists.addresses import Addresses
from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.pagination import paginate
from hzd_catalogue.lists.per_revision import Changed, PerRevision
from hzd_catalogue.lists.presentation import PageLinks
from hzd_catalogue.records.kinds import Kind
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.records.version_writer import CITED, RECORDS
from hzd_catalogue.reference import german
from hzd_catalogue.reference.models import OmittedSentence, Source, SourceQuerySet
from hzd_catalogue.reference.revisions import revision_of

#: Facts that the page of a document shows; many thousands of them would help nobody.
MOST_FACTS = 500
#: Paragraphs that it shows.
MOST_PARAGRAPHS = 200
#: Further paragraphs of which it names the numbers.
MOST_NUMBERS = 5_000
#: Documents on one page of their list.
SOURCES_PER_PAGE = 100
#: The parameter that keeps one paragraph.
PARAGRAPH = "absatz"


@dataclass(frozen=True)
class Quoted:
    """Words of a document, and the statements that rest on them."""

    quotes: list[str]
    statements: list[Statement]


@dataclass
class RecordFacts:
    """What a paragraph says of one record."""

    record: Any
    statements: list[Statement] = field(default_factory=list)

    @property
    def facts(self) -> list[Quoted]:
        """What it says, each quotation once."""
        return _by_quote(row for row in self.statements if row.kind != Kind.EVIDENCE)

    @property
    def evidence(self) -> list[Quoted]:
        """What the editors' own words rest on."""
        return _by_quote(row for row in self.statements if row.kind == Kind.EVIDENCE)


def _by_quote(statements: Iterable[Statement]) -> list[Quoted]:
    """Put together the statements that have the same words, in the order of the first ones."""
    found: dict[tuple[str, str], list[Statement]] = {}
    for row in statements:
        found.setdefault((row.quote, row.since_quote), []).append(row)
    return [Quoted([quote for quote in quotes if quote], rows) for quotes, rows in found.items()]


@dataclass
class Paragraph:
    """One paragraph of a document that the catalogue has facts from."""

    number: int
    #: The facts that stand in it, shown or not.
    count: int = 0
    records: list[RecordFacts] = field(default_factory=list)
    #: Its sentences that no statement rests on.
    omitted: list[OmittedSentence] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The paragraph's id on the source's page."""
        return f"absatz-{self.number}"

    @property
    def stated(self) -> list[RecordFacts]:
        """The records that it says something of."""
        return [facts for facts in self.records if facts.facts]

    @property
    def supported(self) -> list[RecordFacts]:
        """The records of which the editors' own words rest on it."""
        return [facts for facts in self.records if facts.evidence]

    @property
    def evidence_in_words(self) -> str:
        """What there is evidence for: "Beschreibung und Ebene"."""
        groups = (group for facts in self.supported for group in facts.evidence)
        rows = (row for group in groups for row in group.statements)
        return german.in_words(list(dict.fromkeys(row.brief for row in rows)))

    @property
    def left_out(self) -> int:
        """How many of its facts the page does not show."""
        return self.count - sum(len(facts.statements) for facts in self.records)


@dataclass(frozen=True)
class SourceRow:
    """A document with its number of published facts."""

    source: Source
    facts: int
    #: Which one it is in time, the oldest first; ranks may have gaps.
    place: int


@dataclass(frozen=True)
class Facts:
    """The published facts of a document: by paragraph, then by record, then by kind."""

    #: The paragraphs that the page shows, with their facts and the sentences that were left out.
    paragraphs: list[Paragraph]
    #: The further ones, of which it names the numbers alone.
    others: list[Paragraph]
    #: How many sentences of all of them were left out.
    omitted_count: int

    @property
    def count(self) -> int:
        """How many facts there are, shown or not."""
        return sum(paragraph.count for paragraph in (*self.paragraphs, *self.others))

    @property
    def is_cut(self) -> bool:
        """Whether some of them are not shown."""
        return bool(self.others or any(paragraph.left_out for paragraph in self.paragraphs))

    @property
    def named(self) -> list[Paragraph]:
        """Those of the further paragraphs that the page names: the address of each leads there."""
        return self.others[:MOST_NUMBERS]

    @property
    def unnamed_count(self) -> int:
        """How many more there are; only the list of all statements leads to these."""
        return len(self.others) - len(self.named)


#: Each visitor of a document asks for the same, and all of its facts are counted for it.
@lru_cache(maxsize=64)
def fact_counts(source: Source, revision: Hashable) -> Mapping[int, int]:
    """Return how many published facts each paragraph of a document has, by its number."""
    rows = Statement.objects.published().filter(source=source).order_by().values("paragraph")
    return dict(rows.annotate(number=Count("pk")).values_list("paragraph", "number"))


def facts_of(source: Source, revision: Hashable, only: int | None = None) -> Facts:
    """Return the published facts of a document; of very many the first ones.

    Args:
        source: the document.
        revision: that of the data that are read.
        only: the number of the one paragraph to return; by default all.
    """
    rows = Statement.objects.published().filter(source=source)
    omitted: Any = source.omitted_sentences.all()
    if only is not None:
        rows, omitted = rows.filter(paragraph=only), omitted.filter(paragraph=only)
    found = {
        number: Paragraph(number, count)
        for number, count in fact_counts(source, revision).items()
        if only in (None, number)
    }
    for sentence in omitted:
        found.setdefault(sentence.paragraph, Paragraph(sentence.paragraph)).omitted.append(sentence)
    everything = [found[number] for number in sorted(found)]
    before = [0, *accumulate(paragraph.count for paragraph in everything)]
    # The facts before a paragraph grow with it: from the first one with too many on, none is shown.
    shown = min(MOST_PARAGRAPHS, bisect_left(before, MOST_FACTS, hi=len(everything)))
    paragraphs, others = everything[:shown], everything[shown:]
    if others:
        rows = rows.filter(paragraph__lt=others[0].number)
    first = rows.order_by("paragraph", "record__sort_key", "record__type", "record", "pk")
    loaded = first.with_names().select_related("record")[:MOST_FACTS]
    for statement in sorted(loaded, key=_place):
        records = found[statement.paragraph].records
        if not records or records[-1].record != statement.record:
            records.append(RecordFacts(statement.record))
        records[-1].statements.append(statement)
    return Facts(paragraphs, others, sum(len(paragraph.omitted) for paragraph in everything))


def _place(statement: Statement) -> tuple[Any, ...]:
    record: Any = statement.record
    kind = list(Kind).index(Kind(statement.kind))
    return statement.paragraph, record.sort_key, record.type, kind, statement.pk


def _count_by_source(statements: Any = Statement.objects) -> dict[int, int]:
    rows = statements.published().order_by().values("source")
    return dict(rows.annotate(number=Count("pk")).values_list("source", "number"))


def _recount(before: dict[int, int], changed: Changed) -> dict[int, int]:
    own = Statement.objects.filter(record__in=changed[RECORDS]).order_by()
    sources = changed[CITED].union(own.values_list("source", flat=True))
    others = {source: number for source, number in before.items() if source not in sources}
    return others | _count_by_source(Statement.objects.filter(source__in=sources))


#: Number of published facts by the primary key of their source.
FACTS_BY_SOURCE = PerRevision(_count_by_source, _recount)


def _places() -> dict[int, int]:
    pks = Source.objects.published().order_by("rank").values_list("pk", flat=True)
    return {pk: place for place, pk in enumerate(pks, 1)}


#: Which document each is in time, by primary key: the oldest is the first.
PLACES = PerRevision(_places)


def source_rows(sources: Iterable[Source], revision: Hashable) -> list[SourceRow]:
    """Return documents with their numbers of facts."""
    counts, places = FACTS_BY_SOURCE.get(revision), PLACES.get(revision)
    return [
        SourceRow(source, counts.get(source.pk, 0), places.get(source.pk, 0)) for source in sources
    ]


@dataclass(frozen=True)
class Selection:
    """A part of the documents: a value of a parameter of the list, and a number in /luecken/."""

    parameter: str
    value: str
    #: Goes on after "Quellen:".
    title: str
    explanation: str
    keep: Callable[[Any], Any]
    #: What is said of the others: "3 von 5 Quellen mit eigenem Datum".
    known: str = "ohne diese Lücke"

    @property
    def url(self) -> str:
        """The list of exactly these."""
        return f"{reverse('source-list')}?{self.parameter}={self.value}"


SELECTIONS = (
    Selection(
        "datum",
        MISSING,
        "ohne eigenes Datum",
        "Das Dokument nennt nicht, wann es entstand. Sein Alter ist erschlossen oder offen.",
        SourceQuerySet.undated,
        "mit eigenem Datum",
    ),
    Selection(
        "vergleich",
        "nie",
        "nie verglichen",
        "Ein Vergleich des Dokuments mit seinem Original ist nicht eingetragen.",
        SourceQuerySet.never_compared,
        "schon verglichen",
    ),
    Selection(
        "vergleich",
        "faellig",
        "länger als ein Jahr nicht verglichen",
        "Der letzte Vergleich mit dem Original liegt mehr als 365 Tage zurück.",
        SourceQuerySet.overdue,
    ),
)


class SourceListView(ListView):
    """The documents, the newest first; ``?datum=ohne`` and ``?vergleich=nie`` keep some of them."""

    template_name = "overview/source_list.html"
    context_object_name = "sources"

    def get_queryset(self) -> QuerySet:
        sources: Any = Source.objects.published().order_by("-rank")
        for selection in self.selections:
            sources = selection.keep(sources)
        return sources

    @property
    def selections(self) -> list[Selection]:
        """What is asked for."""
        return [
            selection
            for selection in SELECTIONS
            if self.request.GET.get(selection.parameter) == selection.value
        ]

    @property
    def problems(self) -> list[str]:
        """What was not understood, in words."""
        understood = {selection.parameter for selection in self.selections}
        asked = {name for name, value in self.request.GET.items() if value}
        if not asked & {selection.parameter for selection in SELECTIONS} - understood:
            return []
        titles = german.in_words([selection.title for selection in SELECTIONS], "oder")
        return [f"Diese Auswahl gibt es nicht; möglich sind nur Quellen {titles}."]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paging = paginate(self.get_queryset(), self.request.GET, (SOURCES_PER_PAGE,))
        filters = {item.parameter: [item.value] for item in self.selections}
        addresses = Addresses(filters, paging.view)
        return super().get_context_data(
            rows=source_rows(paging.items, revision_of(self.request).key),
            pages=PageLinks(paging, addresses),
            canonical=addresses.canonical(paging.number),
            selections=self.selections,
            problems=[*self.problems, *paging.problems],
            **kwargs,
        )


class SourceDetailView(DetailView):
    """One document: its facts in the order of its paragraphs."""

    model = Source
    template_name = "overview/source_detail.html"
    context_object_name = "source"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the document, or say since when it is not in the catalogue any more."""
        self.object = self.get_object()
        if self.object.taken_back_at:
            context = {"source": self.object}
            return render(request, "410_source.html", context, status=HTTPStatus.GONE)
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, problems = self.request.GET.get(PARAGRAPH, ""), []
        only = int(asked) if german.is_number(asked, 5) else None
        revision = revision_of(self.request).key
        facts = facts_of(self.object, revision, only)
        if asked and not (only and facts.paragraphs):
            problems.append("Aus diesem Absatz steht hier nichts; die Auswahl gilt nicht.")
            only, facts = None, facts_of(self.object, revision)
        return super().get_context_data(
            facts=facts,
            only=only,
            problems=problems,
            most_facts=MOST_FACTS,
            most_paragraphs=MOST_PARAGRAPHS,
            place=PLACES.get(revision).get(self.object.pk, 0),
            **kwargs,
        )
