"""A quotation stands letter for letter in the paragraph it names, or the nearest is offered."""

import pytest
from django.core.exceptions import ValidationError

from hzd_catalogue.records.models import Statement, UserGroup
from hzd_catalogue.records.quotations import fault, nearest
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.reference.models import OmittedSentence
from hzd_catalogue.reference.sentences import fingerprint
from tests.factories import make_project, make_source, passage

TEXT = [
    "Die „ekom21“ ist Prüfstelle für Kommunen.",
    "Hessen ist dabei, seit Ende September 2019.",
    "Rund\u00a0270.000 Konten gibt es. Die Prüfstelle ist die „ekom21“.",
    "Hessen ist dabei.",
]


@pytest.mark.parametrize(
    ("number", "quote", "expected"),
    [
        (2, "seit Ende September 2019", None),
        (1, "„ekom21“ ist", None),
        (
            9999,
            "Prüfstelle für Kommunen",
            (True, "Das Dokument hat nur 4 Absätze. Der Wortlaut steht in Absatz 1."),
        ),
        (
            9999,
            "Prüfstelle der Kommunen",
            (
                True,
                (
                    "Das Dokument hat nur 4 Absätze. "
                    "Am nächsten kommt Absatz 1: „Prüfstelle für Kommunen“."
                ),
            ),
        ),
        (
            1,
            "Hessen ist dabei",
            (
                True,
                (
                    "Der Wortlaut „Hessen ist dabei“ steht nicht in Absatz 1, "
                    "aber in Absatz 2 und Absatz 4."
                ),
            ),
        ),
        (
            1,
            'Die "ekom21" ist',
            (
                False,
                (
                    'Der Wortlaut „Die "ekom21" ist“ steht nicht in Absatz 1. '
                    "Am nächsten kommt Absatz 1: „Die „ekom21“ ist“."
                ),
            ),
        ),
        (
            3,
            "Rund 270.000 Konten",
            (
                False,
                (
                    "Der Wortlaut „Rund 270.000 Konten“ steht nicht in Absatz 3. "
                    "Zwischen „Rund“ und „270.000“ steht in Absatz 3 kein einfaches Leerzeichen, "
                    "sondern etwa ein geschütztes: bitte nur bis dahin zitieren."
                ),
            ),
        ),
        (
            2,
            "Völlig frei erfunden",
            (
                False,
                (
                    "Der Wortlaut „Völlig frei erfunden“ steht nicht in Absatz 2. "
                    "Nichts im Dokument kommt ihm nahe."
                ),
            ),
        ),
    ],
)
def test_a_quotation_is_compared_letter_for_letter(number, quote, expected):
    assert fault(TEXT, number, quote) == expected


def test_what_is_offered_stands_there_and_is_no_longer_than_may_be_quoted():
    """Whatever word of a phrase is changed, the phrase itself is offered, or another that stands.

    A property: each run of up to twelve words of a long paragraph, with one word spoilt.
    """
    text = " ".join(f"Wort{number}, das {number % 7} mal zählt" for number in range(30))
    words = text.split()
    for length in (7, 12):
        for first in range(len(words) - length):
            phrase = words[first : first + length]
            phrase[length // 2] = "falsch"
            found = nearest([text], 1, " ".join(phrase))
            assert found is not None
            assert found.words in text
            assert len(found.words.split()) <= 12


@pytest.fixture
def source(empty_catalogue):
    source = make_source()
    take_in(source, TEXT)
    return source


def stated(source, **values):
    values = passage(source, **{"paragraph": 2, "quote": "Hessen ist dabei", **values})
    return UserGroup(record=make_project(evidence=False), user_group="Gerichte", **values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"paragraph": 9999}, "paragraph"),
        ({"paragraph": 3}, "paragraph"),
        ({"quote": "Hessen war dabei"}, "quote"),
        ({"year": 2019, "since_quote": "September 2020"}, "since_quote"),
        # Both quotations share the number, which fits the first.
        ({"year": 2019, "since_quote": "Konten gibt es"}, "since_quote"),
    ],
)
def test_what_does_not_stand_there_is_refused_beside_its_field(source, values, field):
    stated(source).full_clean()
    with pytest.raises(ValidationError) as error:
        stated(source, **values).full_clean()
    assert list(error.value.message_dict) == [field]


@pytest.mark.django_db
def test_while_the_text_is_missing_everything_is_kept_as_it_is_typed(empty_catalogue):
    statement = stated(make_source(), paragraph=9999, quote="Völlig frei erfunden")
    statement.full_clean()
    statement.save()
    assert Statement.objects.get().quote == "Völlig frei erfunden"


@pytest.mark.django_db
def test_umlauts_in_two_pieces_are_the_same_letters(source):
    statement = stated(source, paragraph=1, quote="Pru\u0308fstelle")
    statement.full_clean()
    statement.save()
    assert Statement.objects.get().quote == "Prüfstelle"


@pytest.mark.django_db
def test_a_row_that_is_stored_already_does_not_hold_up_the_others(source):
    """Who did not touch it can save the form around it; who touches it corrects it."""
    statement = stated(source, quote="Völlig frei erfunden")
    statement.save()
    statement.full_clean()
    statement.paragraph = 3
    with pytest.raises(ValidationError):
        statement.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "sentence", "message"),
    [
        ((4, 1), "Hessen ist dabei.", None),
        ((5, 1), "Hier nie.", {"paragraph": ["Das Dokument hat nur 4 Absätze."]}),
        ((4, 2), "Hier nie.", {"number": ["Absatz 4 hat nur 1 Satz."]}),
        (
            (3, 1),
            "Hier nie.",
            {
                "fingerprint": [
                    (
                        "Der Fingerabdruck dieses Satzes ist "
                        f"{fingerprint('Rund 270.000 Konten gibt es.')}."
                    )
                ]
            },
        ),
        (
            (3, 1),
            "Hessen ist dabei.",
            {"fingerprint": ["Dieser Satz steht in Absatz 4, Satz 1."]},
        ),
    ],
)
def test_a_sentence_that_is_left_out_stands_in_the_document(source, place, sentence, message):
    omitted = OmittedSentence(
        source=source,
        paragraph=place[0],
        number=place[1],
        fingerprint=fingerprint(sentence),
        reason="Überschrift",
    )
    if message is None:
        omitted.full_clean()
        return
    with pytest.raises(ValidationError) as error:
        omitted.full_clean()
    assert error.value.message_dict == message
