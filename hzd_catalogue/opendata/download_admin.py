"""The button in the admin that builds a download now."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from hzd_catalogue.reference.revisions import revision_of

from . import downloads
from .download_build import build
from .download_files import DownloadError

#: Whoever publishes may also hand out what is published.
RIGHTS = ("partners.change_partner", "partners.change_cooperation", "projects.change_project")


def download_page(request: HttpRequest) -> HttpResponse:
    """Show which download is the newest one, or build one.

    Raises:
        PermissionDenied: when the user does not edit records.
    """
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    if request.method == "POST":
        _build(request)
        return redirect("build-download")
    context = {
        **admin.site.each_context(request),
        "title": "Download",
        "newest": downloads.newest(),
        "revision": revision_of(request),
    }
    return TemplateResponse(request, "admin/download.html", context)


def _build(request: HttpRequest) -> None:
    try:
        download = build()
    except DownloadError as error:
        messages.error(request, f"Kein Download. {error}")
    except OperationalError:
        messages.error(request, "Kein Download. Die Datenbank wird gerade geändert.")
    else:
        if download:
            messages.success(request, f"Der Download „{download.name}“ steht auf der Website.")
        else:
            messages.info(request, "Der neueste Download ist auf dem Stand der Daten.")
