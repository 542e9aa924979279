"""What people did before the first sync: opens, clicks, visits, forms, events. Plain dicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from connector.sandbox.clock import wire
from connector.sandbox.sample.dice import Dice
from connector.sandbox.sample.words import TOPICS

ACTIVE_SHARE = 0.7
FORMS = ("newsletter", "newsletter", "newsletter", "download", "download", "pricing", "demo")
PAGES = ("/", "/product", "/customers", "/pricing", "/careers", "/blog/planning")
EMAILS = ("Invitation", "Reminder", "Follow-up", "Autumn news")


def sample_interactions(leads: Iterable[Mapping[str, Any]], *, seed: int, now: datetime) -> Iterator[dict[str, Any]]:
    """What open leads did until `now`: {"id", "lead_id", "type", "at", "properties"}, times as ISO 8601 in UTC.

    Who does not want to be followed has no opens, clicks and visits; forms and events are people's own acts.
    """
    dice = Dice(seed, "interactions")
    for lead in leads:
        if lead.get("statecode", 0) != 0:
            continue
        yield from _of_lead(dice, lead, now)


def _of_lead(dice: Dice, lead: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
    created = datetime.fromisoformat(lead["createdon"])
    span = max(60, int((now - created).total_seconds()) - 600)
    acts: list[tuple[str, dict[str, Any]]] = []
    if lead["subject"].startswith("Webinar"):
        topic = lead["subject"].partition(": ")[2]
        acts.append(("event_registration", {"event": topic}))
        if dice.chance(0.45):
            acts.append(("event_checkin", {"event": topic, "minutes": dice.number(5, 60)}))
    if dice.chance(ACTIVE_SHARE):
        acts += _active(dice, followed=lead.get("followemail", True) is not False)
    found = [
        {
            "id": dice.guid(),
            "lead_id": lead["leadid"],
            "type": kind,
            "at": wire(created + timedelta(seconds=dice.number(0, span))),
            "properties": properties,
        }
        for kind, properties in acts
    ]
    return sorted(found, key=lambda each: str(each["at"]))


def _active(dice: Dice, *, followed: bool) -> list[tuple[str, dict[str, Any]]]:
    acts: list[tuple[str, dict[str, Any]]] = []
    if followed:
        for _ in range(dice.number(1, 5)):
            email = f"{dice.pick(EMAILS)}: {dice.pick(TOPICS)}"
            acts.append(("email_open", {"email": email}))
            if dice.chance(0.35):
                acts.append(("email_click", {"email": email, "link": dice.pick(PAGES)}))
        acts += [("web_visit", {"page": dice.pick(PAGES)}) for _ in range(dice.number(0, 3))]
    if dice.chance(0.3):
        acts.append(("form_submission", {"form": dice.pick(FORMS)}))
    return acts
