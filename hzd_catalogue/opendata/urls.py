"""Addresses of what machines read."""

from django.urls import path
from django.views.generic import RedirectView

from partners.filters import COOPERATIONS, PARTNERS
from partners.models import Cooperation, Partner
from projects.filters import PROJECTS
from projects.models import Project

from .api import ApiView
from .changes import ChangesJsonView
from .dcat import CatalogueJsonLdView
from .download_views import DownloadFileView, DownloadView, NewestDownloadView
from .embedding import EmbeddedList, EmbeddedPicture, EmbeddedRecord
from .feeds import ChangesFeedView
from .openapi import OpenApiView
from .reference_lists import REFERENCE_LISTS, ReferenceRowView
from .security_txt import security_txt
from .sitemaps import part_of_sitemap, robots, whole_sitemap
from .statements import StatementExportView, StatementJsonView, StatementListView, StatementView

urlpatterns = [
    path("api/", ApiView.as_view(), name="api"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    path("api.json", RedirectView.as_view(pattern_name="openapi", permanent=True)),
    path("daten/", DownloadView.as_view(), name="download"),
    path("daten/<download_file:file>", NewestDownloadView.as_view(), name="newest-download"),
    path(
        "daten/<download:name>/<download_file:file>",
        DownloadFileView.as_view(),
        name="download-file",
    ),
    path("aussagen/", StatementListView.as_view(), name="statement-list"),
    path("aussagen.<export:suffix>", StatementExportView.as_view(), name="statement-export"),
    path("aussagen/<slug:slug>/", StatementView.as_view(), name="statement"),
    path("aussagen/<slug:slug>.json", StatementJsonView.as_view(), name="statement-json"),
    path("aenderungen.atom", ChangesFeedView.as_view(), name="changes"),
    path("katalog.jsonld", CatalogueJsonLdView.as_view(), name="catalogue-json-ld"),
    path("aenderungen.json", ChangesJsonView.as_view(), name="changes-json"),
    path("sitemap.xml", whole_sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", part_of_sitemap, name="sitemap-part"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
]
for listing, model in ((PROJECTS, Project), (COOPERATIONS, Cooperation), (PARTNERS, Partner)):
    urlpatterns += [
        path(
            f"einbetten/{model.record_type}/",
            EmbeddedList.as_view(listing=listing),
            name=f"embedded-{listing.url_name}",
        ),
        path(
            f"einbetten/{model.record_type}/<slug:slug>/",
            EmbeddedRecord.as_view(model=model),
            name=f"embedded-{listing.url_name.removesuffix('-list')}",
        ),
    ]
urlpatterns.append(
    path("einbetten/<path:path>/", EmbeddedPicture.as_view(), name="embedded-picture")
)
for reference_list in REFERENCE_LISTS:
    name = reference_list.path_name
    urlpatterns += [
        path(f"{name}.<export:suffix>", reference_list.as_view(), name=f"{name}-export"),
        path(
            f"{name}/<slug:slug>.json",
            ReferenceRowView.as_view(reference_list=reference_list),
            name=f"{name}-json",
        ),
    ]
