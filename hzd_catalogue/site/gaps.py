"""What the catalogue does not know, and where its sources disagree."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from hzd_catalogue.browsing.index import MISSING
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import DateBasis, Hint
from hzd_catalogue.reference.models import Source

from .topics import LISTS, LinkedCount


@dataclass(frozen=True)
class Question:
    """Something to ask of the lists: a value of one of their facets."""

    title: str
    explanation: str
    facet: str
    value: str


@dataclass(frozen=True)
class Gap:
    """A question with the numbers of records that it concerns, each with its list."""

    title: str
    explanation: str
    counts: list[LinkedCount]


QUESTIONS = (
    Question(
        "Quellen widersprechen sich",
        "Zwei Dokumente sagen über denselben Sachverhalt Verschiedenes. Es gilt das neuere; das "
        "ältere steht mit seiner Fundstelle darunter.",
        "hinweis",
        Hint.CONTRADICTION,
    ),
    Question(
        "Ohne Jahresangabe",
        "Kein Dokument nennt ein Jahr, in dem etwas begann, beitrat oder vereinbart wurde; bei "
        "Partnern: zu keinem ihrer Vorhaben.",
        "jahr",
        MISSING,
    ),
    Question(
        "Status nicht genannt",
        "Kein Dokument sagt, ob das Vorhaben geplant, im Einsatz oder beendet ist; bei Partnern: "
        "keines ihrer Vorhaben.",
        "status",
        MISSING,
    ),
    Question(
        "Länder nicht genannt",
        "Ein Dokument nennt das Projekt länderübergreifend, aber außer Hessen kein Land.",
        "hinweis",
        Hint.UNNAMED_STATES,
    ),
    Question(
        "Nur eine Quelle",
        "Alle Angaben stammen aus einem einzigen Dokument; kein zweites bestätigt sie.",
        "hinweis",
        Hint.SINGLE_SOURCE,
    ),
)


def undated_sources() -> QuerySet[Source]:
    """Return the documents that do not state their own date."""
    return Source.objects.exclude(date_basis=DateBasis.STATED)


def gaps() -> list[Gap]:
    """Return every question with the hits of the lists; their links lead to exactly these."""
    asked = []
    for filterset_class, url_name in LISTS:
        filterset = filterset_class.for_everything()
        options = {
            (view.name, option.value): option
            for view in filterset.facet_views
            for option in view.options
        }
        asked.append((filterset.nouns, reverse(url_name), options))
    found = []
    for question in QUESTIONS:
        counts = []
        for nouns, url, options in asked:
            option = options.get((question.facet, str(question.value)))
            if option and option.count:
                words = german.counted(option.count, *nouns)
                counts.append(LinkedCount(option.count, words, url + option.url))
        found.append(Gap(question.title, question.explanation, counts))
    return [*found, _undated()]


def _undated() -> Gap:
    count = undated_sources().count()
    url = f"{reverse('source-list')}?datum={MISSING}"
    words = german.counted(count, "Quelle", "Quellen")
    return Gap(
        "Quellen ohne eigenes Datum",
        "Das Dokument nennt nicht, wann es entstand. Sein Alter ist erschlossen oder offen.",
        [LinkedCount(count, words, url)] if count else [],
    )
