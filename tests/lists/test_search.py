from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hzd_catalogue.lists import search
from hzd_catalogue.lists.excerpts import Excerpts
from hzd_catalogue.lists.search import NAME, RELATED, TEXT, Line, Tag, Texts
from hzd_catalogue.lists.thesaurus import Group, Thesaurus
from hzd_catalogue.lists.understanding import Vocabulary, find
from hzd_catalogue.reference.folding import forms, highlight, terms_of


class SearchIndex(search.SearchIndex):
    """An index with its lines beside it."""

    def __init__(self, lines, tags=()):
        self.lines = lines if isinstance(lines, dict) else dict(enumerate(lines))
        super().__init__(self.lines, tags)

    def followed(self, lines, tags):
        index = super().followed(lines, tags)
        index.lines = {**self.lines, **lines}
        return index

    def excerpt(self, position, terms):
        return Excerpts(self, terms).best(position, Texts(self.lines[position]))


def index_of(*names, texts=()):
    lines = [[Line("Name", NAME, name)] for name in names]
    for position, text in texts:
        lines[position].append(Line("Beschreibung", TEXT, text))
    return SearchIndex(lines)


def names_found(index, query):
    return [index.lines[place][0].text for place in find(query, [index]).hits[0].ranked()]


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
    reading = find(typed, [index]).reading

    assert reading.corrections == {typed: meant}
    assert names_found(index, typed) == [meant]


def test_a_short_word_is_not_guessed_at():
    found = find("EPX", [index_of("EPK")])

    assert (found.hits[0].rows, found.reading.corrections) == (0, {})


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
    corrections = find(typed, [index_of(meant)]).reading.corrections

    assert corrections == ({typed: meant} if is_forgiven else {})


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Wein", "ein"),  # carries no meaning
        ("Tier", "vier"),  # another first letter in a short word
        ("Kassel", "dasselbe"),
        ("Bier", "Bürger"),  # the beginning of a longer word
        ("Biene", "bietet"),
        ("Strafe", "Strategie"),  # no compound, no ending
    ],
)
def test_nothing_absurd_is_taken_for_a_typing_error(typed, word):
    found = find(typed, [index_of(word)])

    assert (found.hits[0].rows, found.reading.corrections) == (0, {})


def test_the_beginning_of_a_longer_word_may_be_mistyped_from_six_letters_on():
    assert find("Wohngl", [index_of("Wohngeldbehörden")]).reading.corrections
    assert find("xWohngeldbehörden", [index_of("Wohngeldbehörden")]).reading.corrections


def test_an_ending_goes_only_where_four_letters_stay():
    assert terms_of("Tage Gerichten")[0].variants == ("tage",)
    assert "gericht" in terms_of("Tage Gerichten")[1].variants


def test_a_word_known_to_another_index_is_not_corrected():
    found = find("Wohngelt", [index_of("Wohngeld"), index_of("Wohngelt")])

    assert [hits.rows for hits in found.hits] == [0, 1]
    assert not found.reading.corrections


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

    assert find(query, [index], relaxed=True).hits[0].rows >= 0


@given(st.text(min_size=1))
@example("0000-01-00")  # a date, to a query
def test_a_text_is_found_by_each_of_its_words(text):
    index = SearchIndex([[Line("Name", NAME, text)]])
    for word in text.split():
        if forms(word) and terms_of(word):
            assert find(word, [index]).hits[0].rows == 1


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [
        ("Orientierung", "Tier", False),  # four letters in the middle, three after them
        ("Wohngeld", "geld", True),
        ("Landkreis", "Eis", False),
        ("Eisenbahn", "Eis", True),
        ("transparent", "Rente", False),  # what is left of it is sooner found by chance
        ("Rentnerin", "Renten", True),
        ("eMPK", "MPK", True),
        ("HessenDANTE", "dan", True),
        ("Kampfkraft", "mpf", False),
        ("eKIS", "KI", False),  # two letters are a whole word or none
        ("e²P", "e2", True),
        ("Kreise", "Reise", False),  # fewer than three letters before it
        ("Dienstreise", "Reise", True),
        ("Landkreise", "Reise", False),  # no word ends in "dk" ...
        ("Gesellschaft", "Haft", False),  # ... or "sc"
        ("Untersuchungshaft", "Haft", True),
        ("Landübersicht", "Ebers", False),  # within the umlaut
        ("Gerichte", "Richter", False),
    ],
)
def test_the_shorter_the_word_the_nearer_to_a_beginning_it_stands(text, query, is_found):
    assert names_found(index_of(text), query) == ([text] if is_found else [])


