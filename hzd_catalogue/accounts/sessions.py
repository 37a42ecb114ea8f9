"""How long a session lasts: until eight idle hours, or a day after the login."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest

#: Seconds after the login when a session ends, however busy it is.
LONGEST = 24 * 60 * 60
#: Seconds between two notes that a session is in use; each one is a write.
NOTE_EVERY = 60

_SIGNED_IN_AT = "signed_in_at"
_SEEN_AT = "seen_at"


def begin(request: HttpRequest, **kwargs: Any) -> None:
    """Note when the session begins (receives ``user_logged_in``)."""
    request.session[_SIGNED_IN_AT] = int(time.time())


def keep(request: HttpRequest) -> None:
    """Note that the session is in use, so that its idle hours begin anew."""
    now = int(time.time())
    # Either way: the clock may have been set back.
    if abs(now - request.session.get(_SEEN_AT, 0)) >= NOTE_EVERY:
        # Saving it moves its end to SESSION_COOKIE_AGE from now.
        request.session[_SEEN_AT] = now


def is_over(request: HttpRequest) -> bool:
    """Return whether the session began longer ago than any may last.

    One that begins in the future, as after the clock was set back, would last until then.
    """
    age = time.time() - request.session.get(_SIGNED_IN_AT, 0)
    return not -NOTE_EVERY <= age <= LONGEST


def is_gone(request: HttpRequest) -> bool:
    """Return whether the browser names a session that is no more."""
    named = settings.SESSION_COOKIE_NAME in request.COOKIES
    return named and request.session.is_empty()
