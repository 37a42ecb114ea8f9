"""A sixth document comes in by hand: pasted, read at the desk until no sentence is open."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import findings
from tests.browser.desk import choose, mark, signed_in
from tests.processes import shell

#: Invented. It says of Rheinland-Pfalz what no document said before it, and of Brandenburg, which
#: takes part by document 000, that it has left.
TEXT = """Neues vom Wohngeld

Im Wohngeldverfahren arbeiten Hessen, Thüringen und Rheinland-Pfalz zusammen. Brandenburg ist
nicht mehr dabei. Das sagte die HZD im Mai.

Mehr dazu folgt."""
PROJECT = "Wohngeldverfahren (He)WoG (Projekt)"
ASK = """
import json
from hzd_catalogue.records.models import Statement
from hzd_catalogue.reference.models import Source
source = Source.objects.get(code="005")
print(json.dumps([
    sorted(f"{row.fact}|{row.paragraph}|{row.quote}" for row in source.statements.all()),
    sorted(row.reason for row in source.omitted_sentences.all()),
]))
"""


def add_source(page: Page) -> None:
    """Add the document; number, address and rank are suggested."""
    page.get_by_label("Titel:").fill("Neues vom Wohngeld")
    page.get_by_label("Datum ist:").select_option("unbekannt")
    page.get_by_label("Woraus sich das Datum ergibt:").fill("Es nennt keines.")
    page.get_by_label("Grund für den Rang:").fill("Es kam zuletzt herein.")
    page.get_by_role("button", name="Sichern und weiter bearbeiten").click()


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_document_is_read_until_no_sentence_is_open(browser, own_site, has_script):
    with signed_in(browser, own_site, 1280, has_script=has_script) as page:
        add_source(page)
        page.get_by_role("link", name="Text des Dokuments").click()
        page.get_by_role("link", name="Text aufnehmen").click()
        page.get_by_label("Text:").fill(TEXT.replace("\nnicht", " nicht"))
        page.get_by_role("button", name="Absätze zeigen").click()
        expect(page.locator(".paragraphs > li")).to_have_count(3)
        page.get_by_role("button", name="So aufnehmen").click()
        page.get_by_role("link", name="Am Lesepult lesen").click()
        expect(page.get_by_text("5 Sätze offen.")).to_be_visible()

        # Two statements from one passage, at once.
        if has_script:
            assert not findings(page)
            page.set_viewport_size({"width": 1280, "height": 800})
            mark(page, "Hessen, Thüringen und Rheinland-Pfalz")
        else:
            page.get_by_label("Absatz:").fill("2")
            page.get_by_label("Wortlaut:").fill("Hessen, Thüringen und Rheinland-Pfalz")
        choose(page, PROJECT, "beteiligung")
        choose(page, PROJECT, "beteiligung")
        for number, state in enumerate(("Thüringen", "Rheinland-Pfalz")):
            row = page.locator("fieldset").nth(number)
            row.get_by_label("Bundesland:").select_option(label=state)
            row.get_by_label("Status:").select_option("beteiligt")
        page.get_by_role("button", name="Sichern").click()
        expect(page.get_by_text("2 Angaben gesichert")).to_be_visible()
        expect(page.get_by_text("4 Sätze offen.")).to_be_visible()

        # What does not stand there is refused, and the nearest passage is offered.
        page.get_by_role("link", name="Angabe daraus (Absatz 2, Satz 2)").click()
        choose(page, PROJECT, "beleg")
        page.get_by_label("Beleg für:").select_option("beschreibung")
        page.get_by_label("Wortlaut:").fill("Brandenburg ist nicht dabei")
        page.get_by_role("button", name="Sichern").click()
        expect(page.get_by_text("Am nächsten kommt Absatz 2")).to_be_visible()
        page.get_by_label("Wortlaut:").fill("Brandenburg ist nicht mehr dabei")
        page.get_by_role("button", name="Sichern").click()

        for place, reason in (
            ("Absatz 1, Satz 1", "Überschrift"),
            ("Absatz 2, Satz 3", "Wann, sagt der Satz nicht"),
            ("Absatz 3, Satz 1", "Verweis"),
        ):
            sentence = page.locator(".desk-sentence.is-offen").first
            sentence.get_by_text(f"Bewusst auslassen ({place})").click()
            sentence.get_by_label("Grund").fill(reason)
            sentence.get_by_role("button", name="Auslassen").click()
        expect(page.get_by_text("Kein Satz ist offen.")).to_be_visible()

    statements, reasons = json.loads(shell(own_site, ASK))
    assert reasons == ["Verweis", "Wann, sagt der Satz nicht", "Überschrift"]
    assert statements == [
        "Beleg für: Beschreibung|2|Brandenburg ist nicht mehr dabei",
        "Rheinland-Pfalz: beteiligt|2|Hessen, Thüringen und Rheinland-Pfalz",
        "Thüringen: beteiligt|2|Hessen, Thüringen und Rheinland-Pfalz",
    ]
