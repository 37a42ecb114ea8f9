"""Indexes that follow the changes answer as those that are read anew."""

import random
import threading
from collections import Counter

import pytest
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from rapidfuzz.distance import OSA

from hzd_catalogue.lists import facets, per_revision
from hzd_catalogue.lists.bitmaps import members
from hzd_catalogue.lists.per_revision import PerRevision, let_others_go_on
from hzd_catalogue.lists.postings import positions_of
from hzd_catalogue.lists.search import TEXT
from hzd_catalogue.overview import near_names, suggestions
from hzd_catalogue.overview.named import _whole_picture, first_named
from hzd_catalogue.overview.near_names import ComparedNames
from hzd_catalogue.overview.quotations import QUOTATIONS, Quotations
from hzd_catalogue.overview.sources import FACTS_BY_SOURCE, fact_counts
from hzd_catalogue.overview.states import _state_rows, neighbours, statement_count
from hzd_catalogue.overview.suggestions import NAMES, MostNamed, counted
from hzd_catalogue.overview.topics import topic_map
from hzd_catalogue.records import publishing, version_writer
from hzd_catalogue.records.models import (
    Milestone,
    OtherName,
    Record,
    Statement,
    Version,
)
from hzd_catalogue.records.statement_list import STANDINGS, STATEMENTS, standings
from hzd_catalogue.records.version_writer import RECORDS
from hzd_catalogue.reference import revisions
from hzd_catalogue.reference.changes import change
from hzd_catalogue.reference.folding import TYPED_WORD, terms_of
from hzd_catalogue.reference.german import sort_key
from hzd_catalogue.reference.models import (
    FederalState,
    Level,
    Revision,
    RevisionStep,
    SearchAid,
    Source,
    Topic,
)
from hzd_catalogue.reference.revisions import changes_between
from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Cooperation, Partner
from projects.filters import PROJECTS
from projects.models import Project
from tests.chance import seeds
from tests.factories import (
    make_cooperation,
    make_participation,
    make_partner,
    make_project,
    make_relation,
    make_role,
    make_source,
    make_topic,
    passage,
)

pytestmark = pytest.mark.django_db

LISTINGS = (PROJECTS, COOPERATIONS, PARTNERS, STATEMENTS)
WORDS = ("hessen", "justiz register", "neu", "kommune")


def said(index):
    """Return all that an index answers, by primary keys."""
    pks = index.pks
    found = {"rows": set(index.slots), "count": len(index)}
    for name in index.orders:
        found["order", name] = [pks[slot] for slot in index.order(name)]
    for name, values in [*index.facets.items(), *index.traits.items()]:
        half = index.everything // 3 & index.everything
        bitmaps = values.bitmaps
        found["facet", name] = (
            values.label,
            list(values.labels.items()),
            {value: set(members(bits, pks)) for value, bits in bitmaps.items()},
            list(bitmaps) == list(values.labels),
            bitmaps.counts(index.everything),
            bitmaps.counts(index.everything).top(5),
            bitmaps.counts(half)
            == {value: (bits & half).bit_count() for value, bits in bitmaps.items()},
            {pk: values.of(slot) for pk, slot in index.slots.items()},
            {value: {pks[slot] for slot in bitmaps.rows_of(value)} for value in bitmaps},
        )
    if index.knows_days:
        found["days"] = {pk: index.last_day(1 << slot) for pk, slot in index.slots.items()}
    for words in WORDS:
        terms = terms_of(words)
        hits = index.search.search(terms)
        found["search", words] = [
            (
                pks[slot],
                hits.scores[slot],
                [(tag.label, tag.text) for tag in index.search.tags if tag.rows >> slot & 1],
            )
            for slot in hits.ranked()
        ]
    return found


def near(query):
    """Return what ``ComparedNames`` says, by a comparison with each name."""
    words = map(sort_key, (query, *TYPED_WORD.findall(query)))
    typed = [*filter(None, words)]
    names = [*FederalState.objects.values_list("name", flat=True)]
    names += [name for *_order, name in counted(Record.objects)]
    found = {
        name: max(
            (
                OSA.normalized_similarity(one, sort_key(word))
                for one in typed
                for word in (name, *TYPED_WORD.findall(name))
            ),
            default=0,
        )
        for name in names
    }
    alike = [name for name in found if found[name] >= 0.6]
    return sorted(alike, key=lambda name: -found[name])[:5]


