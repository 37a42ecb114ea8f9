"""Under which licence the data may be used: the operator decides, by one setting."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

#: What stands in the place of a licence while the operator has not chosen one.
NOT_CHOSEN = "noch nicht festgelegt"
_DCAT_AP_DE = "http://dcat-ap.de/def/licenses/"


@dataclass(frozen=True)
class Licence:
    """A licence for open data, with the names that registers give it."""

    #: Its value of the setting ``DATA_LICENCE``.
    key: str
    name: str
    #: Where its text is.
    url: str
    #: Its URI in the vocabulary of DCAT-AP.de.
    dcat_uri: str
    #: Its identifier in the SPDX License List.
    spdx: str
    #: What it asks of whoever uses the data, in one sentence.
    terms: str

    @property
    def data(self) -> dict[str, str]:
        """The same for machines."""
        return {"key": self.key, "name": self.name, "url": self.url}


LICENCES = {
    licence.key: licence
    for licence in (
        Licence(
            "dl-de/by-2-0",
            "Datenlizenz Deutschland – Namensnennung – Version 2.0",
            "https://www.govdata.de/dl-de/by-2-0",
            f"{_DCAT_AP_DE}dl-by-de/2.0",
            "DL-DE-BY-2.0",
            "Jede Nutzung ist erlaubt, auch eine kommerzielle; zu nennen sind der Bereitsteller, "
            "die Lizenz und die Adresse der Daten, Änderungen sind kenntlich zu machen.",
        ),
        Licence(
            "dl-de/zero-2-0",
            "Datenlizenz Deutschland – Zero – Version 2.0",
            "https://www.govdata.de/dl-de/zero-2-0",
            f"{_DCAT_AP_DE}dl-zero-de/2.0",
            "DL-DE-ZERO-2.0",
            "Jede Nutzung ist ohne Einschränkungen oder Bedingungen erlaubt.",
        ),
        Licence(
            "cc-by-4.0",
            "Creative Commons Namensnennung 4.0 International (CC BY 4.0)",
            "https://creativecommons.org/licenses/by/4.0/",
            f"{_DCAT_AP_DE}cc-by/4.0",
            "CC-BY-4.0",
            "Teilen und Bearbeiten sind erlaubt, auch kommerziell; zu nennen sind der Urheber und "
            "die Lizenz, Änderungen sind kenntlich zu machen.",
        ),
        Licence(
            "cc-by-sa-4.0",
            "Creative Commons Namensnennung – Weitergabe unter gleichen Bedingungen 4.0 "
            "International (CC BY-SA 4.0)",
            "https://creativecommons.org/licenses/by-sa/4.0/",
            f"{_DCAT_AP_DE}cc-by-sa/4.0",
            "CC-BY-SA-4.0",
            "Teilen und Bearbeiten sind erlaubt, auch kommerziell; zu nennen sind der Urheber und "
            "die Lizenz, Änderungen sind kenntlich zu machen und unter derselben Lizenz "
            "weiterzugeben.",
        ),
        Licence(
            "cc-zero",
            "Creative Commons Zero 1.0 Universell (CC0 1.0)",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            f"{_DCAT_AP_DE}cc-zero",
            "CC0-1.0",
            "Jede Nutzung ist erlaubt, ohne zu fragen; wer die Daten bereitstellt, verzichtet auf "
            "seine Rechte, soweit das Gesetz es zulässt.",
        ),
    )
}


def data_licence() -> Licence | None:
    """Return the licence of the data; None while the operator has not chosen one."""
    return LICENCES.get(settings.DATA_LICENCE)


def licence_in_words() -> str:
    """Return the name of the licence of the data, or that there is none yet."""
    licence = data_licence()
    return licence.name if licence else NOT_CHOSEN
