"""`connector provision webhooks`: Dataverse told to post changes here, after saying what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from connector.cli.context import service
from connector.cli.output import console, json_option, paragraph, print_json
from connector.errors import OutsideError

if TYPE_CHECKING:
    from connector.dataverse.setup.registering import Registration
    from connector.dataverse.setup.webhooks import HookPlan

ONCE_MORE = "Nothing was done. To do it: add --yes."
SIGNS = {"present": "ok     ", "missing": "create ", "stale": "renew  ", "surplus": "remove "}
MOST_COLUMNS = 6


@click.command("webhooks")
@click.option("--url", help="Where Dataverse is to post; by default CONNECTOR_PUBLIC_URL.")
@click.option("--name", default="Lead Connector", help="What the registration is called there, and found by.")
@click.option("--sign", type=click.Choice(["header", "key"]), help="How it shows the secret; by default a header.")
@click.option("--renew-secret", is_flag=True, help="Register the secret again: the one there cannot be seen.")
@click.option("--remove", is_flag=True, help="Remove what is registered under the name.")
@click.option("--yes", is_flag=True, help="Do it; without this it is only said what would be done.")
@json_option
def command(
    *, url: str | None, name: str, sign: str | None, renew_secret: bool, remove: bool, yes: bool, as_json: bool
) -> None:
    """Register a service endpoint and its steps, so that Dataverse tells at once of what live documents read.

    What is there and fits stays; steps whose columns are others than the models need are made anew; our own score
    columns are never among them. A second run does nothing. Without webhooks the next sync brings every change.

    Exit codes: 0 nothing is to be done, or it was done; 1 something is to be done and --yes was not given, or something
    stands in the way (a privilege, no live model); 2 settings or documents; 3 Dataverse or the store failed.
    """
    from connector.dataverse.setup.webhooks import Sign
    from connector.provision.webhooks import HookWish, change_webhook, plan_webhook_removal

    wish = HookWish(name, url, Sign[sign.upper()] if sign else None, renew_secret)
    with service(need_dataverse=True) as opened:
        draft = plan_webhook_removal(opened, name) if remove else opened.plan_webhook(wish)
        plan = draft.plan
        if not as_json:
            show_plan(plan)
        go = yes and not plan.is_done and not plan.obstacles
        done = change_webhook(opened, draft) if go else None
    if as_json:
        print_json(as_dict(plan, done))
    elif done is not None:
        show_done(done)
    elif not plan.is_done:
        click.echo(ONCE_MORE if not plan.obstacles else "Nothing was done.")
    if done is not None and done.failure is not None:
        raise OutsideError(done.failure.message, remedy=done.failure.remedy)
    if done is None and not plan.is_done:
        raise click.exceptions.Exit(1)


def show_plan(plan: HookPlan) -> None:
    """Print what is there, what would be done and what stands in the way."""
    out = console()
    if plan.endpoint is not None:
        paragraph(out, f"{plan.name}: posts to {plan.endpoint.url}", bullet="ok       ")
    elif plan.makes_endpoint:
        why = f", since {plan.stale}" if plan.stale else ""
        paragraph(out, f"{plan.name}: is to post to {plan.url}{why}", bullet="create   ")
    for step in plan.steps:
        columns = step.wanted.columns if step.wanted else ()
        looked = f" of {_some(columns)}" if columns else ""
        detail = f" ({step.detail})" if step.detail else ""
        paragraph(out, f"{step.title}{looked}{detail}", bullet=f"{SIGNS[step.state]}  ")
    for endpoint in plan.gone:
        paragraph(out, f"{endpoint.name}: posts to {endpoint.url}", bullet="remove   ")
    for gone in plan.gone_steps:
        paragraph(out, gone.name, bullet="remove   ")
    for remark in plan.remarks:
        paragraph(out, remark, bullet="note     ")
    for obstacle in plan.obstacles:
        paragraph(out, obstacle.message, bullet="FAILURE  ")
        paragraph(out, obstacle.remedy, indent=9)
    if plan.is_done:
        click.echo("Nothing to do.")


def show_done(done: Registration) -> None:
    """Print what was done."""
    out = console()
    parts = ["the endpoint was registered"] if done.endpoint_created else []
    parts += [f"created: {', '.join(done.created)}"] if done.created else []
    parts += [f"removed: {', '.join(done.removed)}"] if done.removed else []
    parts += [f"endpoints removed: {done.endpoints_removed}"] if done.endpoints_removed else []
    if parts:
        text = "; ".join(parts)
        paragraph(out, f"{text[:1].upper()}{text[1:]}.")


def as_dict(plan: HookPlan, done: Registration | None) -> dict[str, Any]:
    """The plan and what came of it, for JSON."""
    return {
        "name": plan.name,
        "url": plan.url,
        "sign": plan.sign.name.lower(),
        "endpoint": "present" if plan.endpoint else "missing" if plan.makes_endpoint else "none",
        "stale": plan.stale,
        "steps": [
            {
                "step": step.title,
                "state": step.state,
                "columns": step.wanted.columns if step.wanted else (),
                "detail": step.detail,
            }
            for step in plan.steps
        ],
        "remove": {"endpoints": [one.url for one in plan.gone], "steps": [one.name for one in plan.gone_steps]},
        "obstacles": [{"message": each.message, "remedy": each.remedy} for each in plan.obstacles],
        "remarks": plan.remarks,
        "done": None
        if done is None
        else {
            "endpoint_created": done.endpoint_created,
            "created": done.created,
            "removed": done.removed,
            "endpoints_removed": done.endpoints_removed,
        },
        "failure": {"message": done.failure.message, "remedy": done.failure.remedy} if done and done.failure else None,
    }


def _some(names: tuple[str, ...]) -> str:
    """The first of many names."""
    more = len(names) - MOST_COLUMNS
    return ", ".join(names[:MOST_COLUMNS]) + (f" and {more} more" if more > 0 else "")
