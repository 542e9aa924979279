"""`connector deliveries`: the outbox, and what became of it."""

from __future__ import annotations

from dataclasses import asdict

import click

from connector.cli.context import service
from connector.cli.output import (
    console,
    counted,
    json_option,
    paragraph,
    print_attempts,
    print_fields,
    print_json,
    when,
)
from connector.cli.tables import table
from connector.pipeline.values import DeliveryStatus


@click.group("deliveries")
def command() -> None:
    """Cards and callbacks on their way."""


@command.command("list")
@click.option("--status", type=click.Choice([str(status) for status in DeliveryStatus]))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_(status: str | None, limit: int, *, as_json: bool) -> None:
    """List deliveries, newest first, and the destinations that are paused or only fail.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        rows = list(opened.store.deliveries(status=status, limit=limit))
        troubled = opened.store.troubled_destinations()
    if as_json:
        print_json({"deliveries": rows, "destinations": [asdict(one) for one in troubled]})
    else:
        cells = [(r["delivery_id"], r["destination"], r["status"], r["attempts"], when(r["created_at"])) for r in rows]
        heads = ["delivery", "destination", "status", "tries", "since"]
        table(console(), "", heads, cells, right=[3], whole=[0, 4])
        for one in troubled:
            if one.paused is not None:
                paragraph(console(), f"{one.name} is paused, {one.held} wait: {one.paused}")
            elif one.failing_since is not None:
                paragraph(console(), f"{one.name}: nothing arrived since {when(one.failing_since)}.")


@command.command("show")
@click.argument("delivery_id")
@json_option
def show(delivery_id: str, *, as_json: bool) -> None:
    """Show one delivery with every attempt.

    Exit codes: 0 done; 2 there is none with that id, or settings; 3 the store cannot be used.
    """
    with service() as opened:
        delivery = opened.store.delivery(delivery_id)
    if as_json:
        print_json(delivery)
        return
    print_fields({name: value for name, value in delivery.items() if name != "attempts"})
    attempts = delivery.get("attempts")
    print_attempts(attempts if isinstance(attempts, list) else [])


@command.command("resume")
@click.argument("name")
@json_option
def resume(name: str, *, as_json: bool) -> None:
    """Use a paused destination again (NAME as listed, as teams:sales), and send what waited for that.

    Exit codes: 0 done; 1 it is not paused; 2 there is no such destination, or settings; 3 the store cannot be used.
    """
    with service() as opened:
        count = opened.store.resume_destination(name, now=opened.clock())
    if as_json:
        print_json({"queued": count})
    else:
        click.echo(f"{name} is used again; {count} queued. The next sync, or the running worker, sends them.")


@command.command("replay")
@click.argument("delivery_ids", nargs=-1)
@click.option("--dead", is_flag=True, help="All that were given up.")
@json_option
def replay(delivery_ids: tuple[str, ...], *, dead: bool, as_json: bool) -> None:
    """Queue dead, held or uncertain deliveries again: those named, or all dead ones.

    Exit codes: 0 done; 1 some of them were in no such state; 2 nothing was named, or settings; 3 the store cannot be
    used.
    """
    if bool(delivery_ids) is dead:
        raise click.UsageError("Name deliveries, or use --dead for all dead ones.")
    with service() as opened:
        if dead:
            listed = opened.store.deliveries(status=DeliveryStatus.DEAD.value, limit=1_000_000)
            delivery_ids = tuple(str(one["delivery_id"]) for one in listed)
        count = opened.store.replay(delivery_ids, now=opened.clock())
    if as_json:
        print_json({"queued": count})
    else:
        click.echo(f"{count} queued again. The next sync, or the running worker, sends them.")
    if missed := len(set(delivery_ids)) - count:
        click.echo(
            f"{counted(missed, 'was', 'were')} not: there is no such delivery, or it is not dead, held or uncertain.",
            err=True,
        )
        raise click.exceptions.Exit(1)
