"""A name that may not stay is in no table and in no answer, whatever held it."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO, TextIOWrapper
from urllib.parse import quote_plus

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone

from hzd_catalogue.data import fixtures
from hzd_catalogue.records import blocking, publishing
from hzd_catalogue.records.models import Evidence, ExportRows, Record, Statement, Version
from hzd_catalogue.records.public_data import public_data
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.records.version_words import differences
from hzd_catalogue.records.versions import facets_of
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.blocks import Block, Matcher, text_fields
from hzd_catalogue.reference.choices import AidKind
from hzd_catalogue.reference.models import OmittedSentence, Paragraph, SearchAid
from hzd_catalogue.reference.sentences import fingerprint
from hzd_catalogue.reference.texts import paragraphs_to_keep
from projects.models import Project
from tests.addresses import every_kind_of_public_address
from tests.chance import some
from tests.factories import make_partner, make_role, make_source, make_topic
from tests.signing_in import make_account

pytestmark = pytest.mark.django_db

NAME = "Jörg Tülpengraber"
#: As it stands in addresses, in JSON and where capitals are no matter.
TRACES = ("tülpengraber", "tuelpengraber", "t\\u00fclpengraber", "t%c3%bclpengraber")
TEXT = (
    f"Das Land hat begonnen. Unter Leitung von {NAME} entstand ein Verfahren. "
    "Es läuft seit Mai. Die Leitung hat {NAME} abgegeben.".replace("{NAME}", NAME)
)


def traces_in(text):
    return [trace for trace in TRACES if trace in text.casefold()]


def tables_with_it():
    """Return each table and column of the database that holds a trace; no model is asked."""
    found = set()
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {quote(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if traces_in(str(value)):
                        found.add(f"{table}.{name}")
    return found


def plant(project):
    """Let the name stand in every place that a name may come to."""
    source = make_source("950", title=f"Rede von {NAME}")
    take_in(source, [TEXT])
    left_out = f"Die Leitung hat {NAME} abgegeben."
    OmittedSentence.objects.create(
        source=source, paragraph=1, number=4, fingerprint=fingerprint(left_out), reason="Person"
    )
    before = project.name, project.description
    with changes.change() as made:
        made.reason = f"Auf Bitte von {NAME}"
        project.name, project.description = f"Verfahren {NAME}s", f"Gedacht von {NAME}."
        project.summary = f"{'x ' * 128}{NAME}, {NAME}."
        project.slug = "verfahren-joerg-tuelpengraber"
        project.save()
        partner = make_partner(name=f"Büro {NAME}")
        make_role(project, partner, role=f"Leitung ({NAME})", source=source, quote=NAME)
        Evidence.objects.create(
            record=project,
            source=source,
            aspect="beschreibung",
            paragraph=1,
            quote=f"Land hat begonnen. Unter Leitung von {NAME} entstand ein Verfahren. Es",
        )
        make_topic(f"Thema {NAME}")
        make_topic(f"Thema {NAME.upper()}", slug="anders")
    with changes.change():
        # From before it was corrected.
        project.name, project.description = before
        project.slug = "verfahren"
        project.save()
    SearchAid.objects.create(
        slug="joerg-tuelpengraber",
        kind=AidKind.values[0],
        words=f"verfahren\n{NAME}",
        leads_to=NAME,
        reason=NAME,
    )
    message = json.dumps([{"changed": {"fields": ["Name"], "object": NAME}}])
    LogEntry.objects.log_actions(make_account().pk, [project], CHANGE, change_message=message)
    LogEntry.objects.update(object_repr=f"Verfahren {NAME}s")
    session = SessionStore()
    session["held_form"] = {"path": "/verwaltung/", "packed": f"name={quote_plus(NAME)}"}
    session.save()
    return source


@pytest.fixture
def planted(catalogue):
    return plant(Project.objects.published().get(slug="wohngeld"))


def block(lines=(NAME, "Tülpengraber"), **values):
    return blocking.block(Block.of(lines, ground="person", role="Verwaltung", **values))


def test_a_blocked_name_is_in_no_table_and_in_no_answer(planted, client):
    held = tables_with_it()
    expected = {"records_record", "records_statement", "records_version", "records_edit"}
    expected |= {"reference_paragraph", "reference_searchaid", "django_admin_log"}
    assert expected <= {place.partition(".")[0] for place in held}
    assert Session.objects.count() == 1

    block()

    assert tables_with_it() == set()
    assert not Session.objects.exists()
    for address in some(every_kind_of_public_address(), 30):
        response = client.get(address)
        content = b"".join(response) if response.streaming else response.content
        assert not traces_in(content.decode(errors="ignore")), address
    marker = Block.objects.get().markers[0]
    page = client.get("/projekte/verfahren/").content.decode()
    assert f"Leitung ({marker})" in page
    assert client.get("/projekte/verfahren-joerg-tuelpengraber/").status_code == 404


def test_no_page_of_before_is_left_in_a_cache(catalogue, django_capture_on_commit_callbacks):
    cache.set("page-of-before", f"<p>{NAME}</p>")
    with django_capture_on_commit_callbacks(execute=True):
        block()
    assert cache.get("page-of-before") is None


def test_no_column_with_text_is_passed_over():
    """One of a kind that is not known yet would be."""
    harmless = (
        *(models.AutoField, models.IntegerField, models.BooleanField, models.ForeignKey),
        *(models.DateField, models.GenericIPAddressField),
    )
    for model in apps.get_models(include_auto_created=True):
        # Finished rows of files are made anew (test_export_rows).
        if model._meta.app_label not in blocking.LEFT_ALONE and model is not ExportRows:
            for field in set(model._meta.local_concrete_fields) - set(text_fields(model)):
                assert field.choices or field.primary_key or isinstance(field, harmless), field


def test_versions_stay_what_they_are_but_for_the_name(planted):
    shapes = {row.pk: _shape(row.public) for row in Version.objects.all()}
    block()
    for row in Version.objects.filter(pk__in=shapes).select_related("previous"):
        assert _shape(row.public) == shapes[row.pk]
        assert row.facets == facets_of(row.shown)
        assert not any(traces_in(str(line)) for line in differences(row))
    # The last one of each record is what the public sees, and nothing brings the name back.
    now = public_data(Record.objects.values_list("pk", flat=True))
    for row in Version.objects.newest():
        shown = now.pop(row.record_id, None)
        assert shown is None or {**shown, "changed_at": 0} == {**row.shown, "changed_at": 0}
    assert now == {}
    assert publishing.keep() == 0
    project = Project.objects.get(slug="verfahren")
    older = Version.objects.filter(record=project, name__contains="gesperrt").first()
    publishing.bring_back(older)
    assert tables_with_it() == set()


def test_a_version_says_since_when_a_part_of_it_is_blocked_and_no_other_does(planted, client):
    before = {row["id"]: row for row in Version.objects.values()}
    first = datetime(2030, 3, 1, 22, 30, tzinfo=UTC)
    with changes.change():
        # As a restore replays the list: the days are those of the blocks.
        for words, at in ((NAME, first), ("Tülpengraber", first + timedelta(days=2))):
            blocking.block(Block.of([words], ground="person", role="Verwaltung", at=at))

    rows = Version.objects.filter(pk__in=before).select_related("previous")
    changed = [row for row in rows if row.public != before[row.pk]["public"]]
    assert {row.blocked_at for row in changed} == {first}
    renamed = [row for row in rows if row.name != before[row.pk]["name"]]
    assert {row.pk for row in rows if row.blocked_at} == {row.pk for row in [*changed, *renamed]}
    assert len(changed) < len(rows)

    says = "Am 1. März 2030 wurde ein Teil dieser Fassung aus rechtlichen Gründen gesperrt."
    blocked = {"at": "2030-03-01T23:30:00+01:00", "reason": "aus rechtlichen Gründen gesperrt"}
    entries = client.get("/aenderungen.json?ab=0").json()["revisions"]
    entries = {
        (entry["key"], entry["number"]): entry["blocked"]
        for revision in entries
        for entry in revision["changes"]
    }
    for row in some([row for row in rows if row.shown], 6) + changed[:3]:
        path, _, query = row.url.partition("?")
        is_blocked = row in changed
        assert (says in client.get(row.url).content.decode()) == is_blocked
        data = client.get(f"{path.removesuffix('/')}.json?{query}").json()
        assert data["meta"]["blocked"] == (blocked if is_blocked else None)
        key = (row.path, row.number)
        if key in entries:
            assert entries[key] == (blocked if is_blocked else None)
    assert says in client.get("/aenderungen/").content.decode()
    feed = client.get("/aenderungen.atom").content.decode()
    assert says in feed
    # Whoever reads the feed is told to take the entry anew.
    assert "<updated>2030-03-01T22:30:00+00:00</updated>" in feed
    # The list of today's end, too: the project names the partner until now.
    day = f"stand={timezone.localdate()}"
    data = client.get(f"/projekte.json?{day}").json()["meta"]["blocked"]
    assert data == {"projekte/verfahren": blocked}
    assert says in client.get(f"/projekte/?{day}&pro-seite=100").content.decode()


def _shape(value):
    match value:
        case dict():
            return {key: _shape(part) for key, part in value.items()}
        case list():
            return [_shape(part) for part in value]
        case _:
            return type(value)


def test_texts_keep_their_sentences_and_quotations_their_places(planted):
    block()
    paragraph = Paragraph.objects.get(edition__source=planted)
    marker = Block.objects.get().markers[0]
    assert paragraph.sentences == [
        "Das Land hat begonnen.",
        f"Unter Leitung von {marker} entstand ein Verfahren.",
        "Es läuft seit Mai.",
        f"Die Leitung hat {marker} abgegeben.",
    ]
    assert paragraph.fingerprint == fingerprint(paragraph.text)
    left_out = OmittedSentence.objects.get(source=planted)
    assert left_out.fingerprint == fingerprint(paragraph.sentences[3])
    for row in Statement.objects.filter(source=planted):
        row.full_clean(exclude=["key"])
        assert row.passage_faults() == {} or row.paragraph != 1
    # The same file again is the same text.
    assert paragraphs_to_keep(TEXT) == [paragraph.text]


def test_files_are_written_without_it_and_those_that_have_it_are_refused(planted, tmp_path):
    fixtures.export(tmp_path / "before")
    block()
    fixtures.export(tmp_path / "after")
    for path in (tmp_path / "after").iterdir():
        assert not traces_in(path.read_text())
    for model in (Statement, Record, SearchAid, OmittedSentence):
        model.objects.all().delete()
    name = str(Block.objects.get())

    with pytest.raises(fixtures.FixtureError) as refused:
        fixtures.load(tmp_path / "before")

    for field in ("title", "words", "reason"):
        assert f"{field}: Hier stehen gesperrte Wörter ({name})." in str(refused.value)


def test_rows_of_each_kind_are_refused(catalogue):
    block()
    for row in (Statement.objects.filter(kind="rolle").first(), Project.objects.first()):
        name = "role" if isinstance(row, Statement) else "summary"
        setattr(row, name, f"Mit {NAME}")
        with pytest.raises(ValidationError) as refused:
            row.clean_fields()
        assert list(refused.value.message_dict) == [name]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mit Jörg Tülpengraber.", "Mit […]."),
        ("JOERG TUELPENGRABERS Büro", "[…] Büro"),
        ("Jörg\u00a0Tülpen\u00adgraber", "[…]"),
        ("Jo\u0308rg, Tu\u0308lpengraber!", "[…]!"),
        ("joerg-tuelpengraber-gmbh", "gesperrt-abc-gmbh"),
        ("/partner/joerg-tuelpengraber/", "/partner/gesperrt-abc/"),
        ("joerg.tuelpengraber@example.org", "gesperrt-abc@example.org"),
        ("Jörgs Tulpengraben", "Jörgs Tulpengraben"),
        ("Jörg Tülpengraberin", "Jörg Tülpengraberin"),
    ],
)
def test_a_name_is_found_however_it_is_written(text, left):
    blocked = Block.of([NAME], ground="person")
    blocked.key = "abc"
    cleaned = Matcher([blocked]).cleaned(text)
    assert cleaned.replace(blocked.markers[0], "[…]") == left
    assert Matcher([blocked]).cleaned(cleaned) == cleaned


def test_where_there_is_little_room_the_marker_is_shorter():
    blocked = Block.of([NAME], ground="person")
    for room in (60, 47, 25, 12, 5, 1):
        assert 0 < len(Matcher([blocked]).cleaned(NAME, room)) <= room


@pytest.mark.parametrize("words", ["", " \n ", "ab", "2026", "Hessen", "im-einsatz", "Partner"])
def test_what_is_no_name_cannot_be_blocked(catalogue, words):
    with pytest.raises(ValidationError):
        block([words])
    assert not Block.objects.exists()


def test_the_list_holds_no_words(planted):
    block(note="Az. 7 O 1/26")
    for row in Block.objects.values():
        assert not traces_in(str(row))
    with pytest.raises(ValidationError):
        block(note=f"Betrifft {NAME}")


def test_words_in_another_encoding_are_refused_by_the_command(db, monkeypatch):
    words = TextIOWrapper(BytesIO("Müller".encode("latin-1")), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", words)
    with pytest.raises(CommandError, match=r"Nichts wurde geändert.*nicht in UTF-8"):
        call_command("sperren", "--do", ground="person")


def test_the_command_shows_the_places_and_takes_the_words_out_when_told(planted, monkeypatch):
    def run(*args, words=NAME):
        output = StringIO()
        monkeypatch.setattr("sys.stdin", StringIO(words))
        call_command("sperren", *args, ground="person", stdout=output)
        return output.getvalue()

    held = tables_with_it()
    shown = run()
    assert tables_with_it() == held
    assert "Quelle: 950 – Rede von [aus rechtlichen Gründen gesperrt" in shown
    assert "Nichts wurde geändert." in shown
    done = run("--do")
    assert tables_with_it() == set()
    assert re.search(r"Sperrung \w{10} vom [\d.]{10}: an \d+ Stellen entfernt\.", done)
    assert not traces_in(shown + done)
    with pytest.raises(CommandError, match=r"Nichts wurde geändert\..*Buchstaben"):
        run(words="x")
