"""A document taken back: afterwards the public sees what it saw before the document came."""

import random
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.utils import timezone

from hzd_catalogue.accounts.editors import GROUP_NAME, MANAGERS, VIEWERS
from hzd_catalogue.data import fixtures
from hzd_catalogue.records.models import Evidence, Record, Relation, RetiredKey, Version
from hzd_catalogue.records.publishing import bring_back, publish
from hzd_catalogue.records.rechecks import take_in
from hzd_catalogue.records.taking_back import effects, take_back
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import FederalState, Revision, Source
from projects.models import Participation, Project
from tests.addresses import every_kind_of_public_address
from tests.chance import seeds, some
from tests.editing import editor_client
from tests.factories import make_evidence, make_partner, make_project, make_source, passage

pytestmark = pytest.mark.django_db

QUOTE = "ein kurzer Wortlaut"
#: Archives carry the time at which they were made; they hold what CSV and JSON hold.
ARCHIVES = (".xlsx", ".ods")
#: Always looked at: each tells something of documents or of what rests on them.
TELLING = ("/", "/laender/", "/luecken/", "/projekte.json", "/quellen.json", "/quellen/")


def page(source):
    return f"/verwaltung/reference/source/{source.pk}/zuruecknehmen/"


def public_addresses():
    return {
        *(row.get_absolute_url() for row in Record.objects.published()),
        *(row.get_absolute_url() for row in FederalState.objects.all()),
        *(row.get_absolute_url() for row in Source.objects.published()),
        # What tells of changes has something new to tell.
        *(
            row
            for row in every_kind_of_public_address()
            if not (row.endswith(ARCHIVES) or row.startswith(("/aenderungen", "/katalog.jsonld")))
        ),
    }


#: Which version a page cites: to bring in and to take back makes two more, as it should.
CITED = re.compile(rb'<section class="sec cite".*?</section>', re.DOTALL)


def _body(response):
    return response.status_code, CITED.sub(b"", b"".join(response))


def by_key(version):
    """Return the statements of a version; those of one paragraph may come in another order."""
    return {row["key"]: row for rows in version.shown["statements"].values() for row in rows}


@pytest.fixture
def _still(monkeypatch):
    """Let no time pass: pages and files name the moment."""
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)


def bring_in(chance):
    """Let a document say this and that of old records and of new ones; return it."""
    source = make_source(code="006", rank=chance.choice([6, 60]))
    take_in(source, [f"Hier steht {QUOTE}."])
    projects = list(Project.objects.published())
    with changes.change():
        new = [
            make_project(name="Ein neues Projekt", evidence=False, is_published=False),
            make_partner(name="Ein neuer Partner", evidence=False, is_published=False),
        ]
        for record in new:
            make_evidence(record, source)
            publish(record)
        for project in [*new[:1], *chance.sample(projects, 5)]:
            for state in chance.sample(list(FederalState.objects.all()), 3):
                Participation.objects.create(
                    record=project,
                    federal_state=state,
                    participation_status=chance.choice(["nutzt", "tritt-bei", "beteiligt"]),
                    year=chance.choice([None, 2026]),
                    **passage(source),
                )
            make_evidence(project, source)
        Relation.objects.create(
            record=projects[0], related_record=new[0], relation="genannt-mit", **passage(source)
        )
    return source


@pytest.mark.parametrize("seed", seeds(1))
@pytest.mark.usefixtures("_still")
def test_every_public_answer_is_as_before(catalogue, client, seed):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    addresses, revision = public_addresses(), Revision.current()
    looked_at = {*TELLING, *some(sorted(addresses), 20)}
    before = {address: _body(client.get(address)) for address in looked_at}
    source = bring_in(chance)
    came = {row.get_absolute_url() for row in (*Record.objects.published(), source)} - addresses
    assert len(came) == 3
    for address in TELLING:
        assert _body(client.get(address)) != before[address], address
    versions = set(Version.objects.values_list("pk", flat=True))
    keys = set(source.statements.values_list("key", flat=True))

    take_back(source)

    # Their revision, too, and yet nothing that was kept for that one.
    Revision.objects.filter(pk=1).update(
        number=revision.number, changed_at=revision.changed_at + timedelta(microseconds=1)
    )
    assert public_addresses() == addresses
    for address, answer in before.items():
        assert _body(client.get(address)) == answer, address
    for address in came:
        assert client.get(address).status_code == 410
    assert not source.statements.exists()
    assert set(RetiredKey.objects.values_list("key", flat=True)) >= keys
    assert versions < set(Version.objects.values_list("pk", flat=True))


