"""The cache that several hosts share; without it, the site is slower and not unavailable."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django_redis.cache import RedisCache
from redis.exceptions import RedisError

from .logs import Seldom

T = TypeVar("T")

#: Seconds for which a cache that did not answer is not asked again by this process.
PAUSE = 5.0

logger = logging.getLogger(__name__)
_is_due = Seldom()


class SharedCache(RedisCache):
    """Redis, left alone for a while where it does not answer, of which the log tells seldom."""

    #: Until when each server is left alone: Django makes an instance for each greenlet.
    _away_until: dict[str, float] = {}

    def get(self, key: Any, default: Any = None, version: Any = None, client: Any = None) -> Any:
        return self._ask(lambda: super(SharedCache, self).get(key, default, version), default)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask(lambda: super(SharedCache, self).set(*args, **kwargs), None)

    def delete_pattern(self, *args: Any, **kwargs: Any) -> Any:
        """Forget; asked for seldom, and so always tried."""
        try:
            return super().delete_pattern(*args, **kwargs)
        except (RedisError, OSError) as error:
            logger.warning("The cache was not emptied: %s", error)

    def _ask(self, do: Callable[[], T], otherwise: T) -> T:
        """Return what the server says, or ``otherwise`` while it does not."""
        now = time.monotonic()
        away_until = self._away_until.get(self._server)
        if away_until is not None:
            if now < away_until:
                return otherwise
            # Whoever comes meanwhile need not try, too.
            self._away_until[self._server] = now + PAUSE
        try:
            said = do()
        except (RedisError, OSError) as error:
            self._away_until[self._server] = time.monotonic() + PAUSE
            if _is_due(self._server):
                logger.warning("The cache does not answer, pages are made without: %s", error)
            return otherwise
        self._away_until.pop(self._server, None)
        return said
