"""How gunicorn serves the catalogue; docs/operating.md lists the variables."""

from gevent import monkey

# First of all: what is imported before it keeps waiting in Python's own way.
monkey.patch_all()

from pathlib import Path
from typing import Any

from hzd_catalogue.refusal import in_one_sentence, refuse_taken_addresses
from hzd_catalogue.web.server import addresses, refuse_newcomers_on_stop, with_mapped

with in_one_sentence():
    from hzd_catalogue.settings import TRUSTED_PROXIES, env_bool, env_int, env_list

    bind = addresses(env_list("HOST", "localhost"), env_int("PORT", 8000, least=1, most=65535))
    # One process a core.
    workers = env_int("WEB_CONCURRENCY", 2, least=1)
    # One line a request, on standard output, unless the proxy in front writes its own.
    accesslog = "-" if env_bool("ACCESS_LOG", default=True) else None
    # Whether what lists and search need is read before the first visitor comes.
    reads_ahead = env_bool("READ_AHEAD", default=True)

wsgi_app = "hzd_catalogue.wsgi:application"


def on_starting(server: Any) -> None:
    """Refuse what cannot be served; then read ahead, before the addresses are bound.

    Until then a proxy goes on to another host at once, and systemd waits.
    """
    refuse_taken_addresses(server)
    if reads_ahead:
        # Django's models are there only now, that the application is loaded.
        from hzd_catalogue.ahead import read_ahead

        read_ahead()


when_ready = refuse_newcomers_on_stop

# A connection costs a greenlet and no thread, so that clients that are slow or silent hold up
# nobody; docs/decisions/0011-worker.md has what was measured.
worker_class = "hzd_catalogue.web.server.Worker"

# Seconds for a whole request head to arrive, and between two requests of a connection.
keepalive = 10

# Headers of a client rename nothing. The scheme is that of a trusted proxy's request, all other
# headers of the kind that gunicorn knows are nobody's to set.
forwarded_allow_ips = with_mapped(TRUSTED_PROXIES)
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""

# Each worker opens its own database connections. Loading the application before the fork, and what
# is read ahead for it, saves memory and start-up time; no connection is left open by then.
preload_app = True

# A worker that hangs is replaced. None makes room after so many requests (``max_requests``): it
# would accept nobody until its last connection is closed, ten seconds where it is the only one.
timeout = 30
graceful_timeout = 20

# Heartbeats in memory: on a slow disk they would look like a hanging worker.
memory = Path("/dev/shm")  # noqa: S108 (gunicorn makes its own file there)
worker_tmp_dir = str(memory) if memory.is_dir() else None

# Nothing here uses gunicorn's remote control, and its socket would lie in the home directory.
control_socket_disable = True

# Visitors' network addresses are not logged.
logger_class = "hzd_catalogue.web.server.Logger"
