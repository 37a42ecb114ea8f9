"""The import in the admin: upload, differences, confirmation."""

import re
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError

from hzd_catalogue.accounts.editors import MANAGERS, VIEWERS
from hzd_catalogue.data import fixtures
from hzd_catalogue.records.models import Record, Statement, Version
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Revision
from tests.accounts.test_roles import client_of
from tests.editing import editor_client

pytestmark = pytest.mark.django_db

PAGE = "/verwaltung/import/"
OLD, NEW = "arbeitet für Kommunen", "arbeitet für Land & Kommunen"


@pytest.fixture
def files(empty_catalogue, small_catalogue):
    fixtures.load(small_catalogue)
    return {path.name: path.read_text(encoding="utf-8") for path in small_catalogue.iterdir()}


@pytest.fixture
def editor(files):
    return editor_client()


def upload(client, *names, **contents):
    sent = [SimpleUploadedFile(f"{name}.yaml", text.encode()) for name, text in contents.items()]
    return client.post(PAGE, {"uploads": sent, "reason": "Durchgesehen"})


def confirm(client, page, **other):
    data = {field.html_name: field.value() for field in page.context["confirm"]}
    return client.post(PAGE, data | other, follow=True)


def test_differences_are_shown_and_taken_in_once_they_are_confirmed(editor, files):
    before = Revision.current().key
    page = upload(editor, partners=files["partners.yaml"].replace(OLD, NEW))
    shown = page.content.decode()
    assert "Partner „ekom21“" in shown
    assert "Er arbeitet für Kommunen. → Er arbeitet für Land &amp; Kommunen." in shown
    ids = re.findall(r' id="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    assert Revision.current().key == before
    page = confirm(editor, page)
    assert "Übernommen: 1 Eintrag." in page.content.decode()
    assert NEW in Record.objects.get(slug="ekom21").description
    edit = Version.objects.newest().get(slug="ekom21").edit
    assert (edit.reason, edit.editor.username) == ("Durchgesehen", "redaktion")
    assert LogEntry.objects.get().change_message == "Aus einer Datei übernommen."
    assert (
        "steht so schon im Katalog"
        in upload(editor, partners=files["partners.yaml"].replace(OLD, NEW)).content.decode()
    )


def test_what_is_wrong_is_said_and_the_word_on_why_stays(editor, files):
    before = Revision.current().key
    page = upload(editor, partners=files["partners.yaml"].replace("reach: landesweit", "reach: x"))
    shown = page.content.decode()
    assert "partners.yaml, ekom21: reach: Wert &#x27;x&#x27; ist keine gültige Option." in shown
    assert 'value="Durchgesehen"' in shown
    assert "confirm" not in page.context
    assert Revision.current().key == before
    assert "Dieses Feld" in editor.post(PAGE, {}).content.decode()


def test_what_was_changed_in_between_is_compared_anew(editor, files):
    page = upload(editor, partners=files["partners.yaml"].replace(OLD, NEW))
    Record.objects.get(slug="ekom21").save()
    record = Record.objects.get(slug="ekom21")
    record.summary = "Inzwischen anders."
    record.save()
    page = confirm(editor, page)
    shown = page.content.decode()
    assert "Nichts ist geändert: Der Vergleich galt für Revision" in shown
    # What the other one has changed would be undone, and the page says so.
    assert "Kurz gesagt: Inzwischen anders. → Ein IT-Dienstleister." in shown
    assert OLD in Record.objects.get(slug="ekom21").description
    confirm(editor, page)
    assert NEW in Record.objects.get(slug="ekom21").description


def test_what_somebody_else_compared_or_made_up_is_not_taken_in(editor, files):
    page = upload(editor, partners=files["partners.yaml"].replace(OLD, NEW))
    for client, other in ((editor_client("anderer"), {}), (editor, {"compared": "x:y:z"})):
        answer = confirm(client, page, **other).content.decode()
        assert "Bitte wählen Sie die Dateien noch einmal." in answer
    assert OLD in Record.objects.get(slug="ekom21").description


def test_a_database_that_is_in_use_leaves_everything_to_be_sent_again(editor, files, monkeypatch):
    page = upload(editor, partners=files["partners.yaml"].replace(OLD, NEW))

    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr("hzd_catalogue.imports.views.take_in", locked)
        assert "gleich noch einmal" in confirm(editor, page).content.decode()
    confirm(editor, page)
    assert NEW in Record.objects.get(slug="ekom21").description


def test_an_editor_imports_what_editors_may_change_and_nobody_else_does(editor, files):
    level = files["levels.yaml"].replace("name: Land", "name: Länder")
    page = upload(editor, levels=level)
    assert "Das zu ändern fehlt Ihnen das Recht." in page.content.decode()
    assert "confirm" not in page.context
    for role in (VIEWERS, MANAGERS, ""):
        client = client_of(role, name=f"wer-{role}")
        assert client.get(PAGE).status_code == 403
        assert upload(client, partners=files["partners.yaml"]).status_code == 403
        client.logout()
    assert client.get(PAGE).status_code == 302
    assert re.search(f'href="{PAGE}"', editor.get("/verwaltung/").content.decode())


def test_an_older_table_is_named_as_one_and_what_changed_since_stands_apart(
    catalogue, client, tmp_path
):
    response = client.get("/projekte/wohngeld/laender.csv")
    # It says its revision, in its name at least.
    number = Revision.current().number
    assert f"_revision-{number}_" in response["Content-Disposition"]
    path = tmp_path / f"laender_revision-{number}.csv"
    path.write_bytes(b"".join(response))
    with changes.change():
        statement = Statement.objects.filter(record__slug="wohngeld", federal_state__code="DE-BB")[
            0
        ]
        statement.participation_status = "nutzt"
        statement.save()

    file = SimpleUploadedFile(path.name, path.read_bytes())
    shown = editor_client().post(PAGE, {"uploads": [file]}).content.decode()
    said = StringIO()
    call_command("import_catalogue", str(path), apply=True, stdout=said)

    for text in (shown, said.getvalue()):
        assert (
            f"{path.name} ist vom Stand Revision {number}; seitdem wurde eine ihrer Angaben" in text
        )
        assert "Brandenburg: beteiligt → nutzt" in text
        assert "Keine Unterschiede" in text
    statement.refresh_from_db()
    assert statement.participation_status == "nutzt"
