import pytest
from hypothesis import given
from hypothesis import strategies as st

from hzd_catalogue.lists.search import (
    NAME,
    RELATED,
    TEXT,
    Line,
    SearchIndex,
    find,
    forms,
    highlight,
    terms_of,
)


def index_of(*names, texts=()):
    lines = [[Line("Name", NAME, name)] for name in names]
    for position, text in texts:
        lines[position].append(Line("Beschreibung", TEXT, text))
    return SearchIndex(lines)


def names_found(index, query):
    result = find(query, [index])[0]
    ranked = sorted(result.scores, key=lambda place: (-result.scores[place], place))
    return [index.lines[place][0].text for place in ranked]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Fußfessel", "fussfessel"),
        ("Fussfessel", "Fußfessel"),
        ("Präsenzkontrolle", "praesenzkontrolle"),
        ("Praesenzkontrolle", "PRÄSENZKONTROLLE"),
        ("(He)WoG", "HeWoG"),
        ("HeWoG", "(He)WoG"),
        ("e²P", "e2P"),
        ("e2P", "e²p"),
        ("OZG-Umsetzung", "ozgumsetzung"),
        ("OZGUmsetzung", "OZG-Umsetzung"),
        ("Wohngeldverfahren", "geld"),
        ("Spielersperrsystem", "sperr"),
        ("Elektronische Präsenzkontrolle", "Präsenz kontrolle"),
        ("Elektronische Präsenzkontrolle", "kontrolle elektronische"),
        ("Land", "Länder"),
        ("Länder", "Land"),
        ("Projekt", "Projekte"),
        ("Gericht", "Gerichten"),
        ("Café", "cafe"),
        ("FISBOX®", "fisbox"),
        ("Bürger- und Servicekonto", "Konto Bürger"),
        ("Register", "das Register"),
    ],
)
def test_finds(text, query):
    assert names_found(index_of(text, "Ganz anderes"), query) == [text]


@pytest.mark.parametrize(
    ("text", "query"), [("Wohngeld", "Wohnung"), ("Saarland", "Sachsen"), ("OASIS", "OASIS EAÜ")]
)
def test_does_not_find(text, query):
    index = index_of(text, "EAÜ")

    assert names_found(index, query) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Wohngelt", "Wohngeld"),
        ("Schutzschriftregister", "Schutzschriftenregister"),
        ("Aufenhaltsüberwachung", "Aufenthaltsüberwachung"),
        ("Staatskanzlie", "Staatskanzlei"),
    ],
)
def test_one_typing_error_is_forgiven_and_named(typed, meant):
    index = index_of(meant, "Blockchain")
    result = find(typed, [index])[0]

    assert result.corrections == {typed: meant}
    assert names_found(index, typed) == [meant]


def test_a_short_word_is_not_guessed_at():
    result = find("EPX", [index_of("EPK")])[0]

    assert (result.hits, result.corrections) == (0, {})


@pytest.mark.parametrize(
    ("typed", "meant", "is_forgiven"),
    [
        ("Lnad", "Land", True),
        ("Lnda", "Land", False),
        ("Wohnunk", "Wohnung", True),
        ("Wihnunk", "Wohnung", False),
        ("Wihngelt", "Wohngeld", True),
        ("Wihnkelt", "Wohngeld", False),
    ],
)
def test_one_error_is_forgiven_from_four_letters_on_and_two_from_eight(typed, meant, is_forgiven):
    corrections = find(typed, [index_of(meant)])[0].corrections

    assert corrections == ({typed: meant} if is_forgiven else {})


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Wein", "ein"),  # carries no meaning
        ("Tier", "vier"),  # another first letter in a short word
        ("Kassel", "dasselbe"),
        ("Bier", "Bürger"),  # the beginning of a longer word
        ("Biene", "bietet"),
    ],
)
def test_nothing_absurd_is_taken_for_a_typing_error(typed, word):
    result = find(typed, [index_of(word)])[0]

    assert (result.hits, result.corrections) == (0, {})


def test_the_beginning_of_a_longer_word_may_be_mistyped_from_six_letters_on():
    assert find("Wohngl", [index_of("Wohngeldbehörden")])[0].corrections
    assert find("xWohngeldbehörden", [index_of("Wohngeldbehörden")])[0].corrections


def test_an_ending_goes_only_where_four_letters_stay():
    assert terms_of("Tage Gerichten")[0].variants == ("tage",)
    assert "gericht" in terms_of("Tage Gerichten")[1].variants


def test_a_word_known_to_another_index_is_not_corrected():
    results = find("Wohngelt", [index_of("Wohngeld"), index_of("Wohngelt")])

    assert [result.hits for result in results] == [0, 1]
    assert not results[0].corrections


def test_names_come_before_texts_and_whole_words_before_parts():
    index = index_of(
        "Anderes", "Steuerverwaltung", "Steuer", texts=[(0, "Das Verfahren der Steuer.")]
    )

    assert names_found(index, "Steuer") == ["Steuer", "Steuerverwaltung", "Anderes"]


def test_a_whole_name_comes_before_names_that_contain_it():
    index = index_of("Amt Land Hessen", "Land Hessen")

    assert names_found(index, "Land Hessen") == ["Land Hessen", "Amt Land Hessen"]


def test_the_excerpt_is_the_line_with_the_match():
    index = SearchIndex(
        [[Line("Name", NAME, "OASIS"), Line("Thema", RELATED, "Spiel"), Line("Rolle", TEXT, "x")]]
    )

    assert index.excerpt(0, terms_of("spiel")).label == "Thema"
    assert index.excerpt(0, terms_of("oasis")) is None


def test_the_excerpt_is_the_best_of_several_lines():
    lines = [
        Line("Name", NAME, "OASIS"),
        Line("Rolle", TEXT, "Spiel"),
        Line("Beschreibung", TEXT, "Spiel und Sperre"),
        Line("Thema", RELATED, "Sperre"),
    ]
    index = SearchIndex([lines])

    assert index.excerpt(0, terms_of("spiel sperre")).label == "Beschreibung"
    assert index.excerpt(0, terms_of("sperre")).label == "Thema"


@given(st.text())
def test_highlighting_loses_nothing(text):
    fragments = highlight(text, terms_of("e a s"))

    assert "".join(fragment.text for fragment in fragments) == text


def test_highlighting_marks_words_without_their_punctuation():
    fragments = highlight("Das „(He)WoG“, früher.", terms_of("hewog"))

    assert [(item.text, item.is_match) for item in fragments] == [
        ("Das „", False),
        ("(He)WoG", True),
        ("“, früher.", False),
    ]


@given(st.text(max_size=300))
def test_any_text_can_be_searched_for(query):
    index = index_of("Wohngeld", "e²P", "Öffentliche Ämter")

    assert find(query, [index])[0].hits >= 0


@given(st.text(min_size=1))
def test_a_text_is_found_by_each_of_its_words(text):
    index = SearchIndex([[Line("Name", NAME, text)]])
    for word in text.split():
        if forms(word) and terms_of(word):
            assert find(word, [index])[0].hits == 1