def test_a_word_left_open_is_ended_by_the_next_one():
    index = index_of("Posteingangs- und Postausgangsmanagement", "Posteingangs", "Management")

    assert names_found(index, "Posteingangsmanagement") == [
        "Posteingangs- und Postausgangsmanagement"
    ]
    assert names_found(index, "Posteingangsregister") == []
    (marked, _rest) = highlight("Posteingangs- offen", terms_of("Posteingangsmanagement"))
    assert (marked.text, marked.is_match) == ("Posteingangs", True)


@pytest.mark.parametrize("query", ["21.02.2024", "21.2.2024", "2024-02-21", "2/2024"])
def test_a_date_is_found_in_figures_and_in_words(query):
    index = index_of("seit dem 21. Februar 2024", "seit dem 2. Oktober 2024")

    assert names_found(index, query) == ["seit dem 21. Februar 2024"]


@pytest.mark.parametrize("date", ["21.02.2024", "2024-02-21", "2/2024", "0000-01-00"])
def test_a_date_in_figures_is_found_as_it_stands(date):
    assert names_found(index_of(f"Stand: {date}", "Stand: 3.3.1999"), date) == [f"Stand: {date}"]


def read(query, *names, relaxed=True, **vocabulary):
    """Return the reading that counts, and the names found."""
    index = index_of(*names)
    found = find(query, [index], Vocabulary(**vocabulary), relaxed=relaxed)
    return found.reading, [index.lines[place][0].text for place in found.hits[0].ranked()]


@pytest.mark.parametrize(
    ("query", "heading", "found"),
    [
        ("Wohngeldantrag", "Zu „wohngeld“:", ["Wohngeld"]),
        ("Schriftenwechsel", "Zu „schrift“:", ["Schrift"]),
        ("Wohngeld beantragen", "Ohne „beantragen“ gefunden:", ["Wohngeld"]),
        ("Quark Wohngeldantrag", "Zu „wohngeld“, ohne „Quark“:", ["Wohngeld"]),
        ("Antragwohngeld", "", []),  # the first part is required
        ("Schrift Wohngeld", "", []),  # both stand in names: neither goes
    ],
)
def test_what_finds_nothing_is_relaxed_and_says_so(query, heading, found):
    reading, names = read(query, "Wohngeld", "Schrift")

    assert names == found
    assert (reading.heading if reading.is_relaxed else "") == heading
    assert read(query, "Wohngeld", "Schrift", relaxed=False)[1] == []


def test_the_second_part_of_a_compound_ranks():
    assert read("Spielverbot", "Spiel", "Ein Spiel mit Verbot")[1] == [
        "Ein Spiel mit Verbot",
        "Spiel",
    ]


def test_what_stands_only_in_texts_goes_before_names():
    index = index_of("Wohngeld", "Anderes", texts=[(1, "zu beantragen")])

    assert find("Wohngeld beantragen", [index], relaxed=True).reading.dropped == ["beantragen"]


def test_two_errors_behind_a_right_first_part_are_none():
    assert read("Bundestag", "Bundesrat", "Bund", relaxed=False)[0].corrections == {}
    assert read("Bundesrad", "Bundesrat", "Bund")[0].corrections == {"Bundesrad": "Bundesrat"}


def test_below_six_letters_only_names_are_meant():
    index = index_of("Andere", texts=[(0, "Die Hand.")])

    assert find("Hund", [index]).reading.corrections == {}
    assert read("Hund", "Hand")[0].corrections == {"Hund": "Hand"}


def test_below_eight_letters_nouns_and_names_are_meant():
    index = index_of("Andere", texts=[(0, "Das geht weiter mit einem Tracker.")])

    assert find("Wetter", [index]).reading.corrections == {}
    assert find("Traker", [index]).reading.corrections == {"Traker": "Tracker"}
    assert read("Wetter", "weiter")[0].corrections == {"Wetter": "weiter"}


def test_below_eight_letters_the_beginning_of_a_compound_is_that_of_a_name():
    index = index_of("Andere", texts=[(0, "Die Wohngeldbehörden, die Gerichte.")])

    assert find("Wohngl", [index]).reading.corrections == {}
    assert find("Gerihct", [index]).reading.corrections == {"Gerihct": "Gerichte"}


