"""A sixth document comes in by hand through the reading desk, is published, and is taken back."""

import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from docx import Document
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import SCRIPT, findings
from tests.browser.desk import choose, mark, sign_in
from tests.chance import FACTOR
from tests.processes import new_site, shell
from tests.serving import served

#: Invented, as all of it; its name and rank are those that the form suggests.
TEXT = Path(__file__).with_name("sixth_document.txt").read_text(encoding="utf-8")
EDITOR = ("redigiert", "nur-im-test-gueltig")
MAKE_EDITOR = f"""
from django.contrib.auth.models import Group, User
user = User.objects.create_user(*{EDITOR[:1]}, password={EDITOR[1]!r}, is_staff=True)
user.groups.add(Group.objects.get(name="Redaktion"))
"""
PROJECT, PARTNER, COOPERATION = "Fundnetz", "Fundland eG", "Verbund Fundland"
#: What is new by the document: type, the admin's address, name, kind.
NEW = (
    ("Partner", "partners/partner", PARTNER, "genossenschaft"),
    ("Kooperation", "partners/cooperation", COOPERATION, "laenderverbund"),
    ("Projekt", "projects/project", PROJECT, "it-verfahren"),
)
P, G, C = f"{PROJECT} (Projekt)", f"{PARTNER} (Partner)", f"{COOPERATION} (Kooperation)"
SINCE = {"participation_status": "beteiligt", "year": "2025", "part": "mitte"}

#: Passages and what rests on each: record, kind and what is filled in.
PASSAGES: list[tuple[int, str, list[tuple[str, str, dict[str, str]]]]] = [
    (
        3,
        "Seit Mitte 2025 betreiben Hessen, Thüringen und das Saarland gemeinsam das Fundnetz",
        [
            (P, "beteiligung", {**SINCE, "federal_state": "Hessen"}),
            (P, "beteiligung", {**SINCE, "federal_state": "Thüringen"}),
            (P, "beteiligung", {**SINCE, "federal_state": "Saarland"}),
            (P, "beleg", {"aspect": "reichweite"}),
        ],
    ),
    (
        3,
        "was in den Fundbüros der Kommunen abgegeben wird",
        [(P, "beleg", {"aspect": "beschreibung"}), (P, "beleg", {"aspect": "ebene"})],
    ),
    (
        3,
        "rund 40 Tsd. Fundsachen im Jahr",
        [(P, "kennzahl", {"qualifier": "rund", "value": "40000", "unit": "Fundsachen im Jahr"})],
    ),
    (
        4,
        "Träger ist die Fundland eG",
        [
            (P, "rolle", {"partner": PARTNER, "role": "Träger"}),
            (G, "beleg", {"aspect": "beschreibung"}),
        ],
    ),
    (
        4,
        "am 3. März 2024 in Kassel gegründet und gehört den drei Ländern",
        [
            (G, "beleg", {"aspect": "reichweite"}),
            (G, "beleg", {"aspect": "ebene"}),
            (
                C,
                "meilenstein",
                {"event": "beginn", "title": "Gründung der Genossenschaft"}
                | {"year": "2024", "month": "3", "day": "3"},
            ),
        ],
    ),
    (
        5,
        "Der Verbund Fundland will weitere Länder gewinnen",
        [
            (C, "beleg", {"aspect": "beschreibung"}),
            (C, "beleg", {"aspect": "reichweite"}),
            (C, "beleg", {"aspect": "ebene"}),
            (P, "bezug", {"relation": "gehoert-zu", "related_record": C}),
        ],
    ),
    (
        7,
        "Das Saarland nutzt seit 2026 auch das Wohngeldverfahren",
        [
            (
                "Wohngeldverfahren (He)WoG (Projekt)",
                "beteiligung",
                {"federal_state": "Saarland", "participation_status": "nutzt", "year": "2026"},
            )
        ],
    ),
    (
        7,
        "Ende September 2026 kamen dort die ersten Bescheide",
        [
            (
                "Wohngeldverfahren (He)WoG (Projekt)",
                "meilenstein",
                {"event": "erweiterung", "title": "Erste Bescheide im Saarland"}
                | {"year": "2026", "month": "9", "part": "ende"},
            )
        ],
    ),
    # Document 000 says that it is in use.
    (
        7,
        "OASIS ist dagegen weiter in Entwicklung",
        [("Spielersperrsystem OASIS (Projekt)", "status", {"status": "in-entwicklung"})],
    ),
]


