"""Indexes that follow the changes answer as those that are read anew."""

import random
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from hzd_catalogue.lists.bitmaps import members
from hzd_catalogue.lists.per_revision import PerRevision
from hzd_catalogue.lists.search import marked_excerpt
from hzd_catalogue.records import publishing
from hzd_catalogue.records.models import (
    Milestone,
    OtherName,
    Statement,
    Version,
)
from hzd_catalogue.records.statement_list import _STANDINGS, STATEMENTS, standings
from hzd_catalogue.reference.changes import change
from hzd_catalogue.reference.folding import terms_of
from hzd_catalogue.reference.models import (
    FederalState,
    Level,
    Revision,
    SearchAid,
    Source,
    Topic,
)
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
WORDS = ("hessen", "justiz register", "ozg", "wohngeld", "neu", "kommune", "ministerium")


def said(index):
    """Return all that an index answers, by primary keys."""
    pks = index.pks
    found = {"rows": set(index.slots), "count": len(index)}
    for name, order in index.orders.items():
        found["order", name] = [pks[slot] for slot in order]
    for name, values in [*index.facets.items(), *index.traits.items()]:
        half = index.everything // 3 & index.everything
        bitmaps = values.bitmaps
        found["facet", name] = (
            values.label,
            list(values.labels.items()),
            {value: set(members(bits, pks)) for value, bits in bitmaps.items()},
            list(bitmaps) == list(values.labels),
            bitmaps.counts(index.everything),
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
            (pks[slot], hits.scores[slot], marked_excerpt(index.search, slot, terms))
            for slot in hits.ranked()
        ]
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


@pytest.mark.parametrize("seed", seeds(2))
def test_what_follows_answers_as_what_is_read_anew(catalogue, seed):
    chance = random.Random(seed)  # noqa: S311 (repeatable, not secret)
    followed = Followed()
    for _round in range(3):
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
        assert _STANDINGS.get(Revision.current().key) == standings(Statement.objects.published())
    assert set(followed.built.values()) == {1}
