"""The dated downloads: what is in them, that they stay, and that what is blocked goes."""

import csv
import io
import json
import random
import re
import shutil
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from hzd_catalogue.accounts.editors import GROUP_NAME, MANAGERS, VIEWERS
from hzd_catalogue.lists.result import Result
from hzd_catalogue.opendata import download_build, download_tables, downloads
from hzd_catalogue.opendata.download_build import build
from hzd_catalogue.opendata.download_files import DownloadError
from hzd_catalogue.opendata.download_tables import ForeignKey, list_views
from hzd_catalogue.opendata.downloads import ARCHIVE, DATABASE, DESCRIPTION
from hzd_catalogue.records import blocking, views
from hzd_catalogue.records.models import Record
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.blocks import Block, Matcher
from hzd_catalogue.reference.models import Revision, Source
from projects.models import Project
from tests.chance import seeds
from tests.factories import (
    make_cooperation,
    make_partner,
    make_project,
    make_role,
    make_source,
    make_state,
)
from tests.signing_in import make_account

pytestmark = pytest.mark.django_db

NAME = "Jörg Tülpengraber"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.DOWNLOAD_DIR = tmp_path / "downloads"
    settings.SITE_URL = "http://testserver"
    return settings.DOWNLOAD_DIR


def members(download):
    """Return the files in the archive by their names."""
    with ZipFile(download.folder / ARCHIVE) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def opened(download):
    return closing(sqlite3.connect(f"file:{download.folder / DATABASE}?mode=ro", uri=True))


def address(download, name=ARCHIVE):
    return f"/daten/{download.name}/{name}"


def edit():
    """Change a project, so that there is a new revision."""
    project = Project.objects.published().first()
    with changes.change():
        project.summary = f"{project.summary[:200]} Neu."
        project.save()


# What is in it -------------------------------------------------------------------------------


def test_the_files_agree_with_the_lists_with_each_other_and_with_their_description(
    catalogue, client
):
    download = build()
    files = members(download)
    described = json.loads(files[DESCRIPTION])
    resources = {resource["name"]: resource for resource in described["resources"]}

    assert len(list_views()) >= 3
    for view_class in list_views():
        view = view_class()
        view.setup(client.get("/").wsgi_request)
        path = f"{view.file_path.rstrip('/')}.csv"
        assert files[path.strip("/")] == client.get(path).getvalue(), path
    assert files.keys() - {"LIESMICH.txt", DESCRIPTION} == {
        resource["path"] for resource in resources.values()
    }
    assert (download.folder / DESCRIPTION).read_bytes() == files[DESCRIPTION]
    tables = {name: rows_of(files[resource["path"]]) for name, resource in resources.items()}
    for name, resource in resources.items():
        assert_described(resource, files[resource["path"]], tables)
        assert_parts_are_the_cells(name, resource, tables)
    with opened(download) as database:
        assert_same_in(database, resources, tables)
    newer = {"fields": ["newer"], "reference": {"fields": ["key"]}}
    assert newer in resources["aussagen"]["schema"]["foreignKeys"]


def assert_described(resource, content, tables):
    schema, rows = resource["schema"], tables[resource["name"]]
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
    names = [field["name"] for field in schema["fields"]]
    assert next(csv.reader(io.StringIO(content.decode()))) == names
    keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert all(all(key) for key in keys)
    for key in schema.get("foreignKeys", []):
        of_others = {
            tuple(row[name] for name in key["reference"]["fields"])
            for row in tables[key["reference"].get("resource", resource["name"])]
        }
        named = {tuple(row[name] for name in key["fields"]) for row in rows}
        assert {key for key in named if all(key)} <= of_others
    for field in schema["fields"]:
        assert field["title"], field
        assert field["description"], field
        for row in rows:
            assert_typed(field, row[field["name"]])


def assert_typed(field, cell):
    if field["type"] == "list":
        item = {"type": field["itemType"]}
        for part in cell.split(field["delimiter"]) if cell else ():
            assert_typed(item, part)
    elif cell and field["type"] == "integer":
        assert re.fullmatch("-?[0-9]+", cell)
    elif cell and field["type"] == "datetime":
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d", cell)
    elif cell and "constraints" in field:
        assert re.fullmatch(field["constraints"]["pattern"], cell)


