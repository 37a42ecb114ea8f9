"""Addresses of the pages across the whole catalogue."""

from django.urls import path
from django.views.generic import TemplateView

from . import search, views
from .legal import legal_urls

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
    path("hilfe/", TemplateView.as_view(template_name="site/help.html"), name="help"),
    path("luecken/", views.GapsView.as_view(), name="gaps"),
    *legal_urls,
]
