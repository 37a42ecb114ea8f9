"""The least that Django can do: one view that answers with bytes that it has at hand.

``gunicorn --config gunicorn.conf.py tests.benchmarks.bare:application``; BARE_PAGE names the file
with the bytes, and with ".gz" at its end the one with the compressed ones.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="of nobody")
_PAGE = Path(os.environ["BARE_PAGE"])
_PLAIN = _PAGE.read_bytes()
_COMPRESSED = _PAGE.with_name(f"{_PAGE.name}.gz").read_bytes()


def page(request: HttpRequest) -> HttpResponse:
    """Answer with the bytes, compressed for who takes that."""
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return HttpResponse(_COMPRESSED, headers={"Content-Encoding": "gzip"})
    return HttpResponse(_PLAIN)


urlpatterns = [path("", page)]
application = get_wsgi_application()
