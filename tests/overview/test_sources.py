"""The pages of the documents, on the real data."""

import re
from collections import Counter

import pytest
from django.test import Client

from hzd_catalogue.overview import sources
from hzd_catalogue.records.statements import Statement
from hzd_catalogue.reference.models import Source
from projects.models import Participation
from tests.checkout import PROJECT
from tests.factories import make_source

pytestmark = pytest.mark.usefixtures("catalogue")


def test_source_page_follows_the_document(client: Client) -> None:
    source = Source.objects.get(code="001")
    response = client.get(source.get_absolute_url())
    numbers = [paragraph.number for paragraph in response.context["facts"].paragraphs]
    assert numbers == sorted(numbers)
    html = response.content.decode()
    for words in ("(EPK)", "(DigitAH)", "800"):
        assert words in html
    for paragraph in response.context["facts"].paragraphs:
        assert f'id="absatz-{paragraph.number}"' in html


def test_source_page_links_each_fact_to_its_place(client: Client) -> None:
    statement = Participation.objects.select_related("source", "record").first()
    html = client.get(statement.source.get_absolute_url()).content.decode()
    assert f'href="{statement.get_absolute_url()}"' in html
    assert (
        f'id="{statement.anchor}"'
        in client.get(statement.record.get_absolute_url()).content.decode()
    )


def test_words_that_several_facts_rest_on_are_quoted_once(client: Client) -> None:
    for source in Source.objects.all():
        response = client.get(source.get_absolute_url())
        shown = []
        for paragraph in response.context["facts"].paragraphs:
            assert all(facts in paragraph.stated or facts.evidence for facts in paragraph.records)
            for facts in paragraph.records:
                groups = [*facts.facts, *facts.evidence]
                shown += [row.pk for group in groups for row in group.statements]
                assert sum(len(group.statements) for group in groups) == len(facts.statements)
                for part in (facts.facts, facts.evidence):
                    quotes = [tuple(group.quotes) for group in part]
                    assert len(set(quotes)) == len(quotes)
        assert len(set(shown)) == response.context["facts"].count


def test_the_newest_source_stands_first_and_says_its_rank(client: Client) -> None:
    make_source("900", rank=900)
    response = client.get("/quellen/")
    rows = response.context["rows"]
    assert [row.place for row in rows] == list(range(len(rows), 0, -1))
    ranks = [row.source.rank for row in rows]
    assert ranks == sorted(ranks, reverse=True)
    assert f"{len(rows)} von {len(rows)}" in response.content.decode()

    # A selection does not change which one it is in time.
    (row,) = (row for row in client.get("/quellen/?datum=ohne").context["rows"] if row.place == 1)
    assert row.source == rows[-1].source
    text = client.get(row.source.get_absolute_url()).content.decode()
    assert f"1 von {len(rows)}, 1 ist die älteste." in text


def test_very_many_documents_have_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [row.source for row in client.get("/quellen/").context["rows"]]
    undated = [row.source for row in client.get("/quellen/?datum=ohne").context["rows"]]
    monkeypatch.setattr(sources, "SOURCES_PER_PAGE", 3)
    for query, everything in (("", whole), ("datum=ohne", undated)):
        found, url = [], f"/quellen/?{query}"
        while url:
            response = client.get(url)
            html = response.content.decode()
            found += [row.source for row in response.context["rows"]]
            pages = response.context["pages"]
            canonical = f"/quellen/{pages.addresses.canonical(pages.paging.number)}"
            escaped = canonical.replace("&", "&amp;")
            assert f'rel="canonical" href="http://testserver{escaped}"' in html
            alls = f"http://testserver/quellen/{pages.addresses.selection}"
            assert f"Hier stehen {len(response.context['rows'])} von" in html
            assert f"alle: {alls}</p>" in html
            url = pages.next_url and f"/quellen/{pages.next_url}"
        assert found == everything
        assert len(everything) > 3
    beyond = client.get("/quellen/?seite=99")
    assert "Diese Seite gibt es nicht" in beyond.content.decode()


def test_marks_around_a_quotation_are_none_of_those_in_it() -> None:
    css = (PROJECT / "static/css/catalogue.css").read_text(encoding="utf-8")
    (rule,) = re.findall(r"^q \{ quotes: ([^;]+);", css, re.MULTILINE)
    outer = set(re.findall(r'"(.)"', rule)[:2])

    assert len(outer) == 2
    quotes = Statement.objects.published().values_list("quote", "since_quote")
    found = {mark for quote in quotes for text in quote for mark in text if mark in "„“”»«"}
    assert found
    assert not found & outer


