"""What ``manage.py check`` looks at beyond the code: files, hosts, TLS and the database role."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.db import DatabaseError, connection

from hzd_catalogue import private_files
from hzd_catalogue.records.export_rows import are_right
from hzd_catalogue.records.models import Record, Statement

from . import reading_role

logger = logging.getLogger(__name__)

#: For how long browsers should insist on TLS once it works.
HSTS_SECONDS = 365 * 24 * 60 * 60


@register(Tags.security)
def check_private_files(**kwargs: Any) -> list[CheckMessage]:
    """Warn of each file that others may read and that could not be closed at the start."""
    return [
        Warning(
            f"Other accounts have rights to {path}.",
            hint="chmod go= as its owner. It holds accounts, drafts or the key of the sessions.",
            obj="hzd_catalogue.data",
            id="data.W001",
        )
        for path in (settings.VAR_DIR, *settings.PRIVATE_FILES)
        if private_files.is_open(path)
    ]


@register(Tags.security, deploy=True)
def check_hosts(**kwargs: Any) -> list[CheckMessage]:
    """Warn of a site that takes any name for its own."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    return [
        Warning(
            "ALLOWED_HOSTS is *: whatever name a request gives is taken for the site's own.",
            hint="Pages, feeds and files link to that name. List the names that are the site's.",
            obj="hzd_catalogue.data",
            id="data.W004",
        )
    ]


def warn_of_any_host() -> None:
    """Say at the start, too, what nobody may notice otherwise."""
    for message in check_hosts():
        logger.warning("%s %s", message.msg, message.hint)


@register(Tags.security, deploy=True)
def check_hsts(**kwargs: Any) -> list[CheckMessage]:
    """Warn where browsers insist on TLS for a short time only."""
    if not settings.HTTPS or settings.HSTS_SECONDS >= HSTS_SECONDS:
        return []
    return [
        Warning(
            f"Browsers insist on TLS for {settings.HSTS_SECONDS} seconds only.",
            hint=f"Once TLS works without fail: HSTS_SECONDS={HSTS_SECONDS}, a year.",
            obj="hzd_catalogue.data",
            id="data.W005",
        )
    ]


@register(Tags.database)
def check_reading_role(
    databases: Collection[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """On a public host, compare the rights of its role with what the public side reads."""
    return _role_messages() if databases else []


@register("roles", deploy=True)
def check_reading_role_of_deployment(
    databases: Collection[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Do the same with --deploy, which checks no database unless one is named."""
    return [] if databases else _role_messages()


def _role_messages() -> list[CheckMessage]:
    if not settings.PUBLIC_ONLY or connection.vendor != "postgresql":
        return []
    try:
        lacking = reading_role.unreadable(connection)
        found = reading_role.excess(connection)
    except DatabaseError as error:
        return [_role_error(f"cannot be checked: {error}", 1)]
    messages = []
    if lacking:
        messages.append(_role_error(f"may not read {', '.join(lacking)}", 2))
    if found:
        messages.append(_role_error(f"has rights it should not have: {'; '.join(found)}", 3))
    return messages


def _role_error(words: str, number: int) -> CheckMessage:
    return Error(
        f"The database role of this host {words}.",
        hint="manage.py reading_role prints what it needs; see docs/operating.md.",
        obj="hzd_catalogue.data",
        id=f"data.E00{number}",
    )


@register("texts", deploy=True)
def check_quotations(**kwargs: Any) -> list[CheckMessage]:
    """Count the quotations that nobody could compare, and those to look at again."""
    # The role of public hosts may not read the texts.
    if settings.PUBLIC_ONLY:
        return []
    try:
        unproved = Statement.objects.unproved().count()
        rechecks = Statement.objects.to_recheck().count()
    except DatabaseError:
        # There are no tables yet; readiness says so.
        return []
    messages: list[CheckMessage] = []
    if unproved:
        messages.append(
            Warning(
                f"The quotations of {unproved} statements are not proved: texts are missing.",
                hint="manage.py load_documents takes them in; see docs/operating.md.",
                obj="hzd_catalogue.data",
                id="data.W002",
            )
        )
    if rechecks:
        messages.append(
            Warning(
                f"{rechecks} statements are to be looked at again: their document has changed.",
                hint="The start page of the admin leads to them.",
                obj="hzd_catalogue.data",
                id="data.W003",
            )
        )
    return messages


@register(Tags.database)
def check_export_rows(
    databases: Collection[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Say when files of lists are made record by record, which takes long where there are many."""
    try:
        if not databases or are_right() or not Record.objects.published().exists():
            return []
    except DatabaseError:
        # There are no tables yet; readiness says so.
        return []
    return [
        Warning(
            "Files of lists are right, but slow: their finished rows are of another state.",
            hint="manage.py load_catalogue writes them, after an update and after work in a shell.",
            obj="hzd_catalogue.data",
            id="data.W006",
        )
    ]
