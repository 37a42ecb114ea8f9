"""What municipalities take part in: one rule, one number, and no costs but a document's words."""

import re

from django.test import Client
from django.urls import reverse

from hzd_catalogue.overview.municipal import MUNICIPAL
from hzd_catalogue.overview.topics import LISTINGS
from hzd_catalogue.records.models import Evidence, UserGroup
from tests.factories import make_cooperation, make_level, make_partner, make_project, passage
from tests.listing import ask


def municipal(client: Client) -> dict[str, int]:
    """Return the numbers of municipal records that their lists find, by the plural."""
    return {listing.nouns[1]: ask(listing, f"?ebene={MUNICIPAL}").count for listing in LISTINGS}


def words_of(client: Client, address: str) -> str:
    html = client.get(address).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_every_number_of_municipal_records_is_the_same(catalogue, client: Client) -> None:
    expected = municipal(client)
    assert expected == {"Projekte": 7, "Kooperationen": 6, "Partner": 7}
    said = [f"{number} {noun}" for noun, number in expected.items()]

    page = client.get("/kommunen/")
    groups = page.context["groups"]
    assert [group.count.words for group, _entries in groups] == said
    for (group, entries), listing in zip(groups, LISTINGS, strict=True):
        path, _, query = group.count.url.partition("?")
        assert path == reverse(listing.url_name)
        assert ask(listing, f"?{query}").count == len(entries) + group.more
        assert f'href="{path}?{query}"' in page.content.decode()
        home = client.get("/").content.decode()
        assert f'<a href="{path}?{query}">{group.count.words}</a>' in home


def test_nothing_else_counts_municipal_records(catalogue) -> None:
    """The home page said 7 by level and 5 by a topic "Städte, Gemeinden und Landkreise"."""
    said = {
        option.value
        for listing in LISTINGS
        for facet in ("thema", "ebene", "reichweite")
        for option in ask(listing).facet(facet).options
        if re.search(r"[Kk]ommun|Gemeinde|Landkreis", option.label)
    }
    assert said == {MUNICIPAL}


def test_what_is_municipal_is_on_the_page_and_nothing_else(empty_catalogue, client: Client) -> None:
    assert "steht noch nichts im Katalog" in words_of(client, "/kommunen/")
    level = make_level(MUNICIPAL, "Kommune")
    assert "steht noch nichts im Katalog" in words_of(client, "/kommunen/")
    for make in (make_project, make_cooperation, make_partner):
        make(name="Von Orten", levels=[level])
        make(name="Von Ländern")
        make(name="Entwurf", is_published=False, levels=[level])

    text = words_of(client, "/kommunen/")

    assert text.count("Von Orten") == 3
    assert "Von Ländern" not in text
    assert "Entwurf" not in text


def test_costs_are_a_document_s_words_or_nothing(empty_catalogue, client: Client) -> None:
    levels = [make_level(MUNICIPAL, "Kommune")]
    free = make_project(name="Frei", levels=levels)
    make_project(name="Ohne", summary="Ist kostenfrei.", levels=levels)
    assert "Zu den Kosten" not in words_of(client, "/kommunen/")

    stated = passage(quote="steht ihnen kostenfrei zur Verfügung", paragraph=4)
    UserGroup.objects.create(record=free, user_group="Orte", **stated)
    Evidence.objects.create(record=free, aspect="beschreibung", **stated)

    html = client.get("/kommunen/").content.decode()
    assert "Nutzergruppen: Orte" in words_of(client, "/kommunen/")
    # Two statements, one passage.
    cards, _title, notes = html.partition('id="quellen"')
    for part in (cards, notes):
        assert part.count("steht ihnen kostenfrei zur Verfügung") == 1
    assert html.count(">Zu den Kosten<") == 1
    assert html.index("Frei<") < html.index(">Zu den Kosten<") < html.index("Ohne<")
    assert f"{stated['source'].get_absolute_url()}#absatz-4" in html
