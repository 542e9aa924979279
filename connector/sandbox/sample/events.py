"""What happens between the first and the second sync, so that a demonstration shows every outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connector.sandbox.clock import wire
from connector.sandbox.sample.dice import Dice

BUSY = 15  # leads that ask for a demonstration or a price
READERS = 25  # leads that click something


@dataclass(frozen=True, slots=True)
class EventsScript:
    """A script for one sandbox.

    `interactions` are new; `updates`, `new_leads`, `opted_out` and `disqualified` are made by other users at once;
    `closed`, `edited` and `anticipated` (somebody writes the very same values) happen just before our write: the
    guard must notice. `notes` say it for people.
    """

    interactions: tuple[dict[str, Any], ...]
    updates: tuple[tuple[str, dict[str, Any]], ...]
    new_leads: tuple[dict[str, Any], ...]
    opted_out: str
    disqualified: str
    closed: str
    edited: str
    anticipated: str
    notes: tuple[str, ...] = field(default_factory=tuple)


def events_script(leads: Sequence[Mapping[str, Any]], *, seed: int, now: datetime) -> EventsScript:
    """A script for these leads (rows as the sandbox keeps them, in any order; closed ones are left alone).

    The first busy lead is closed just before it is written, the second is edited, the third gets the same values.
    Raises ValueError where there are too few open leads for a script.
    """
    dice = Dice(seed, "events")
    usable = sorted((lead for lead in leads if _usable(lead)), key=_promise)
    if len(usable) < BUSY + 5:
        raise ValueError(f"the script of events needs {BUSY + 5} open leads that may be scored, and has {len(usable)}")
    busy, others = usable[:BUSY], usable[BUSY:]
    disqualified, opted_out, budget = others[-1], others[-2], others[-3]
    readers = others[: min(READERS, len(others) - 3)]
    interactions: list[dict[str, Any]] = []
    for lead in busy:
        for kind, properties in (
            ("email_click", {"email": "Autumn offer", "link": "/pricing"}),
            ("web_visit", {"page": "/pricing"}),
            ("form_submission", {"form": "pricing"}),
            ("form_submission", {"form": "demo"}),
        ):
            interactions.append(_act(dice, lead, kind, properties, now))
    interactions += [_act(dice, lead, "email_click", {"email": "Autumn offer", "link": "/"}, now) for lead in readers]
    return EventsScript(
        interactions=tuple(interactions),
        updates=((budget["leadid"], {"budgetstatus": 3, "purchasetimeframe": 0, "decisionmaker": True}),),
        new_leads=(_new_lead(dice, busy[0]),),
        opted_out=opted_out["leadid"],
        disqualified=disqualified["leadid"],
        closed=busy[0]["leadid"],
        edited=busy[1]["leadid"],
        anticipated=busy[2]["leadid"],
        notes=(
            f"{len(busy)} leads asked for a price and a demonstration, {len(readers)} clicked in an e-mail",
            "one lead told its budget, one opted out, one was disqualified, one is new",
            "just before they are written, one lead is closed, one edited, and one given the very same values",
        ),
    )


def _usable(lead: Mapping[str, Any]) -> bool:
    return (
        lead.get("statecode", 0) == 0
        and not lead.get("msdyn_gdproptout")
        and lead.get("followemail", True) is not False
        and lead.get("statuscode", 1) in {1, 2}
        and not lead.get("msdyncrm_salesready")
    )


def _promise(lead: Mapping[str, Any]) -> tuple[bool, int, str]:
    """Those with a budget and a decision first, then by id: the same order on every machine."""
    return (not lead.get("decisionmaker"), -(lead.get("budgetstatus") or 0), lead["leadid"])


def _act(dice: Dice, lead: Mapping[str, Any], kind: str, properties: dict[str, Any], now: datetime) -> dict[str, Any]:
    at = wire(now - timedelta(seconds=dice.number(1, 600)))
    return {"id": dice.guid(), "lead_id": lead["leadid"], "type": kind, "at": at, "properties": properties}


def _new_lead(dice: Dice, like: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "leadid": dice.guid(),
        "subject": "Enquiry: Carbon accounting",
        "firstname": "Ragnhild",
        "lastname": "Fjærland-Moe",
        "jobtitle": "Chief Financial Officer",
        "address1_country": "GB",
        "emailaddress1": "ragnhild.fjaerland-moe@fjaerland.example",
        "leadsourcecode": 8,
        "_parentaccountid_value": like.get("_parentaccountid_value"),
    }
