"""A frame on another site: shown where the setting names the site, refused everywhere else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser.axe import findings


class Framing(BaseHTTPRequestHandler):
    """Answers with a page that has a frame, of the address behind the question mark."""

    def do_GET(self) -> None:
        """Answer with the page."""
        html = f'<iframe src="{unquote(self.path.partition("?")[2])}" width="900" height="600">'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def other_port() -> Iterator[int]:
    """The port of another site on this machine; by its names there are two of it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Framing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_only_sites_of_the_setting_frame_a_record_and_nobody_its_page(page, site_url, other_port):
    """EMBED_ORIGINS names "localhost" in tests, and not its number (tests/processes.py)."""
    named, other = f"http://localhost:{other_port}/", f"http://127.0.0.1:{other_port}/"
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))

    for address, heading in (
        ("/einbetten/projekte/wohngeld/", "Wohngeldverfahren (He)WoG"),
        ("/einbetten/netz/", "Wer mit wem woran arbeitet"),
    ):
        page.goto(f"{named}?{site_url}{address}")
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("heading", level=1)).to_have_text(heading)
        assert [text for text in complaints if "favicon" not in text] == []
        # What is in the frame leads out of it; a page of this site would not be shown within.
        frame.locator("a").first.click()
        page.wait_for_url(f"{site_url}/**")
        expect(page.get_by_role("contentinfo")).to_be_attached()

    for site, address in (
        (other, "/einbetten/projekte/wohngeld/"),
        (named, "/projekte/wohngeld/"),
    ):
        complaints.clear()
        page.goto(f"{site}?{site_url}{address}")
        assert page.frames[1].url.startswith("chrome-error:"), address
        assert any("frame-ancestors" in text for text in complaints)


@pytest.mark.parametrize(
    "address", ["projekte/?land=DE-TH", "projekte/wohngeld/", "laender/karte/"]
)
def test_what_is_in_a_frame_fits_and_axe_finds_nothing(axe_page, address):
    axe_page.goto(f"/einbetten/{address}")
    assert findings(axe_page) == []
    # The last width that axe looked at is the narrowest.
    assert axe_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
