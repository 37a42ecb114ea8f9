"""Where a link may lead that editors write: to this site, a web page or a mailbox, never elsewhere.

Browsers read more into an address than stands there: a backslash is a slash, tabs and line ends are
left out, and what stands before an @ is no host. What would be read so is no link here.
"""

from __future__ import annotations

import re
from unicodedata import category
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_WEB = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_MAIL = re.compile(r"mailto:", re.IGNORECASE)
#: A path of this site; "//" begins a host.
_PATH = re.compile(r"/(?!/)")


def is_web_address(text: str) -> bool:
    """Return whether ``text`` is an address on the web, and the host that it shows is its own."""
    if not _WEB.match(text) or _is_misleading(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return False


def is_safe(target: str) -> bool:
    """Return whether a link may lead to ``target``."""
    if _is_misleading(target):
        return False
    if mail := _MAIL.match(target):
        try:
            validate_email(target[mail.end() :])
        except ValidationError:
            return False
        return True
    return bool(_PATH.match(target)) or is_web_address(target)


def _is_misleading(text: str) -> bool:
    """Return whether it holds what browsers read as something else, or people do not see."""
    return any(char == "\\" or category(char)[0] in "CZ" for char in text)
