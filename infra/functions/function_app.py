"""The timers: each asks the service, at its time, to do one thing. What is done, and its memory, is the service's.

Schedules are NCRONTAB expressions in app settings (six fields, seconds first, UTC). A timer that is late, or that fires
while what it asked for is still going on, asks with the idempotency key of its latest time: that is one run.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import azure.functions as func

from timers.calls import ask
from timers.errands import ERRANDS, Target

app = func.FunctionApp()

# The call itself waits for a service that is busy; these are for a host that dies, or an outage that lasts.
RETRIES, SHORTEST, LONGEST = "5", "00:00:10", "00:10:00"


def fire(name: str, timer: func.TimerRequest) -> None:
    """Do an errand for the latest time of its schedule; raise CallError where the service did not take it."""
    target = Target.of(os.environ)
    ask(target, ERRANDS[name], target.slot(name, datetime.now(UTC)), past_due=timer.past_due)


@app.timer_trigger(arg_name="timer", schedule="%SYNC_SCHEDULE%", run_on_startup=False, use_monitor=True)
@app.retry(strategy="exponential_backoff", max_retry_count=RETRIES, minimum_interval=SHORTEST, maximum_interval=LONGEST)
def sync(timer: func.TimerRequest) -> None:
    """Pull changes, score the leads they affect, write back, announce."""
    fire("sync", timer)


@app.timer_trigger(arg_name="timer", schedule="%REFRESH_SCHEDULE%", run_on_startup=False, use_monitor=True)
@app.retry(strategy="exponential_backoff", max_retry_count=RETRIES, minimum_interval=SHORTEST, maximum_interval=LONGEST)
def refresh(timer: func.TimerRequest) -> None:
    """Score the leads whose score changes by the passing of time."""
    fire("refresh", timer)


@app.timer_trigger(arg_name="timer", schedule="%DIGEST_SCHEDULE%", run_on_startup=False, use_monitor=True)
@app.retry(strategy="exponential_backoff", max_retry_count=RETRIES, minimum_interval=SHORTEST, maximum_interval=LONGEST)
def digest(timer: func.TimerRequest) -> None:
    """Send the alerts that were held as digest cards."""
    fire("digest", timer)


@app.timer_trigger(arg_name="timer", schedule="%RECONCILE_SCHEDULE%", run_on_startup=False, use_monitor=True)
@app.retry(strategy="exponential_backoff", max_retry_count=RETRIES, minimum_interval=SHORTEST, maximum_interval=LONGEST)
def reconcile(timer: func.TimerRequest) -> None:
    """Read everything again, so that what no change told of is found, deletions above all."""
    fire("reconcile", timer)


@app.timer_trigger(arg_name="timer", schedule="%PRUNE_SCHEDULE%", run_on_startup=False, use_monitor=True)
@app.retry(strategy="exponential_backoff", max_retry_count=RETRIES, minimum_interval=SHORTEST, maximum_interval=LONGEST)
def prune(timer: func.TimerRequest) -> None:
    """Drop what is older than it has to be."""
    fire("prune", timer)
