"""What every request meets before Django is asked, if Django has to be asked at all."""

from __future__ import annotations

from .campaigns import WithoutCampaigns
from .logs import WithRequestId
from .pagecache import KeptPages
from .requests import Application


def in_front_of(django: Application) -> Application:
    """Return an application that answers as ``django`` does, with ids and kept pages."""
    return WithRequestId(WithoutCampaigns(KeptPages(django)))
