"""Connections to a PostgreSQL server: how many, how long a statement may take, and how a dead server is noticed.

Every engine of a server is made here, so that all sign in alike. What the URL itself says of a connection wins. No
query stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, ExceptionContext

_READ_ONLY = "25006"
# A host that is gone answers nothing: such a connection is given up within a minute, a statement that it was sent
# within half of one. Numbers are libpq's: seconds, but for the last, which is in milliseconds.
_NOTICED = {
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "4",
    "tcp_user_timeout": "30000",
}
IDLE_STEP_S = 60  # our steps think for less than a second between two statements


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """What one process takes of a server: `connections` at once, of which `idle` stay open when nobody needs them.

    `statement_s`: how long a statement may take, 0 for ever. `connect_s`: how long a server may take to answer at all.
    `password` is asked at each new connection to a server whose URL (which it is given) holds none: tokens end.
    """

    connections: int = 24
    idle: int = 8
    statement_s: float = 120.0
    connect_s: int = 10
    password: Callable[[str], str] | None = field(default=None, repr=False, compare=False)


def server_engine(url: URL, limits: ServerLimits, **options: Any) -> Engine:
    """An engine of a server that says who we are and notices when it is gone; `options` are SQLAlchemy's."""
    engine = sa.create_engine(reachable(url, limits), **options)
    if limits.password is not None and url.password is None and "password" not in url.query:
        named = url.render_as_string(hide_password=True)
        event.listen(engine, "do_connect", partial(_sign_in, named=named, password=limits.password))
    return engine


def lone_engine(url: URL, limits: ServerLimits) -> Engine:
    """An engine for a session that something hangs on: it keeps no connections and begins no transactions."""
    return server_engine(url, limits, poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")


def reachable(url: URL, limits: ServerLimits) -> URL:
    """The URL with what makes a dead server noticed, unless it says so itself."""
    wanted = {"connect_timeout": str(limits.connect_s), **_NOTICED}
    return url.update_query_dict({name: value for name, value in wanted.items() if name not in url.query})


def pool_settings(limits: ServerLimits) -> dict[str, int]:
    """The sizes of the pool as SQLAlchemy calls them."""
    kept = min(limits.idle, limits.connections)
    return {"pool_size": kept, "max_overflow": limits.connections - kept}


def watch(engine: Engine, limits: ServerLimits) -> None:
    """Bound the statements of an engine, and let go of connections to a server that takes no writes any more."""
    event.listen(engine, "connect", partial(_bound, statement_s=limits.statement_s))
    event.listen(engine, "handle_error", _leave_standby)


def _sign_in(
    _dialect: object,
    _record: object,
    _arguments: list[Any],
    parameters: dict[str, Any],
    *,
    named: str,
    password: Callable[[str], str],
) -> None:
    parameters["password"] = password(named)


def _bound(connection: Any, _record: object, *, statement_s: float) -> None:
    # Not as an option of the connection: poolers refuse those.
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = {round(statement_s * 1000)}")
        # A process that is frozen in the middle of a step keeps its rows from all others no longer than that.
        cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_STEP_S * 1000}")
    connection.commit()  # a setting of a transaction that is rolled back never was


def _leave_standby(context: ExceptionContext) -> None:
    """After a fail-over the former primary may go on as a standby: another connection finds the new one."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True