def _evidence(paragraph: int, record: str, *quotes: str) -> list[Any]:
    return [(paragraph, quote, [(record, "beleg", {"aspect": "beschreibung"})]) for quote in quotes]


#: The second page: sent as the forms send it, without opening each.
REST = [
    *_evidence(
        9,
        P,
        "Die Nummer führt im Fundnetz zu einem Eintrag",
        "Bilder nimmt das Verfahren nur auf, wenn auf ihnen keine Menschen",
        "Gesucht wird nach Wörtern, nach der Gegend und nach dem Tag",
    ),
    (
        10,
        "Das Fundnetz heißt in den Fundbüros kurz FUN",
        [(P, "name", {"name": "FUN", "name_kind": "kurzform"})],
    ),
    (
        10,
        "Erprobt wurde es zunächst unter dem Namen Fundblick",
        [(P, "name", {"name": "Fundblick", "name_kind": "frueherer-name"})],
    ),
    (
        10,
        "Genutzt wird es von Fundbüros, von Verkehrsbetrieben und von der Polizei",
        [
            (P, "nutzergruppe", {"user_group": name})
            for name in ("Fundbüros", "Verkehrsbetriebe", "Polizei")
        ],
    ),
    (
        11,
        "Niedersachsen tritt dem Fundnetz im Januar 2027 bei",
        [
            (
                P,
                "beteiligung",
                {"federal_state": "Niedersachsen", "participation_status": "tritt-bei"},
            )
        ],
    ),
    (
        11,
        "Sachsen-Anhalt nutzt das Verfahren seit dem 1. September 2026",
        [
            (
                P,
                "beteiligung",
                {"federal_state": "Sachsen-Anhalt", "participation_status": "nutzt"}
                | {"year": "2026", "month": "9", "day": "1"},
            )
        ],
    ),
    *_evidence(11, C, "Beide Länder haben dafür eine Vereinbarung mit dem Verbund geschlossen"),
    (
        13,
        "Der Betrieb kostet rund 300.000 Euro im Jahr",
        [(P, "kennzahl", {"qualifier": "rund", "value": "300000", "unit": "Euro im Jahr"})],
    ),
    *_evidence(13, P, "Für die Kommunen ist das Fundnetz kostenlos"),
    *_evidence(
        15,
        G,
        "Die Fundland eG beschäftigt zwölf Menschen und hat ihren Sitz in Kassel",
        "Ihr Rechenzentrum steht in Erfurt",
        "Aufgenommen werden neue Mitglieder zum Beginn eines Jahres",
    ),
    *_evidence(16, P, "Die HZD berät die Fundland eG beim Betrieb"),
    (
        16,
        "im Mai 2026 eine Schnittstelle gebaut",
        [
            (
                P,
                "meilenstein",
                {"event": "erweiterung", "title": "Schnittstelle zur Anmeldung"}
                | {"year": "2026", "month": "5"},
            )
        ],
    ),
    *_evidence(
        18,
        C,
        "Im Verbund Fundland beraten die beteiligten Länder",
        "Seine Beschlüsse fasst er einstimmig",
        "Ein Beirat aus Fundbüros begleitet ihn und darf Vorschläge machen",
    ),
    (
        18,
        "Er trat zum ersten Mal im Juni 2024 in Gotha zusammen",
        [
            (
                C,
                "meilenstein",
                {"event": "veranstaltung", "title": "Erste Sitzung", "year": "2024", "month": "6"},
            )
        ],
    ),
    *_evidence(
        19,
        P,
        "soll das Fundnetz auch Fahrräder aufnehmen",
        "Geplant ist außerdem eine Anbindung an Fundbüros in Österreich",
    ),
]
OMITTED = {
    (1, 1): "Überschrift",
    (2, 1): "Überschrift",
    (5, 2): "Interesse ist keine Beteiligung",
    (6, 1): "Überschrift",
    (7, 4): "Aussage ohne Inhalt",
    (8, 1): "Überschrift",
    (9, 1): "Ablauf im Fundbüro",
    (12, 1): "Überschrift",
    (13, 2): "Aufteilung unter den Ländern",
    (13, 4): "Wertung",
    (14, 1): "Überschrift",
    (15, 3): "Wechselt jedes Jahr",
    (16, 3): "Erprobung ohne Ergebnis",
    (17, 1): "Überschrift",
    (19, 3): "Aussage ohne Inhalt",
    (20, 1): "Verweis",
    (20, 2): "Hinweis zum Heft",
}
#: What of it is marked, or typed, and left out by hand; the rest is sent as the same forms send it.
MARKED, TYPED, LEFT_OUT_BY_HAND = 5, 3, 3
PATHS = {
    P: "projekte/fundnetz",
    G: "partner/fundland-eg",
    C: "kooperationen/verbund-fundland",
    "Wohngeldverfahren (He)WoG (Projekt)": "projekte/wohngeld",
    "Spielersperrsystem OASIS (Projekt)": "projekte/oasis",
}


