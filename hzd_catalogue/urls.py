"""Addresses of the catalogue."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from hzd_catalogue.site.health import health
from partners import views as partners
from projects import views as projects

urlpatterns = [
    path("projekte/", projects.ProjectListView.as_view(), name="project-list"),
    path("projekte/<slug:slug>/", projects.ProjectDetailView.as_view(), name="project-detail"),
    path("kooperationen/", partners.CooperationListView.as_view(), name="cooperation-list"),
    path(
        "kooperationen/<slug:slug>/",
        partners.CooperationDetailView.as_view(),
        name="cooperation-detail",
    ),
    path("partner/", partners.PartnerListView.as_view(), name="partner-list"),
    path("partner/<slug:slug>/", partners.PartnerDetailView.as_view(), name="partner-detail"),
    path("health/", health, name="health"),
    path("", include("hzd_catalogue.site.urls")),
]
if not settings.PUBLIC_ONLY:
    urlpatterns.append(path("verwaltung/", admin.site.urls))

handler400 = "hzd_catalogue.site.errors.bad_request"
handler500 = "hzd_catalogue.site.errors.server_error"
