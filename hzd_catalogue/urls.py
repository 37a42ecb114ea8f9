"""Addresses of the catalogue."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from partners import exports as partner_exports
from partners import views as partners
from projects import exports as project_exports
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
    path(
        "projekte.<export:suffix>",
        project_exports.ProjectExportView.as_view(),
        name="project-export",
    ),
    path(
        "projekte/<slug:slug>.json", project_exports.ProjectJsonView.as_view(), name="project-json"
    ),
    path(
        "kooperationen.<export:suffix>",
        partner_exports.CooperationExportView.as_view(),
        name="cooperation-export",
    ),
    path(
        "kooperationen/<slug:slug>.json",
        partner_exports.CooperationJsonView.as_view(),
        name="cooperation-json",
    ),
    path(
        "partner.<export:suffix>",
        partner_exports.PartnerExportView.as_view(),
        name="partner-export",
    ),
    path(
        "partner/<slug:slug>.json", partner_exports.PartnerJsonView.as_view(), name="partner-json"
    ),
    path("", include("hzd_catalogue.site.urls")),
]
if not settings.PUBLIC_ONLY:
    urlpatterns.append(path("verwaltung/", admin.site.urls))

handler400 = "hzd_catalogue.site.errors.bad_request"
handler500 = "hzd_catalogue.site.errors.server_error"