def as_docx(text: str) -> bytes:
    """Return the text as a Word file with headings."""
    document = Document()
    for line in filter(None, text.split("\n")):
        if line.endswith("."):
            document.add_paragraph(line)
        else:
            document.add_heading(line)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def add_source(page: Page) -> None:
    """Number, address, name of the file and rank are suggested."""
    expect(page.get_by_label("Nummer:")).to_have_value("005")
    expect(page.get_by_label("Dateiname:")).to_have_value("005.txt")
    expect(page.get_by_label("Rang in der Zeit:")).to_have_value("6")
    page.get_by_label("Titel:").fill("Fundsachen kennen keine Grenzen")
    page.get_by_label("Datum:", exact=True).fill("Oktober 2026")
    page.get_by_label("Datum ist:").select_option("erschlossen")
    page.get_by_label("Woraus sich das Datum ergibt:").fill("Das letzte Ereignis darin.")
    page.get_by_label("Grund für den Rang:").fill("Es ist das neueste.")
    page.get_by_role("button", name="Sichern und weiter bearbeiten").click()


def take_text_in(page: Page, is_file: bool) -> None:
    page.get_by_role("link", name="Text des Dokuments").click()
    page.get_by_role("link", name="Text aufnehmen").click()
    if is_file:
        word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        file: Any = {"name": "Heft 6.docx", "mimeType": word, "buffer": as_docx(TEXT)}
        page.get_by_label("Datei:").set_input_files(file)
    else:
        page.get_by_label("Text:").fill(TEXT)
    page.get_by_role("button", name="Absätze zeigen").click()
    expect(page.locator(".paragraphs > li")).to_have_count(20)
    page.get_by_role("button", name="So aufnehmen").click()


def correct_the_cut(page: Page) -> None:
    """The rule does not know "Tsd." and takes its full stop for an end."""
    page.get_by_role("link", name="Sätze von Absatz 3 berichtigen").click()
    sentences = page.get_by_label("Sätze, jeder in einer Zeile:")
    sentences.fill(sentences.input_value().replace("Tsd.\nFundsachen", "Tsd. Fundsachen"))
    page.get_by_role("button", name="Sichern").click()
    expect(page.get_by_text("Absatz 3 hat jetzt 3 Sätze.")).to_be_visible()


def add_records(page: Page, desk: str) -> None:
    """Drafts: what proves them is still to be read."""
    for label, _address, name, kind in NEW:
        page.get_by_role("button", name=f"{label} anlegen").click()
        page.get_by_label("Name:", exact=True).fill(name)
        page.get_by_label("Kurz gesagt:").fill(f"{name} hilft, Verlorenes zu finden.")
        page.get_by_label("Beschreibung:").fill(f"{name} ist neu. Davon handelt ein Heft.")
        page.get_by_role("group", name="Einordnung").get_by_label("Art:").select_option(kind)
        page.get_by_label("Reichweite:").select_option("laenderuebergreifend")
        page.get_by_label("Land", exact=True).check()
        page.get_by_role("button", name="Sichern", exact=True).click()
        page.goto(desk)


