"""What flows are told of a run that failed. How a run ends stands in `runs`, who listens in `subscriptions`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from connector.pipeline.identity import identity
from connector.pipeline.subscriptions import About, Subscription, TriggerName
from connector.pipeline.values import Event, Json

KIND = "run_failed"


def failure_events(
    subscriptions: Iterable[Subscription], run_id: str, kind: str, error: str, now: datetime
) -> tuple[Event, ...]:
    """The event of a run that failed, to those of these subscriptions that listen; none where nobody does.

    Runs of a kind that fail for the same reason in the same hour (UTC) are one event to the same listeners: a timer of
    every minute floods nobody while the environment is down.
    """
    listening = tuple(one.destination for one in subscriptions if _listens(one))
    if not listening:
        return ()
    event_id = identity("event", KIND, kind, error, f"{now:%Y-%m-%dT%H}", *listening)
    payload: dict[str, Json] = {
        "event_id": event_id,
        "kind": KIND,
        "at": now.isoformat(),
        "rule": f"{kind} failed",
        "alert": None,
        "summary": f"The run {run_id} failed: {error}",
        "run": {"id": run_id, "kind": kind, "error": error},
    }
    return (Event(event_id, KIND, "", payload, listening, now),)


def _listens(one: Subscription) -> bool:
    return one.trigger is TriggerName.ATTENTION and one.filters.about is not About.LEAD_NEEDS_DATA
