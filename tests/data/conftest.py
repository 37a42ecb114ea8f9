"""A catalogue of one record a file, small enough to break one line at a time."""

from pathlib import Path

import pytest

SMALL_CATALOGUE = {
    "levels.yaml": """\
- slug: land
  name: Land
  explanation: Innerhalb eines Landes oder zwischen Ländern.
  position: 2
""",
    "federal_states.yaml": """\
- code: DE-HE
  name: Hessen
  slug: hessen
""",
    "topics.yaml": """\
- slug: justiz
  name: Justiz
  description: IT für Gerichte.
  data_theme: JUST
""",
    "sources.yaml": """\
- slug: dokument-000
  code: '000'
  file_name: 000.txt
  title: Ein Dokument
  date_basis: unbekannt
  date_reason: Es nennt keines.
  rank: 1
  rank_reason: Es ist das einzige.
  comparison: nicht-geprueft
""",
    "thesaurus.yaml": """\
- slug: gerichte-englisch
  kind: fremdwort
  words: |-
    court
    law court
  leads_to: Gerichte
  reason: Englisch für Gericht.
""",
    "partners.yaml": """\
- slug: ekom21
  name: ekom21
  summary: Ein IT-Dienstleister.
  description: Er arbeitet für Kommunen.
  reach: landesweit
  levels:
    - land
  is_published: true
  kind: it-dienstleister
  evidence:
    - key: a0000000b1
      aspect: beschreibung
      source: dokument-000
      paragraph: 1
      quote: für Kommunen
    - key: a0000000e1
      aspect: ebene
      source: dokument-000
      paragraph: 1
      quote: im Land
    - key: a0000000r1
      aspect: reichweite
      source: dokument-000
      paragraph: 1
      quote: landesweit
""",
    "cooperations.yaml": """\
- slug: postfach
  name: Postfach
  summary: Ein gemeinsamer Betrieb.
  description: Zwei Dienstleister betreiben ein Postfach.
  reach: landesweit
  levels:
    - land
  is_published: false
  kind: gemeinsamer-betrieb
  involvements:
    - key: b0000000r1
      partner: ekom21
      role: Prüfstelle
      source: dokument-000
      paragraph: 1
      quote: ekom21 ist Prüfstelle
""",
    "projects.yaml": """\
- slug: bebpo
  name: beBPo
  summary: Ein Postfach für Behörden.
  description: Behörden schreiben einander.
  reach: landesweit
  levels:
    - land
  topics:
    - justiz
  is_published: false
  kind: it-verfahren
  participations:
    - key: c0000000p1
      federal_state: DE-HE
      status: beteiligt
      source: dokument-000
      paragraph: 2
      quote: Hessen ist dabei
  relations:
    - key: c0000000b1
      kind: gehoert-zu
      related: kooperationen/postfach
      source: dokument-000
      paragraph: 2
      quote: Hessen ist
  milestones:
    - key: c0000000m1
      kind: beginn
      title: Anfang
      year: 2019
      month: 9
      part: ende
      source: dokument-000
      paragraph: 2
      quote: Ende September 2019
""",
}


@pytest.fixture
def small_catalogue(tmp_path: Path) -> Path:
    """A directory with the small catalogue's files, as ``export_fixtures`` would write them."""
    directory = tmp_path / "fixtures"
    directory.mkdir()
    for name, text in SMALL_CATALOGUE.items():
        (directory / name).write_text(text, encoding="utf-8")
    return directory