def assert_parts_are_the_cells(name, resource, tables):
    for field in resource["schema"]["fields"]:
        if field["type"] == "list":
            [part] = [
                rows
                for other, rows in tables.items()
                if other.startswith(f"{name}_") and rows and field["name"] in rows[0]
            ] or [[]]
            found = {}
            for row in part:
                found.setdefault(row["record"], []).append(row[field["name"]])
                assert row["position"] == str(len(found[row["record"]]))
            for row in tables[name]:
                cell = field["delimiter"].join(found.get(row["key"], []))
                assert cell == row[field["name"]], (field["name"], row["key"])


def assert_same_in(database, resources, tables):
    types = {"integer": "INTEGER", "boolean": "INTEGER"}
    for name, resource in resources.items():
        columns = list(database.execute(f"PRAGMA table_info('{name}')"))
        fields = resource["schema"]["fields"]
        assert [(column[1], column[2]) for column in columns] == [
            (field["name"], types.get(field["type"], "TEXT")) for field in fields
        ]
        key = resource["schema"]["primaryKey"]
        assert {column[1] for column in columns if column[5]} == set(key)
        found = database.execute(f"SELECT * FROM '{name}' ORDER BY rowid").fetchall()  # noqa: S608
        assert [["" if value is None else str(value) for value in row] for row in found] == [
            list(row.values()) for row in tables[name]
        ]
        references = {
            (row[3], row[2], row[4])
            for row in database.execute(f"PRAGMA foreign_key_list('{name}')")
        }
        assert references == {
            (field, key["reference"].get("resource", name), other)
            for key in resource["schema"].get("foreignKeys", [])
            for field, other in zip(key["fields"], key["reference"]["fields"], strict=True)
        }
    assert not list(database.execute("PRAGMA foreign_key_check"))


def test_it_names_licence_sources_and_revision(empty_catalogue, client, settings):
    make_role(make_project(), make_partner(), source=make_source("001"))
    make_state()
    settings.DATA_LICENCE = "cc-by-4.0"
    # The page changes without a new revision.
    settings.PAGE_CACHE = True
    assert "Noch ist kein Download" in client.get("/daten/").content.decode()
    download = build()
    described, revision = download.description, Revision.current()
    licence = {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Namensnennung 4.0 International (CC BY 4.0)",
    }
    assert described["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert described["licenses"] == [licence]
    assert {"title": "Titel 001"} in described["sources"]
    assert len(described["sources"]) == Source.objects.count()
    assert described["version"] == str(revision.number)
    readme = members(download)["LIESMICH.txt"].decode()
    assert f"Revision {revision.number}" in readme
    assert licence["title"] in readme
    page = client.get("/daten/").content.decode()
    for words in (f"Revision {revision.number}", licence["title"], download.files[ARCHIVE].sha256):
        assert words in page
    # Search engines read it, too, as schema.org has it.
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    dataset = next(node for node in json.loads(block)["@graph"] if node["@type"] == "Dataset")
    assert dataset["license"] == licence["path"]
    assert [file["contentUrl"] for file in dataset["distribution"]] == [
        f"http://testserver{download.url(name)}" for name in (ARCHIVE, DATABASE)
    ]
    # Other terms make another download, and those of the first one stay what they are.
    settings.DATA_LICENCE = ""
    second = build()
    assert "licenses" not in second.description
    assert "Lizenz: noch nicht festgelegt" in members(second)["LIESMICH.txt"].decode()
    page = client.get("/daten/").content.decode()
    assert "Lizenz: noch nicht festgelegt." in page
    assert '"license":' not in page
    assert download.description == described


def test_each_query_tells_what_its_tables_hold(catalogue):
    download = build()
    with opened(download) as database:
        found = {
            query["name"]: database.execute(f"SELECT * FROM {query['name']}").fetchall()  # noqa: S608
            for query in download.description["databaseViews"]
        }
        counts = {
            name: database.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]  # noqa: S608
            for name, rows in {
                "laender_je_projekt": "projekte_states",
                "status_je_eintrag": "eintraege",
                "partner_je_eintrag": "aussagen WHERE kind = 'rolle' AND rank = 'aktuell'",
                "meilensteine": "aussagen WHERE kind = 'meilenstein'",
                "aeltere_angaben": "aussagen WHERE rank = 'älter'",
            }.items()
        }
    assert {name: len(rows) for name, rows in found.items()} == counts
    assert all(counts.values())
    project = Project.objects.get(slug="wohngeld").get_absolute_url()
    joining = next(row for row in found["laender_je_projekt"] if row[:3:2] == ("wohngeld", "DE-RP"))
    assert joining[5] == "tritt bei"
    assert joining[-1].startswith(f"http://testserver{project}#aussage-")