def quoted(quotations):
    """Return the paragraphs in which each word is quoted, in their order."""
    index = quotations.index
    found = {
        word: quotations.places(sum(1 << slot for slot in positions_of(some)), 10**6)
        for number, word in enumerate(index._words)
        if (some := index._postings[TEXT][number])
    }
    for words in WORDS:
        hits = quotations.index.search(terms_of(words))
        found["search", words] = quotations.places(hits.rows, 10**6)
    return found


class Followed:
    """The indexes of a process that has seen each revision, or some."""

    def __init__(self):
        self.built = Counter()
        self.kept = {
            listing: PerRevision(lambda listing=listing: self._build(listing), listing._followed)
            for listing in LISTINGS
        }
        self.get()

    def _build(self, listing):
        self.built[listing] += 1
        return listing.build_index()

    def get(self):
        revision = Revision.current().key
        return {listing: kept.get(revision) for listing, kept in self.kept.items()}


def test_an_edit_of_a_text_copies_nothing_that_is_as_it_was(catalogue, monkeypatch):
    """Processes share what was read before they parted, as long as none copies it to change it."""
    monkeypatch.setattr(facets, "MANY_VALUES", 2)
    followed = Followed()
    before = followed.get()
    for index in before.values():
        index.read_all()
    with change():
        project = Project.objects.get(slug="wohngeld")
        project.summary = f"{project.summary} Nachgetragenes."
        project.save()
    after = followed.get()
    for listing, index in after.items():
        old = before[listing]
        assert index is not old
        assert index.slots is old.slots
        assert index.names is old.names
        for name, order in index.sorted.items():
            assert order is old.sorted[name]
        for name, values in index.facets.items():
            if index.queries.facets[name].labels_since:
                assert values.labels is old.facets[name].labels
        for words, others in (
            (index.search._words, old.search._words),
            (index.search._forms, old.search._forms),
        ):
            assert words._read is others._read
    assert after[PROJECTS].search.knows(terms_of("Nachgetragenes")[0])
    assert not before[PROJECTS].search.knows(terms_of("Nachgetragenes")[0])


def a_record(chance, *models):
    return chance.choice(
        list(chance.choice(models or (Project, Cooperation, Partner)).objects.all())
    )


def a_source(chance):
    return passage(chance.choice(list(Source.objects.all())), quote=f"Wortlaut {chance.random()}")


def make(chance):
    topics = chance.sample(list(Topic.objects.all()), 2)
    name = f"{chance.choice('AHÄ„mZz')} neu {chance.randint(1, 9)}"
    chance.choice([make_project, make_cooperation, make_partner])(
        name=name, topics=topics, is_published=chance.random() < 0.8
    )


def rename(chance):
    record = a_record(chance)
    record.name = f"{chance.choice('AHÄ„mZz')} {record.name}"[:80]
    record.slug = chance.choice([record.slug, f"neu-{chance.randint(1, 10**6)}"])
    record.save()


def rename_two(chance):
    partner = chance.choice(Partner.objects.published().exclude(name__endswith=")"))
    partner.name = f"{chance.choice('AHÄ„mZz')}{partner.name}"[:80]
    partner.save()
    project = chance.choice(Project.objects.published().exclude(name__endswith=")"))
    project.name = f"{chance.choice('AHÄ„mZz')}{project.name}"[:80]
    project.save()


def publish_or_withdraw(chance):
    record = a_record(chance)
    (publishing.withdraw if record.is_published else publishing.publish)(record)


def delete(chance):
    a_record(chance).delete()


def bring_back(chance):
    withdrawn = list(Version.objects.newest().filter(public__isnull=True))
    if withdrawn:
        publishing.bring_back(chance.choice(withdrawn).previous)


def classify(chance):
    record = a_record(chance)
    record.reach = chance.choice(["landesweit", "laenderuebergreifend", "bundesweit"])
    record.kind = chance.choice(record.kinds.values)
    record.save()
    record.topics.set(chance.sample(list(Topic.objects.all()), chance.randint(0, 3)))
    record.levels.set(chance.sample(list(Level.objects.all()), chance.randint(1, 2)))


def add_statement(chance):
    record = a_record(chance, Project, Cooperation)
    states = list(FederalState.objects.all())
    date = {"year": chance.randint(1901, 2040), "month": chance.choice([None, 3, 12])}
    kind = chance.randrange(5)
    if kind == 0:
        make_participation(a_record(chance, Project), chance.choice(states), **a_source(chance))
    elif kind == 1:
        make_role(record, a_record(chance, Partner), **a_source(chance))
    elif kind == 2:
        event = Milestone.objects.create(
            record=record, event="beginn", title="Neues", **date, **a_source(chance)
        )
        event.concerns.set([a_record(chance, Project, Cooperation)])
    elif kind == 3:
        OtherName.objects.create(
            record=a_record(chance), name="Neuer Name", name_kind="kurzform", **a_source(chance)
        )
    else:
        make_relation(a_record(chance, Project), a_record(chance, Cooperation), **a_source(chance))


