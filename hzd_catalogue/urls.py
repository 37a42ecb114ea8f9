"""Addresses of the catalogue."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("projects.urls")),
    path("", include("partners.urls")),
    path("", include("hzd_catalogue.overview.urls")),
    path("", include("hzd_catalogue.opendata.urls")),
    path("", include("hzd_catalogue.legal.urls")),
]
if not settings.PUBLIC_ONLY:
    from hzd_catalogue.imports.views import import_page
    from hzd_catalogue.opendata.download_admin import download_page

    page = admin.site.admin_view(download_page)
    urlpatterns.append(path("verwaltung/download/", page, name="build-download"))  # type: ignore[arg-type]
    page = admin.site.admin_view(import_page)
    urlpatterns.append(path("verwaltung/import/", page, name="import"))  # type: ignore[arg-type]
    urlpatterns.append(path("verwaltung/", admin.site.urls))

handler400 = "hzd_catalogue.web.errors.bad_request"
handler500 = "hzd_catalogue.web.errors.server_error"
