"""Until 1.0.0, data go over to a new database by export and load; docs/operating.md, "Updates"."""

import json

from tests.processes import new_site, shell

#: Edits as editors may make them.
EDIT = """
from django.contrib.auth.models import Group, User
from hzd_catalogue.reference.models import Source, Topic
from hzd_catalogue.legal.models import KnownBarrier, LegalPage, OperatorDetails
from hzd_catalogue.records.models import Milestone
from hzd_catalogue.records.publishing import withdraw
from partners.models import Partner
from projects.models import Project

first, second, third = Project.objects.all()[:3]
first.name = "Größer & „neu“: #1"
first.description = "Zwei\\nZeilen – und  Lücken\\n\\nmit Absatz"
first.save()
withdraw(first)
first.topics.set(Topic.objects.all()[:2])
second.slug = "anders-genannt"
second.save()
third.delete()
topic = Topic.objects.create(
    slug="neues-thema", name="Neues Thema", description="Übrig.", data_theme="GOVE"
)
draft = Project.objects.create(
    slug="ein-entwurf", name="Ein Entwurf",
)
draft.topics.add(topic)
draft.levels.add(*first.levels.all())
Milestone.objects.create(
    record=draft, event="beginn", title="Änderung", year=2020, month=2,
    source=Source.objects.first(),
    paragraph=3, quote="so steht es",
)
Partner.objects.filter(slug="ekom21").update(name="Anders – genannt")

editor = User.objects.create_user("redaktion", "r@example.org", "nur-im-test")
editor.groups.add(Group.objects.get(name="Redaktion"))
LegalPage.objects.filter(slug="impressum").update(title="Wer wir sind", body="Wir, [[Betreiber]].")
OperatorDetails.objects.update(name="Eine Behörde")
KnownBarrier.objects.create(title="Ein Bild ohne Text")
"""
#: What goes over beside the records.
ASK = """
import json
from django.contrib.auth.models import User
from hzd_catalogue.legal.models import KnownBarrier, LegalPage, OperatorDetails
editor = User.objects.get(username="redaktion")
assert editor.check_password("nur-im-test")
print(json.dumps([
    [group.name for group in editor.groups.all()],
    list(LegalPage.objects.values_list("slug", "title", "body")),
    OperatorDetails.current().name,
    [barrier.title for barrier in KnownBarrier.objects.all()],
]))
"""


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def commands(*lines):
    """Return a program that runs commands of manage.py: most of a command's time is its start."""
    called = (f"call_command(*{line!r}, verbosity=0)" for line in lines)
    return "\n".join(["from django.core.management import call_command", *called])


def test_an_edited_catalogue_comes_back_byte_for_byte(own_site, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    rest = str(tmp_path / "rest.json")
    selected = ("auth.user", "legal", "--natural-foreign", "--natural-primary")
    export = commands(
        ("export_fixtures", "--dir", str(first)), ("dumpdata", *selected, "--output", rest)
    )
    load = commands(
        ("migrate", "--no-input"),
        ("load_catalogue", "--dir", str(first)),
        ("loaddata", rest),
        ("export_fixtures", "--dir", str(second)),
    )

    before = last_line(shell(own_site, f"{EDIT}\n{export}\n{ASK}"))
    with new_site(tmp_path / "new") as new:
        after = last_line(shell(new, f"{load}\n{ASK}"))

    assert contents(first) == contents(second)
    assert "Größer & „neu“: #1" in contents(first)["projects.yaml"].decode()
    assert before == after
    assert before[0] == ["Redaktion"]
    assert before[2:] == ["Eine Behörde", ["Ein Bild ohne Text"]]


def last_line(output):
    return json.loads(output.splitlines()[-1])
