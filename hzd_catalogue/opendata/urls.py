"""Addresses of what machines read."""

from django.contrib.sitemaps.views import sitemap
from django.urls import path

from .api import ApiJsonView, ApiView
from .changes import ChangesJsonView
from .feeds import ChangesFeedView
from .reference_lists import LevelJsonView, SourceJsonView, StateJsonView, TopicJsonView
from .sitemaps import SITEMAPS, robots

urlpatterns = [
    path("api/", ApiView.as_view(), name="api"),
    path("api.json", ApiJsonView.as_view(), name="api-json"),
    path("laender.json", StateJsonView.as_view(), name="states-json"),
    path("ebenen.json", LevelJsonView.as_view(), name="levels-json"),
    path("themen.json", TopicJsonView.as_view(), name="topics-json"),
    path("quellen.json", SourceJsonView.as_view(), name="sources-json"),
    path("aenderungen.atom", ChangesFeedView.as_view(), name="changes"),
    path("aenderungen.json", ChangesJsonView.as_view(), name="changes-json"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", robots, name="robots"),
]
