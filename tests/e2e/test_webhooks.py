"""Webhooks as a person has them: registered by the command, taken by `serve`, and nothing lost when that is killed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

from connector.sandbox import Sandbox

ADDRESS = "https://scores.example.com"
STEPS = 7


def steps(printed: dict[str, Any]) -> set[str]:
    """How the steps stand."""
    return {step["state"] for step in printed["steps"]}


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, at most a minute; look often."""
    never = threading.Event()
    for _ in range(6000):
        if holds():
            return
        never.wait(0.01)
    raise AssertionError(f"never: {what}")


def aim(sandbox: Sandbox, address: str) -> None:
    """Turn the registered endpoint to a plain address on this machine."""
    (endpoint,) = sandbox.data.rows("serviceendpoint")
    sandbox.data.update("serviceendpoint", endpoint["serviceendpointid"], {"url": f"{address}/hooks/dataverse"})


def test_registered_kept_and_removed(installed: Any, sandbox: Sandbox) -> None:
    """Said first with exit 1, done with --yes, nothing to do afterwards, doctor content; --remove likewise."""
    said, _ = installed.run("provision", "webhooks", "--url", ADDRESS, code=1)
    assert "Nothing was done. To do it: add --yes." in said
    assert "Update of lead" in said
    assert list(sandbox.data.rows("serviceendpoint")) == []
    done, _ = installed.run("provision", "webhooks", "--url", ADDRESS, "--yes")
    assert "The endpoint was registered" in " ".join(done.split())
    again = installed.json("provision", "webhooks", "--url", ADDRESS, "--yes")
    assert (again["endpoint"], steps(again), again["done"]) == ("present", {"present"}, None)
    assert "Nothing to do." in installed.run("provision", "webhooks", "--url", ADDRESS)[0]
    checks = installed.json("doctor", CONNECTOR_PUBLIC_URL=ADDRESS)["checks"]
    assert [one["status"] for one in checks if one["name"] == "webhooks"] == ["ok"]
    renewed = installed.json("provision", "webhooks", "--url", ADDRESS, "--renew-secret", "--sign", "key", "--yes")
    assert (renewed["sign"], renewed["done"]["endpoint_created"], len(renewed["done"]["removed"])) == (
        "key",
        True,
        STEPS,
    )
    assert "remove" in installed.run("provision", "webhooks", "--remove", code=1)[0]
    removed = installed.json("provision", "webhooks", "--remove", "--yes")
    assert (removed["done"]["endpoints_removed"], len(removed["done"]["removed"])) == (1, STEPS)
    assert list(sandbox.data.rows("sdkmessageprocessingstep")) == []
    installed.run("provision", "webhooks", "--remove", "--yes")


def test_what_is_missing_is_said(installed: Any, shell: Any, sandbox: Sandbox) -> None:
    """An address (2), a privilege (1, by name), a refusal in the middle (3, taken back)."""
    assert "CONNECTOR_PUBLIC_URL" in installed.refused("provision", "webhooks", code=2)
    sandbox.dataverse.access.revoke("prvCreateServiceendpoint")
    out, _ = installed.run("provision", "webhooks", "--url", ADDRESS, "--yes", code=1)
    assert "prvCreateServiceEndpoint" in out
    sandbox.dataverse.access.grant("prvCreateServiceendpoint")
    sandbox.faults.status(
        400, code="0x80040203", message="no", method="POST", when=lambda request: b"Merge of lead" in request.body
    )
    _, err = installed.run("provision", "webhooks", "--url", ADDRESS, "--yes", code=3)
    assert "registering the webhook for Merge of lead" in err
    assert list(sandbox.data.rows("serviceendpoint")) == []


def test_an_event_becomes_a_card_while_it_serves(
    installed: Any, sandbox: Sandbox, heat: Callable[..., list[str]], serve: Callable[..., Any]
) -> None:
    """Nobody runs a sync: a lead changes, and its card is in Teams."""
    installed.json("sync")
    (lead,) = heat(installed, 1)
    installed.json("provision", "webhooks", "--url", ADDRESS, "--yes")
    serving = serve(installed)
    aim(sandbox, serving.address)
    sandbox.update_lead(lead, {"jobtitle": "Chief Financial Officer"})
    eventually(lambda: len(sandbox.teams.cards) > 0, "the card arrives")
    assert lead in str(sandbox.teams.cards[0].body)
    _, err = serving.end()
    assert "Traceback" not in err
    assert installed.json("sync")["scored"] == 0


def test_kill_9_between_acknowledgement_and_processing_loses_nothing(
    installed: Any, sandbox: Sandbox, heat: Callable[..., list[str]], serve: Callable[..., Any]
) -> None:
    """What was acknowledged is done by the next process, once."""
    installed.json("sync")
    leads = heat(installed, 3)
    installed.json("provision", "webhooks", "--url", ADDRESS, "--yes")
    serving = serve(installed, CONNECTOR_RETRY_S="600")
    outage = sandbox.faults.status(503, times=None, service="dataverse")
    aim(sandbox, serving.address)
    for lead in leads:
        sandbox.update_lead(lead, {"jobtitle": "Chief Financial Officer"})
    assert sandbox.dataverse.hooks.poster.wait()
    assert [post.status for post in sandbox.dataverse.hooks.poster.posts] == [202] * 3
    assert sandbox.teams.cards == []
    serving.process.kill()
    serving.process.communicate(timeout=30)
    outage.clear()
    sandbox.dataverse.hooks.poster.hold()  # nothing but what was stored can bring the cards
    again = serve(installed)
    eventually(lambda: len(sandbox.teams.cards) == len(leads), "the cards arrive")
    again.end()
    assert {lead for lead in leads if lead in json.dumps([card.body for card in sandbox.teams.cards])} == set(leads)
    assert installed.json("sync")["scored"] == 0
    assert len(sandbox.teams.cards) == len(leads)
