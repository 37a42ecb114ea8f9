"""How gunicorn serves the catalogue; docs/operating.md lists the variables."""

from gevent import monkey

# First of all: what is imported before it keeps waiting in Python's own way.
monkey.patch_all()

from pathlib import Path

from hzd_catalogue.refusal import in_one_sentence, refuse_taken_addresses
from hzd_catalogue.web.server import addresses, refuse_newcomers_on_stop, with_mapped

with in_one_sentence():
    from hzd_catalogue.settings import TRUSTED_PROXIES, env_bool, env_int, env_list

    bind = addresses(env_list("HOST", "localhost"), env_int("PORT", 8000, least=1, most=65535))
    # One process a core.
    workers = env_int("WEB_CONCURRENCY", 2, least=1)
    # One line a request, on standard output, unless the proxy in front writes its own.
    accesslog = "-" if env_bool("ACCESS_LOG", default=True) else None

wsgi_app = "hzd_catalogue.wsgi:application"
on_starting = refuse_taken_addresses
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

# Each worker opens its own database connections and its own search index. Loading the application
# before the fork saves memory and start-up time, and nothing in it connects while it loads.
preload_app = True

# A worker that hangs is replaced; one that has served long makes room before it has grown.
timeout = 30
graceful_timeout = 20
max_requests = 20_000
max_requests_jitter = 2_000

# Heartbeats in memory: on a slow disk they would look like a hanging worker.
memory = Path("/dev/shm")  # noqa: S108 (gunicorn makes its own file there)
worker_tmp_dir = str(memory) if memory.is_dir() else None

# Nothing here uses gunicorn's remote control, and its socket would lie in the home directory.
control_socket_disable = True

# Visitors' network addresses are not logged.
logger_class = "hzd_catalogue.web.server.Logger"
