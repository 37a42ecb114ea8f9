"""Which release of the site this process runs."""

import hashlib
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage


@cache
def release() -> str:
    """Return a mark of everything but the data that a page or file is made of.

    Hosts that share a cache share pages only while they run the same code, templates, static
    files and name of the site: a page of another release would ask for files that are gone.
    """
    digest = hashlib.sha256()
    for folder in ("hzd_catalogue", "partners", "projects", "templates"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".json"):
                digest.update(path.read_bytes())
    static_files = getattr(staticfiles_storage, "manifest_hash", "")
    digest.update(f"{static_files}|{settings.SITE_NAME}|{settings.OFFICIAL_WEBSITE}".encode())
    return digest.hexdigest()