def test_the_part_that_is_meant_is_named_alone_and_without_what_stands_around_the_typed_word():
    assert read("„Anhlat“?", "Sachsen-Anhalt")[0].corrections == {"Anhlat": "Anhalt"}


def test_each_part_of_a_word_has_a_spelling_however_it_was_written_before():
    assert read("OZZG", "OZGUmsetzung", "OZG-Umsetzung")[0].corrections == {"OZZG": "OZG"}


def test_what_is_written_apart_is_found_as_the_word_that_it_is():
    reading, names = read("Was macht ekom 21", "ekom21", "21 Dinge")

    assert (reading.query, names, reading.is_relaxed) == ("ekom21", ["ekom21"], False)


def test_one_word_that_is_in_no_name_goes_before_several():
    index = index_of("Elektronisches", "Anderes", texts=[(0, "eine Akte"), (1, "ein Gericht")])

    reading = find("elektronische Akte Gericht", [index], relaxed=True).reading
    assert reading.dropped == ["Gericht"]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("Antragsportal", "Zu „antrag“:"),  # stands in a text as it is
        ("Personalrat", ""),  # only its plural does
        ("Haushalt", ""),  # four letters, and in no name
        ("Bundestag", ""),  # in more than an eighth of all rows, and in no name
        ("Landschaft", ""),  # stands for everything
        ("Behördengang", "Zu „behörden“:"),  # however often: it is long enough
        ("Asylhilfe", "Zu „asyl“:"),  # four letters of a name, and a second part
        ("Asylheim", ""),
    ],
)
def test_a_first_part_that_tells_little_leads_nowhere(query, heading):
    texts = [
        "Ein Antrag auf Hilfe",
        "Personen zu Hause, kein Halt",
        "Bundes- und Landesrecht",
        "Bundes-IT",
        "Schaft",
    ]
    names = ("Asyl", "Land", *(f"Amt {number}" for number in range(10)))
    index = index_of(*names, texts=enumerate(f"{text} der Behörden" for text in texts))
    vocabulary = Vocabulary(frozenset({"land"}))

    reading = find(query, [index], vocabulary, relaxed=True).reading
    assert (reading.heading if reading.is_relaxed else "") == heading


def test_words_of_questions_carry_no_meaning():
    assert read("Wer betreibt und was ist Wohngeld?", "Wohngeld", "was Wer")[1] == ["Wohngeld"]


def test_words_that_stand_for_everything_neither_rank_nor_forbid():
    weak = {"weak_words": frozenset({"projekte"})}

    assert read("Projekte Wohngeld", "Wohngeld", **weak)[0].left_out == ["Projekte"]
    names = ("Projekte im Wohngeld", "Die Projekte", "Amt Wohngeld")
    assert read("Projekte Wohngeld", *names, **weak)[1] == ["Projekte im Wohngeld"]


def tagged(*tags):
    lines = [[Line("Name", NAME, name)] for name in ("Alpha", "Beta", "Gamma")]
    return SearchIndex(lines, tags)


def test_a_label_is_found_and_said():
    index = tagged(Tag("Status", "im Einsatz", 0b101))

    assert names_found(index, "Einsatz") == ["Alpha", "Gamma"]
    assert names_found(index, "Alpha im Einsatz") == ["Alpha"]
    excerpt = index.excerpt(0, terms_of("Einsatz"))
    assert (excerpt.label, excerpt.text) == ("Status", "im Einsatz")
    assert index.excerpt(1, terms_of("Einsatz")) is None


def test_a_companion_is_found_only_beside_other_words():
    index = tagged(Tag("Land", "Schleswig-Holstein", 0b011, is_companion=True))

    assert names_found(index, "Schleswig Holstein") == []
    assert names_found(index, "Schleswig-Holstein Beta") == ["Beta"]
    assert names_found(index, "Gamma Holstein") == []


THESAURUS = Thesaurus(
    [
        Group("miete", ["Mietzuschuss", "Hilfe zum Wohnen"], ["Wohngeld"]),
        Group("flucht", ["Flüchtlinge"], ["Asyl", "Großes Asylverfahren"]),
    ]
)


