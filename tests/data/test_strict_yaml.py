"""Files are read as people read them, and what is wrong is said in German at its line."""

import random
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hzd_catalogue.data.fixtures import to_yaml
from hzd_catalogue.data.strict_yaml import Misread, NotReadableError, read
from tests.chance import seeds, some
from tests.checkout import PROJECT

FILES = sorted((PROJECT / "fixtures").glob("*.yaml"))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_an_export_writes_is_read_as_it_was(text):
    rows = [{"name": text, "rows": [{"text": text, "list": [text]}]}]

    assert read(to_yaml(rows)) == rows


@pytest.mark.parametrize(
    ("written", "reading"),
    {
        **dict.fromkeys(("NO", "no", "off", "Off", "FALSE", "False"), "false"),
        **dict.fromkeys(("yes", "YES", "on", "On", "TRUE", "True"), "true"),
        "010": "8",
        "0x1f": "31",
        "0b11": "3",
        "1_000": "1000",
        "+5": "5",
        "12:30": "750",
        "1.10": "1.1",
        "1.0e+3": "1000.0",
        ".inf": "inf",
        "2026-05-03 10:00:00": "2026-05-03 10:00:00",
        **dict.fromkeys(("~", "null", "Null"), "kein Wert"),
        **dict.fromkeys(("2026-02-30", "=", "1" * 5000), "etwas, das es nicht gibt"),
    }.items(),
)
def test_what_yaml_reads_into_a_word_is_no_value(written, reading):
    assert read(f"- {written}\n- '{written}'\n") == [Misread(written, reading), written]


def test_a_number_a_day_and_a_switch_are_what_they_look_like():
    assert read(
        "- 0\n- -12\n- 2019\n- 2026-05-03\n- true\n- false\n- nein\n- 1e3\n- 08:15 Uhr\n"
    ) == [
        *(0, -12, 2019, date(2026, 5, 3), True, False),
        *("nein", "1e3", "08:15 Uhr"),
    ]


def quoted_lines():
    for file in FILES:
        lines = file.read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines, start=1):
            if re.search(r": '[^']*'$", line):
                yield file.name, lines, number


@pytest.mark.parametrize("mark", ["'", '"'])
def test_a_quotation_that_is_not_closed_is_told_where_it_opens(mark):
    tried = some(quoted_lines(), 20)
    for name, lines, number in tried:
        broken = [line.replace("'", mark) if "''" not in line else line for line in lines]
        broken[number - 1] = broken[number - 1][:-1]
        with pytest.raises(NotReadableError) as error:
            read("\n".join(broken))
        column = broken[number - 1].index(mark) + 1
        place = f"Zeile {number}, Spalte {column}: Das Anführungszeichen, das hier steht, wird "
        assert str(error.value).startswith(place), (name, number)
    assert len(tried) > 5


def broken(text, chance):
    start = chance.randrange(len(text))
    text = text[start : start + 400]
    for _ in range(3):
        at = chance.randrange(len(text))
        mark = chance.choice(["", "\t", "\x07", "\0", *"'\"\\:-?[]{}&*!|>%@`#\n ,"])
        text = text[:at] + mark + text[at + chance.randrange(2) :]
    return text


@pytest.mark.parametrize("seed", seeds(2))
def test_whatever_is_broken_is_told_in_german(seed):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    texts = [file.read_text(encoding="utf-8") for file in FILES]
    told = []
    for _ in range(50):
        try:
            read(broken(chance.choice(texts), chance))
        except NotReadableError as error:
            told.append(str(error))

    assert len(told) > 5
    assert [words for words in told if not re.match(r"Zeile \d+, Spalte \d+: \S", words)] == []
    english = r"\b(the|not|found|while|expected|could|allowed|value|line|is)\b"
    assert [words for words in told if re.search(english, words)] == []


@pytest.mark.parametrize("depth", [21, 999, 5_000])
@pytest.mark.parametrize("nested", ["[", "- ", "{a: "])
def test_what_is_nested_deeply_is_refused(depth, nested):
    closed = {"[": "]", "- ": "", "{a: ": "}"}[nested]

    with pytest.raises(NotReadableError, match="zu tief geschachtelt"):
        read(nested * depth + "b" + closed * depth)
    assert read(nested * 20 + "b" + closed * 20)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- &a [*a]", "Zeile 1, Spalte 3: Verweise mit * kennt der Katalog nicht."),
        ("- a: &x 1\n  b: *x", "Verweise mit * kennt der Katalog nicht."),
        ("- *x", "Zeile 1, Spalte 3: Verweise mit * kennt der Katalog nicht."),
        ("- !!python/name:os.system", "Angaben mit ! kennt der Katalog nicht."),
        ("- !!set {a}", "Angaben mit ! kennt der Katalog nicht."),
        ("- !eigenes x", "Angaben mit ! kennt der Katalog nicht."),
        ("- ? [a]\n  : b", "Der Name eines Felds ist ein Wort."),
        ("- a: 1\n  b: 2\n  a: 3", "Zeile 3, Spalte 3: „a“ steht zweimal, zuerst in Zeile 1."),
        ("- on: 1\n  on: 2", "Zeile 2, Spalte 3: „on“ steht zweimal, zuerst in Zeile 1."),
        ("- a\n---\n- b", "Zeile 2, Spalte 1: Eine Datei hat nur einen Teil"),
        ("- ö\n- öä\x07", "Zeile 2, Spalte 5: Hier steht ein unsichtbares Steuerzeichen."),
    ],
)
def test_what_the_files_do_not_have_is_refused(text, reason):
    with pytest.raises(NotReadableError) as error:
        read(text)

    assert reason in str(error.value)
