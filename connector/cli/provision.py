"""`connector provision columns`: the columns that scores are written to, created after saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from connector.cli.context import service
from connector.cli.output import console, json_option, paragraph, print_json
from connector.cli.webhooks import command as webhooks
from connector.errors import OutsideError

if TYPE_CHECKING:
    from connector.dataverse.setup.customizing import Provisioned
    from connector.dataverse.setup.provisioning import Plan
    from connector.dataverse.setup.tableplans import PlannedTable

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
    """Create the lead columns, and tables for the history of scores, that live and drafted documents write.

    Only what is missing is created; then the tables are published.

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
        go = yes and plan.lacks and not plan.obstacles
        done = create_columns(opened, plan) if go else None
    if as_json:
        print_json(as_dict(plan, done))
    elif done is not None:
        show_done(done, plan)
    elif plan.lacks or plan.obstacles:
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
    for table in plan.tables:
        paragraph(
            out,
            f"{table.wanted.name}: {_said_of(table)} (history of {', '.join(table.wanted.documents)})",
            bullet=f"{SIGNS[table.state]}  ",
        )
    for remark in plan.remarks:
        paragraph(out, remark, bullet="note     ")
    for obstacle in plan.obstacles:
        paragraph(out, obstacle.message, bullet="FAILURE  ")
        paragraph(out, obstacle.remedy, indent=9)
    if not plan.columns and not plan.tables:
        click.echo("No document writes a column: nothing to do.")
    elif plan.is_done:
        click.echo(f"Every column{' and table' if plan.tables else ''} is there: nothing to do.")
    elif plan.solution is not None and not plan.obstacles:
        solution = plan.solution
        title = f" ({solution.title})" if solution.title != solution.name else ""
        what = f"{len(plan.missing)} of {len(plan.columns)} columns of the lead table" if plan.missing else ""
        tables = ", ".join(each.wanted.name for each in plan.missing_tables)
        todo = " and ".join(part for part in (what, f"the table {tables}" if tables else "") if part)
        paragraph(out, f"To do: create {todo} in the solution {solution.name}{title}, and publish the table.")


def _said_of(table: PlannedTable) -> str:
    if table.detail:
        return table.detail
    if table.state == "present":
        return "exists"
    return f"lacks {', '.join(table.missing)}" if table.missing else "a table with a lookup to the lead"


def show_done(done: Provisioned, plan: Plan) -> None:
    """Print what was created."""
    out = console()
    if done.created:
        is_lead_alone = not any(each.wanted.name in done.created for each in plan.tables)
        what = "the lead table is" if is_lead_alone else "all of it is"
        published = f"{what} published" if done.published else f"{what} not published"
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
        "tables": [
            {
                "name": table.wanted.name,
                "state": "created" if table.wanted.name in created else table.state,
                "documents": table.wanted.documents,
                "missing": table.missing,
                "detail": table.detail,
            }
            for table in plan.tables
        ],
        "obstacles": [{"message": each.message, "remedy": each.remedy} for each in plan.obstacles],
        "remarks": plan.remarks,
        "published": done.published if done else False,
        "failure": {"message": done.failure.message, "remedy": done.failure.remedy} if done and done.failure else None,
    }
