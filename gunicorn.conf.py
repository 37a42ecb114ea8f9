"""How gunicorn serves the catalogue; docs/operating.md lists the variables."""

from pathlib import Path

from hzd_catalogue.refusal import in_one_sentence, refuse_taken_addresses

with in_one_sentence():
    from hzd_catalogue.settings import env_int

    bind = f"0.0.0.0:{env_int('PORT', 8000, least=1, most=65535)}"
    workers = env_int("WEB_CONCURRENCY", 2, least=1)

wsgi_app = "hzd_catalogue.wsgi:application"
on_starting = refuse_taken_addresses

# A page is computed, not waited for: one synchronous worker a core beats threads, which share
# one core and were measured at half the throughput.
worker_class = "sync"

# Each worker opens its own database connection and its own search index. Loading the application
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
accesslog = "-"
access_log_format = '%(t)s "%(r)s" %(s)s %(b)s %(M)sms'