def make_statements(page: Page, has_script: bool) -> None:
    for paragraph, quote, statements in PASSAGES[: MARKED if has_script else TYPED]:
        if has_script:
            mark(page, quote)
            expect(page.locator("#angabe [role=status]")).to_contain_text(quote)
        else:
            page.get_by_label("Absatz:").fill(str(paragraph))
            page.get_by_label("Wortlaut:").fill(quote)
        for record, kind, _values in statements:
            choose(page, record, kind)
        for number, (_record, _kind, values) in enumerate(statements):
            for name, value in values.items():
                field = page.locator(f"[name=angabe-{number}-{name}]")
                if field.evaluate("field => field.tagName") != "SELECT":
                    field.fill(value)
                elif name in ("federal_state", "partner", "related_record"):
                    label = f"{value} (Partner)" if name == "partner" else value
                    field.select_option(label=label)
                else:
                    field.select_option(value)
        page.get_by_role("button", name="Sichern").click()
        expect(page.get_by_text(re.compile("Angaben? gesichert"))).to_be_visible()


def send_the_rest(page: Page, has_script: bool) -> None:
    """Send what the forms of the desk send, with what stands in them."""
    desk = page.url.partition("#")[0]
    kinds = [("fuer", f"{PATHS[P]}:{kind}") for kind in ("beteiligung", "rolle", "bezug")]
    form = page.request.get(f"{desk}?{urlencode(kinds)}").text()
    (token, *_rest) = re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', form)
    numbers = {
        unescape(label): number
        for number, label in re.findall('<option value="(\\d+)"[^>]*>([^<]+)</option>', form)
    }

    def send(*values: tuple[str, Any]) -> None:
        answer = page.request.post(
            desk,
            data=urlencode([("csrfmiddlewaretoken", token), *values]),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            max_redirects=0,
        )
        assert answer.status == 302, values

    for paragraph, quote, statements in (*PASSAGES[MARKED if has_script else TYPED :], *REST):
        abouts = [("fuer", f"{PATHS[record]}:{kind}") for record, kind, _values in statements]
        fields = [
            (
                f"angabe-{number}-{name}",
                numbers[f"{value} (Partner)" if name == "partner" else value]
                if name in ("federal_state", "partner", "related_record")
                else value,
            )
            for number, (_record, _kind, values) in enumerate(statements)
            for name, value in values.items()
        ]
        send(("save", "Sichern"), ("paragraph", paragraph), ("quote", quote), *abouts, *fields)
    for (paragraph, number), reason in [*OMITTED.items()][LEFT_OUT_BY_HAND:]:
        place = (("paragraph", paragraph), ("number", number), ("reason", reason))
        send(("omit", "Auslassen"), *place)
    page.reload()


def omit_the_rest(page: Page) -> None:
    for (paragraph, number), reason in [*OMITTED.items()][:LEFT_OUT_BY_HAND]:
        sentence = page.locator(f"#satz-{paragraph}-{number}")
        sentence.get_by_text(f"Bewusst auslassen (Absatz {paragraph}, Satz {number})").click()
        sentence.get_by_label("Grund").fill(reason)
        sentence.get_by_role("button", name="Auslassen").click()
    expect(page.get_by_text("Kein Satz ist offen.")).to_be_visible()


def publish(page: Page) -> None:
    for _label, address, name, _kind in NEW:
        page.goto(f"/verwaltung/{address}/?q={name}")
        page.get_by_role("link", name=name).click()
        page.get_by_label("veröffentlicht", exact=True).check()
        page.get_by_role("button", name="Sichern", exact=True).click()
        expect(page.locator(".messagelist .success")).to_be_visible()


def look_as_visitor(page: Page) -> None:
    """What the document says stands wherever it belongs."""
    page.goto("/projekte/wohngeld/")
    land = page.get_by_role("main").locator("[href='/laender/saarland/']")
    expect(land.first).to_be_visible()
    expect(land.and_(page.locator("[aria-label*='nicht genannt']"))).to_have_count(0)
    page.goto("/laender/saarland/")
    expect(page.get_by_role("main")).to_contain_text("Fundnetz")
    expect(page.get_by_role("main")).to_contain_text("Wohngeldverfahren (He)WoG")
    page.goto("/luecken/")
    page.get_by_role("link", name=re.compile("Projekt")).and_(
        page.locator("[href*='hinweis=widerspruch']")
    ).first.click()
    expect(page.get_by_role("main")).to_contain_text("Spielersperrsystem OASIS")
    page.goto("/quellen/dokument-005/")
    expect(page.get_by_role("main")).to_contain_text(PASSAGES[0][1])
    page.goto("/projekte/fundnetz/")
    for words in (
        *("Hessen", "Thüringen", "Saarland", "Fundland eG", "40.000", "Mitte 2025"),
        *("Sachsen-Anhalt", "1. September 2026", "Niedersachsen", "FUN", "Polizei", "300.000"),
    ):
        expect(page.get_by_role("main")).to_contain_text(words)
    page.goto("/suche/?q=Fundsachen")
    expect(page.get_by_role("main")).to_contain_text("Fundnetz")