def test_nothing_of_a_draft_is_in_it(empty_catalogue):
    make_state()
    shown = make_project(name="Gezeigt")
    make_role(shown, make_partner(name="Geheimpartner", is_published=False))
    draft = make_project(name="Geheimprojekt", is_published=False)
    make_role(draft, make_partner(name="Offenpartner"))
    make_cooperation(name="Geheimbund", is_published=False)
    download = build()
    texts = [content.decode() for content in members(download).values()]
    texts.append((download.folder / DATABASE).read_bytes().decode(errors="replace"))
    assert not [text for text in texts if re.search("geheim", text, re.IGNORECASE)]
    assert any("Offenpartner" in text for text in texts)


@pytest.mark.parametrize("seed", seeds(1))
def test_every_key_leads_to_a_row_whatever_is_published(catalogue, seed):
    """A build looks where each leads; here, that it finds nothing amiss."""
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    pks = list(Record.objects.values_list("pk", flat=True))
    # Withdrawn without their versions, which take their time.
    Record.objects.filter(pk__in=chance.sample(pks, len(pks) // 2)).update(
        is_published=False, withdrawn_at=timezone.now()
    )
    Revision.advance()
    with opened(build()) as database:
        [(count,)] = database.execute("SELECT count(*) FROM eintraege")
    assert count == Record.objects.published().count()


def test_it_reads_some_rows_at_a_time(empty_catalogue, monkeypatch):
    """However many there are: counted are the rows that are loaded at once."""
    make_state()
    loaded, records = [], Result.records

    def counted(self, pks, rows=None):
        loaded.append(len(pks))
        return records(self, pks, rows)

    monkeypatch.setattr(Result, "records", counted)
    monkeypatch.setattr(views, "_MADE_AT_ONCE", 2)
    for number in range(5):
        make_project(name=f"Nummer {number}")
    build()
    assert loaded[:3] == [2, 2, 1]
    assert max(loaded) == 2


# When there is a new one ---------------------------------------------------------------------


def test_one_state_of_the_data_makes_one_download_and_the_same_bytes(
    empty_catalogue, client, settings, tmp_path
):
    make_state()
    make_role(make_project(), make_partner())
    # Times within are those of the data, not of the build.
    yesterday = timezone.localtime() - timedelta(days=1)
    Revision.objects.update(changed_at=yesterday)
    first = build()
    with ZipFile(first.folder / ARCHIVE) as archive:
        days = {info.date_time[:3] for info in archive.infolist()}
    assert days == {(yesterday.year, yesterday.month, yesterday.day)}
    assert build() is None
    settings.DOWNLOAD_DIR = tmp_path / "elsewhere"
    again = build()
    for name in (ARCHIVE, DATABASE, DESCRIPTION):
        assert again.files[name] == first.files[name]
    settings.DOWNLOAD_DIR = tmp_path / "downloads"
    content = client.get(address(first)).getvalue()
    edit()
    second = build()
    assert (first.name, second.name) == (f"{timezone.localdate()}", f"{timezone.localdate()}-2")
    assert client.get(address(first)).getvalue() == content
    assert client.get(address(second)).getvalue() != content
    page = client.get("/daten/").content.decode()
    assert page.index(address(second)) < page.index('id="fruehere"') < page.index(address(first))
    assert client.get(f"/daten/{ARCHIVE}").url == address(second)


def test_all_is_read_from_one_state_of_the_data(empty_catalogue, monkeypatch):
    """What a snapshot is, the tests of backups show."""
    make_state()
    inside, read = [], {}

    @contextmanager
    def snapshot():
        inside.append(True)
        yield
        inside.pop()

    def noted(name):
        function = getattr(download_build, name)

        def called(*args):
            read[name] = bool(inside)
            return function(*args)

        monkeypatch.setattr(download_build, name, called)

    monkeypatch.setattr(download_build, "snapshot", snapshot)
    for name in ("_made", "write_tables", "description", "write_archive"):
        noted(name)
    assert build()
    assert read == {
        "_made": True,
        "write_tables": True,
        "description": True,
        # Made of the files alone: editors wait for nothing.
        "write_archive": False,
    }


def test_a_download_that_was_deleted_by_hand_stands_in_no_other_one_s_way(empty_catalogue, folder):
    make_role(make_project(), make_partner())
    first = build()
    edit()
    second = build()
    shutil.rmtree(first.folder)
    edit()
    assert build().name == f"{timezone.localdate()}-3"
    assert second.folder.exists()


def test_of_two_that_are_built_at_once_one_is_kept(empty_catalogue, folder, monkeypatch):
    make_state()
    write, first = download_build.write_archive, []

    def meanwhile(*args):
        monkeypatch.setattr(download_build, "write_archive", write)
        first.append(build())
        write(*args)

    monkeypatch.setattr(download_build, "write_archive", meanwhile)
    assert build() is None
    assert [path.name for path in folder.iterdir()] == [first[0].name]


def test_a_build_that_fails_leaves_nothing(empty_catalogue, folder, monkeypatch):
    def fail(*args):
        raise OSError("No space left on device")

    make_state()
    monkeypatch.setattr(download_build, "write_database", fail)
    with pytest.raises(DownloadError, match="No space left"):
        build()
    assert list(folder.iterdir()) == []


def test_a_key_that_leads_nowhere_makes_no_download(empty_catalogue, folder, monkeypatch):
    make_state()
    make_project()
    referring = download_tables._referring
    wrong = ForeignKey(("name",), "partner", ("key",))
    monkeypatch.setattr(
        download_tables,
        "_referring",
        lambda resource, others: (
            replace(resource, foreign_keys=(wrong,))
            if resource.name == "projekte"
            else referring(resource, others)
        ),
    )
    with pytest.raises(DownloadError, match="von projekte nennt"):
        build()
    assert list(folder.iterdir()) == []


def test_the_command_says_what_it_did(empty_catalogue, settings, capsys):
    make_state()
    call_command("build_download")
    call_command("build_download")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"Download {timezone.localdate()}: ")
    assert second == "Der neueste Download ist auf dem Stand der Daten."
    for name, value, words in (
        ("SITE_URL", "https://anderswo.example", "anderswo.example aus SITE_URL"),
        ("PUBLIC_ONLY", True, "PUBLIC_ONLY"),
    ):
        setattr(settings, name, value)
        with pytest.raises(CommandError, match=words):
            call_command("build_download")


