"""The cache of one process, bounded in bytes: Django's own is bounded in entries only."""

from __future__ import annotations

import pickle
import threading
import time
from typing import Any

from cachetools import LRUCache
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

#: The entries of each cache by its location: Django makes an instance for each thread and greenlet.
_STORES: dict[str, LRUCache[str, tuple[bytes, float | None]]] = {}
_LOCK = threading.Lock()
#: What an entry costs beside its value: its key and its place in the table.
_OVERHEAD = 400


class LocalCache(BaseCache):
    """Keeps pickled values; makes room by forgetting what was used longest ago.

    ``OPTIONS["max_bytes"]`` bounds the sum of all entries. A value larger than that is not kept.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        with _LOCK:
            if location not in _STORES:
                _STORES[location] = LRUCache(
                    params["OPTIONS"]["max_bytes"],
                    getsizeof=lambda entry: len(entry[0]) + _OVERHEAD,
                )
            self._entries = _STORES[location]

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        with _LOCK:
            if self._live(self._name(key, version)) is not None:
                return False
            self._keep(self._name(key, version), pickle.dumps(value), timeout)
            return True

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        with _LOCK:
            found = self._live(self._name(key, version))
        return default if found is None else pickle.loads(found)  # noqa: S301 (made by this process)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        with _LOCK:
            self._keep(self._name(key, version), pickle.dumps(value), timeout)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with _LOCK:
            found = self._live(self._name(key, version))
            if found is None:
                return False
            self._keep(self._name(key, version), found, timeout)
            return True

    def delete(self, key: Any, version: int | None = None) -> bool:
        with _LOCK:
            return self._entries.pop(self._name(key, version), None) is not None

    def clear(self) -> None:
        with _LOCK:
            self._entries.clear()

    @property
    def size(self) -> int:
        """The bytes that all entries count for."""
        return int(self._entries.currsize)

    def _name(self, key: Any, version: int | None) -> str:
        # Any key will do: what Django refuses is what memcached cannot keep.
        return str(self.make_key(key, version=version))

    def _live(self, name: str) -> bytes | None:
        try:
            value, expires = self._entries[name]
        except KeyError:
            return None
        if expires is not None and expires <= time.time():
            del self._entries[name]
            return None
        return value

    def _keep(self, name: str, value: bytes, timeout: Any) -> None:
        self._entries.pop(name, None)
        entry = (value, self.get_backend_timeout(timeout))
        if self._entries.getsizeof(entry) <= self._entries.maxsize:
            self._entries[name] = entry
