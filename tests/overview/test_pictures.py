"""Pictures to take home: the drawing of the page with its title, its source and its own looks."""

import re
from xml.etree import ElementTree as ET

import pytest

from hzd_catalogue.exports import looks
from hzd_catalogue.exports.looks import PALETTE, rules
from hzd_catalogue.exports.pictures import NAMESPACE
from hzd_catalogue.overview import timeline
from hzd_catalogue.records.models import Milestone
from tests.checkout import PROJECT
from tests.exporting import csv_records, csv_rows
from tests.factories import make_cooperation, make_project, passage

pytestmark = pytest.mark.django_db

#: Address without its ending, the page it comes from, and what one drawn datum is.
PICTURES = {
    "/laender/karte": ("/laender/", "a"),
    "/laender/thueringen/karte": ("/laender/thueringen/", "a"),
    "/themen/soziales-wohnen/karte": ("/themen/soziales-wohnen/", "a"),
    "/zeitleiste/jahre": ("/", "a"),
    "/zeitleiste": ("/zeitleiste/", "a"),
    "/netz": ("/netz/", ""),
    "/projekte/wohngeld/karte": ("/projekte/wohngeld/", "a"),
    "/projekte/wohngeld/netz": ("/projekte/wohngeld/", "line"),
}
SVG = f"{{{NAMESPACE}}}"


