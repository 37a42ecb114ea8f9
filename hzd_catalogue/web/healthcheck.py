"""Asks the server of this container for /healthz: ``python -m hzd_catalogue.web.healthcheck``.

Ends with an error when the answer is not 200. The image has no other HTTP client.
"""

import os
from urllib.request import urlopen

if __name__ == "__main__":
    urlopen(f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/healthz", timeout=4)
