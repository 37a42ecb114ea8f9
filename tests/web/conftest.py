"""What the tests of this folder share."""

import io
import logging

import pytest


@pytest.fixture
def log(monkeypatch):
    """What the site logs, in its own form."""
    stream = io.StringIO()
    (handler,) = [found for found in logging.getLogger().handlers if found.get_name() == "stderr"]
    monkeypatch.setattr(handler, "stream", stream)
    return stream
