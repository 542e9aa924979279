"""What people and other systems do meanwhile: edits, merges, deletions, clicks told through the API, new rules.

The ledger of what the API took is kept here, since it is what scores are compared with in the end.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from connector.sandbox import Sandbox
from tests.soak.installation import Installation

TITLES = ("Chief Financial Officer", "Finance Director", "IT Manager", "Student", "Owner", "Head of Purchasing", "")
COUNTRIES = ("GB", "IE", "DE", "AT", "CH", "FR", "US")
POSTED_A_TICK = 4
VARIANTS = 5


@dataclass(slots=True)
class People:
    """Acts by seeded chance. `told` are the interactions that the API has taken, by id."""

    sandbox: Sandbox
    installation: Installation
    chance: Random
    counts: Counter[str] = field(default_factory=Counter)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    variant: int = 0
    _waiting: deque[list[dict[str, Any]]] = field(default_factory=deque)
    _names: int = 0

    # --- leads and accounts ----------------------------------------------------------------------------------------

    def edit(self) -> None:
        """Do one thing to a row of the environment."""
        deeds: dict[str, tuple[int, Callable[[], None]]] = {
            "leads edited": (40, self._edit_lead),
            "accounts edited": (8, self._edit_account),
            "leads added": (8, self._add),
            "leads closed": (6, self._close),
            "leads opened again": (3, self._open),
            "leads moved to another account": (4, self._move),
            "leads merged": (3, self._merge),
            "leads deleted": (1, self._delete),
            "people who opted out": (1, self._opt_out),
            "edits laid between read and write": (8, self._ambush),
        }
        (name,) = self.chance.choices(list(deeds), [weight for weight, _ in deeds.values()])
        deeds[name][1]()
        self.counts[name] += 1

    def _open_leads(self) -> list[dict[str, Any]]:
        return [row for row in self.sandbox.leads() if row["statecode"] == 0 and not row["msdyn_gdproptout"]]

    def _one(self) -> str:
        return str(self.chance.choice(self._open_leads())["leadid"])

    def _change(self) -> dict[str, Any]:
        return self.chance.choice((
            {"jobtitle": self.chance.choice(TITLES)},
            {"address1_country": self.chance.choice(COUNTRIES)},
            {"decisionmaker": self.chance.random() < 0.5},
            {"budgetstatus": self.chance.choice((0, 1, 2, 3, None)), "need": self.chance.choice((0, 1, 2, 3, None))},
            {"purchasetimeframe": self.chance.choice((0, 1, 2, 3, 4, None))},
            {"donotbulkemail": self.chance.random() < 0.2},
            {"followemail": self.chance.random() < 0.8},
            {"telephone1": f"+44 20 7946 {self.chance.randint(0, 9999):04}"},
        ))  # fmt: skip

    def _edit_lead(self) -> None:
        self.sandbox.update_lead(self._one(), self._change())

    def _edit_account(self) -> None:
        account = self.chance.choice([row["accountid"] for row in self.sandbox.data.rows("account")])
        employees = self.chance.choice((3, 80, 400, 900, 20_000, None))
        self.sandbox.data.update("account", account, {"numberofemployees": employees})

    def _add(self) -> None:
        self._names += 1
        company = self.chance.choice([row["accountid"] for row in self.sandbox.data.rows("account")])
        made = {"subject": f"Soak {self._names}", "lastname": f"Soak {self._names}", **self._change()}
        lead = self.sandbox.add_lead(made)
        if self.chance.random() < 0.7:
            self.sandbox.update_lead(lead, {"_parentaccountid_value": company})

    def _close(self) -> None:
        self.sandbox.update_lead(self._one(), {"statecode": 2, "statuscode": 6})

    def _open(self) -> None:
        closed = [r for r in self.sandbox.leads() if r["statecode"] == 2 and not r["_masterid_value"]]
        if closed:
            lead = self.chance.choice(closed)["leadid"]
            self.sandbox.update_lead(lead, {"statecode": 0, "statuscode": 1})

    def _move(self) -> None:
        company = self.chance.choice([row["accountid"] for row in self.sandbox.data.rows("account")])
        self.sandbox.update_lead(self._one(), {"_parentaccountid_value": company})

    def _merge(self) -> None:
        survivor, loser = (row["leadid"] for row in self.chance.sample(self._open_leads(), 2))
        self.sandbox.merge(survivor, loser)

    def _delete(self) -> None:
        self.sandbox.delete_lead(self._one())

    def _opt_out(self) -> None:
        self.sandbox.update_lead(self._one(), {"msdyn_gdproptout": True})

    def _ambush(self) -> None:
        lead, change = self._one(), self._change()
        if self.chance.random() < 0.3:
            self.sandbox.same_before_write(lead)
        else:
            self.sandbox.before_write(lead, lambda: self._still(lead, change))

    def _still(self, lead: str, change: dict[str, Any]) -> None:
        if self.sandbox.data.row("lead", lead) is not None:
            self.sandbox.update_lead(lead, change)

    # --- interactions ----------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Let somebody click, or ask for a demo and a price and click: then the lead becomes hot."""
        lead = self._one()
        kinds = (("email_click", ""), ("email_open", ""), ("web_visit", ""), ("form_submission", "newsletter"))
        deeds = [self.chance.choice(kinds)]
        if self.chance.random() < 0.35:
            deeds = [("form_submission", "demo"), ("form_submission", "pricing"), ("email_click", "")]
        rows = []
        for kind, form in deeds:
            self._names += 1
            at = datetime.now(UTC) - timedelta(
                seconds=self.chance.randint(60, 20 * 86_400 if len(deeds) == 1 else 86_400)
            )
            rows.append({
                "id": f"soak-{self._names}", "lead_id": lead, "type": kind, "at": at.isoformat(),
                "properties": {"form": form} if form else {},
            })  # fmt: skip
        self._waiting.append(rows)
        self.counts["interactions"] += len(rows)
        if self.told and self.chance.random() < 0.1:
            self._waiting.append([self.chance.choice(list(self.told.values()))])
            self.counts["interactions told twice"] += 1

    def post(self, most: int = POSTED_A_TICK) -> bool:
        """Tell the API what waits, each call again until it is taken; whether nothing is left."""
        for _ in range(min(most, len(self._waiting))):
            rows = self._waiting[0]
            if self.installation.ask("POST", "/api/v1/interactions", {"interactions": rows}) is None:
                return False
            self.told.update((row["id"], row) for row in rows)
            self._waiting.popleft()
        return not self._waiting

    # --- administrators --------------------------------------------------------------------------------------------

    def publish(self) -> bool:
        """Publish other rules; whether that went well. What failed may have been done: `settle_rules` makes sure."""
        self.variant = (self.variant + 1) % VARIANTS
        self.counts["models published anew"] += 1
        return self.settle_rules()

    def settle_rules(self) -> bool:
        """Publish the rules that are wanted, if they are not live already; whether that went well."""
        folder = self.installation.lay_documents(self.variant)
        return bool(self.installation.run("apply", str(folder), "--publish", "--replace", may_fail=True))

    def ask_for_a_run(self) -> bool:
        """Ask for a run; whether it was taken."""
        (kind,) = self.chance.choices(("sync", "refresh", "full_sync"), (12, 3, 1))
        self.counts[f"runs asked for: {kind}"] += 1
        key = {"Idempotency-Key": f"soak-{self._names}-{self.counts.total()}"}
        return self.installation.ask("POST", "/api/v1/runs", {"kind": kind}, key) is not None

    def subscribe(self) -> None:
        """Let a flow subscribe to crossings and another to marks. Raises RuntimeError."""
        asked: tuple[tuple[str, dict[str, Any]], ...] = (
            ("score-crossed", {"model": "engagement", "minimum": 60}), ("lead-qualified", {}),
        )  # fmt: skip
        for trigger, body in asked:
            callback = self.sandbox.flows.address(trigger)
            if self.installation.ask("POST", f"/api/v1/triggers/{trigger}", {"callback_url": callback, **body}) is None:
                raise RuntimeError(f"no subscription to {trigger}")
