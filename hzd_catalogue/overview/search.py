"""``/suche/``: one search over everything that has a name, grouped by kind; quotations last."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.views.generic import TemplateView

from hzd_catalogue.lists.addresses import query_string
from hzd_catalogue.lists.excerpts import Excerpts, texts_of
from hzd_catalogue.lists.form import QueryField
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.per_revision import PerRevision
from hzd_catalogue.lists.presentation import Correction
from hzd_catalogue.lists.search import (
    NAME,
    RELATED,
    Hits,
    SearchField,
    SearchIndex,
    build_search_index,
)
from hzd_catalogue.lists.understanding import Reading, Vocabulary, find
from hzd_catalogue.records.filters import WEAK_WORDS, catalogue_vocabulary
from hzd_catalogue.reference.folding import Fragment, Term, highlight
from hzd_catalogue.reference.models import FederalState, Source, Topic
from hzd_catalogue.reference.revisions import revision_of
from partners.filters import COOPERATIONS, PARTNERS
from projects.filters import PROJECTS

from .near_names import COMPARED, ways_on
from .quotations import QUOTATIONS, QuotedParagraph, quoted_paragraphs
from .suggestions import suggested_names

#: Hits a group shows before it links to the whole list; more where it alone is asked for.
SHOWN_PER_GROUP, SHOWN_OF_ONE_KIND = 10, 100
#: The parameter that narrows a search to one kind of hit.
KIND = "art"


@dataclass(frozen=True)
class Searched:
    """What is searched as one group: projects, states, and so on."""

    #: Its value of the parameter ``KIND``.
    slug: str
    nouns: tuple[str, str]
    #: Returns the records that visitors may see.
    records: Callable[[], QuerySet]
    #: Where a search looks, in words, and where within the records' own texts.
    labels: Sequence[str]
    fields: Sequence[SearchField]
    #: Takes a revision; returns the primary keys by position, and the index of their texts.
    load: Callable[[Hashable], tuple[Sequence[int], SearchIndex]]
    #: URL name of the list that takes the same query; "" where there is none.
    list_url_name: str = ""


def _listed(slug: str, listing: Listing) -> Searched:
    def load(revision: Hashable) -> tuple[Sequence[int], SearchIndex]:
        index = listing.index(revision)
        return index.pks, index.search

    return Searched(
        slug,
        listing.nouns,
        listing.rows,
        listing.searched_labels,
        listing.search_fields,
        load,
        listing.url_name,
    )


def _named(
    slug: str, nouns: tuple[str, str], records: Callable[[], QuerySet], *fields: SearchField
) -> Searched:
    # "Land Thüringen", "Thema Justiz"
    index = PerRevision(lambda: build_search_index(records(), fields, " ".join(nouns)))
    return Searched(slug, nouns, records, [field.label for field in fields], fields, index.get)


SEARCHED = (
    _listed("projekte", PROJECTS),
    # An alliance often bears the name of its partner; the organisation itself goes first.
    _listed("partner", PARTNERS),
    _listed("kooperationen", COOPERATIONS),
    _named(
        "laender",
        ("Bundesland", "Bundesländer"),
        FederalState.objects.all,
        SearchField("Name", "name", NAME),
        SearchField("Schlüssel", "code", NAME),
    ),
    _named(
        "themen",
        ("Thema", "Themen"),
        Topic.objects.all,
        SearchField("Name", "name", NAME),
        SearchField("Erklärung", "description"),
    ),
    _named(
        "quellen",
        ("Quelle", "Quellen"),
        Source.objects.published,
        SearchField("Titel", "title", NAME),
        SearchField("Nummer", "code", RELATED),
        SearchField("Herausgeber", "publisher", RELATED),
        SearchField("Datum", "date"),
    ),
)
#: Slug of the last group, the quotations, outside the ranking.
QUOTED = "wortlaut"
_VOCABULARY = PerRevision(catalogue_vocabulary)


#: The names of all fields that are searched, each once.
SEARCHED_FIELDS = list(
    dict.fromkeys(
        [
            *(label for item in SEARCHED for label in item.labels),
            "Wortlaut",
        ]
    )
)


@dataclass(frozen=True)
class FoundRecord:
    """One hit with what matched in it."""

    url: str
    name: list[Fragment]
    summary: str
    #: Why it was found: label and text of the best line beyond the name, or a label alone.
    excerpt: tuple[str, list[Fragment]]


@dataclass(frozen=True)
class Group:
    """The hits of one kind, best first."""

    slug: str
    nouns: tuple[str, str]
    count: int
    hits: Sequence[FoundRecord]
    #: Address of all hits of this kind; "" when all are shown or no list takes the query.
    url: str
    #: Sort key: the query as a whole name first, then records, then the score of the best hit.
    order: tuple[int, bool, int]


@dataclass(frozen=True)
class KindOfHit:
    """A link that narrows the search to one kind of hit; "" is the slug of all."""

    slug: str
    label: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class Answer:
    """What a query finds in the whole catalogue, or in one kind of it."""

    reading: Reading
    #: Slug of a kind to how many hits it has; kinds without any are left out.
    counts: Mapping[str, int]
    #: The groups that are shown, in their order.
    groups: Sequence[Group]
    #: The paragraphs in whose quotations all words stand, those of the newest source first.
    paragraphs: Sequence[QuotedParagraph]

    @property
    def count(self) -> int:
        """How many hits there are, quotations aside."""
        return sum(number for slug, number in self.counts.items() if slug != QUOTED)

    @property
    def paragraph_count(self) -> int:
        """How many such paragraphs there are."""
        return self.counts.get(QUOTED, 0)

    @property
    def group_level(self) -> int:
        """Level of the groups' headings: what another question found has a heading of its own."""
        return 3 if self.reading.is_relaxed else 2

    @property
    def hit_level(self) -> int:
        """Level of the hits' headings."""
        return self.group_level + 1

    @property
    def corrections(self) -> list[Correction]:
        """Mistyped words, with the address of the corrected query."""
        url = query_string({"q": [self.reading.query]})
        return [Correction(typed, word, url) for typed, word in self.reading.corrections.items()]