def test_without_a_setting_the_first_name_of_the_site_counts(settings):
    settings.SITE_URL = ""
    settings.ALLOWED_HOSTS = [".example.org", "katalog.example.org", "anders.example.org"]
    assert download_build.site_url() == "http://katalog.example.org"
    settings.HTTPS = True
    assert download_build.site_url() == "https://katalog.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    with pytest.raises(DownloadError, match="SITE_URL"):
        download_build.site_url()


# How it is served ----------------------------------------------------------------------------


def test_a_file_is_served_whole_in_parts_and_not_again(empty_catalogue, client, settings):
    make_state()
    settings.DATA_LICENCE = "cc-zero"
    download = build()
    # What was built keeps what it says of itself.
    settings.DATA_LICENCE = "cc-by-4.0"
    Revision.advance()
    url, stored = address(download), download.files[ARCHIVE]
    # A client that would take it packed once more.
    whole = client.get(url, headers={"Accept-Encoding": "gzip"})
    content = whole.getvalue()
    assert sha256(content).hexdigest() == stored.sha256
    assert whole["Content-Length"] == str(stored.size) == str(len(content))
    assert "Content-Encoding" not in whole
    assert whole["ETag"] == f'"{stored.sha256}"'
    assert whole["Access-Control-Allow-Origin"] == "*"
    assert whole["Link"] == '<https://creativecommons.org/publicdomain/zero/1.0/>; rel="license"'
    assert whole["Content-Type"] == "application/zip"
    assert f'filename="it-kooperationen-{download.name}.zip"' in whole["Content-Disposition"]
    head = client.head(url)
    assert head.getvalue() == b""
    for name in ("ETag", "Last-Modified", "Content-Length", "Content-Type", "Accept-Ranges"):
        assert head[name] == whole[name]
    part = client.get(url, headers={"Range": "bytes=10-29"})
    assert (part.status_code, part.getvalue()) == (206, content[10:30])
    for one in ("bytes=0-0", "bytes=-1"):
        assert client.get(url, headers={"Range": one}).getvalue() in (content, content[:1])
    for header, value in (
        ("If-None-Match", whole["ETag"]),
        ("If-Modified-Since", whole["Last-Modified"]),
    ):
        assert client.get(url, headers={header: value}).status_code == 304


