"""What an editor typed into a form and sent when the session was over: kept until the next login.

On the login page it travels in a hidden field; nothing is stored for somebody who is not signed in.
After the login it waits in the session, where only its author can send it.
"""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, QueryDict
from django.urls import reverse

#: The hidden field of the login page.
FIELD = "held_form"
_KEY = "held_form"


class HeldForm(NamedTuple):
    """Where a form was to go and what it held."""

    path: str
    fields: list[tuple[str, str]]


def pack(request: HttpRequest) -> str:
    """Return what the form in ``request`` held, as one text; nothing of one with a password.

    A session keeps what it holds in plain words.
    """
    if any("password" in name for name in request.POST):
        return ""
    data = request.POST.copy()
    data.pop("csrfmiddlewaretoken", None)
    return data.urlencode()


def keep(session: SessionBase, path: str, packed: str) -> None:
    """Keep a packed form that was to go to ``path``, unless it leads out of the admin."""
    session.pop(_KEY, None)
    if packed and path.startswith(reverse("admin:index")):
        session[_KEY] = {"path": path, "packed": packed}


def held(session: SessionBase) -> HeldForm | None:
    """Return the form that is kept, if there is one."""
    kept = session.get(_KEY)
    if kept is None:
        return None
    fields = QueryDict(kept["packed"])
    return HeldForm(
        kept["path"], [(name, value) for name, values in fields.lists() for value in values]
    )
