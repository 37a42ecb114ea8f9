"""What the catalogue does not know, and where its sources disagree."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.views.generic import TemplateView

from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.records.differences import Difference
from hzd_catalogue.reference import german
from hzd_catalogue.reference.choices import Hint
from hzd_catalogue.reference.models import Source
from hzd_catalogue.reference.revisions import revision_of

from .sources import SELECTIONS, Selection
from .topics import LISTINGS, LinkedCount


@dataclass(frozen=True)
class Question:
    """Something to ask of the lists: a value of one of their facets."""

    title: str
    explanation: str
    facet: str
    value: str
    #: What is said of the others: "17 von 22 Projekten mit Jahr".
    known: str = "ohne diese Lücke"
    #: What the list of all statements is asked for, to find those that the question is about.
    statements: str = ""


@dataclass(frozen=True)
class Measure:
    """Of how many records of one kind something is known."""

    known: int
    total: int
    #: "17 von 22 Projekten mit Jahr".
    words: str
    #: The others, with their list; None without any.
    missing: LinkedCount | None

    @property
    def percent(self) -> int:
        """The share that is known, never rounded up to all of them or down to none."""
        share = 100 * self.known / self.total
        return min(99, max(1, round(share))) if 0 < self.known < self.total else round(share)


@dataclass(frozen=True)
class Gap:
    """A question with what is known, and the numbers of records that it concerns."""

    title: str
    explanation: str
    counts: list[LinkedCount]
    measures: list[Measure]
    #: The same as statements in their list: "?rang=widerspruch".
    statements: str = ""


QUESTIONS = (
    Question(
        "Quellen widersprechen sich",
        "Zwei Dokumente sagen über denselben Sachverhalt, was einander ausschließt. Es gilt das "
        "neuere; das ältere steht mit seiner Fundstelle darunter. Was zugleich gelten oder "
        "aufeinander folgen kann, zählt nicht.",
        "hinweis",
        Hint.CONTRADICTION,
        "ohne Widerspruch",
        f"?rang={Difference.CONTRADICTION}",
    ),
    Question(
        "Ohne Jahresangabe",
        "Keine Angabe zu diesem Eintrag hat ein Jahr: kein Meilenstein und kein Seit; bei "
        "Partnern: keine zu einem ihrer Vorhaben.",
        "jahr",
        MISSING,
        "mit Jahr",
    ),
    Question(
        "Seit: ohne Angabe",
        "Zu mindestens einer Beteiligung, Rolle, Nutzergruppe, einem Bezug oder einem Status hat "
        "der Katalog kein Seit.",
        "hinweis",
        Hint.NO_SINCE,
    ),
    Question(
        "Status: ohne Angabe",
        "Keine Angabe zu diesem Eintrag nennt einen Status; bei Partnern: keine zu einem ihrer "
        "Vorhaben.",
        "status",
        MISSING,
        "mit Status",
    ),
    Question(
        "Andere Länder: ohne Angabe",
        "Der Eintrag ist länderübergreifend, aber keine Angabe nennt darin ein anderes Land als "
        "Hessen; bei Kooperationen: keine zu ihren Projekten; bei Partnern: keine zu ihren "
        "Projekten und denen ihrer Kooperationen.",
        "hinweis",
        Hint.UNNAMED_STATES,
    ),
    Question(
        "Nur eine Quelle",
        "Alle Angaben zu diesem Eintrag stammen aus einem einzigen Dokument.",
        "hinweis",
        Hint.SINGLE_SOURCE,
    ),
)


def gaps(revision: Hashable) -> list[Gap]:
    """Return every question with the hits of the lists; their links lead to exactly these."""
    shown = [Presentation(Result.of(listing, revision)) for listing in LISTINGS]
    found = []
    for question in QUESTIONS:
        measures = [_measure(question, listed) for listed in shown if listed.total]
        counts = [measure.missing for measure in measures if measure.missing]
        statements = question.statements if counts else ""
        found.append(Gap(question.title, question.explanation, counts, measures, statements))
    total = Source.objects.published().count()
    return [*found, *(_gap_of_sources(selection, total) for selection in SELECTIONS)]


def _measure(question: Question, shown: Presentation) -> Measure:
    """Return of how many records of a list a question has an answer."""
    missing = None
    for option in shown.facet(question.facet).options:
        if option.value == str(question.value) and option.count:
            missing = LinkedCount.of(shown.result.listing, option.count, option.url)
    known = shown.total - (missing.count if missing else 0)
    return _measured(known, shown.total, shown.dative_nouns, question.known, missing)


def _measured(
    known: int, total: int, nouns: tuple[str, str], said: str, missing: LinkedCount | None
) -> Measure:
    words = f"{german.grouped(known)} von {german.counted(total, *nouns)} {said}"
    return Measure(known, total, words, missing)


def _gap_of_sources(selection: Selection, total: int) -> Gap:
    count = selection.keep(Source.objects.published()).count()
    words = german.counted(count, "Quelle", "Quellen")
    missing = LinkedCount(count, words, selection.url) if count else None
    measure = _measured(total - count, total, ("Quelle", "Quellen"), selection.known, missing)
    return Gap(
        f"Quellen: {selection.title}",
        selection.explanation,
        [missing] if missing else [],
        [measure] if total else [],
    )


class GapsView(TemplateView):
    """What the catalogue does not know, and where its sources disagree."""

    template_name = "overview/gaps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(gaps=gaps(revision_of(self.request).key), **kwargs)
