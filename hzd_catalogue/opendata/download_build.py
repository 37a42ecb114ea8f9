"""Builds a dated download: one state of the data, all of it or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.http.request import validate_host
from django.utils import timezone

from hzd_catalogue import __version__
from hzd_catalogue.reference import changes
from hzd_catalogue.reference.models import Block, Revision
from hzd_catalogue.reference.snapshots import snapshot

from .download_files import (
    DownloadError,
    description,
    stored,
    write_archive,
    write_database,
)
from .download_tables import list_tables, write_tables
from .downloads import (
    ARCHIVE,
    DATABASE,
    DESCRIPTION,
    FILES,
    UNFINISHED,
    Download,
    Made,
    directory,
    listed,
    newest,
)


def site_url() -> str:
    """Return where the site is, as addresses in the files begin.

    Raises:
        DownloadError: where no setting tells.
    """
    if settings.SITE_URL:
        return str(settings.SITE_URL)
    for host in settings.ALLOWED_HOSTS:
        if not host.startswith((".", "*")):
            return f"{'https' if settings.HTTPS else 'http'}://{host}"
    raise DownloadError("SITE_URL ist nicht gesetzt, und ALLOWED_HOSTS nennt keinen Namen.")


def build() -> Download | None:
    """Write the catalogue as it is to files of today.

    Returns:
        The download; None where the newest one is of the same state.

    Raises:
        DownloadError: why there is none.
    """
    try:
        directory().mkdir(mode=0o700, parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=directory()))
    except OSError as error:
        raise DownloadError(f"{directory()} lässt sich nicht schreiben: {error}.") from error
    try:
        return _built(place)
    except OSError as error:
        raise DownloadError(f"{directory()} lässt sich nicht schreiben: {error}.") from error
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(place)


def _built(place: Path) -> Download | None:
    tables, whole = place / "tables", place / "whole"
    tables.mkdir()
    whole.mkdir()
    with snapshot():
        revision = Revision.current()
        made = _made(revision)
        if _is_known(made):
            return None
        blocked = _newest_block()
        resources = write_tables(tables, list_tables(made.site_url, revision))
        described = description(tables, resources, made)
    (tables / DESCRIPTION).write_text(
        json.dumps(described, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    write_archive(whole / ARCHIVE, tables, resources, made)
    write_database(whole / DATABASE, tables, resources, made)
    shutil.copyfile(tables / DESCRIPTION, whole / DESCRIPTION)
    files = {name: stored(whole / name) for name in FILES}
    for name in files:
        with (whole / name).open("rb") as file:
            os.fsync(file.fileno())
    # One after another, and after whoever takes words out of all that is public.
    with changes.change():
        if _newest_block() != blocked:
            raise DownloadError("Währenddessen wurde etwas gesperrt; bitte noch einmal.")
        if _is_known(made):
            return None
        download = Download(_free_name(), made, timezone.now(), files)
        download.write_note(whole)
        whole.rename(download.folder)
    return download


def _made(revision: Revision) -> Made:
    url = site_url()
    host = url.partition("://")[2].rpartition(":")[0] or url.partition("://")[2]
    if not validate_host(host, settings.ALLOWED_HOSTS):
        raise DownloadError(f"{host} aus SITE_URL steht nicht in ALLOWED_HOSTS.")
    changed_at = timezone.localtime(revision.changed_at).replace(microsecond=0)
    return Made(
        revision=revision.number,
        changed_at=changed_at.isoformat(),
        software=__version__,
        site_name=settings.SITE_NAME,
        site_url=f"{url}{settings.URL_PREFIX}",
        licence=settings.DATA_LICENCE,
    )


def _is_known(made: Made) -> bool:
    known = newest()
    return known is not None and known.made == made


def _newest_block() -> int | None:
    return Block.objects.order_by("-pk").values_list("pk", flat=True).first()


def _free_name() -> str:
    today = timezone.localdate()
    numbers = [download.number for download in listed() if download.day == today]
    return f"{today}-{max(numbers) + 1}" if numbers else f"{today}"
