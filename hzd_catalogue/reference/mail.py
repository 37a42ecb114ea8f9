"""Links that open the visitor's own mail program: the site itself sends nothing."""

from urllib.parse import quote


def mail_link(address: str, subject: str, text: str) -> str:
    """Return a ``mailto:`` link to an address, with its subject and the beginning of its text."""
    to = quote(address, safe="@")
    return f"mailto:{to}?subject={quote(subject, safe='')}&body={quote(text, safe='')}"
