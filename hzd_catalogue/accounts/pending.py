"""Between password and code: whoever has shown the password is remembered, not signed in."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import load_backend
from django.http import HttpRequest

#: Seconds in which the code has to follow the password.
LASTS = 10 * 60

_KEY = "signing_in"


def begin(request: HttpRequest, user: Any) -> None:
    """Remember that ``user`` has shown the password, in a session that nobody knew before."""
    request.session.flush()
    request.session[_KEY] = {"user": user.pk, "backend": user.backend, "since": int(time.time())}


def user_of(request: HttpRequest) -> Any:
    """Return the user whose code is awaited; None when there is none or it took too long."""
    waiting = request.session.get(_KEY)
    if waiting is None or time.time() - waiting["since"] > LASTS:
        return None
    user: Any = load_backend(waiting["backend"]).get_user(waiting["user"])
    if user is not None:
        # As authenticate() does it; login() asks for it.
        user.backend = waiting["backend"]
    return user


def end(request: HttpRequest) -> None:
    """Forget who was signing in."""
    request.session.pop(_KEY, None)