@pytest.fixture
def source(empty_catalogue):
    """A document on which one project rests alone and another one beside an older document."""
    source = make_source()
    with changes.change():
        alone = make_project(name="Allein", evidence=False, is_published=False)
        both = make_project(name="Beides", is_published=False)
        draft = make_project(name="Skizze", evidence=False, is_published=False)
        for record in (alone, both, draft):
            make_evidence(record, source)
        for record in (alone, both):
            publish(record)
    return source


def test_the_page_says_what_goes_and_does_nothing_else(source):
    editor = editor_client()
    shown = editor.get(page(source))
    html = shown.content.decode()
    assert [row.name for row in shown.context["withdrawn"]] == ["Allein"]
    assert [row.name for row in shown.context["staying"]] == ["Beides", "Skizze"]
    assert "9 Angaben, die gelöscht werden" in html
    data = {"shown": shown.context["form"]["shown"].value(), "reason": "Irrtum"}

    # Meanwhile one more: nobody has seen it.
    make_evidence(Record.objects.get(name="Beides"), source)
    again = editor.post(page(source), data)
    assert "Inzwischen beruht anderes auf dem Dokument." in again.content.decode()
    assert source.statements.count() == 12

    data["shown"] = again.context["form"]["shown"].value()
    assert editor.post(page(source), data).status_code == 302
    assert not source.statements.exists()
    versions = {version.name: version for version in Version.objects.newest()}
    assert {name: version.cause for name, version in versions.items()} == {
        "Allein": "zurueckgezogen",
        "Beides": "quelle-geaendert",
    }
    assert {version.edit.reason for version in versions.values()} == {
        f"{source.label} zurückgenommen: Irrtum"
    }
    # Sent twice, it is done once.
    assert editor.post(page(source), data).status_code == 302
    assert Version.objects.count() == 4


def test_all_or_nothing(source, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("hzd_catalogue.records.taking_back._mark", fail)
    with pytest.raises(RuntimeError):
        take_back(source)
    assert source.statements.count() == 9
    assert Record.objects.published().count() == 2
    assert Version.objects.count() == 2


def test_nothing_rests_on_it_until_it_is_taken_up_again(source, client):
    number = source.code
    before = {version.name: version for version in Version.objects.all()}
    take_back(source)
    source.refresh_from_db()
    draft = Evidence(record=Record.objects.get(name="Skizze"), aspect="ebene", **passage(source))
    with pytest.raises(ValidationError, match=f"Dokument {number} ist zurückgenommen"):
        draft.full_clean()
    with pytest.raises(ValidationError, match=f"Dokument {number} ist zurückgenommen"):
        bring_back(before["Allein"])
    form = editor_client("andere").get(f"/verwaltung/reference/source/{source.pk}/change/")
    assert "Wieder aufnehmen" in form.content.decode()
    assert "Auf der Website ansehen" not in form.content.decode()
    answer = client.get(source.get_absolute_url())
    assert answer.status_code == 410
    assert "Dieses Dokument gehört nicht mehr zum Katalog" in answer.content.decode()

    assert editor_client().post(page(source), {"up_again": "ja"}).status_code == 302
    for version in before.values():
        bring_back(version)
    assert client.get(source.get_absolute_url()).status_code == 200
    for version in Version.objects.newest():
        assert by_key(version) == by_key(before[version.name])


def test_files_leave_it_out(source, tmp_path):
    take_back(source)
    fixtures.export(tmp_path)
    assert source.code not in (tmp_path / "sources.yaml").read_text()
    suggested = editor_client().get("/verwaltung/reference/source/add/").context["adminform"].form
    assert suggested["code"].value() > source.code
    assert suggested["rank"].value() > source.rank


@pytest.mark.parametrize(
    ("role", "status"), [(VIEWERS, 403), (GROUP_NAME, 200), (MANAGERS, 403), ("less", 403)]
)
def test_who_may_edit_and_delete_what_rests_on_it_may(
    source, client, django_user_model, role, status
):
    user = django_user_model.objects.create_user("wer", is_staff=True)
    if role == "less":
        user.user_permissions.set(
            Permission.objects.filter(codename__in=("change_source", "view_source"))
        )
    else:
        user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    assert client.get(page(source)).status_code == status
    shown = effects(source).fingerprint
    assert client.post(page(source), {"shown": shown}).status_code == (
        302 if status == 200 else status
    )
    source.refresh_from_db()
    assert bool(source.taken_back_at) == (status == 200)
