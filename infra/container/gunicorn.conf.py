"""How gunicorn carries the API: processes of threads behind a proxy that ends TLS, as `web` starts them.

WEB_CONCURRENCY says how many processes there are; GUNICORN_CMD_ARGS (`--threads 16`) overrides what stands here.
"""

import os
import sys
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from connector.errors import ConnectorError
from connector.web import wsgi

bind = os.environ.get("CONNECTOR_BIND", "0.0.0.0:8080")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
worker_class = "connector.web.processes.TimedWorker"
preload_app = False  # connections to a database do not survive a fork

timeout = 60  # a process that shows no sign of life for so long is replaced
graceful_timeout = (
    40  # what is under way at SIGTERM may take so long: longer than a body is waited for (CONNECTOR_API_BODY_S)
)
keepalive = 75  # longer than proxies keep idle connections, so that it is never we who close one under a request

limit_request_line = 8190
limit_request_fields = 100
limit_request_field_size = 16_384  # access tokens are long

forwarded_allow_ips = ""  # nothing that a client may send decides the scheme; see CONNECTOR_PROXIES
header_map = "drop"
forwarder_headers = ""
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - memory, and plain text
errorlog = "-"
accesslog = None  # the application logs each request itself, by route: paths hold ids, queries hold secrets


def on_starting(server: Any) -> None:
    """Tell what is wrong once and in words, before any process is begun; exit as `connector serve` would."""
    del server
    try:
        wsgi.check(os.environ)
    except ConnectorError as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(error.exit_code)


def post_fork(server: Any, worker: Any) -> None:
    """Let threads that wait for the database come back soon, however much another one computes."""
    del server, worker
    sys.setswitchinterval(0.0005)


def child_exit(server: Any, worker: Any) -> None:
    """Let the metrics forget the present state of a process that has gone."""
    del server
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(worker.pid)
