"""Closed vocabularies. Open ones (topics, roles) are data."""

from __future__ import annotations

from django.db import models


class Reach(models.TextChoices):
    """How far a record reaches, in the documents' own sense."""

    STATE = "landesweit", "landesweit"
    INTERSTATE = "laenderuebergreifend", "länderübergreifend"
    NATIONWIDE = "bundesweit", "bundesweit"


class Status(models.TextChoices):
    """State of a project or cooperation; a record without statement shows "ohne Angabe"."""

    PLANNED = "geplant", "geplant"
    IN_DEVELOPMENT = "in-entwicklung", "in Entwicklung"
    ONGOING = "laufend", "laufend"
    IN_USE = "im-einsatz", "im Einsatz"
    ENDED = "beendet", "beendet"


class ParticipationStatus(models.TextChoices):
    """How a state takes part in a project."""

    TAKES_PART = "beteiligt", "beteiligt"
    LEADS = "federfuehrend", "federführend"
    JOINING = "tritt-bei", "tritt bei"
    USES = "nutzt", "nutzt"


class NameKind(models.TextChoices):
    """Why a record is also known by another name."""

    SHORT = "kurzform", "Kurzform"
    LONG = "langform", "Langform"
    FORMER = "frueherer-name", "früherer Name"
    SPELLING = "schreibweise", "andere Schreibweise"
    COLLOQUIAL = "umgangssprachlich", "umgangssprachlich"
    COMPONENT = "bestandteil", "Bestandteil"


class Aspect(models.TextChoices):
    """What a piece of evidence supports."""

    DESCRIPTION = "beschreibung", "Beschreibung"
    REACH = "reichweite", "Reichweite"
    LEVEL = "ebene", "Ebene"


class RelationKind(models.TextChoices):
    """How a record relates to another: what the passage says, read from the one to the other."""

    BELONGS_TO = "gehoert-zu", "gehört zu"
    PART_OF = "teil-von", "Teil von"
    USED_IN = "genutzt-in", "genutzt in"
    USES_TECHNOLOGY = "nutzt-technologien", "nutzt Technologien von"
    GOAL_OF = "ziel-von", "Ziel von"
    EXAMPLE_IN = "beispiel-in", "Beispiel in"
    PRESENTED_AT = "vorgestellt-auf", "vorgestellt auf"
    MENTIONED_WITH = "genannt-mit", "im Zusammenhang genannt mit"

    @classmethod
    def of_a_moment(cls) -> tuple[RelationKind, ...]:
        """Return the kinds that hold for no time: nobody asks since when."""
        return (cls.EXAMPLE_IN, cls.PRESENTED_AT, cls.MENTIONED_WITH)

    @property
    def from_the_other(self) -> str:
        """The same, read from the other record."""
        return _FROM_THE_OTHER[self]


_FROM_THE_OTHER = {
    RelationKind.BELONGS_TO: "dazu gehört",
    RelationKind.PART_OF: "ein Teil davon ist",
    RelationKind.USED_IN: "nutzt",
    RelationKind.USES_TECHNOLOGY: "seine Technologien nutzt",
    RelationKind.GOAL_OF: "hat zum Ziel",
    RelationKind.EXAMPLE_IN: "nennt als Beispiel",
    RelationKind.PRESENTED_AT: "vorgestellt wurde",
    RelationKind.MENTIONED_WITH: "im selben Zusammenhang genannt ist",
}


class MilestoneKind(models.TextChoices):
    """What happened at a milestone."""

    START = "beginn", "Beginn"
    EXTENSION = "erweiterung", "Erweiterung"
    ACCESSION = "beitritt", "Beitritt"
    AGREEMENT = "vereinbarung", "Vereinbarung"
    EVENT = "veranstaltung", "Veranstaltung"
    DEADLINE = "frist", "Frist"


class PartOfPeriod(models.TextChoices):
    """A source's own word for a stretch within a month or year."""

    BEGINNING = "anfang", "Anfang"
    MIDDLE = "mitte", "Mitte"
    END = "ende", "Ende"


class Hint(models.TextChoices):
    """What a reader should know about the sources of a record."""

    CONTRADICTION = "widerspruch", "Quellen widersprechen sich"
    UNNAMED_STATES = "laender-nicht-genannt", "andere Länder: ohne Angabe"
    SINGLE_SOURCE = "eine-quelle", "nur eine Quelle"
    NO_SINCE = "seit-ohne-angabe", "seit: ohne Angabe"


class DateBasis(models.TextChoices):
    """Where a source's own date comes from."""

    STATED = "genannt", "im Dokument genannt"
    INFERRED = "erschlossen", "erschlossen"
    UNKNOWN = "unbekannt", "nicht feststellbar"


class Voice(models.TextChoices):
    """Who publishes a document, in relation to what it speaks of."""

    SELF = "selbstauskunft", "Selbstauskunft"
    OPERATOR = "betreiber", "Betreiber"
    THIRD = "dritte", "Dritte"


class OriginalState(models.TextChoices):
    """What an editor found who compared a document with its original."""

    UNCHECKED = "nicht-geprueft", "nicht geprüft"
    SAME = "noch-so", "noch so"
    CHANGED = "geaendert", "geändert"
    GONE = "nicht-abrufbar", "nicht mehr abrufbar"


class AidKind(models.TextChoices):
    """Why people type a word that stands nowhere in the catalogue."""

    EVERYDAY = "alltagswort", "Alltagswort"
    OFFICIAL = "amtlicher-name", "amtlicher Name"
    FORMER = "frueherer-name", "früherer Name"
    FOREIGN = "fremdwort", "Fremdwort oder englisch"
    ABBREVIATION = "abkuerzung", "Abkürzung"


class DataTheme(models.TextChoices):
    """The EU vocabulary "data theme" (Publications Office, authority/data-theme)."""

    AGRI = "AGRI", "Landwirtschaft, Fischerei, Forstwirtschaft und Nahrungsmittel"
    ECON = "ECON", "Wirtschaft und Finanzen"
    EDUC = "EDUC", "Bildung, Kultur und Sport"
    ENER = "ENER", "Energie"
    ENVI = "ENVI", "Umwelt"
    GOVE = "GOVE", "Regierung und öffentlicher Sektor"
    HEAL = "HEAL", "Gesundheit"
    INTR = "INTR", "Internationale Themen"
    JUST = "JUST", "Justiz, Rechtssystem und öffentliche Sicherheit"
    OP_DATPRO = "OP_DATPRO", "Vorläufige Daten"
    REGI = "REGI", "Regionen und Städte"
    SOCI = "SOCI", "Bevölkerung und Gesellschaft"
    TECH = "TECH", "Wissenschaft und Technologie"
    TRAN = "TRAN", "Verkehr"

    @property
    def uri(self) -> str:
        """The concept's address in the EU vocabulary."""
        return f"http://publications.europa.eu/resource/authority/data-theme/{self.value}"
