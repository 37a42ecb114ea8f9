"""How a record is cited: by the version that a reader saw, which its address shows for ever."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from .versions import Version

#: What BibTeX would read as a command.
_BIBTEX = str.maketrans(
    {
        **{char: f"\\{char}" for char in "&%$#_{}"},
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\\": r"\textbackslash{}",
    }
)


@dataclass(frozen=True)
class Citation:
    """A version in the forms that programs for literature take."""

    name: str
    number: int
    day: date
    key: str
    #: With its host.
    url: str

    @classmethod
    def of(cls, version: Version, absolute_url: Callable[[str], str]) -> Citation:
        """Cite a version that shows something."""
        return cls(
            name=version.name,
            number=version.number,
            day=timezone.localtime(version.at).date(),
            key=f"hzd-{version.type}-{version.slug}-{version.number}",
            url=absolute_url(version.url),
        )

    @property
    def note(self) -> str:
        """Which version it is: "Fassung 2 vom 28. November 2026"."""
        return f"Fassung {self.number} vom {date_format(self.day, 'j. F Y')}"

    @property
    def text(self) -> str:
        """The citation for people."""
        return f"{settings.SITE_NAME}: {self.name}. {self.note}. {self.url}"

    @property
    def bibtex(self) -> str:
        """The citation for BibTeX."""
        fields = {
            "title": self.name.translate(_BIBTEX),
            "howpublished": settings.SITE_NAME.translate(_BIBTEX),
            "note": self.note,
            "date": self.day.isoformat(),
            "year": str(self.day.year),
            "month": str(self.day.month),
            "url": self.url,
            "language": "german",
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        return "\n".join([f"@misc{{{self.key},", *lines, "}"])

    @property
    def csl_json(self) -> str:
        """The citation as CSL-JSON."""
        item = {
            "id": self.key,
            "type": "webpage",
            "title": self.name,
            "container-title": settings.SITE_NAME,
            "issued": {"date-parts": [[self.day.year, self.day.month, self.day.day]]},
            "version": str(self.number),
            "URL": self.url,
            "language": "de",
        }
        return json.dumps([item], ensure_ascii=False, indent=2)
