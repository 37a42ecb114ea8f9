"""Addresses of cooperations and partners."""

from django.urls import path

from . import views

urlpatterns = [
    path("kooperationen/", views.CooperationListView.as_view(), name="cooperation-list"),
    path(
        "kooperationen/<slug:slug>/",
        views.CooperationDetailView.as_view(),
        name="cooperation-detail",
    ),
    path(
        "kooperationen.<export:suffix>",
        views.CooperationExportView.as_view(),
        name="cooperation-export",
    ),
    path(
        "kooperationen/<slug:slug>/<slug:table>.<export:suffix>",
        views.CooperationTableExportView.as_view(),
        name="cooperation-table-export",
    ),
    path(
        "kooperationen/<slug:slug>.json",
        views.CooperationJsonView.as_view(),
        name="cooperation-json",
    ),
    path("partner/", views.PartnerListView.as_view(), name="partner-list"),
    path("partner/<slug:slug>/", views.PartnerDetailView.as_view(), name="partner-detail"),
    path("partner.<export:suffix>", views.PartnerExportView.as_view(), name="partner-export"),
    path(
        "partner/<slug:slug>/<slug:table>.<export:suffix>",
        views.PartnerTableExportView.as_view(),
        name="partner-table-export",
    ),
    path("partner/<slug:slug>.json", views.PartnerJsonView.as_view(), name="partner-json"),
]