def change_statement(chance):
    statement = chance.choice(list(Statement.objects.all()))
    statement.paragraph = chance.randint(1, 9)
    statement.source = chance.choice(list(Source.objects.all()))
    statement.quote = "ein neuer Wortlaut"
    if statement.year:
        statement.year += chance.choice([-1, 1])
    if statement.partner_id:
        statement.partner = a_record(chance, Partner)
    if statement.kind == "status":
        statement.status = chance.choice(["geplant", "laufend", "beendet"])
    if statement.participation_status:
        statement.participation_status = chance.choice(["nutzt", "tritt-bei", "beteiligt"])
    statement.save()


def remove_statement(chance):
    chance.choice(list(Statement.objects.exclude(kind="beleg"))).delete()


def change_source(chance):
    source = chance.choice(list(Source.objects.all()))
    source.title = f"Neuer Titel {chance.randint(1, 9)}"
    source.publisher = "Neu"
    if chance.random() < 0.5:
        source.rank = max(Source.objects.values_list("rank", flat=True)) + 1
    source.save()


def change_vocabulary(chance):
    kind = chance.randrange(4)
    if kind == 0:
        topic = chance.choice(list(Topic.objects.all()))
        topic.name = f"{chance.choice('AZ')} {topic.name}"[:60]
        topic.save()
    elif kind == 1:
        make_topic(f"Neues {chance.randint(1, 10**6)}")
    elif kind == 2:
        SearchAid.objects.create(
            slug=f"neu-{chance.randint(1, 10**6)}", kind="alltagswort", words="quak, neu"
        )
    else:
        make_source()


EDITS = (
    *(make, rename, publish_or_withdraw, delete, bring_back, classify),
    *(add_statement, add_statement, change_statement, remove_statement),
    *(change_source, change_vocabulary),
)


def edit(chance):
    """Make one change, or none where it is refused."""
    try:
        with change():
            for step in chance.sample(EDITS, chance.randint(1, 2)):
                step(chance)
    except (ValidationError, ProtectedError, IntegrityError):
        pass


@pytest.mark.parametrize("seed", seeds(1))
@pytest.mark.parametrize("many", [facets.MANY_VALUES, 2])
def test_what_follows_answers_as_what_is_read_anew(catalogue, monkeypatch, many, seed):
    monkeypatch.setattr(facets, "MANY_VALUES", many)
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    followed = Followed()
    for kept in KEPT:
        kept.get(Revision.current().key)
    for _round in range(2):
        for _edit in range(chance.randint(1, 4)):
            edit(chance)
            if chance.random() < 0.5:
                for index in followed.get().values():
                    for name in chance.sample([*index.facets], 2):
                        assert index.facets[name]
        for listing, index in followed.get().items():
            anew = said(listing.build_index())
            for name, answer in said(index).items():
                assert answer == anew[name], (listing.url_name, name)
        revision = Revision.current().key
        assert STANDINGS.get(revision) == standings(Statement.objects.published())
        assert FACTS_BY_SOURCE.get(revision) == FACTS_BY_SOURCE._build()
    assert set(followed.built.values()) == {1}