def test_only_files_of_downloads_are_served(empty_catalogue, client, folder):
    make_state()
    assert client.get(f"/daten/{ARCHIVE}").status_code == 404
    assert "Noch ist kein Download erstellt worden." in client.get("/daten/").content.decode()
    download = build()
    (folder / "geheim.txt").write_text("geheim")
    for path in (
        "/daten/2020-01-01/it-kooperationen.zip",
        f"/daten/{download.name}/download.json",
        f"/daten/{download.name}/../geheim.txt",
        f"/daten/{download.name}/%2e%2e%2fgeheim.txt",
        f"/daten/..%2f{download.name}/it-kooperationen.zip",
        "/daten/geheim.txt",
    ):
        assert client.get(path).status_code == 404, path


# What is blocked -----------------------------------------------------------------------------


def everything_in(folder):
    """Return all that any file holds, unpacked."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            found.append(path.read_bytes())
        if path.suffix == ".zip":
            with ZipFile(path) as archive:
                found += [archive.read(name) for name in archive.namelist()]
    return b"\n".join(found).decode(errors="replace")


def test_a_blocked_name_is_in_no_file_afterwards(
    empty_catalogue, client, folder, monkeypatch, capsys
):
    make_state()
    project = make_project()
    without = build()
    with changes.change():
        project.description = f"Gedacht von {NAME}s Leuten."
        project.save()
    holding = build()
    (folder / ".unfinished-killed").mkdir()
    (folder / ".unfinished-killed" / "projekte.csv").write_text(NAME)
    assert NAME in everything_in(folder)
    new = Block.of([NAME], ground="person", role="Verwaltung")
    assert blocking.files(Matcher([new])) == [holding.name]
    monkeypatch.setattr("sys.stdin", io.StringIO(NAME))
    call_command("sperren", ground="person")
    assert f"Download {holding.name}: geht als Ganzes" in capsys.readouterr().out
    blocking.block(new)

    assert "tülpengraber" not in everything_in(folder).casefold()
    answer = client.get(address(holding))
    assert answer.status_code == 451
    assert "aus rechtlichen Gründen gesperrt" in answer.json()["detail"]
    assert client.head(address(without)).status_code == 200
    page = client.get("/daten/").content.decode()
    assert "aus rechtlichen Gründen gesperrt" in page
    assert address(holding) not in page
    after = build()
    assert after.name == f"{timezone.localdate()}-3"
    assert "[aus rechtlichen Gründen gesperrt am" in everything_in(after.folder)


def test_what_is_blocked_while_a_download_is_built_gets_into_none(
    empty_catalogue, folder, monkeypatch
):
    make_state()
    make_project(description=f"Gedacht von {NAME}.")
    write = download_build.write_archive

    def meanwhile(*args):
        write(*args)
        Block.of([NAME], ground="person", role="Verwaltung").save()

    monkeypatch.setattr(download_build, "write_archive", meanwhile)
    with pytest.raises(DownloadError, match="gesperrt"):
        build()
    assert list(folder.iterdir()) == []


# The button ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [(GROUP_NAME, 302), (VIEWERS, 403), (MANAGERS, 403)])
def test_who_publishes_may_build_one(empty_catalogue, role, status):
    make_state()
    user = make_account("wer")
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(user)
    start = client.get("/verwaltung/").content.decode()
    assert ("/verwaltung/download/" in start) == (status == 302)
    assert client.post("/verwaltung/download/").status_code == status
    assert (downloads.newest() is not None) == (status == 302)
    if status == 302:
        page = client.get("/verwaltung/download/").content.decode()
        assert "steht auf der Website" in page


def test_registers_learn_of_a_new_download_at_once(client, settings):
    settings.PAGE_CACHE = True
    make_project()
    Revision.objects.update(changed_at=timezone.now() - timedelta(days=1))
    address = "/katalog.jsonld"
    before = client.get(address)
    known = [
        {"if-none-match": before["ETag"]},
        {"if-modified-since": before["Last-Modified"]},
    ]
    assert [client.get(address, headers=headers).status_code for headers in known] == [304, 304]

    download = build()

    # No revision tells of it.
    for headers in ({}, *known):
        after = client.get(address, headers=headers)
        assert after.status_code == 200
        assert download.url(ARCHIVE) in after.content.decode()
    headers = {"if-none-match": after["ETag"]}
    assert client.get(address, headers=headers).status_code == 304
