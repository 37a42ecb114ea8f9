"""WSGI entry point; gunicorn serves ``hzd_catalogue.wsgi:application``."""

import os
from typing import Any

import django

from hzd_catalogue.web.requests import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hzd_catalogue.settings")

django.setup(set_prefix=False)
application: Any = Handler()

# Only now: its models are there.
from django.conf import settings  # noqa: E402

from hzd_catalogue.data.checks import warn_of_any_host  # noqa: E402
from hzd_catalogue.data.schema import stop_unless_database_fits  # noqa: E402
from hzd_catalogue.web.below import Below  # noqa: E402
from hzd_catalogue.web.database import serve_from_a_file  # noqa: E402

stop_unless_database_fits()
warn_of_any_host()

if settings.URL_PREFIX:
    application = Below(application, settings.URL_PREFIX)

# From here on, and so for requests only.
database = settings.DATABASES["default"]
if "postgresql" in database["ENGINE"]:
    # Requests take turns on a few connections, however many are under way. A server that is away is
    # given up after seconds, and asked again by the next request.
    database.setdefault("OPTIONS", {})["pool"] = {
        "min_size": 0,
        "max_size": settings.DATABASE_POOL,
        "timeout": 5,
        "reconnect_timeout": 5,
    }
elif settings.DATABASE_FILE:
    serve_from_a_file()
    if not settings.PUBLIC_ONLY:
        # A file that vanishes is not replaced by an empty one.
        database["NAME"] = f"{settings.DATABASE_FILE.as_uri()}?mode=rw"