def tree_of(client, address, query=""):
    response = client.get(f"{address}.svg{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    return ET.fromstring(response.content)  # noqa: S314 (made here)


@pytest.mark.parametrize(("address", "page"), [(key, page) for key, (page, _) in PICTURES.items()])
def test_a_picture_stands_alone(catalogue, client, address, page):
    tree = tree_of(client, address)
    written = ["".join(text.itertext()) for text in tree.findall(f"{SVG}text")]

    assert tree.tag == f"{SVG}svg"
    # A long title has several lines.
    assert " ".join(written).startswith(tree.find(f"{SVG}title").text)
    assert any(text.startswith("Quelle: IT-Kooperationen der HZD, Datenstand") for text in written)
    assert f"http://testserver{page}" in " ".join(written)
    links = [link.get("href") for link in tree.iter(f"{SVG}a")]
    assert links
    assert all(link.startswith("http://testserver/") for link in links)
    for element in tree.iter():
        assert not {"class", "style"} & set(element.attrib)
        assert element.tag != f"{SVG}style"
        for value in element.attrib.values():
            assert "var(" not in value
            assert "currentColor" not in value
        if element.tag.removeprefix(SVG) in ("text", "tspan"):
            assert float(element.get("font-size", "13").removesuffix("px")) >= 12


@pytest.mark.parametrize("address", [key for key in PICTURES if key.endswith("karte")])
def test_the_legend_of_a_map_names_each_land_beside_its_colour(catalogue, client, address):
    drawn, legend = tree_of(client, address).findall(f"{SVG}svg")
    meanings = csv_records(client.get(f"{address}.csv").getvalue())
    colours = {}
    for link in drawn.iter(f"{SVG}a"):
        paths = link.findall(f"{SVG}path")
        (code,) = (text.text for text in list(link.iter(f"{SVG}text"))[:1])
        colours[f"DE-{code}"] = [path.get("fill") for path in paths if path.get("fill")]
    signs = [[path.get("fill") for path in sign] for sign in legend.findall(f"{SVG}g")]
    words = " ".join("".join(text.itertext()) for text in legend.iter(f"{SVG}text"))
    sentences = re.findall(r"[^.]+\.", words)

    assert len(signs) == len(sentences) == len({row["meaning"] for row in meanings})
    for sign, sentence in zip(signs, sentences, strict=True):
        assert sentence.strip()[0].isupper()
        said = re.split(r"[:,.] ?| und ", sentence.strip())
        named = [row["key"] for row in meanings if row["name"] in said]
        assert named
        assert [colours[code] for code in named] == [sign] * len(named)


@pytest.mark.parametrize("address", PICTURES)
def test_its_page_links_to_the_picture_and_its_data(catalogue, client, address):
    page, _drawn = PICTURES[address]
    html = client.get(page).content.decode()
    for suffix in ("svg", "csv"):
        assert f'href="{address}.{suffix}"' in html


@pytest.mark.parametrize(("address", "drawn"), [(key, tag) for key, (_, tag) in PICTURES.items()])
def test_the_data_are_those_of_the_picture(catalogue, client, address, drawn):
    tree = tree_of(client, address)
    rows = csv_rows(client.get(f"{address}.csv").getvalue())[1:]
    if address == "/zeitleiste/jahre":
        years = [row[0] for row in rows]
        texts = {"".join(text.itertext()) for text in tree.iter(f"{SVG}text")}
        assert years == [str(year) for year in range(int(years[0]), int(years[-1]) + 1)]
        assert set(years) <= texts
        rows = [row for row in rows if row[1] != "0"]
    found = list(tree.iter(f"{SVG}{drawn}")) if drawn else tree.findall(f".//{SVG}path[@id]")
    assert len(rows) == len(found) > 0


def test_the_timeline_keeps_the_filters_of_its_page(catalogue, client):
    html = client.get("/zeitleiste/?land=DE-TH&ansicht=bild").content.decode()
    assert 'href="/zeitleiste.svg?land=DE-TH"' in html
    assert 'href="/zeitleiste.csv?land=DE-TH"' in html

    tree = tree_of(client, "/zeitleiste", "?land=DE-TH")
    written = " ".join("".join(text.itertext()) for text in tree.findall(f"{SVG}text"))
    assert "Filter: Bundesland Thüringen." in written
    assert "/zeitleiste/?land=DE-TH" in written
    shown = client.get("/zeitleiste/?land=DE-TH").context["milestones"]
    found = csv_records(client.get("/zeitleiste.csv?land=DE-TH").getvalue())
    assert [row["key"] for row in found] == [milestone.key for milestone in shown]


def test_a_timeline_of_very_many_events_shows_the_first_and_says_where_all_are(
    catalogue, client, monkeypatch
):
    whole = client.get("/zeitleiste.csv?ebene=land").getvalue()
    keys = [row["key"] for row in csv_records(whole)]
    assert len(keys) > 5
    monkeypatch.setattr(timeline, "MOST_EVENTS", 5)
    tree = tree_of(client, "/zeitleiste", "?ebene=land")
    places = [link.get("href") for link in tree.iter(f"{SVG}a")]
    anchors = [place.partition("#aussage-")[2] for place in places]
    assert anchors == keys[:5]
    words = " ".join("".join(text.itertext()) for text in tree.findall(f"{SVG}desc"))
    address = "http://testserver/zeitleiste.csv?ebene=land"
    assert f"Gezeigt sind die ersten 5 von {len(keys)}; alle: {address}" in words
    # The data, read five at once, are the same.
    assert client.get("/zeitleiste.csv?ebene=land").getvalue() == whole


def test_the_timeline_and_a_record_s_milestones_have_the_same_columns(empty_catalogue, client):
    project, other = make_project(slug="eins"), make_cooperation(name="Verbund")
    event = Milestone.objects.create(
        record=project, event="frist", title="Antrag", year=2021, month=10, **passage()
    )
    event.concerns.set([other, make_project(is_published=False)])
    (found,), (own,) = (
        csv_records(client.get(address).getvalue())
        for address in ("/zeitleiste.csv", "/projekte/eins/meilensteine.csv")
    )
    assert found == own
    assert (found["concerns"], found["concerns_name"]) == (other.slug, "Verbund")
    assert (found["date"], found["date_in_words"]) == ("2021-10", "Oktober 2021")
    assert (found["source"], found["source_name"]) == (event.source.code, event.source.title)


@pytest.mark.parametrize("slug", ["wohngeld", "oasis"])
def test_the_lines_of_a_project_are_told_as_in_the_net(catalogue, client, slug):
    """The net has neither Hessen, which is its axis, nor lines to cooperations."""
    net, own = (
        csv_records(client.get(address).getvalue())
        for address in ("/netz.csv", f"/projekte/{slug}/netz.csv")
    )
    url = f"http://testserver/projekte/{slug}/"
    kept = [row for row in own if row["end"] != "Hessen" and row["kind"] != "record"]
    told = ("item", "kind", "kind_name", "end", "projects", "item_url")
    assert sorted([row[name] for name in told] for row in kept) == sorted(
        [row[name] for name in told] for row in net if row["item_url"] == url
    )


@pytest.mark.parametrize("address", PICTURES)
@pytest.mark.parametrize("suffix", ["svg", "csv", "json"])
def test_an_empty_catalogue_has_no_picture_and_no_error(empty_catalogue, client, address, suffix):
    response = client.get(f"{address}.{suffix}")
    has_page = address in ("/laender/karte", "/netz", "/zeitleiste", "/zeitleiste/jahre")
    assert response.status_code == (200 if suffix != "svg" and has_page else 404)
    b"".join(response)


def test_a_draft_has_no_picture(empty_catalogue, client):
    draft = make_project(is_published=False, slug="entwurf", cooperation=make_cooperation())
    for suffix in ("svg", "csv"):
        assert client.get(f"{draft.get_absolute_url()}netz.{suffix}").status_code == 404


def test_a_picture_is_sent_once(catalogue, client):
    first = client.get("/laender/karte.svg")
    again = client.get("/laender/karte.svg", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_the_years_run_to_the_newest_that_any_record_has(empty_catalogue, client):
    for record, year in ((make_project(), 2019), (make_cooperation(), 2023)):
        Milestone.objects.create(
            record=record, event="beginn", title="Beginn", year=year, **passage()
        )
    rows = csv_rows(client.get("/zeitleiste/jahre.csv").getvalue())[1:]
    assert [(row[0], row[1]) for row in rows] == [
        ("2019", "1"),
        *((str(year), "0") for year in range(2020, 2024)),
    ]


def test_the_palette_names_each_colour_of_the_stylesheet():
    css = (PROJECT / "static" / "css" / "catalogue.css").read_text(encoding="utf-8")
    given = set(re.findall(r"(--[\w-]+):", css.partition(":root {")[2].partition("}")[0]))
    assert set(PALETTE) == given - {"--focus"}


def test_looks_are_those_that_the_stylesheet_gives_at_rest(monkeypatch):
    css = """
    .net { --line: #123; --wide: var(--action); }
    .net path { stroke: var(--line); stroke-width: var(--width, 2px); fill: none; }
    .net path.wide { stroke: var(--wide); }
    .net :is(.key, .other) path { --line: #456; }
    .net :is(.key, .other, .third) path, :where(.net .key.key) path { opacity: 1; }
    .net .key path { opacity: .5; }
    figure .key path { opacity: 0; }
    .net a path:not([d]) { fill: red; }
    .net > svg > text { font-size: 1rem; fill: currentColor; }
    figure.net > text { font-size: 9px; }
    text { fill: red; }
    .own { display: none; }
    a:is(:hover, :focus-within) .own { display: inline; }
    a:is(:hover) path, a:hover path { stroke: red; }
    @media print { .net path { stroke: red; } }
    """
    matcher = rules(css)
    monkeypatch.setattr(looks, "stylesheet", lambda: matcher)
    drawn = (
        '<figure class="net"><svg><text/><path d="M0 0"/><path class="wide" d="M0 0"/>'
        '<g class="key"><path d="M0 0"/></g><a><path/><g class="own"><path/></g></a></svg></figure>'
    )
    tree = ET.fromstring(drawn)  # noqa: S314
    looks.write_looks(tree)

    paths = [dict(path.attrib) for path in tree.iter("path")]
    assert [path["stroke"] for path in paths] == ["#123", PALETTE["--action"], "#456", "#123"]
    assert paths[2]["opacity"] == ".5"
    assert {path["stroke-width"] for path in paths} == {"2px"}
    assert [path["fill"] for path in paths] == ["none", "none", "none", "red"]
    assert tree[0][0].attrib == {"font-size": "16px", "fill": PALETTE["--text"]}
