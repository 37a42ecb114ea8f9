"""The form of what versions keep is frozen: whoever changes it says how the older one goes over.

``python -m pytest tests/records/test_version_formats.py`` with WRITE_SAMPLES=on writes the samples
of a new format; those of older ones stay as they are.
"""

import json
import os
from itertools import pairwise

import pytest

from hzd_catalogue.records.kinds import FIELDS, Kind, RecordType
from hzd_catalogue.records.models import Statement
from hzd_catalogue.records.public_data import public_data
from hzd_catalogue.records.version_formats import FORMAT, UPGRADERS, upgrade
from hzd_catalogue.records.versions import Version
from tests.checkout import PROJECT
from tests.factories import (
    make_cooperation,
    make_partner,
    make_project,
    make_source,
    make_state,
    make_topic,
)

pytestmark = pytest.mark.django_db

SAMPLES = PROJECT / "tests/records/version_samples"
SINCE = {"year": 2019, "month": 9, "part": "ende", "since_quote": "seit Ende September 2019"}


def record_that_says_everything(record_type):
    """Make a record with each kind of statement, by an older source and by a newer one."""
    older, newer = make_source("901", rank=901), make_source("902", rank=902)
    partner, other = make_partner(slug="amt"), make_project(slug="anderes")
    cooperation = make_cooperation(slug="verbund")
    values = {
        Kind.PARTICIPATION: {
            "federal_state": make_state("DE-TH", "Thüringen"),
            "participation_status": "nutzt",
        },
        Kind.ROLE: {"partner": partner, "role": "wirkt mit"},
        Kind.RELATION: {"relation": "genutzt-in", "related_record": other},
        Kind.USER_GROUP: {"user_group": "Gerichte"},
        Kind.NAME: {"name": "Kürzel", "name_kind": "kurzform"},
        Kind.EVIDENCE: {"aspect": "thema"},
        Kind.STATUS: {"status": "im-einsatz"},
        Kind.MILESTONE: {
            "event": "start",
            "title": "Beginn",
            "year": 2021,
            "month": 10,
            "day": 6,
            "last_day": 8,
        },
        Kind.FIGURE: {"qualifier": "rund", "value": 300, "unit": "Ämter"},
    }
    make = {
        RecordType.PARTNER: make_partner,
        RecordType.COOPERATION: make_cooperation,
        RecordType.PROJECT: make_project,
    }[record_type]
    record = make(slug="alles", topics=[make_topic("Recht")])
    make_state("DE-HE", "Hessen")

    def state(about, kind, source, **more):
        since = SINCE if FIELDS[kind].has_since else {}
        return Statement.proxy_of(kind).objects.create(
            **{**values[kind], **since, **more},
            record=about,
            source=source,
            paragraph=3,
            quote="so steht es da",
        )

    for kind in record.statement_kinds():
        for source in (older, newer):
            state(record, kind, source)
    if record_type == RecordType.PARTNER:
        for about in (cooperation, other):
            state(about, Kind.ROLE, newer, partner=record)
    else:
        event = state(cooperation, Kind.MILESTONE, newer)
        event.concerns.set([record])
        Statement.objects.get(record=record, kind=Kind.MILESTONE, source=newer).concerns.set(
            [other]
        )
    if record_type == RecordType.COOPERATION:
        belongs = {"relation": "gehoert-zu", "related_record": record}
        state(other, Kind.RELATION, newer, **belongs)
    elif record_type == RecordType.PROJECT:
        belongs = {"relation": "gehoert-zu", "related_record": cooperation}
        state(record, Kind.RELATION, newer, **belongs)
    state(other, Kind.RELATION, older, related_record=record)
    return record


def shape(data):
    """Return the keys of data and of what is in them, and which values are what."""
    if isinstance(data, dict):
        return {name: shape(value) for name, value in data.items()}
    if isinstance(data, list):
        found = [shape(item) for item in data]
        return [item for n, item in enumerate(found) if item not in found[:n]]
    return type(data).__name__


def sample(number, record_type):
    return SAMPLES / f"{number}-{record_type}.json"


@pytest.mark.parametrize("record_type", RecordType)
def test_what_is_public_has_the_form_that_is_frozen(empty_catalogue, record_type):
    record = record_that_says_everything(record_type)
    public = public_data([record.pk])[record.pk]
    if os.environ.get("WRITE_SAMPLES"):
        text = json.dumps(public, ensure_ascii=False, indent=1)
        sample(FORMAT, record_type).write_text(f"{text}\n", encoding="utf-8")
    frozen = json.loads(sample(FORMAT, record_type).read_text(encoding="utf-8"))

    # Not so: a new format with an upgrader and samples of its own, see version_formats.py.
    assert shape(public) == shape(frozen)


@pytest.mark.parametrize("record_type", RecordType)
@pytest.mark.parametrize("number", range(1, FORMAT + 1))
def test_each_format_that_ever_was_becomes_the_present_one(number, record_type):
    before = json.loads(sample(number, record_type).read_text(encoding="utf-8"))
    present = json.loads(sample(FORMAT, record_type).read_text(encoding="utf-8"))

    assert shape(upgrade(before, number)) == shape(present)
    assert Version(public=before, format=number).shown == upgrade(before, number)


def test_from_each_format_one_step_leads_to_the_next():
    assert list(UPGRADERS) == [number for number, _next in pairwise(range(1, FORMAT + 1))]


def test_older_samples_stay():
    kept = {sample(number, kind) for number in range(1, FORMAT + 1) for kind in RecordType}
    assert set(SAMPLES.iterdir()) == kept
