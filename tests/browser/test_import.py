"""Edited files come in through the admin: upload, differences, done."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import findings
from tests.browser.desk import signed_in
from tests.checkout import PROJECT


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_file_is_compared_and_taken_in(browser, own_site, tmp_path, has_script):
    text = (PROJECT / "fixtures/partners.yaml").read_text(encoding="utf-8")
    edited = tmp_path / "partners.yaml"
    with signed_in(browser, own_site, 320, has_script=has_script) as page:
        page.goto("/verwaltung/")
        page.get_by_role("link", name="Import").click()
        for old, new, words in (
            ("reach: bundesweit", "reach: egal", "ist keine gültige Option"),
            ("  name: ", "  name: Neues ", "Name: "),
        ):
            edited.write_text(text.replace(old, new, 1), encoding="utf-8")
            page.get_by_label("Dateien:").set_input_files(edited)
            page.get_by_label("Warum:").fill("Durchgesehen")
            page.get_by_role("button", name="Unterschiede zeigen").click()
            expect(page.get_by_text(words).first).to_be_visible()
            expect(page.get_by_label("Warum:")).to_have_value("Durchgesehen")
            if has_script:
                assert not findings(page)
                page.set_viewport_size({"width": 320, "height": 800})
                assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Alles übernehmen").click()
        expect(page.get_by_text("Übernommen: 1 Eintrag.")).to_be_visible()