def public(url: str) -> dict[str, Any]:
    """Return the public JSON of all records, but for keys and times."""
    found = {}
    for kind in ("projekte", "kooperationen", "partner"):
        for row in _json(url, f"/{kind}.json")["records"]:
            path = f"/{kind}/{row['key']}.json"
            found[path] = _lasting(_json(url, path)["record"])
    return found


def _json(url: str, path: str) -> Any:
    with urlopen(f"{url}{path}") as answer:
        # Each server has a port of its own.
        return json.loads(answer.read().decode().replace(url, ""))


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        left_out = ("key", "changed_at", "url")
        return {name: _lasting(row) for name, row in value.items() if name not in left_out}
    return [_lasting(row) for row in value] if isinstance(value, list) else value


def bring_in(browser: Browser, url: str, has_script: bool) -> None:
    with browser.new_context(
        base_url=url,
        viewport={"width": 1280, "height": 800},
        locale="de-DE",
        java_script_enabled=has_script,
    ) as context:
        page = context.new_page()
        sign_in(page, EDITOR)
        add_source(page)
        take_text_in(page, is_file=not has_script)
        correct_the_cut(page)
        page.get_by_role("link", name="Am Lesepult lesen").click()
        add_records(page, page.url)
        make_statements(page, has_script)
        send_the_rest(page, has_script)
        omit_the_rest(page)
        publish(page)
        if has_script and FACTOR > 1:
            look_with_axe(page)


def look_with_axe(page: Page) -> None:
    """The desk of a document that is read, and what says what goes with it."""
    page.add_init_script(path=SCRIPT)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/verwaltung/reference/source/")
    page.get_by_role("link", name=re.compile("^005")).click()
    document = page.url.removesuffix("change/")
    for address in ("text/lesen/?absatz=7", "zuruecknehmen/"):
        page.goto(f"{document}{address}")
        assert not findings(page)


def take_back(browser: Browser, url: str) -> None:
    """Nobody but the editor, and without a script."""
    with browser.new_context(base_url=url, locale="de-DE", java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, EDITOR)
        page.goto("/verwaltung/reference/source/")
        page.get_by_role("link", name=re.compile("^005")).click()
        page.get_by_role("link", name="Dokument zurücknehmen").click()
        for _label, _address, name, _kind in NEW:
            expect(page.get_by_role("listitem").get_by_text(f"„{name}“").first).to_be_visible()
        page.get_by_label("Warum:").fill("Es war erfunden.")
        page.get_by_role("button", name="Dokument zurücknehmen").click()
        expect(page.get_by_text("Dokument 005 ist zurückgenommen.")).to_be_visible()


def test_a_sixth_document_comes_in_by_hand_and_goes_again(browser, site, tmp_path):
    with new_site(tmp_path / "one", like=site) as one:
        shell(one, MAKE_EDITOR)
        with new_site(tmp_path / "two", like=one) as two:
            with served(one) as server:
                before = public(server.url)
                bring_in(browser, server.url, has_script=True)
                found = public(server.url)
                with browser.new_context(base_url=server.url, locale="de-DE") as visitor:
                    look_as_visitor(visitor.new_page())
            with served(two) as server:
                bring_in(browser, server.url, has_script=False)
                assert public(server.url) == found
                take_back(browser, server.url)
                assert public(server.url) == before
                with browser.new_context(base_url=server.url) as visitor:
                    page = visitor.new_page()
                    for address in ("/quellen/dokument-005/", "/projekte/fundnetz/"):
                        answer = page.goto(address)
                        assert answer is not None
                        assert answer.status == 410
    assert len(found) == len(before) + len(NEW)
