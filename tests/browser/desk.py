"""What an editor does at the reading desk, with a script or without."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.serving import ADMINISTRATOR


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