class SearchView(TemplateView):
    """Searches everything at once; says how it understood the query and what it could not use."""

    template_name = "overview/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the query, what it found, and ways on where it found nothing."""
        revision = revision_of(self.request).key
        problems: list[str] = []
        query, only = "", self.request.GET.get(KIND, "")
        try:
            query = QueryField(required=False).clean(self.request.GET.get("q", ""))
        except ValidationError as error:
            problems += error.messages
        if only not in ("", QUOTED, *(searched.slug for searched in SEARCHED)):
            problems.append("Diese Art von Treffern gibt es nicht; gesucht wurde in allen.")
            only = ""
        answer = search_everything(query, revision, only) if query else None
        return super().get_context_data(
            query=query,
            answer=answer,
            kinds=kinds_of_hits(answer, query, only) if answer else [],
            ways_on=ways_on(query, revision) if answer and not answer.counts else None,
            problems=problems,
            searched_fields=SEARCHED_FIELDS,
            suggested_names=suggested_names(revision),
            **kwargs,
        )


def read_all(revision: Hashable) -> None:
    """Read what the first search at a revision would read."""
    for searched in SEARCHED:
        searched.load(revision)
    QUOTATIONS.get(revision)
    _VOCABULARY.get(revision)
    suggested_names(revision)
    COMPARED.get(revision)


def search_everything(
    query: str, revision: Hashable, only: str = "", *, with_aids: bool = True
) -> Answer:
    """Search the whole catalogue.

    Args:
        query: the words.
        revision: of the data.
        only: slug of the one kind of hit to show; all are counted.
        with_aids: whether the editors' thesaurus counts.
    """
    vocabulary = _VOCABULARY.get(revision) if with_aids else Vocabulary(WEAK_WORDS)
    loaded = [searched.load(revision) for searched in SEARCHED]
    quotations = QUOTATIONS.get(revision)
    indexes = [*(index for _pks, index in loaded), quotations.index]
    found = find(query, indexes, vocabulary, relaxed=True)
    *hits, quoted_hits = found.hits
    kinds = [*(searched.slug for searched in SEARCHED), QUOTED]
    counts = {
        slug: number
        for slug, item in zip(kinds, found.hits, strict=True)
        if (number := item.rows.bit_count())
    }
    shown = SHOWN_OF_ONE_KIND if only else SHOWN_PER_GROUP
    groups = [
        _group(searched, pks, index, item, found.reading, shown, revision)
        for searched, (pks, index), item in zip(SEARCHED, loaded, hits, strict=True)
        if item.rows and only in ("", searched.slug)
    ]
    places = quotations.places(quoted_hits.rows, shown) if only in ("", QUOTED) else []
    return Answer(
        found.reading,
        counts,
        sorted(groups, key=lambda group: group.order, reverse=True),
        quoted_paragraphs(places, found.reading.terms) if places else [],
    )


def _group(
    searched: Searched,
    pks: Sequence[int],
    index: SearchIndex,
    hits: Hits,
    reading: Reading,
    number: int,
    revision: Hashable,
) -> Group:
    shown = hits.ranked(number)
    count = hits.rows.bit_count()
    keys = [pks[place] for place in shown]
    # A record that has gone since the index was read is left out.
    rows = searched.records()
    records = rows.in_bulk(keys)
    texts = texts_of(rows.model, lambda: rows, keys, searched.fields, revision)
    excerpts = Excerpts(index, reading.terms)
    url = ""
    if searched.list_url_name and count > len(shown):
        url = reverse(searched.list_url_name) + query_string({"q": [reading.query]})
    return Group(
        searched.slug,
        searched.nouns,
        count,
        [
            _found(
                records[pks[place]],
                excerpts.of(place, texts[pks[place]]),
                reading.terms,
            )
            for place in shown
            if pks[place] in records
        ],
        url,
        (
            index.is_whole_name(shown[0], reading.terms),
            bool(searched.list_url_name),
            hits.best,
        ),
    )


def _found(record: Any, excerpt: tuple[str, list[Fragment]], terms: Sequence[Term]) -> FoundRecord:
    return FoundRecord(
        record.get_absolute_url(),
        highlight(str(record), terms),
        getattr(record, "summary", ""),
        excerpt,
    )


def kinds_of_hits(answer: Answer, query: str, only: str) -> list[KindOfHit]:
    """Return the links that narrow an answer to one kind; none where there is but one."""
    labels = {**{item.slug: item.nouns[1] for item in SEARCHED}, QUOTED: "Wortlaut"}
    if len(answer.counts) < 2:
        return []
    return [
        KindOfHit(
            slug,
            labels[slug] if slug else "Alles",
            number,
            query_string({"q": [query], KIND: [slug]}),
            slug == only,
        )
        for slug, number in (("", sum(answer.counts.values())), *answer.counts.items())
    ]