def test_an_unknown_choice_of_sources_is_said(client: Client) -> None:
    response = client.get("/quellen/?datum=mit")
    assert "Diese Auswahl gibt es nicht" in response.content.decode()
    assert len(response.context["rows"]) == Source.objects.count()


def test_undated_sources_are_those_that_the_gaps_count(client: Client) -> None:
    make_source("900", date_basis="genannt")
    shown = client.get("/quellen/?datum=ohne").context["rows"]
    assert "900" not in {row.source.code for row in shown}
    gaps = client.get("/luecken/").context["gaps"]
    (gap,) = (gap for gap in gaps if gap.title == "Quellen: ohne eigenes Datum")
    assert gap.counts[0].count == len(shown)


def test_the_source_page_says_which_sentences_were_left_out_and_why(client: Client) -> None:
    source = Source.objects.get(code="002")
    html = client.get(source.get_absolute_url()).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())

    assert f"{source.omitted_sentences.count()} Sätze sind ausgelassen" in text
    assert "Absatz 10 Ausgelassen: Satz 1 (Kontaktangabe einer Person)." in text
    assert "ausgelassen" not in client.get(make_source().get_absolute_url()).content.decode()


@pytest.mark.parametrize(("most_facts", "most_paragraphs"), [(7, 200), (500, 3), (7, 2)])
def test_a_document_of_very_many_facts_shows_the_first_and_leads_to_the_others(
    client: Client, monkeypatch: pytest.MonkeyPatch, most_facts: int, most_paragraphs: int
) -> None:
    source = Source.objects.get(code="001")
    stated = Counter(
        Statement.objects.published().filter(source=source).values_list("paragraph", flat=True)
    )
    monkeypatch.setattr(sources, "MOST_FACTS", most_facts)
    monkeypatch.setattr(sources, "MOST_PARAGRAPHS", most_paragraphs)
    response = client.get(source.get_absolute_url())
    facts = response.context["facts"]
    assert len(facts.paragraphs) <= most_paragraphs
    # In the order of the document, and as many as may be; some have left out sentences alone.
    whole = [row.count for row in facts.paragraphs]
    shown = [sum(len(said.statements) for said in row.records) for row in facts.paragraphs]
    assert shown[:-1] == whole[:-1]
    assert shown[-1] == min(whole[-1], most_facts - sum(shown[:-1]))
    assert len(whole) == most_paragraphs or sum(shown) == most_facts
    assert not any(row.records for row in facts.others)
    rows = [*facts.paragraphs, *facts.others]
    assert {row.number: row.count for row in rows if row.count} == stated
    assert (facts.count, facts.is_cut) == (stated.total(), True)
    html = response.content.decode()
    assert f"Gezeigt sind die ersten Angaben, höchstens {most_facts} aus höchstens" in html
    for paragraph in rows:
        # A link to a passage finds its place, shown or not.
        assert html.count(f'id="absatz-{paragraph.number}"') == 1
        address = f"?absatz={paragraph.number}"
        assert (f'href="{address}"' in html) == bool(
            paragraph.left_out or paragraph in facts.others
        )
        alone = client.get(source.get_absolute_url() + address)
        (row,) = alone.context["facts"].paragraphs
        assert (row.number, row.count) == (paragraph.number, paragraph.count)
        assert row.left_out == max(0, row.count - most_facts)
    assert "/aussagen/?quelle=001" in html


def test_the_numbers_of_further_paragraphs_do_not_grow_without_end(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MOST_PARAGRAPHS", 2)
    monkeypatch.setattr(sources, "MOST_NUMBERS", 3)
    response = client.get(Source.objects.get(code="001").get_absolute_url())
    html, facts = response.content.decode(), response.context["facts"]
    assert html.count('id="absatz-') == 5
    assert f"{len(facts.others) - 3} Absätze mehr" in html


def test_a_paragraph_that_says_nothing_is_none(client: Client) -> None:
    address = Source.objects.get(code="001").get_absolute_url()
    whole = client.get(address).context["facts"].count
    for asked in ("999", "0", "99999999", "x", "-1", "\u0661"):
        response = client.get(address, {"absatz": asked})
        assert response.context["facts"].count == whole
        html = response.content.decode()
        assert "Aus diesem Absatz steht hier nichts; die Auswahl gilt nicht." in html
    # A document without any fact, too.
    empty = make_source().get_absolute_url()
    assert client.get(f"{empty}?absatz=1").status_code == 200
