"""Whatever states of a document come in, each statement that they leave behind is marked."""

import random

import pytest

from hzd_catalogue.records.models import Recheck, Statement
from hzd_catalogue.records.rechecks import Reason, effects, take_in
from tests.chance import seeds
from tests.factories import make_participation, make_project, make_source, make_state

pytestmark = pytest.mark.django_db

WORDS = ("Hessen nutzt", "Thüringen folgt", "Bremen prüft", "Saarland plant")


def paragraph(chance: random.Random) -> str:
    """Return a paragraph that may quote several of the words, and differs little from others."""
    return ", ".join(chance.sample(WORDS, chance.randint(1, 3))) + chance.choice(
        [".", "!", " – ja."]
    )


def edited(chance: random.Random, texts: list[str]) -> list[str]:
    """Return a text that somebody has worked on: added, deleted, changed, moved."""
    texts = list(texts)
    for _ in range(chance.randint(0, 3)):
        place = chance.randrange(len(texts))
        match chance.randrange(4):
            case 0:
                texts.insert(place, paragraph(chance))
            case 1 if len(texts) > 1:
                del texts[place]
            case 2:
                texts[place] = paragraph(chance)
            case _:
                texts.append(texts.pop(place))
    return texts


def check_mark(mark: Recheck, texts: list[str], taken_from: str) -> None:
    """Assert that a mark gives the right reason, and offers where the quotation stands."""
    row = mark.statement
    same = [number for number, text in enumerate(texts, 1) if text == taken_from]
    quoting = [number for number, text in enumerate(texts, 1) if row.quote in text]
    assert (mark.reason == Reason.MOVED) == bool(same)
    assert (mark.reason == Reason.GONE) == (not quoting)
    assert mark.offered in (same or [None, *quoting])
    assert mark.offered != row.paragraph
    if mark.offered is None:
        assert not quoting or row.paragraph in quoting


def look_again(mark: Recheck, texts: list[str]) -> str:
    """Do what an editor does with a mark; return what the statement is taken from by now."""
    row = mark.statement
    done = Recheck.settle(row) if mark.offered is None else mark.take_offer()
    assert done == any(row.quote in text for text in texts)
    return texts[row.paragraph - 1] if done else ""


@pytest.mark.parametrize("seed", seeds(8))
def test_a_statement_is_marked_unless_its_paragraph_reads_as_when_it_was_taken(
    empty_catalogue, seed
):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    texts = [paragraph(chance) for _ in range(5)]
    source, state = make_source(), make_state()
    take_in(source, texts)
    taken_from: dict[int, str] = {}
    for number, text in enumerate(texts, start=1):
        for words in filter(text.__contains__, WORDS):
            passage = {"source": source, "paragraph": number, "quote": words}
            row = make_participation(make_project(evidence=False), state, **passage)
            taken_from[row.pk] = text
    keys = dict(Statement.objects.values_list("pk", "key"))

    for _ in range(5):
        texts = edited(chance, texts)
        foreseen = {mark.statement_id for mark in effects(source, texts)}
        if take_in(source, texts):
            # What the form says before is what happens.
            assert foreseen == set(Recheck.objects.values_list("statement", flat=True))
        marks = {mark.statement_id: mark for mark in Recheck.objects.all()}
        for row in Statement.objects.filter(source=source):
            here = texts[row.paragraph - 1] if row.paragraph <= len(texts) else ""
            assert (row.pk in marks) == (here != taken_from[row.pk])
        for pk, mark in marks.items():
            check_mark(mark, texts, taken_from[pk])
            # Now and then somebody looks.
            if chance.random() < 0.3:
                taken_from[pk] = look_again(mark, texts) or taken_from[pk]
    assert dict(Statement.objects.values_list("pk", "key")) == keys
