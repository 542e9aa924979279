"""An embedded stand-in for Dataverse, Entra ID, Teams workflows and flows: real HTTPS on loopback, sample data.

For the demonstration, for tests, and for trying the connector without an environment. It shares no code with the
client. `start_sandbox` starts it; everything else hangs on the `Sandbox` that it returns.
"""

from __future__ import annotations

from datetime import datetime

from connector.sandbox.sample.events import EventsScript, events_script
from connector.sandbox.sample.interactions import sample_interactions
from connector.sandbox.sandbox import Sandbox

__all__ = ["EventsScript", "Sandbox", "events_script", "sample_interactions", "start_sandbox"]


def start_sandbox(
    *,
    seed: int = 7,
    leads: int = 300,
    closed: int = 25,
    accounts: int = 60,
    host: str = "127.0.0.1",
    name: str = "localhost",
    port: int = 0,
    in_a_row: bool = False,
    now: datetime | None = None,
    change_tracking: bool = True,
    page_size: int = 5000,
) -> Sandbox:
    """Start a sandbox; close it, or use it as a context manager.

    It listens on `host`; others know it by `name`, for which its certificate is made out. `port` is that of Dataverse,
    0 for any free one; with `in_a_row` sign-in, Teams, flows and identity take the four after it. `now` makes its clock
    stand still, so that seed and time give the same rows everywhere; without it the clock is real. `page_size` is the
    largest page that the server gives.
    """
    return Sandbox(
        seed=seed,
        leads=leads,
        closed=closed,
        accounts=accounts,
        host=host,
        name=name,
        port=port,
        in_a_row=in_a_row,
        now=now,
        change_tracking=change_tracking,
        page_size=page_size,
    )
