"""WSGI entry point; gunicorn serves ``hzd_catalogue.wsgi:application``."""

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hzd_catalogue.settings")

django.setup(set_prefix=False)

# Only now: its models are there.
from django.conf import settings  # noqa: E402

from hzd_catalogue.data.checks import warn_of_any_host  # noqa: E402
from hzd_catalogue.data.schema import stop_unless_database_fits  # noqa: E402
from hzd_catalogue.web.below import Below  # noqa: E402
from hzd_catalogue.web.database import serve_from_a_file  # noqa: E402
from hzd_catalogue.web.front import in_front_of  # noqa: E402
from hzd_catalogue.web.look import Look  # noqa: E402
from hzd_catalogue.web.pagecache import SEEN  # noqa: E402
from hzd_catalogue.web.requests import Handler  # noqa: E402

stop_unless_database_fits()
warn_of_any_host()

application: Any = in_front_of(Handler())
if settings.URL_PREFIX:
    application = Below(application, settings.URL_PREFIX)

# From here on, and so for requests only.
database = settings.DATABASES["default"]
if "postgresql" in database["ENGINE"]:
    # Requests take turns on a few connections, however many are under way. A server that is away is
    # given up after seconds, and asked again by the next request.
    database.setdefault("OPTIONS", {})["pool"] = {
        "min_size": 0,
        # One to look with.
        "max_size": settings.DATABASE_POOL + settings.PAGE_CACHE,
        "timeout": 5,
        "reconnect_timeout": 5,
    }
    SEEN.read = Look()
elif settings.DATABASE_FILE:
    serve_from_a_file()
    SEEN.read = Look()
    if not settings.PUBLIC_ONLY:
        # A file that vanishes is not replaced by an empty one.
        database["NAME"] = f"{settings.DATABASE_FILE.as_uri()}?mode=rw"
