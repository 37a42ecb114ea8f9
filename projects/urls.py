"""Addresses of projects."""

from django.urls import path

from . import views

urlpatterns = [
    path("projekte/", views.ProjectListView.as_view(), name="project-list"),
    path("projekte/<slug:slug>/", views.ProjectDetailView.as_view(), name="project-detail"),
    path("projekte.<export:suffix>", views.ProjectExportView.as_view(), name="project-export"),
    path(
        "projekte/<slug:slug>/karte.<picture:suffix>",
        views.ProjectMapPicture.as_view(),
        name="project-map",
    ),
    path(
        "projekte/<slug:slug>/netz.<picture:suffix>",
        views.ProjectNetworkPicture.as_view(),
        name="project-network",
    ),
    path("projekte/<slug:slug>.json", views.ProjectJsonView.as_view(), name="project-json"),
    path(
        "projekte/<slug:slug>/<slug:table>.<export:suffix>",
        views.ProjectTableExportView.as_view(),
        name="project-table-export",
    ),
]
