"""What pages say of themselves in the words of schema.org; what is not known is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hzd_catalogue.exports.addresses import ExportLink
from hzd_catalogue.reference.choices import NameKind
from hzd_catalogue.reference.licences import Licence

from .kinds import RecordType

Address = Callable[[str], str]
#: What schema.org calls the records of a type; it has no word for a cooperation.
_TYPES = {RecordType.PROJECT: "Project", RecordType.PARTNER: "Organization"}
#: Names under which a record goes today, as a whole.
_ALIASES = (NameKind.SHORT, NameKind.LONG, NameKind.SPELLING)


def publisher() -> dict[str, Any] | None:
    """Return who publishes the data; None while the operator has not said so."""
    if not settings.PUBLISHER:
        return None
    return _known(
        {"@type": "Organization", "name": settings.PUBLISHER, "url": settings.PUBLISHER_URL}
    )


def of_record(record: Any, absolute_url: Address) -> list[dict[str, Any]]:
    """Return a project or partner with its names; nothing for other records.

    Args:
        record: loaded ``with_details``.
        absolute_url: gives the full address of a path.
    """
    schema_type = _TYPES.get(record.record_type)
    if schema_type is None:
        return []
    names = [row.name for row in record.other_names if row.name_kind in _ALIASES]
    return [
        _known(
            {
                "@type": schema_type,
                "name": record.name,
                "alternateName": list(dict.fromkeys(names)),
                "description": record.summary,
                "url": absolute_url(record.get_absolute_url()),
            }
        )
    ]


def description_of_list(plural: str) -> str:
    """Return what a file with all records of a list holds, in one sentence."""
    return (
        f"Alle {plural} des Katalogs „{settings.SITE_NAME}“, entnommen den Dokumenten, "
        "die er nennt."
    )


def dataset(
    name: str,
    description: str,
    page_url: str,
    links: Iterable[ExportLink],
    changed_at: datetime,
    absolute_url: Address,
    licence: Licence | None,
) -> dict[str, Any]:
    """Return data that are to be had as files.

    Args:
        name: its title.
        description: what it holds.
        page_url: full address of the page that offers it.
        links: the files.
        changed_at: when the data last changed.
        absolute_url: gives the full address of a path.
        licence: that of these files; an earlier one stays with what was made under it.
    """
    return _known(
        {
            "@type": "Dataset",
            "name": name,
            "description": description,
            "url": page_url,
            "inLanguage": "de",
            "isAccessibleForFree": True,
            "license": licence.url if licence else "",
            "publisher": publisher(),
            "dateModified": timezone.localtime(changed_at).replace(microsecond=0).isoformat(),
            "includedInDataCatalog": {
                "@type": "DataCatalog",
                "name": settings.SITE_NAME,
                "url": absolute_url(reverse("api")),
            },
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": link.label,
                    "encodingFormat": link.content_type.partition(";")[0],
                    "contentUrl": absolute_url(link.url),
                }
                for link in links
            ],
        }
    )


def _known(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}
