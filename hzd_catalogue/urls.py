"""Addresses of the catalogue."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("projects.urls")),
    path("", include("partners.urls")),
    path("", include("hzd_catalogue.site.urls")),
]
if not settings.PUBLIC_ONLY:
    urlpatterns.append(path("verwaltung/", admin.site.urls))

handler400 = "hzd_catalogue.site.errors.bad_request"
handler500 = "hzd_catalogue.site.errors.server_error"
