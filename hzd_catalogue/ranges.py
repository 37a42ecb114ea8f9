"""Files that are sent whole or in part, as WhiteNoise sends them."""

from __future__ import annotations

from whitenoise.responders import StaticFile


class File(StaticFile):
    """A file of which one byte may be asked for, too."""

    def get_byte_range(self, range_header: str, size: int) -> tuple[int, int]:
        """Return the first and the last byte of a part.

        Raises:
            ValueError: for a part of one byte, so that the whole file is sent, which is allowed
                (RFC 9110, 14.2). WhiteNoise takes it for none and would answer 416.
        """
        start, end = super().get_byte_range(range_header, size)
        if start == end:
            raise ValueError
        return start, end
