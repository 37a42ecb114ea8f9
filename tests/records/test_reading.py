"""A document sentence by sentence: what rests on each, what was left out, what is open."""

import random

import pytest

from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.reading import (
    KnownNames,
    SentenceState,
    marks,
    next_open,
    pieces,
    sentence_states,
)
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.reference.models import OmittedSentence
from hzd_catalogue.reference.sentences import fingerprint
from tests.chance import seeds
from tests.factories import make_participation, make_project, make_source, make_state

pytestmark = pytest.mark.django_db

TEXT = [
    "Eine Überschrift",
    "Hessen ist\u00a0dabei. Thüringen folgt. Mehr nicht.",
    "Thüringen folgt.",
]


@pytest.fixture
def source(empty_catalogue):
    source = make_source()
    take_in(source, TEXT)
    return source


def state(source, paragraph, quote, **values):
    project = make_project(evidence=False)
    return make_participation(project, source=source, paragraph=paragraph, quote=quote, **values)


def omit(source, paragraph, number, sentence):
    return OmittedSentence.objects.create(
        source=source,
        paragraph=paragraph,
        number=number,
        fingerprint=fingerprint(sentence),
        reason="Überschrift",
    )


def states(source):
    return {(row.paragraph, row.number): row.state for row in sentence_states(source)}


def test_each_sentence_is_stated_left_out_or_open(source):
    assert set(states(source).values()) == {SentenceState.OPEN}
    omit(source, 1, 1, TEXT[0])
    first = state(source, 2, "dabei. Thüringen")
    second = state(source, 2, "Thüringen folgt")
    assert states(source) == {
        (1, 1): SentenceState.OMITTED,
        (2, 1): SentenceState.STATED,
        (2, 2): SentenceState.STATED,
        (2, 3): SentenceState.OPEN,
        # The same words in another paragraph are another passage.
        (3, 1): SentenceState.OPEN,
    }
    read = {(row.paragraph, row.number): row for row in sentence_states(source)}
    assert read[2, 1].text == "Hessen ist dabei."
    assert [row.pk for row in read[2, 1].statements] == [first.pk]
    assert [row.pk for row in read[2, 2].statements] == [first.pk, second.pk]


def test_the_date_of_a_statement_is_read_with_it(source):
    row = state(source, 2, "Thüringen folgt", year=2019, since_quote="Mehr nicht")
    read = {(sentence.paragraph, sentence.number): sentence for sentence in sentence_states(source)}
    assert read[2, 3].statements == [row] == read[2, 2].statements


def test_a_sentence_that_was_left_out_here_before_is_another_one(source):
    omit(source, 2, 3, "Nicht mehr.")
    (row,) = [row for row in sentence_states(source) if row.omitted]
    assert row.is_other


def test_the_next_open_sentence_is_behind_and_then_the_first(source):
    omit(source, 1, 1, TEXT[0])
    state(source, 2, "Thüringen folgt")
    read = sentence_states(source)
    place = (0, 0)
    seen = []
    for _ in range(4):
        row = next_open(read, place)
        assert row is not None
        place = (row.paragraph, row.number)
        seen.append(place)
    assert seen == [(2, 1), (2, 3), (3, 1), (2, 1)]
    for row in read:
        if row.state == SentenceState.OPEN:
            omit(source, row.paragraph, row.number, row.text)
    assert next_open(sentence_states(source)) is None


@pytest.mark.parametrize("seed", seeds(8))
def test_sentences_and_marks_cover_the_text_whatever_it_is(empty_catalogue, seed):
    """Each letter is in one sentence, each mark is its quotation, what is marked is stated."""
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    words = [
        "Das Land ",
        "Abs. 3 ",
        "gilt. ",
        "Ja! ",
        "\u00a0",
        "„So.“ ",
        "Nr. ",
        "x",
        "21. ",
        "? ",
    ]
    text = ("Am " + "".join(chance.choices(words, k=30))).strip(" ")
    source = make_source()
    take_in(source, [text])
    (paragraph,) = source.current_paragraphs
    states = make_state()
    for _ in range(3):
        start = chance.randrange(len(text) - 3)
        quote = text[start : start + chance.randint(2, 12)].strip()
        if quote:
            make_participation(make_project(evidence=False), states, source=source, quote=quote)
    read = sentence_states(source)
    assert "".join("".join(row.text.split()) for row in read) == "".join(text.split())
    rows = list(Statement.objects.filter(source=source))
    for mark in marks(paragraph, rows):
        assert text[mark.start : mark.end] == mark.statement.quote
        assert any(mark.statement in row.statements for row in read)
    names = KnownNames()
    for row in read:
        shown = pieces(text, row, marks(paragraph, rows), names)
        assert "".join(piece.text for piece in shown) == text[row.start : row.end]
        assert text[row.start : row.end].strip() == text[row.start : row.end]
        assert (row.state == SentenceState.STATED) == any(
            mark.start < row.end and mark.end > row.start for mark in marks(paragraph, rows)
        )


def test_quotations_and_names_are_marked_where_they_stand(source):
    """The longest name wins; a name within a word is none."""
    hessen = make_project(name="Hessen", evidence=False)
    longer = make_project(name="Thüringen folgt", evidence=False)
    for name in ("Thüringen", "folg"):
        make_project(name=name, evidence=False)
    row = state(source, 2, "dabei. Thüringen")
    paragraph = source.current_paragraphs[1]
    rows = list(Statement.objects.filter(source=source))
    names = KnownNames()
    read = [sentence for sentence in sentence_states(source) if sentence.paragraph == 2]
    shown = [
        [
            (piece.text, [found.pk for found in piece.statements], [r.pk for r in piece.named])
            for piece in pieces(paragraph.text, sentence, marks(paragraph, rows), names)
        ]
        for sentence in read
    ]
    assert shown == [
        [
            ("Hessen", [], [hessen.pk]),
            (" ist\u00a0", [], []),
            ("dabei.", [row.pk], []),
        ],
        [
            ("Thüringen", [row.pk], [longer.pk]),
            (" folgt", [], [longer.pk]),
            (".", [], []),
        ],
        [("Mehr nicht.", [], [])],
    ]
