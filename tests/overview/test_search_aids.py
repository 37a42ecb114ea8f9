"""The shipped thesaurus is honest, and its form shows editors what words find."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.apps import apps
from django.db import connection

from hzd_catalogue.overview.search_aids import FIRST_HITS, found_today, preview
from hzd_catalogue.records.filters import catalogue_vocabulary
from hzd_catalogue.reference.folding import same_words, terms_of
from hzd_catalogue.reference.models import Revision, SearchAid
from tests.chance import some
from tests.editing import editor_client

pytestmark = pytest.mark.django_db

BASE = "/verwaltung/reference/searchaid/"


@pytest.fixture
def editor(db):
    return editor_client()


def aid_data(**fields: str) -> dict[str, str]:
    return {
        "words": "Schlossgespenst",
        "leads_to": "Wohngeld",
        "kind": "alltagswort",
        "reason": "Ein Test.",
        "slug": "",
    } | fields


def text_of(response) -> str:
    return " ".join(response.content.decode().split()).replace(" </", "</")


def test_each_word_of_the_catalogue_stands_in_one_group_only():
    words = [word for aid in SearchAid.objects.all() for word in aid.word_list]
    assert len(words) > 300
    assert list(same_words(words)) == []


def test_each_target_finds_something_and_each_word_needs_its_group():
    """Without its group, no word finds among the first hits what it leads to."""
    revision = Revision.current().key
    for aid in some(SearchAid.objects.all(), 40):
        shown = preview(aid.word_list, aid.targets, revision)
        assert [found.query for found in shown.targets if not found.count] == [], aid
        assert [word.found.query for word in shown.words if word.is_found_anyway] == [], aid


def led_to(words: str) -> list[tuple[str, list[str]]]:
    thesaurus = catalogue_vocabulary().thesaurus
    return [(found.key, list(found.leads_to)) for found in thesaurus.expand(terms_of(words))]


def test_each_word_leads_from_a_query_to_its_group():
    thesaurus = catalogue_vocabulary().thesaurus
    for aid in SearchAid.objects.all():
        for word in aid.word_list:
            (found,) = thesaurus.expand(terms_of(word))
            assert (found.key, list(found.leads_to)) == (aid.slug, aid.targets), word
        # A word of the catalogue is no everyday word: "Hessen" is none for "Hesse".
        assert [row for row in aid.targets if list(thesaurus.expand(terms_of(row)))] == []


def test_a_change_counts_at_the_next_request(client):
    assert client.get("/suche/", {"q": "Schlossgespenst"}).context["answer"].counts == {}
    SearchAid.objects.create(**aid_data(slug="gespenst"))
    assert led_to("Schlossgespenstern") == [("gespenst", ["Wohngeld"])]
    page = client.get("/suche/", {"q": "Schlossgespenst"})
    assert page.context["answer"].groups[0].hits[0].url == "/projekte/wohngeld/"
    text = text_of(page)
    led = 'Gesucht wurde auch: „<a href="/suche/?q=Wohngeld">Wohngeld</a>“.'
    assert led in text
    assert "Suchhilfe der Redaktion, keine Angabe." in text
    listed = client.get("/projekte/", {"q": "Schlossgespenst"})
    assert listed.context["shown"].count == page.context["answer"].counts["projekte"]
    assert led in text_of(listed)


def test_a_preview_shows_what_words_find_and_saves_nothing(editor):
    data = aid_data(words="Schlossgespenst\nHeWoG", leads_to="Wohngeld", reason="")
    response = editor.post(f"{BASE}add/", data | {"_preview": "Vorschau"})
    text = text_of(response)
    assert response.status_code == 200
    assert "<dt>„Schlossgespenst“</dt> <dd>nichts</dd>" in text
    assert '<dt>„HeWoG“</dt> <dd><a href="/projekte/wohngeld/">' in text
    assert text.count("braucht keine Suchhilfe") == 1
    assert "Schlossgespenst\nHeWoG</textarea>" in response.content.decode()
    assert not SearchAid.objects.filter(words__contains="Schlossgespenst").exists()
    # What is still to be filled in is no mistake yet; what would be refused is said.
    assert "errorlist" not in text
    clash = editor.post(f"{BASE}add/", {"words": "mietzuschüsse", "_preview": "Vorschau"})
    assert text_of(clash).count('class="errorlist') == 1
    assert "steht schon in der Suchhilfe" in text_of(clash)


def test_a_preview_names_the_first_hits_and_counts_the_others():
    found = found_today("Kommunen", Revision.current().key)
    assert len(found.first) == FIRST_HITS
    assert found.more == found.count - FIRST_HITS > 0


def test_a_group_is_saved_with_one_word_a_line_and_a_key(editor):
    response = editor.post(f"{BASE}add/", aid_data(words=" Schloss  Gespenst \r\n\r\nSpuk "))
    assert response.status_code == 302
    aid = SearchAid.objects.get(words="Schloss Gespenst\nSpuk")
    assert aid.slug == "schloss-gespenst-spuk"
    page = text_of(editor.get(f"{BASE}{aid.pk}/change/"))
    assert "Suchhilfe der Redaktion, keine Angabe" in page
    assert "<dt>„Spuk“</dt> <dd>nichts</dd>" in page
    # Its own words are no hindrance to saving it again.
    data = aid_data(words=aid.words, slug=aid.slug, reason="Ein anderer.")
    assert editor.post(f"{BASE}{aid.pk}/change/", data).status_code == 302


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"words": "mietzuschüsse"}, "„mietzuschüsse“ steht schon in der Suchhilfe"),
        ({"words": "Spuk\nSpuks"}, "„Spuks“ und „Spuk“ sind für die Suche dasselbe Wort."),
        ({"leads_to": "Wohngeld\nSpukschloss"}, "Findet im Katalog nichts: „Spukschloss“."),
        ({"words": " \n "}, "Dieses Feld ist zwingend erforderlich."),
        ({"words": "Spuk\n" * 201}, "höchstens 1000 Zeichen"),
        ({"reason": ""}, "Dieses Feld ist zwingend erforderlich."),
    ],
)
def test_what_would_mislead_is_refused(editor, fields, message):
    number = SearchAid.objects.count()
    assert message in text_of(editor.post(f"{BASE}add/", aid_data(**fields)))
    assert SearchAid.objects.count() == number


def test_the_list_is_searched_by_words_and_targets(editor):
    text = text_of(editor.get(BASE, {"q": "Mietzuschuss"}))
    assert "1 Suchhilfe" in text
    assert "Wohngeld" in text


def test_a_database_in_use_gets_the_aids_of_then_once_and_keeps_its_own(settings, tmp_path):
    migration = import_module("hzd_catalogue.reference.migrations.0005_shipped_search_aids")
    ship = migration.ship
    editor = SimpleNamespace(connection=connection)
    # What the file of today says, or that there is none, changes nothing.
    settings.BASE_DIR = tmp_path
    SearchAid.objects.all().delete()
    ship(apps, editor)
    of_then = yaml.safe_load(Path(migration.__file__).with_suffix(".yaml").read_bytes())
    fields = ("slug", "kind", "words", "leads_to", "reason")
    assert list(SearchAid.objects.values(*fields)) == of_then
    SearchAid.objects.exclude(slug="asyl").delete()
    ship(apps, editor)
    assert SearchAid.objects.count() == 1


def test_an_empty_database_is_left_to_load_catalogue(empty_catalogue):
    ship = import_module("hzd_catalogue.reference.migrations.0005_shipped_search_aids").ship
    ship(apps, SimpleNamespace(connection=connection))
    assert not SearchAid.objects.exists()
