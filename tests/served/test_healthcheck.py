"""What the container asks of its server."""

from tests.processes import run
from tests.serving import served

CHECK = ("-m", "hzd_catalogue.web.healthcheck")


def test_a_container_is_healthy_as_long_as_its_server_answers(site):
    with served(site) as server:
        port = str(server.port)
        assert run({**site, "PORT": port}, *CHECK).returncode == 0
    assert run({**site, "PORT": port}, *CHECK).returncode != 0
