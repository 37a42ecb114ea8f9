"""Small invented rows for tests; each function gives what is left out a plain default."""

from __future__ import annotations

from itertools import count, cycle
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.text import slugify

from hzd_catalogue.records.models import Evidence, Record, Relation
from hzd_catalogue.reference.choices import (
    Aspect,
    DateBasis,
    ParticipationStatus,
    Reach,
    RelationKind,
)
from hzd_catalogue.reference.models import FederalState, Level, Source, Topic
from partners.models import Cooperation, CooperationKind, Partner, PartnerKind, Role
from projects.models import Participation, Project, ProjectKind

#: Above the numbers that the real catalogue uses.
_numbers = count(100)
#: Sources' codes have three digits; they come round again after more than any one test makes.
_codes = cycle(range(100, 1000))


def clear_catalogue() -> None:
    """Delete every record, state, level, topic, source and revision."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in ("reference", "records") and not model._meta.proxy:
            # One statement a table; foreign keys are checked when the transaction ends.
            rows = model._base_manager.all()
            rows._raw_delete(rows.db)


def make_state(code: str = "DE-HE", name: str = "Hessen") -> FederalState:
    """Return the state with this code; made if it is not there yet."""
    return FederalState.objects.get_or_create(
        code=code, defaults={"name": name, "slug": slugify(name)}
    )[0]


def make_level(slug: str = "land", name: str = "Land") -> Level:
    """Return the level with this slug; made if it is not there yet."""
    defaults = {"name": name, "explanation": "Eine Ebene.", "position": next(_numbers)}
    return Level.objects.get_or_create(slug=slug, defaults=defaults)[0]


def make_topic(name: str | None = None, **values: Any) -> Topic:
    """Make a topic."""
    name = name or f"Thema {next(_numbers)}"
    defaults = {"slug": slugify(name), "description": "Ein Thema.", "data_theme": "JUST"}
    return Topic.objects.create(name=name, **{**defaults, **values})


def make_source(code: str | None = None, **values: Any) -> Source:
    """Make a source; a later one has a higher rank."""
    number = next(_numbers)
    code = code or str(next(_codes))
    defaults = {
        "slug": f"dokument-{code}",
        "file_name": f"{code}.txt",
        "title": f"Titel {code}",
        "date_basis": DateBasis.UNKNOWN,
        "date_reason": "Kein Datum.",
        "rank": number,
        "rank_reason": "Nach der Nummer.",
    }
    return Source.objects.create(code=code, **{**defaults, **values})


def passage(source: Source | None = None, **values: Any) -> dict[str, Any]:
    """Return the values of a statement's passage."""
    return {
        "source": source or make_source(),
        "paragraph": 1,
        "quote": "ein kurzer Wortlaut",
        **values,
    }


def _make_record(model: Any, kind: str, evidence: bool, values: dict[str, Any]) -> Any:
    number = next(_numbers)
    levels = values.pop("levels", None)
    topics = values.pop("topics", ())
    is_published = values.pop("is_published", True)
    defaults = {
        "name": f"Eintrag {number}",
        "slug": f"eintrag-{number}",
        "summary": "Ein Satz, den jeder versteht.",
        "description": "Eine Beschreibung. Sie hat zwei Sätze.",
        "reach": Reach.STATE,
        "kind": kind,
    }
    record = model.objects.create(**{**defaults, **values})
    record.levels.set([make_level()] if levels is None else levels)
    record.topics.set(topics)
    if evidence:
        make_evidence(record)
    if is_published:
        show(record)
    return record


def make_evidence(record: Record, source: Source | None = None) -> None:
    """State a passage for all that a published record needs one for."""
    stated = passage(source)
    for aspect in (Aspect.DESCRIPTION, Aspect.REACH, Aspect.LEVEL):
        Evidence.objects.create(record=record, aspect=aspect, **stated)


def show(record: Record) -> None:
    """Publish a record, whatever it lacks."""
    record.is_published = True
    record.first_published_at = timezone.now()
    record.save()


def make_partner(evidence: bool = True, **values: Any) -> Partner:
    """Make a published partner, with evidence."""
    return _make_record(Partner, PartnerKind.MINISTRY, evidence, values)


def make_cooperation(evidence: bool = True, **values: Any) -> Cooperation:
    """Make a published cooperation, with evidence."""
    return _make_record(Cooperation, CooperationKind.MINISTRY_WORK, evidence, values)


def make_project(evidence: bool = True, **values: Any) -> Project:
    """Make a published project, with evidence; ``cooperation`` is the one it belongs to."""
    cooperation = values.pop("cooperation", None)
    project = _make_record(Project, ProjectKind.SYSTEM, evidence, values)
    if cooperation:
        make_relation(project, cooperation)
    return project


def make_relation(record: Record, related: Record, **values: Any) -> Relation:
    """State how a record relates to another one: by default, that a project belongs there."""
    defaults = {"relation": RelationKind.BELONGS_TO, **passage(values.pop("source", None))}
    return Relation.objects.create(record=record, related_record=related, **{**defaults, **values})


def make_participation(
    project: Project, state: FederalState | None = None, **values: Any
) -> Participation:
    """State that a Land takes part in a project."""
    defaults = {
        "federal_state": state or make_state(),
        "participation_status": ParticipationStatus.TAKES_PART,
        **passage(values.pop("source", None)),
    }
    return Participation.objects.create(record=project, **{**defaults, **values})


def make_role(record: Cooperation | Project, partner: Partner, **values: Any) -> Role:
    """State a partner's role in a cooperation or project."""
    defaults = {"role": "wirkt mit", **passage(values.pop("source", None))}
    return Role.objects.create(record=record, partner=partner, **{**defaults, **values})
