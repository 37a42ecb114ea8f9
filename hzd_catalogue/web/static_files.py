"""How static files are stored and sent: hashed, compressed, all with the same rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

from hzd_catalogue.ranges import File


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, whose compressed copies get the rights of all other files.

    Django sets the rights of what it writes itself; WhiteNoise leaves them to the umask, which
    would hide the copies from a web server that reads STATIC_ROOT under another account.
    """

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield each file that was compressed with the name of its copy."""
        for name, compressed in super().compress_files(paths):
            Path(self.path(compressed)).chmod(self.file_permissions_mode)
            yield name, compressed


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, which has no setting for the class of its files."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> File:
        """Return a file that is found at an address."""
        file = super().get_static_file(path, url, stat_cache)
        file.__class__ = File
        return file
