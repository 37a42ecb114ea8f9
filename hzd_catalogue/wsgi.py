"""WSGI entry point; gunicorn serves ``hzd_catalogue.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hzd_catalogue.settings")

application = get_wsgi_application()

# Only now: its models are there.
from hzd_catalogue.site.schema import stop_unless_database_fits  # noqa: E402

stop_unless_database_fits()
