"""`connector subscriptions`: the flows that want to be called. Their callbacks are never shown."""

from __future__ import annotations

from collections.abc import Mapping

import click

from connector.cli.context import operator, service
from connector.cli.output import console, json_option, print_fields, print_json, when
from connector.cli.tables import table
from connector.pipeline.subscriptions import Subscription


@click.group("subscriptions")
def command() -> None:
    """Flows that are called when something happens."""


@command.command("list")
@click.option("--ended", is_flag=True, help="Those that have ended too.")
@json_option
def list_(*, ended: bool, as_json: bool) -> None:
    """List subscriptions, oldest first.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        found = opened.subscriptions(ended=ended)
    if as_json:
        print_json({"subscriptions": [as_shown(one) for one in found]})
        return
    cells = [
        (one.subscription_id, one.trigger, _words(one), one.status, one.created_by, when(one.created_at))
        for one in found
    ]
    heads = ["subscription", "trigger", "filters", "status", "by", "since"]
    table(console(), "", heads, cells, whole=[0, 5])


@command.command("show")
@click.argument("subscription_id")
@json_option
def show(subscription_id: str, *, as_json: bool) -> None:
    """Show one subscription.

    Exit codes: 0 done; 2 there is none with that id, or settings; 3 the store cannot be used.
    """
    with service() as opened:
        _print(opened.subscription(subscription_id), as_json=as_json)


@command.command("end")
@click.argument("subscription_id")
@json_option
def end(subscription_id: str, *, as_json: bool) -> None:
    """End a subscription: its flow is called no more, until it is switched off and on again.

    Exit codes: 0 done; 2 there is none with that id, or settings; 3 the store cannot be used.
    """
    with service() as opened:
        _print(opened.end_subscription(subscription_id, by=operator()), as_json=as_json)


def as_shown(one: Subscription) -> Mapping[str, object]:
    """A subscription as JSON; of its callback the host is all that is told."""
    return {
        "subscription_id": one.subscription_id,
        "trigger": one.trigger.value,
        "filters": one.filters.as_json(),
        "status": one.status,
        "paused": one.paused,
        "callback": f"https://{one.host}/…",
        "created_at": one.created_at,
        "created_by": one.created_by,
        "asked_at": one.asked_at,
        "ended_at": one.ended_at,
        "end_reason": one.end_reason,
    }


def _print(one: Subscription, *, as_json: bool) -> None:
    shown = as_shown(one)
    if as_json:
        print_json(shown)
        return
    print_fields({**shown, "filters": _words(one)})


def _words(one: Subscription) -> str:
    return ", ".join(f"{name} {value}" for name, value in one.filters.as_json().items()) or "all"
