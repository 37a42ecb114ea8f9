"""What an editor does at the reading desk, with a script or without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.axe import SCRIPT
from tests.processes import Variables
from tests.serving import ADMINISTRATOR, served


@contextmanager
def signed_in(browser: Browser, site: Variables, width: int, *, has_script: bool) -> Iterator[Page]:
    """Serve a site and sign in to its admin; with scripts, axe is at hand."""
    with (
        served(site) as server,
        browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": 800},
            locale="de-DE",
            java_script_enabled=has_script,
        ) as context,
    ):
        page = context.new_page()
        if has_script:
            page.add_init_script(path=SCRIPT)
            page.emulate_media(reduced_motion="reduce")
        sign_in(page)
        yield page


def sign_in(page: Page, account: tuple[str, str] = ADMINISTRATOR) -> None:
    """Sign in on the way to the form for a new document."""
    page.goto("/verwaltung/reference/source/add/")
    page.get_by_label("Benutzername").fill(account[0])
    page.get_by_label("Passwort").fill(account[1])
    page.get_by_role("button", name="Anmelden").click()


def mark(page: Page, words: str) -> None:
    """Mark words with the mouse, as a reader does: the browser's own event follows."""
    page.evaluate(
        """words => {
          for (const paragraph of document.querySelectorAll("[data-paragraph]")) {
            const nodes = [];
            const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) nodes.push(walker.currentNode);
            const at = paragraph.textContent.indexOf(words);
            if (at < 0) continue;
            const place = (offset) => {
              for (const node of nodes) {
                if (offset <= node.length) return [node, offset];
                offset -= node.length;
              }
            };
            const range = document.createRange();
            range.setStart(...place(at));
            range.setEnd(...place(at + words.length));
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            document.dispatchEvent(new MouseEvent("mouseup"));
            return;
          }
        }""",
        words,
    )


def choose(page: Page, record: str, kind: str) -> None:
    """Choose what a statement is about and add its form; the record is named with its type."""
    page.get_by_label("Eintrag:").select_option(label=record)
    page.get_by_label("Art der Angabe:").select_option(kind)
    page.locator("[name=add]").click()