@pytest.mark.parametrize(
    ("query", "found", "also"),
    [
        ("Mietzuschuss", ["Wohngeld"], ["Wohngeld"]),
        ("Mietzuschüsse", ["Wohngeld"], ["Wohngeld"]),
        ("Flüchtling", ["Asyl", "Großes Asylverfahren"], ["Asyl", "Großes Asylverfahren"]),
        ("Hilfe Wohnen", ["Wohngeld"], ["Hilfe Wohnen", "Wohngeld"]),
        ("Hilfe", [], []),
        ("Mietzuschuss Asyl", [], ["Wohngeld"]),
    ],
)
def test_the_thesaurus_leads_from_typed_words_to_those_of_the_catalogue(query, found, also):
    names = ("Asyl", "Wohngeld", "Großes Asylverfahren")
    reading, ranked = read(query, *names, relaxed=False, thesaurus=THESAURUS)

    assert ranked == found
    assert [phrase for phrase in reading.also if phrase != reading.query] == [
        phrase for phrase in also if phrase != query
    ]


def test_what_was_typed_comes_before_what_the_thesaurus_leads_to():
    names = ("Wohngeld", "Mietzuschuss")

    assert read("Mietzuschuss", *names, thesaurus=THESAURUS)[1] == ["Mietzuschuss", "Wohngeld"]
    texts = index_of("Wohngeld", "Anderes", texts=[(1, "Mietzuschuss")])
    hits = find("Mietzuschuss", [texts], Vocabulary(thesaurus=THESAURUS)).hits[0]
    assert hits.ranked() == [0, 1]
    assert hits.ranked(1) == [0]


def test_a_mistyped_word_of_the_thesaurus_is_corrected():
    reading, found = read("Mitzuschuss", "Wohngeld", relaxed=False, thesaurus=THESAURUS)

    assert (reading.corrections, found) == ({"Mitzuschuss": "Mietzuschuss"}, ["Wohngeld"])


_WORDS = st.sampled_from(
    [
        "Wohngeld",
        "wohngeld,",
        "Wohngelder;",
        "Länder",
        "(Lander)",
        "Sachsen-Anhalt",
        "Anhalt",
        "eMPK",
        "e²P®",
        "Posteingangs-",
        "und",
        "Postausgangsmanagement",
        "Sport-",
        "Pferdewetten",
        "Tracker",
        "tracker",
        "TRACKER",
        "Wetter",
        "weiter",
    ]
)
_LINES = st.lists(
    st.builds(
        lambda weight, words: Line("Zeile", weight, " ".join(words)),
        st.sampled_from([NAME, RELATED, TEXT]),
        st.lists(_WORDS, min_size=1, max_size=6),
    ),
    max_size=3,
)
#: Near to each other, words are kept as bitmaps; far from each other, as positions.
_PLACES = st.sampled_from([0, 1, 2, 300, 301, 302, 400])
_TAGS = st.lists(
    st.builds(Tag, st.just("Land"), _WORDS, st.integers(0, 2**400), st.booleans()), max_size=2
)
_ASKED = [
    *("wohngeld", "Wohngedl", "Länder", "lander", "Anhlat", "mpk", "e2p", "Traker", "Wettre"),
    *("Posteingangsmanagement", "Sportwetten", "Pferde wetten", "und", "Wohngeldantrag"),
]


def everything_of(index):
    """Return all that an index answers."""
    found = [find(query, [index], relaxed=True) for query in _ASKED]
    terms = [term for query in _ASKED for term in terms_of(query)]
    return (
        [(item.reading, item.hits, item.hits[0].ranked()) for item in found],
        [index.excerpt(place, [term]) for place in sorted(index.lines) for term in terms],
        [index.is_whole_name(place, [term]) for place in sorted(index.lines) for term in terms],
        [(index.knows(term), index.is_named(term), index.nearest(term, 2)) for term in terms],
        [index.is_word(form) for term in terms for form in term.variants],
        index.row_count,
    )


@given(
    st.dictionaries(_PLACES, _LINES),
    st.lists(st.tuples(st.dictionaries(_PLACES, _LINES), _TAGS), max_size=3),
)
def test_an_index_that_follows_changes_is_the_one_that_is_made_anew(rows, changes):
    index = SearchIndex(rows)
    for changed, drawn in changes:
        before, said = index, everything_of(index)
        rows = {**rows, **changed}
        listed = sum(1 << place for place, lines in rows.items() if lines)
        tags = [replace(tag, rows=tag.rows & listed) for tag in drawn]
        index = before.followed(changed, tags)

        assert everything_of(index) == everything_of(SearchIndex(rows, tags))
        assert everything_of(before) == said
