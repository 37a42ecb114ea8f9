"""What the catalogue does not know, and where its sources disagree."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from django.views.generic import TemplateView

from hzd_catalogue.lists.facets import MISSING
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
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


@dataclass(frozen=True)
class Gap:
    """A question with the numbers of records that it concerns, each with its list."""

    title: str
    explanation: str
    counts: list[LinkedCount]


QUESTIONS = (
    Question(
        "Quellen widersprechen sich",
        "Zwei Dokumente sagen über denselben Sachverhalt, was einander ausschließt. Es gilt das "
        "neuere; das ältere steht mit seiner Fundstelle darunter. Was zugleich gelten oder "
        "aufeinander folgen kann, zählt nicht.",
        "hinweis",
        Hint.CONTRADICTION,
    ),
    Question(
        "Ohne Jahresangabe",
        "Keine Angabe zu diesem Eintrag hat ein Jahr: kein Ereignis und kein Seit; bei Partnern: "
        "keine zu einem ihrer Vorhaben.",
        "jahr",
        MISSING,
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
    found = [
        Gap(
            question.title,
            question.explanation,
            [count for listed in shown for count in _concerned(question, listed)],
        )
        for question in QUESTIONS
    ]
    return [*found, *map(_gap_of_sources, SELECTIONS)]


def _concerned(question: Question, shown: Presentation) -> Iterator[LinkedCount]:
    """Yield the number of records of a list that a question concerns, if there are any."""
    for option in shown.facet(question.facet).options:
        if option.value == str(question.value) and option.count:
            yield LinkedCount.of(shown.result.listing, option.count, option.url)


def _gap_of_sources(selection: Selection) -> Gap:
    count = selection.keep(Source.objects.all()).count()
    words = german.counted(count, "Quelle", "Quellen")
    return Gap(
        f"Quellen: {selection.title}",
        selection.explanation,
        [LinkedCount(count, words, selection.url)] if count else [],
    )


class GapsView(TemplateView):
    """What the catalogue does not know, and where its sources disagree."""

    template_name = "overview/gaps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(gaps=gaps(revision_of(self.request).key), **kwargs)
