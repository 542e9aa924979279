"""`readme.md` of the package, with the headings that certification asks for and every operation of the definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connector.web.contract import VERBS
from connector.web.limits import Limits
from connector.web.package.properties import PUBLISHER

_TEXT = """# {title}

{description}

## Publisher: {publisher}

## Prerequisites
- The service runs at an https address that the internet reaches (`CONNECTOR_PUBLIC_URL`): Power Automate calls it.
- Lead management is switched on there, and at least one scoring model is published.
- A premium licence of Power Automate or Power Apps, as every custom connector needs.

## Supported Operations
{operations}

## Obtaining Credentials
There are two kinds of connections.

- **Microsoft Entra ID**: register two applications. The first stands for the service: it exposes an Application ID URI
  and the scopes Score.Read, Score.Write, Interactions.Write and Models.Manage; its id is in `CONNECTOR_API_AUDIENCE`.
  The second stands for this connector: it has delegated permissions to those scopes, a client secret, and the redirect
  address that the platform shows once the connector exists.
- **API key**: an administrator of the service runs `connector keys new NAME --role Score.Read`, adds the entry that is
  printed to `CONNECTOR_API_KEYS`, and hands the key to whoever makes the connection.

## Getting Started
1. Make a connection and list the models.
2. Build a flow on a trigger such as a lead's score crossing a threshold, and post to a Teams channel from it.
3. Look at the three flows in the folder `flows` of this package: hot lead to Teams and task, nightly run, and recording
   what a form sent.

## Known Issues and Limitations
- Triggers tell of what happens after a flow was turned on; a polling trigger asks for what happened before.
- A flow may get the same event more than once, always with the same id.
- One caller may send {calls} requests a minute; beyond that the answer is 429 with the time to wait, which the platform
  honours by itself.
- A body holds at most {interactions:,} interactions and {kilobytes:,} KiB.
- Two kinds of connections cannot be edited in the wizard of custom connectors: use the command line tools.

## Frequently Asked Questions
**Where do scores come from?** From rule models that people read and publish; every score comes with its reasons.

**Does a flow need access to Dynamics 365?** No. The service reads and writes there with an account of its own.

**What happens when a flow is turned off?** Its subscription ends; nothing is sent to it any more.

## Deployment Instructions
1. Generate the package for your host: `connector openapi --package DIR --host HOST --client-id ID --resource URI`.
2. Create the connector with `pac connector create` or `paconn create` from the files of that folder; enter the client
   secret of the connector's registration when it is asked for.
3. Add the redirect address that is shown then to the registration.
4. To update it, generate the package again and run `pac connector update` or `paconn update`.
"""


def readme(definition: dict[str, Any]) -> str:
    """The text for a definition."""
    limits = Limits()
    return _TEXT.format(
        title=definition["info"]["title"],
        description=definition["info"]["description"],
        publisher=PUBLISHER,
        calls=limits.calls_per_minute,
        interactions=limits.interactions,
        kilobytes=limits.body_bytes // 1024,
        operations="\n".join(_operations(definition)),
    )


def _operations(definition: dict[str, Any]) -> Iterator[str]:
    """What a person sees: triggers first, internal operations not at all."""
    shown = [
        item[verb]
        for item in definition["paths"].values()
        for verb in VERBS
        if verb in item and item[verb].get("x-ms-visibility") != "internal"
    ]
    for is_trigger, heading in ((True, "### Triggers"), (False, "### Actions")):
        chosen = [one for one in shown if ("x-ms-trigger" in one) is is_trigger]
        if chosen:
            yield heading
            yield from (f"- **{one['summary']}**: {one['description']}" for one in chosen)
