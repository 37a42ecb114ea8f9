"""Addresses of the pages across the whole catalogue."""

from django.urls import path

from .changes import ChangesView
from .gaps import GapsView
from .help import HelpView
from .home import HomeView
from .matrix import MatrixExportView, MatrixView
from .municipal import MunicipalView
from .net import NetView
from .net_picture import NetPicture
from .search import SearchView
from .sources import SourceDetailView, SourceListView
from .state_picture import StateNeighbourPicture, TopicPicture, WholePicture
from .states import StateDetailView, StateListView
from .timeline import TimelinePicture, TimelineView
from .topics import TopicDetailView, TopicListView
from .years import YearChartPicture

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("suche/", SearchView.as_view(), name="search"),
    path("laender/", StateListView.as_view(), name="state-list"),
    path("laender/matrix/", MatrixView.as_view(), name="matrix"),
    path("laender/matrix.<export:suffix>", MatrixExportView.as_view(), name="matrix-export"),
    path("laender/karte.<picture:suffix>", WholePicture.as_view(), name="state-map"),
    path(
        "laender/<slug:slug>/karte.<picture:suffix>",
        StateNeighbourPicture.as_view(),
        name="state-neighbours",
    ),
    path("themen/<slug:slug>/karte.<picture:suffix>", TopicPicture.as_view(), name="topic-map"),
    path("laender/<slug:slug>/", StateDetailView.as_view(), name="state-detail"),
    path("netz/", NetView.as_view(), name="net"),
    path("netz.<picture:suffix>", NetPicture.as_view(), name="net-picture"),
    path("kommunen/", MunicipalView.as_view(), name="municipal"),
    path("zeitleiste/", TimelineView.as_view(), name="timeline"),
    path("zeitleiste.<picture:suffix>", TimelinePicture.as_view(), name="timeline-picture"),
    path("zeitleiste/jahre.<picture:suffix>", YearChartPicture.as_view(), name="year-chart"),
    path("themen/", TopicListView.as_view(), name="topic-list"),
    path("themen/<slug:slug>/", TopicDetailView.as_view(), name="topic-detail"),
    path("quellen/", SourceListView.as_view(), name="source-list"),
    path("quellen/<slug:slug>/", SourceDetailView.as_view(), name="source-detail"),
    path("luecken/", GapsView.as_view(), name="gaps"),
    path("aenderungen/", ChangesView.as_view(), name="change-list"),
    path("hilfe/", HelpView.as_view(), name="help"),
]