def fall_behind(pk, chance):
    """Take many of its statements from a record."""
    statements = list(Statement.objects.filter(record=pk).exclude(kind="beleg"))
    with change():
        for statement in chance.sample(statements, len(statements) * 2 // 3):
            statement.delete()


def noted(labels_since, told, name):
    """Return what tells the labels that are others, and notes whether it could."""

    def noting(labels, changed):
        others = labels_since(labels, changed)
        if others:
            told[name] += 1
        return others

    return noting


@pytest.mark.parametrize("seed", seeds(1))
def test_labels_of_many_values_follow_each_name(catalogue, monkeypatch, seed):
    monkeypatch.setattr(facets, "MANY_VALUES", 2)
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    followed = Followed()
    many, told = [], Counter()
    for listing, index in followed.get().items():
        for traits in ("facets", "traits"):
            for name, facet in getattr(index.queries, traits).items():
                if facet.labels_since:
                    many.append((listing, traits, name))
                    monkeypatch.setattr(
                        facet, "labels_since", noted(facet.labels_since, told, name)
                    )
    assert len(many) == 5

    def values():
        indexes = followed.get()
        return {each: getattr(indexes[each[0]], each[1])[each[2]] for each in many}

    assert values()
    edits = [rename_two, *chance.choices([make, add_statement, rename_two], k=4)]
    for edit in edits:
        with change():
            edit(chance)
        found = values()
        for listing, traits, name in many:
            answer, index = found[listing, traits, name], listing.build_index()
            anew = getattr(index, traits)[name]
            assert list(answer.labels.items()) == list(anew.labels.items())
            assert list(answer.bitmaps) == list(answer.labels)
            best = anew.bitmaps.counts(index.everything).top(9)
            everything = followed.get()[listing].everything
            assert answer.bitmaps.counts(everything).top(9) == best
    assert told.keys() == {name for _listing, _traits, name in many}


def test_two_of_one_name_follow_each_other(catalogue, monkeypatch):
    """The label of a record says of which type it is as long as another has its name."""
    monkeypatch.setattr(facets, "MANY_VALUES", 2)
    project, partner = (
        Project.objects.get(slug="wohngeld"),
        Partner.objects.published().exclude(name__endswith=")")[0],
    )
    own, followed = project.name, Followed()
    assert followed.get()[STATEMENTS].facets["eintrag"].labels[f"projekte/{project.slug}"] == own
    for name in (partner.name, own):
        with change():
            project.name = name
            project.save()
        labels = followed.get()[STATEMENTS].facets["eintrag"].labels
        assert labels[f"partner/{partner.slug}"] == partner.name + " (Partner)" * (name != own)
        assert list(labels.items()) == list(
            STATEMENTS.build_index().facets["eintrag"].labels.items()
        )


@pytest.mark.parametrize("seed", seeds(1))
def test_quotations_and_names_follow_each_edit(catalogue, monkeypatch, seed):
    # So few that some are not known.
    monkeypatch.setattr(suggestions, "MOST_SUGGESTED", 30)
    monkeypatch.setattr(suggestions, "_KNOWN", 15)
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    monkeypatch.setattr(near_names, "_AT_ONCE", 7)
    quotations, named, compared = Quotations(), MostNamed.read(), ComparedNames.read()
    assert not named.are_all
    for number in range(12):
        before, names = Revision.current().key, dict(Record.objects.values_list("pk", "name"))
        if number % 2:
            edit(chance)
        else:
            fall_behind(chance.choice(named.records)[3], chance)
        changed = changes_between(before, Revision.current().key)
        if not changed:
            continue
        quotations = quotations.followed(changed)
        assert quoted(quotations) == quoted(Quotations())
        named = named.followed(changed) or MostNamed.read()
        assert named.names == MostNamed.read().names
        compared = compared.followed(changed)
        earlier = [names[pk] for pk in sorted(names.keys() & changed[RECORDS])[:3]]
        for query in ("Sahsenn", "–", "neu", f"AHZ neu {chance.randint(1, 9)}", *earlier):
            assert compared.near(query) == ComparedNames.read().near(query) == near(query)


PAGES = (
    *("/", "/projekte/?sortierung=-laender", "/projekte/?q=justiz", "/partner/?ebene=land"),
    *("/kooperationen/?ansicht=tabelle", "/aussagen/?q=hessen", "/aussagen/?sortierung=-datum"),
    *("/suche/?q=hessen", "/laender/", "/laender/thueringen/", "/laender/matrix/", "/themen/"),
    *("/themen/asyl-migration/", "/quellen/dokument-000/", "/zeitleiste/"),
    "/sitemap.xml",
)


#: What follows in a process.
KEPT = [
    *(listing._kept for listing in LISTINGS),
    *(STANDINGS, FACTS_BY_SOURCE, QUOTATIONS, NAMES),
]

#: What a process makes once a revision.
MADE = (
    *(_whole_picture, first_named, _state_rows, neighbours, statement_count, topic_map),
    fact_counts,
)


def test_a_process_that_follows_shows_what_a_fresh_one_shows(catalogue, client):
    chance = random.Random(3)  # noqa: S311 (repeatable, not secret)
    records = [record.get_absolute_url() for record in Record.objects.published()[:60:12]]
    for address in (*PAGES, *records):
        client.get(address)
    for _edit in range(4):
        edit(chance)
    before = [kept._kept[1] for kept in KEPT]
    followed = {address: b"".join(client.get(address)) for address in (*PAGES, *records)}
    assert all(kept._kept[1] is not value for kept, value in zip(KEPT, before, strict=True))
    for kept in KEPT:
        kept._kept = None
    for made in MADE:
        made.cache_clear()
    for cache in caches.all():
        cache.clear()
    for address, body in followed.items():
        assert b"".join(client.get(address)) == body, address


class Told:
    """A value that knows how often it was built, and which changes it has followed."""

    def __init__(self):
        self.followed, self.built = [], 0
        self.kept = PerRevision(self._build, self._follow)

    def _build(self):
        self.built += 1
        return Project.objects.count()

    def _follow(self, value, changed):
        self.followed.append(set(changed[version_writer.RECORDS]))
        return Project.objects.count()

    def get(self):
        return self.kept.get(Revision.current().key)


@pytest.fixture
def told(catalogue):
    found = Told()
    found.get()
    return found


def save(record):
    with change():
        record.save()


def test_who_has_missed_changes_follows_them_together(told):
    one, other = Project.objects.all()[:2]
    save(one)
    save(other)
    told.get()
    assert told.built == 1
    assert told.followed[0] >= {one.pk, other.pk}
    told.get()
    assert len(told.followed) == 1


def advance():
    Revision.advance()


def everything():
    with change():
        FederalState.objects.first().save()


def many():
    with change():
        for number in range(3):
            Project.objects.all()[number].save()


def past_changes():
    Project.objects.first().save()


def set_back():
    revision = Revision.current()
    Revision.objects.update(changed_at=revision.changed_at.replace(year=2000))


def lost():
    save(Project.objects.first())
    RevisionStep.objects.latest("pk").delete()


@pytest.mark.parametrize("step", [advance, everything, many, past_changes, set_back, lost])
def test_what_nobody_can_say_is_read_anew(told, monkeypatch, step):
    if step is many:
        monkeypatch.setattr(revisions, "KEYS_FOLLOWED", 2)
    save(Project.objects.first())
    step()
    save(Project.objects.last())
    told.get()
    assert (told.built, told.followed) == (2, [])
    monkeypatch.undo()
    save(Project.objects.last())
    told.get()
    assert (told.built, len(told.followed)) == (2, 1)


def test_who_wants_an_older_revision_never_gets_a_newer_one(told):
    older = Revision.current().key
    make_project()
    assert told.get() == told.kept.get(Revision.current().key)
    assert told.built == 2
    told.kept._build = lambda: "older"
    assert told.kept.get(older) == "older"
    assert changes_between(Revision.current().key, older) is None


def test_only_the_last_steps_are_kept(catalogue, monkeypatch):
    monkeypatch.setattr(revisions, "STEPS_KEPT", 3)
    project = Project.objects.first()
    keys = [Revision.current().key]
    for _change in range(5):
        save(project)
        keys.append(Revision.current().key)
    assert RevisionStep.objects.count() == 3
    assert changes_between(keys[1], keys[5]) is None
    assert project.pk in changes_between(keys[2], keys[5])[version_writer.RECORDS]


def test_a_change_of_nothing_is_no_step(catalogue):
    before = RevisionStep.objects.count()
    with change():
        pass
    assert RevisionStep.objects.count() == before


def test_threads_that_ask_together_follow_once(monkeypatch):
    monkeypatch.setattr(per_revision, "_changes_between", [lambda kept, wanted: {"some": {1}}])
    begun, followed = threading.Barrier(3), []

    def follow(value, changed):
        # Long enough for the other thread to ask.
        begun.wait(timeout=60)
        let_others_go_on()
        followed.append(changed)
        return value + 1

    kept = PerRevision(lambda: 1, follow)
    assert kept.get("old") == 1
    answers = []

    def ask():
        if threading.current_thread().name == "late":
            begun.wait(timeout=60)
        answers.append(kept.get("new"))

    threads = [threading.Thread(target=ask, name=name) for name in ("early", "late")]
    for thread in threads:
        thread.start()
    begun.wait(timeout=60)
    for thread in threads:
        thread.join()
    assert answers == [2, 2]
    assert len(followed) == 1


def test_a_document_that_a_statement_has_left_is_counted_again(catalogue):
    with change():
        name = OtherName.objects.create(
            record=Project.objects.published()[0], name="N", name_kind="kurzform", **passage()
        )
    assert FACTS_BY_SOURCE.get(Revision.current().key)[name.source_id] == 1
    left, name.source = name.source_id, Source.objects.first()
    save(name)
    assert left not in FACTS_BY_SOURCE.get(Revision.current().key)
