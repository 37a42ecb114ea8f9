"""When an edit shows, and what no cache may keep (docs/operating.md, "Freshness")."""

import os
import time

import pytest
from django.urls import get_resolver

from tests.addresses import routes_of
from tests.chance import some
from tests.processes import shell
from tests.proxy import proxied
from tests.served.test_below import get
from tests.serving import served

EDIT = """
from projects.models import Project
from hzd_catalogue.reference.changes import change
with change(None):
    project = Project.objects.get(slug="wohngeld")
    project.name = {!r}
    project.save()
"""


def test_an_edit_shows_at_once_and_behind_nginx_in_a_moment(own_site, tmp_path):
    """Two processes of a public host, with pages and indexes of before in each."""
    path = "/projekte/wohngeld/"
    with (
        served(own_site, PUBLIC_ONLY="on") as server,
        proxied(tmp_path, [server.port]) as proxy,
    ):
        for port in [server.port] * 8 + [proxy.port]:
            assert get(port, path, Host="localhost")[0] == 200
            assert b"Zwischenstand" not in get(port, "/projekte/", Host="localhost")[2]
        for number in range(2):
            name = f"Zwischenstand {number}"
            shell(own_site, EDIT.format(name))
            saved = time.monotonic()
            for _ in range(4):
                for address in (
                    path,
                    "/projekte/",
                    "/projekte.csv",
                    f"/suche/?q={number}+zwischenstand",
                ):
                    assert name.encode() in get(server.port, address, Host="localhost")[2]
            time.sleep(max(0, saved + 2 - time.monotonic()))
            assert name.encode() in get(proxy.port, path, Host="localhost")[2]
            assert name.encode() in get(proxy.port, "/projekte/", Host="localhost")[2]


@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="about PostgreSQL")
def test_connections_that_were_cut_cost_nobody_a_page(own_site):
    """As by a server that restarts in a moment, or by a firewall."""
    cut = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    print(len(cursor.fetchall()))
"""
    # Nor do they, or those that are still open, hold up its end.
    pool = {"WEB_CONCURRENCY": "1", "DATABASE_POOL": "1"}
    with served(own_site, is_stopped=True, **pool) as server:
        for _ in range(2):
            for path in ("/projekte/", "/projekte/", "/suche/?q=wohngeld"):
                assert get(server.port, path, Host="localhost")[0] == 200
            # One to look with, and one of the pool.
            assert int(shell(own_site, cut)) == 2


@pytest.mark.django_db
def test_nothing_of_the_admin_may_be_kept(admin_client, client, catalogue):
    from projects.models import Project

    draft = Project.objects.create(name="Entwurf", slug="entwurf")
    routes = {route for pattern in get_resolver().url_patterns for route in routes_of(pattern, "")}
    addresses = [
        f"/{route}"
        for route in sorted(routes)
        if route.startswith("verwaltung/") and "<" not in route and "(?" not in route
    ]
    preview = f"/verwaltung/projects/project/{draft.pk}/vorschau/"
    always = ["/verwaltung/", "/verwaltung/login/", "/verwaltung/projects/project/", preview]
    for address in [*always, "/verwaltung/gibt-es-nicht/", *some(addresses, 6)]:
        for browser in (admin_client, client):
            assert "no-store" in browser.get(address)["Cache-Control"], address
    assert admin_client.get(preview).status_code == 200
