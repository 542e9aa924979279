"""dynamics-web-api, a JavaScript client, against the sandbox: run by node over real HTTPS with the sandbox's CA."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from connector.sandbox import Sandbox

from .nodeclient import folder, run

Script = Callable[[str], dict[str, Any]]
UPSERTED = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def lead(sandbox: Sandbox) -> str:
    """The lead that the script works on."""
    found: str = next(each["leadid"] for each in sandbox.leads() if each["statecode"] == 0)
    return found


@pytest.fixture
def script(sandbox: Sandbox, lead: str) -> Script:
    """Run a part of the client's script against the sandbox."""
    folder()
    settings = sandbox.settings
    environment = {
        "URL_OF_ENVIRONMENT": sandbox.url,
        "AUTHORITY": settings["CONNECTOR_AUTHORITY"],
        "CLIENT_ID": settings["CONNECTOR_CLIENT_ID"],
        "CLIENT_SECRET": settings["CONNECTOR_CLIENT_SECRET"],
        "LEAD": lead,
    }
    return lambda part: run("dynamics-web-api.mjs", part, environment, settings["CONNECTOR_CA_BUNDLE"])


def test_rows(sandbox: Sandbox, script: Script) -> None:
    """Rows are created, bound, read with linked rows, changed, upserted, tied and deleted."""
    steps = script("rows")
    account = steps["create"]["accountid"]
    assert steps["create"]["name"] == "Brampton Mills"
    lead = steps["create and bind"]
    assert steps["read"]["statuscode@OData.Community.Display.V1.FormattedValue"] == "New"
    assert steps["read"]["parentaccountid"]["name"] == "Brampton Mills"
    assert [row["leadid"] for row in steps["read a collection"]["lead_parent_account"]] == [lead]
    assert sandbox.lead(UPSERTED)["lastname"] == "Upserted"
    again = steps["read again"]
    assert (again["subject"], again["jobtitle"], again["_parentaccountid_value"]) == ("Spindles", "Buyer", account)
    assert steps["read what is gone"]["status"] == 404
    refused = {name for name, outcome in steps.items() if isinstance(outcome, dict) and "status" in outcome}
    assert refused == {"read what is gone"}


def test_guards(sandbox: Sandbox, script: Script, lead: str) -> None:
    """An etag guards an update: the second one is refused, and the row keeps the first; bad values have their code."""
    steps = script("guards")
    assert steps["guarded"]["subject"] == "Ours"
    assert steps["stale"] is False  # the client's way to say 412
    assert (steps["a wrong value"]["status"], steps["a wrong value"]["code"]) == (400, "0x80044330")
    assert sandbox.lead(lead)["subject"] == "Ours"


def test_pages(sandbox: Sandbox, script: Script) -> None:
    """Pages, counts, FetchXML and aggregates give what is there."""
    steps = script("pages")
    leads = sandbox.leads()
    everything = [each["leadid"] for each in leads]
    assert steps["all"] == everything
    assert steps["fetch"] == everything
    wanted = sorted(
        (each["lastname"] for each in leads if each["statecode"] == 0 and "e" in each["lastname"].lower()),
        key=str.lower, reverse=True,
    )  # fmt: skip
    first = steps["first page"]
    assert ([name.lower() for name in first["rows"]], first["count"]) == (
        [name.lower() for name in wanted[:5]],
        len(wanted),
    )
    assert first["more"] is True
    states = Counter(each["statecode"] for each in leads)
    assert steps["count"] == states[0]
    assert {each["statecode"]: each["number"] for each in steps["aggregate"]} == states


def test_changes(script: Script, lead: str) -> None:
    """A tracked read gives a link that later gives what changed."""
    steps = script("changes")
    assert steps["tracked"] == {"rows": 65, "delta": True}
    assert steps["delta"] == [lead]


def test_batches(sandbox: Sandbox, script: Script, lead: str) -> None:
    """Writes share a change set, which holds or goes back as a whole; reads and operations on their own do not."""
    steps = script("batches")
    assert steps["writes"] == 3
    tied = next(each for each in sandbox.leads() if each["lastname"] == "Tied")
    account = sandbox.data.row("account", tied["_parentaccountid_value"])
    assert account is not None
    assert account["name"] == "Together"
    assert steps["reads"] == {"subject": "In a batch", "rows": 3}
    failed = steps["a change set that fails"]
    assert (failed["status"], failed["code"]) == (400, "0x80044330")
    assert sandbox.lead(lead)["subject"] == "In a batch"
    assert sandbox.lead(lead)["jobtitle"] == "Went on"


def test_metadata(sandbox: Sandbox, script: Script) -> None:
    """Tables, columns, relationships and choices are created and found; functions and actions are called."""
    steps = script("metadata")
    assert steps["tables"] == ["leads"]
    assert steps["columns"] == ["lc_label", "lc_parcelid", "lc_pieces"]
    assert steps["relationship"] == "lc_senderid"
    assert steps["choices"] == ["lc_sizes"]
    assert (steps["row"]["lc_label"], steps["row"]["lc_pieces"]) == ("A", 3)
    assert sandbox.data.row("systemuser", steps["function"]) is not None
    assert steps["action"] is None
    assert "lc_parcel" in sandbox.data.store.tables
