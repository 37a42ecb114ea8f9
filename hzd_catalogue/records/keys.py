"""Keys of statements: ten letters and digits without meaning, kept for life."""

from __future__ import annotations

import hashlib
import json
import secrets

#: Crockford's base32 in small letters.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
#: A key starts with a letter: YAML never reads it as a number.
LETTERS = ALPHABET[10:]
KEY_LENGTH = 10


def key_of_number(number: int) -> str:
    """Return the key that a number stands for; the highest bits of a large one do not count."""
    digits = []
    for _ in range(KEY_LENGTH - 1):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return LETTERS[number % len(LETTERS)] + "".join(digits)


def random_key() -> str:
    """Return a new key."""
    return key_of_number(secrets.randbits(64))


def derived_key(*parts: str | int) -> str:
    """Return the key of a statement that was written without one, the same on every database.

    Args:
        parts: its record, kind, subject, document and paragraph, and its place among those that
            have all of these in common.
    """
    content = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return key_of_number(int.from_bytes(hashlib.sha256(content).digest()[:8], "big"))
