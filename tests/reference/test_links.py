"""A link that an editor writes leads to this site, a web page or a mailbox, and nowhere else."""

import html
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hzd_catalogue.legal.models import LegalPage, OperatorDetails
from hzd_catalogue.reference.links import is_safe, is_web_address
from tests.factories import make_participation, make_project, make_source

WEB = (
    *(
        "https://hzd.hessen.de",
        "http://kgst.de/a?b=c#d",
        "HTTPS://KGSt.de/",
        "https://a.example:8443",
    ),
    *("https://künste.example/straße", "https://[2001:db8::1]/", "https://a.example/@name/"),
)
#: How links begin that pages make by themselves: anchors, queries, mail with a text, telephones.
OWN = ("#", "?", "mailto:", "tel:")
#: Written as people and programs write addresses, with what browsers read otherwise.
ADDRESSES = st.lists(
    st.sampled_from(
        [
            *("http", "https", "HtTpS", "javascript", "data", "vbscript", "file", "mailto", ":"),
            *("/", "//", "\\", "@", "a.example", "fremd.example", "alert(1)", "?", "#", ".", "%2f"),
            *(" ", "\t", "\n", "\0", "\x01", "\x7f", "\xa0", "\xad", "\u200b", "\u202e", "\ufeff"),
        ]
    ),
    max_size=8,
).map("".join)


def as_browsers_read(target):
    """Return scheme and host by the URL standard's rules for what is not as it should be."""
    read = target.strip("".join(map(chr, range(33)))).translate(dict.fromkeys(map(ord, "\t\n\r")))
    parts = urlsplit(f"https://own.example{read}" if read[:1] in "/\\" else read)
    if read[:1] in ("/", "\\") and read[1:2] in ("/", "\\"):
        parts = urlsplit(f"https://{read[2:]}".replace("\\", "/"))
    return parts.scheme, parts.netloc.rpartition("@")[2]


@given(ADDRESSES)
@example("/\\fremd.example")
@example("/\t/fremd.example")
@example("JavaScript:alert(1)")
@example("java\nscript:alert(1)")
@example("\x01javascript:alert(1)")
@example("https://a.example\\@fremd.example")
def test_no_link_leads_to_anything_else(target):
    if not is_safe(target):
        return
    scheme, host = as_browsers_read(target)
    assert scheme in ("http", "https", "mailto")
    if target.startswith("/"):
        assert host == "own.example"
    elif scheme != "mailto":
        # The host that stands there is the one that is asked.
        assert target.lower().startswith(f"{scheme}://{host}")


@pytest.mark.parametrize("address", WEB)
def test_web_addresses_are_links(address):
    assert is_web_address(address)
    assert is_safe(address)


@pytest.mark.parametrize("target", ["/", "/impressum/#a", "mailto:a@example.org", "MAILTO:a@b.de"])
def test_own_pages_and_mailboxes_are_links(target):
    assert is_safe(target)
    assert not is_web_address(target)


@pytest.mark.parametrize(
    "target",
    [
        *(
            "",
            "a.example",
            "//a.example",
            "///a.example",
            "/\\a.example",
            "\\\\a.example",
            "https:/",
        ),
        *(
            "https://",
            "https:a.example",
            "https:\\\\a.example",
            "https://a.example:x/",
            "https://[/",
        ),
        *("https://a@b.example", "https://a.example/ b", "https://a.example/\u202eb", "mailto:"),
        *("mailto:a", "mailto:a@b.de?bcc=c@d.de", "tel:1", "ftp://a.example", "data:text/html,x"),
    ],
)
def test_what_is_neither_is_no_link(target):
    assert not is_safe(target)


@pytest.mark.parametrize("written", ["JaVaScRiPt:alert(1)", "/\\fremd.example"])
def test_no_page_links_to_what_is_written_somewhere(empty_catalogue, client, written):
    source = make_source(published_at=written, publisher=written, title=written)
    project = make_project(name=written, summary=written, description=written, evidence=False)
    make_participation(project, source=source)
    LegalPage.objects.update(title=written, body=f"{written} [{written}]({written}) [[anschrift]]")
    OperatorDetails.objects.update(postal_address=written, email=written, phone=written)

    for address in (
        *(project.get_absolute_url(), source.get_absolute_url(), "/quellen/", "/projekte/"),
        *("/laender/hessen/", "/impressum/", "/barrierefreiheit/", "/"),
    ):
        response = client.get(address)
        assert response.status_code == 200
        links = re.findall(r'(?:href|src|action)="([^"]*)"', response.content.decode())
        assert links
        others = [link for link in map(html.unescape, links) if not link.startswith(OWN)]
        assert [link for link in others if written in link or not is_safe(link)] == []
