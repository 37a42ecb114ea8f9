"""What people want to know of the tables of a download: views of its database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Query:
    """A view of the database."""

    name: str
    title: str
    sql: str


QUERIES = (
    Query(
        "laender_je_projekt",
        "Länder, für die ein Projekt zählt, mit Stand und Fundstelle",
        """
SELECT p.key AS projekt, p.name AS projekt_name, s.states AS land, s.states_name AS land_name,
    s.states_basis AS grund, s.states_status_name AS stand, a.since_in_words AS seit,
    a.source AS quelle, a.source_name AS quelle_titel, a.paragraph AS absatz,
    a.quote AS wortlaut, a.url AS adresse
FROM projekte_states AS s
JOIN projekte AS p ON p.key = s.record
LEFT JOIN aussagen AS a ON a.record_type = 'projekte' AND a.record = p.key
    AND a.kind = 'beteiligung' AND a.federal_state = s.states AND a.rank = 'aktuell'""",
    ),
    Query(
        "status_je_eintrag",
        "Einträge mit ihrem Status nach der neuesten Quelle und dessen Fundstelle",
        """
SELECT e.type AS typ, e.key AS eintrag, e.name AS eintrag_name, a.value_name AS status,
    a.since_in_words AS seit,
    a.source AS quelle, a.source_name AS quelle_titel, a.paragraph AS absatz,
    a.quote AS wortlaut, a.url AS adresse
FROM eintraege AS e
LEFT JOIN aussagen AS a ON a.record_type = e.type AND a.record = e.key
    AND a.kind = 'status' AND a.rank = 'aktuell'""",
    ),
    Query(
        "partner_je_eintrag",
        "Partner mit ihren Rollen in Projekten und Kooperationen und deren Fundstellen",
        """
SELECT a.record_type AS typ, a.record AS eintrag, a.record_name AS eintrag_name,
    a.partner AS partner, a.partner_name AS partner_name, a.text AS rolle,
    a.since_in_words AS seit,
    a.source AS quelle, a.source_name AS quelle_titel, a.paragraph AS absatz,
    a.quote AS wortlaut, a.url AS adresse
FROM aussagen AS a WHERE a.kind = 'rolle' AND a.rank = 'aktuell'""",
    ),
    Query(
        "meilensteine",
        "Meilensteine mit ihren Fundstellen, der älteste zuerst",
        """
SELECT a.date AS datum, a.date_in_words AS datum_in_worten, a.value_name AS art,
    a.text AS was_geschah, a.record_type AS typ, a.record AS eintrag,
    a.record_name AS eintrag_name,
    a.source AS quelle, a.source_name AS quelle_titel, a.paragraph AS absatz,
    a.quote AS wortlaut, a.url AS adresse
FROM aussagen AS a WHERE a.kind = 'meilenstein' ORDER BY a.date, a.key""",
    ),
    Query(
        "aeltere_angaben",
        "Ältere Angaben neben der neuesten über dasselbe",
        """
SELECT a.record_type AS typ, a.record AS eintrag, a.record_name AS eintrag_name,
    a.fact AS angabe, a.difference_name AS verhaeltnis, n.fact AS neueste_angabe,
    n.source AS neueste_quelle, n.url AS neueste_adresse,
    a.source AS quelle, a.source_name AS quelle_titel, a.paragraph AS absatz,
    a.quote AS wortlaut, a.url AS adresse
FROM aussagen AS a JOIN aussagen AS n ON n.key = a.newer""",
    ),
)
