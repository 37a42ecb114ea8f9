"""Addresses of the legal pages."""

from django.urls import path

from .models import LegalPage
from .views import LegalPageView

urlpatterns = [
    path(f"{slug}/", LegalPageView.as_view(), {"slug": str(slug)}, name=name)
    for slug, name in LegalPage.URL_NAMES.items()
]
