"""The site, whose answers say in X-Queries how often the database was asked for them.

``gunicorn --config gunicorn.conf.py tests.served.counting:application``.
"""

from django.db import connection

from hzd_catalogue.wsgi import application as site


def application(environ, start_response):
    asked = []

    def count(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    def start(status, headers, *error):
        return start_response(status, [*headers, ("X-Queries", str(len(asked)))], *error)

    with connection.execute_wrapper(count):
        return site(environ, start)
