"""Addresses of the pages across the whole catalogue."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path
from django.views.generic import TemplateView

from . import api, exports, search, views
from .legal import legal_urls
from .sitemaps import SITEMAPS, ChangesFeed, robots

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("laender/", views.StateListView.as_view(), name="state-list"),
    path("laender/matrix/", views.MatrixView.as_view(), name="matrix"),
    path("laender/<slug:slug>/", views.StateDetailView.as_view(), name="state-detail"),
    path("zeitleiste/", views.TimelineView.as_view(), name="timeline"),
    path("themen/", views.TopicListView.as_view(), name="topic-list"),
    path("themen/<slug:slug>/", views.TopicDetailView.as_view(), name="topic-detail"),
    path("quellen/", views.SourceListView.as_view(), name="source-list"),
    path("quellen/<slug:slug>/", views.SourceDetailView.as_view(), name="source-detail"),
    path("suche/", search.SearchView.as_view(), name="search"),
    path("api/", api.ApiView.as_view(), name="api"),
    path("api.json", api.ApiJsonView.as_view(), name="api-json"),
    path("laender.json", exports.StateJsonView.as_view(), name="states-json"),
    path("ebenen.json", exports.LevelJsonView.as_view(), name="levels-json"),
    path("themen.json", exports.TopicJsonView.as_view(), name="topics-json"),
    path("quellen.json", exports.SourceJsonView.as_view(), name="sources-json"),
    path(
        "laender/matrix.<export:suffix>", exports.MatrixExportView.as_view(), name="matrix-export"
    ),
    path("hilfe/", TemplateView.as_view(template_name="site/help.html"), name="help"),
    path("luecken/", views.GapsView.as_view(), name="gaps"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("aenderungen.atom", ChangesFeed(), name="changes"),
    *legal_urls,
]
