"""`connector provision columns`: the columns that scores are written to, created after saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from connector.cli.context import service
from connector.cli.output import console, json_option, paragraph, print_json
from connector.cli.webhooks import command as webhooks
from connector.errors import OutsideError

if TYPE_CHECKING:
    from connector.dataverse.customizing import Provisioned
    from connector.dataverse.provisioning import Plan

AFTERWARDS = (
    "A change of columns may end the delta tokens: the next sync then reads everything again by itself, and announces "
    "as always."
)
ONCE_MORE = "Nothing was done. To do it: add --yes."
SIGNS = {"present": "ok     ", "missing": "create ", "unfit": "FAILURE"}


@click.group("provision")
def command() -> None:
    """Create in Dataverse what scores are written to, and what tells of changes."""


command.add_command(webhooks)


@command.command("columns")
@click.option("--solution", metavar="NAME", help="Unique name of the solution to create them in.")
@click.option("--yes", is_flag=True, help="Do it; without this it is only said what would be done.")
@json_option
def columns(*, solution: str | None, yes: bool, as_json: bool) -> None:
    """Create the lead columns that live and drafted documents write and that are missing, and publish the lead table.

    Without --solution the only unmanaged solution is taken whose publisher has the columns' prefix. What exists stays
    as it is; a second run does nothing.

    Exit codes: 0 nothing is missing, or it was created; 1 something is to be done and --yes was not given, or something
    stands in the way (a column of another type, a solution that does not fit); 2 settings or documents; 3 Dataverse or
    the store failed.
    """
    from connector.provision import create_columns, plan_columns

    with service(need_dataverse=True) as opened:
        plan = plan_columns(opened, solution)
        if not as_json:
            show_plan(plan)
        go = yes and bool(plan.missing) and not plan.obstacles
        done = create_columns(opened, plan) if go else None
    if as_json:
        print_json(as_dict(plan, done))
    elif done is not None:
        show_done(done)
    elif plan.missing or plan.obstacles:
        click.echo(ONCE_MORE if not plan.obstacles else "Nothing was done.")
    if done is not None and done.failure is not None:
        raise OutsideError(done.failure.message, remedy=done.failure.remedy)
    if done is None and not plan.is_done:
        raise click.exceptions.Exit(1)


def show_plan(plan: Plan) -> None:
    """Print what is there, what would be created and what stands in the way."""
    out = console()
    for planned in plan.columns:
        wanted = planned.wanted
        by = ", ".join(wanted.documents)
        said = planned.detail or (wanted.type if planned.state == "missing" else "exists")
        paragraph(out, f"{wanted.name}: {said} ({wanted.use} of {by})", bullet=f"{SIGNS[planned.state]}  ")
    for remark in plan.remarks:
        paragraph(out, remark, bullet="note     ")
    for obstacle in plan.obstacles:
        paragraph(out, obstacle.message, bullet="FAILURE  ")
        paragraph(out, obstacle.remedy, indent=9)
    if not plan.columns:
        click.echo("No document writes a column: nothing to do.")
    elif plan.is_done:
        click.echo("Every column is there: nothing to do.")
    elif plan.solution is not None and not plan.obstacles:
        solution = plan.solution
        title = f" ({solution.title})" if solution.title != solution.name else ""
        paragraph(
            out,
            f"To do: create {len(plan.missing)} of {len(plan.columns)} columns of the lead table in the solution "
            f"{solution.name}{title}, and publish the table.",
        )


def show_done(done: Provisioned) -> None:
    """Print what was created."""
    out = console()
    if done.created:
        published = "the lead table is published" if done.published else "the lead table is not published"
        paragraph(out, f"Created: {', '.join(done.created)}; {published}. {AFTERWARDS}")


def as_dict(plan: Plan, done: Provisioned | None) -> dict[str, Any]:
    """The plan and what came of it, for JSON."""
    created = done.created if done else ()
    solution = plan.solution
    return {
        "solution": {"name": solution.name, "title": solution.title, "prefix": solution.prefix} if solution else None,
        "columns": [
            {
                "name": planned.wanted.name,
                "state": "created" if planned.wanted.name in created else planned.state,
                "use": planned.wanted.use,
                "type": planned.wanted.type,
                "documents": planned.wanted.documents,
                "detail": planned.detail,
            }
            for planned in plan.columns
        ],
        "obstacles": [{"message": each.message, "remedy": each.remedy} for each in plan.obstacles],
        "remarks": plan.remarks,
        "published": done.published if done else False,
        "failure": {"message": done.failure.message, "remedy": done.failure.remedy} if done and done.failure else None,
    }
