"""Which release of the site this process runs."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

#: What the operator says of the site, its data and itself, in pages and files.
_SAID = (
    *("SITE_NAME", "OFFICIAL_WEBSITE", "DATA_LICENCE", "PUBLISHER", "PUBLISHER_URL"),
    *("CONTACT_EMAIL", "SECURITY_CONTACT", "DATA_AVAILABILITY", "CONTRIBUTOR_ID"),
    *("FEED_TAG_AUTHORITY", "EMBED_ORIGINS"),
)


@cache
def release() -> str:
    """Return a mark of everything but the data that a page or file is made of.

    Hosts that share a cache share pages only while they run the same code, templates and static
    files, and their operator says the same of itself: a page of another release would ask for
    files that are gone.
    """
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.read_bytes())
    static_files = getattr(staticfiles_storage, "manifest_hash", "")
    said = [getattr(settings, name) for name in _SAID]
    digest.update(repr((static_files, *said)).encode())
    return digest.hexdigest()


@cache
def code() -> str:
    """Return a mark of the code alone, whatever the site is called and whichever files it has.

    What the code makes of the data, and nothing else, may be kept under it.
    """
    digest = hashlib.sha256()
    for path in _files():
        if path.suffix == ".py":
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def released_at() -> float:
    """Return when a file of this release was last changed, in seconds since 1970."""
    return max(path.stat().st_mtime for path in _files())


def _files() -> Iterator[Path]:
    for folder in ("hzd_catalogue", "partners", "projects", "templates"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".json"):
                yield path
