"""Asks the server of this container for /health/: ``python -m hzd_catalogue.healthcheck``.

Ends with an error when the answer is not 200. The image has no other HTTP client.
"""

import os
from urllib.request import Request, urlopen


def health_request(variables: dict[str, str]) -> Request:
    """Return the request, with a Host header that ALLOWED_HOSTS in ``variables`` admits."""
    host = variables.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip("*.") or "localhost"
    url = f"http://127.0.0.1:{variables.get('PORT') or 8000}/health/"
    return Request(url, headers={"Host": host})


if __name__ == "__main__":
    urlopen(health_request(dict(os.environ)), timeout=4)  # noqa: S310
