"""The books compared: Dataverse's own rows, scored anew, against what the store says, what was written and sent.

Facts are put together from the sandbox's tables and the ledger of the API here, by another way than the service's; the
store is read by plain SQL. Each finding is one sentence.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from connector.dataverse.columns import STANDARD_TYPES
from connector.sandbox import Sandbox
from connector.scoring.compiler import compile_model
from connector.scoring.compiler.scorer import Scorer
from connector.scoring.document import parse_model
from connector.scoring.score import Facts, Score
from tests.soak.installation import Installation
from tests.soak.people import People

ENGAGED = timedelta(days=30)
HOT, COLD, OWN_RULE = 60, 30, "soak-hot"  # of the alert of our own
LISTED = {"dead", "uncertain", "digested"}
EVENT_ID = re.compile(r"eve_[0-9a-f]{32}")
MARKS = {823270000, 823270001, 823270002}
LOST = {None, 504}


@dataclass
class Reckoning:
    """Made when every process has ended. `findings` is empty where all is right; `figures` for the report."""

    sandbox: Sandbox
    installation: Installation
    people: People
    at: datetime
    findings: list[str] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)

    def reckon(self) -> None:
        """Compare everything."""
        self._scores()
        self._crossings()
        self._deliveries()
        self._leftovers()
        self._said()

    def _find(self, text: str) -> None:
        self.findings.append(text)

    def _rows(self, text: str) -> list[dict[str, Any]]:
        return self.installation.query(text)

    # --- what Dataverse and the ledger say -------------------------------------------------------------------------

    @cached_property
    def leads(self) -> dict[str, dict[str, Any]]:
        """The leads that are to be scored."""
        rows = self.sandbox.leads()
        return {row["leadid"]: row for row in rows if row["statecode"] == 0 and not row["msdyn_gdproptout"]}

    @cached_property
    def accounts(self) -> dict[str, dict[str, Any]]:
        """Accounts by id."""
        return {row["accountid"]: row for row in self.sandbox.data.rows("account")}

    def account_of(self, lead: Mapping[str, Any]) -> str | None:
        """The account of a lead: its own, its customer, or its contact's company."""
        for column in ("_parentaccountid_value", "_customerid_value"):
            if lead.get(column) in self.accounts:
                return str(lead[column])
        contact = lead.get("_parentcontactid_value")
        row = self.sandbox.data.row("contact", contact) if contact else None
        company = row.get("_parentcustomerid_value") if row else None
        return company if company in self.accounts else None

    @cached_property
    def interactions(self) -> dict[str, list[dict[str, Any]]]:
        """What people did, by the lead that they are now, however often they were merged."""
        master = {row["leadid"]: row["_masterid_value"] for row in self.sandbox.leads() if row["_masterid_value"]}
        found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for one in self.people.told.values():
            lead = one["lead_id"]
            while lead in master:
                lead = master[lead]
            found[lead].append(one)
        return found

    def facts(self, lead: Mapping[str, Any], now: datetime) -> Facts:
        """A lead's facts."""
        account_id = self.account_of(lead)
        account = None
        if account_id is not None:
            colleagues = self.colleagues[account_id]
            engaged = sum(
                any(now - ENGAGED < datetime.fromisoformat(one["at"]) <= now for one in self.interactions[each])
                for each in colleagues
                if self.leads[each].get("followemail") is not False
            )
            account = {**self.accounts[account_id], "open_leads": len(colleagues), "engaged_people_30d": engaged}
        made = {
            "lead": lead, "account": account, "interactions": self.interactions[lead["leadid"]],
            "tracking": lead.get("followemail") is not False,
        }  # fmt: skip
        return cast("Facts", made)

    @cached_property
    def colleagues(self) -> dict[str, list[str]]:
        """The leads of each account."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for lead_id, lead in self.leads.items():
            account = self.account_of(lead)
            if account is not None:
                found[account].append(lead_id)
        return found

    @cached_property
    def scorers(self) -> dict[str, Scorer]:
        """The scorers of the documents that are published, by model."""
        folder = self.installation.folder / "documents" / "models"
        models = [
            parse_model(path.read_text(encoding="utf-8"), STANDARD_TYPES) for path in sorted(Path(folder).iterdir())
        ]
        return {model.name: compile_model(model, STANDARD_TYPES) for model in models}

    # --- scores ----------------------------------------------------------------------------------------------------

    def _scores(self) -> None:
        """Every lead's stored score is what a fresh computation gives, and what Dataverse holds."""
        stored: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        for row in self._rows("SELECT s.*, l.next_change_at FROM score s JOIN lead l USING (lead_id)"):
            stored[row["lead_id"]][row["model"]] = row
        mirrored = {row["lead_id"] for row in self._rows("SELECT lead_id FROM lead")}
        for lead_id in sorted(mirrored ^ self.leads.keys()):
            where = "in the mirror alone" if lead_id in mirrored else "not in the mirror"
            self._find(f"lead {lead_id} is {where}")
        self.figures["leads compared"] = len(self.leads)
        for lead_id, lead in self.leads.items():
            for name in self.scorers:
                found = stored[lead_id].get(name)
                if found is None:
                    self._find(f"lead {lead_id} has no score by {name}")
                    continue
                self.figures["scores compared"] = self.figures.get("scores compared", 0) + 1
                self._compare(lead, name, found)
            self._compare_marks(lead)

    def _compare(self, lead: Mapping[str, Any], name: str, row: Mapping[str, Any]) -> None:
        lead_id, model = lead["leadid"], self.scorers[name].model
        then = self._fresh(lead, name, row["scored_at"])
        now = self._fresh(lead, name, self.at)
        said = (row["score"], row["grade"])
        if said != (then.score, then.grade):
            self._find(f"lead {lead_id}: the store says {said} by {name}, its facts {(then.score, then.grade)}")
        is_due = row["next_change_at"] is not None and row["next_change_at"] <= self.at
        if said != (now.score, now.grade) and not is_due:
            self._find(f"lead {lead_id}: {said} by {name} has become {(now.score, now.grade)} and nobody is to notice")
        for column, value in ((model.write.score, row["score"]), (model.write.grade, row["grade"])):
            if column and lead[column] != value:
                self._find(f"lead {lead_id}: Dataverse holds {lead[column]!r} as {column}, the store {value!r}")

    def _fresh(self, lead: Mapping[str, Any], name: str, at: datetime) -> Score:
        return self.scorers[name].score(self.facts(lead, at), at)

    def _compare_marks(self, lead: Mapping[str, Any]) -> None:
        """Who meets the criteria bears the mark, and who was marked by us bears it too."""
        lead_id = lead["leadid"]
        fit, engagement, intent = (self._fresh(lead, name, self.at) for name in ("icp-fit", "engagement", "intent"))
        meets = (fit.score or 0) >= 40 and (engagement.grade == "Hot" or (intent.score or 0) >= HOT)
        bears = lead["msdyncrm_salesready"] or lead["statuscode"] in MARKS
        if fit.score is not None and meets and not bears:
            self._find(f"lead {lead_id} meets the criteria and bears no mark")
        if lead_id in self._marked and not bears:
            self._find(f"lead {lead_id} was marked, and Dataverse does not say so")

    @cached_property
    def _marked(self) -> set[str]:
        marked = {row["lead_id"] for row in self._rows("SELECT lead_id FROM mark")}
        self.figures["leads marked"] = len(marked)
        return marked

    # --- crossings -------------------------------------------------------------------------------------------------

    def _crossings(self) -> None:
        """Each crossing that the history of the scores holds was counted once, and each one counted has its event."""
        known: Counter[tuple[str, str]] = Counter()
        for row in self._rows("SELECT lead_id, rule, ordinal FROM crossing"):
            known[row["lead_id"], row["rule"]] += row["ordinal"]
        events: Counter[tuple[str, str]] = Counter()
        for row in self._rows("SELECT lead_id, rule FROM event WHERE kind IN ('score_crossed', 'grade_entered')"):
            events[row["lead_id"], row["rule"].removeprefix("alert:")] += 1
        # What stood there already was not our doing: it is remembered, and nothing is said of it.
        unchanged = Counter(
            row["lead_id"] for row in self._rows("SELECT lead_id FROM decision WHERE status = 'unchanged'")
        )
        alive = {row["lead_id"] for row in self._rows("SELECT lead_id FROM lead UNION SELECT lead_id FROM former_lead")}
        self.figures["crossings"] = sum(known.values())
        for key in sorted(known.keys() | events.keys()):
            if key[0] in alive and not known[key] - unchanged[key[0]] <= events[key] <= known[key]:
                self._find(f"{key[1]} of lead {key[0]}: {known[key]} crossings and {events[key]} events")
        published = self._rows("SELECT version, baseline_at FROM document WHERE kind = 'model' AND name = 'engagement'")
        baselines = {row["version"]: row["baseline_at"] for row in published}
        histories: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows("SELECT * FROM score_change WHERE model = 'engagement' ORDER BY lead_id, seq"):
            histories[row["lead_id"]].append(row)
        for lead_id, rows in histories.items():
            possible = possible_crossings(rows, baselines)
            if known[lead_id, OWN_RULE] not in possible:
                told = [(row["version"], row["score"]) for row in rows]
                counted = f"{known[lead_id, OWN_RULE]} were counted"
                self._find(f"lead {lead_id} crossed {sorted(possible)} times, {counted}: {told}")

    # --- deliveries ------------------------------------------------------------------------------------------------

    def _deliveries(self) -> None:
        """Each event has arrived once at each of its destinations, or is listed with what became of it."""
        arrived = self._arrived()
        attempts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._rows("SELECT * FROM attempt ORDER BY delivery_id, number"):
            attempts[row["delivery_id"]].append(row)
        deliveries = self._rows("SELECT * FROM delivery ORDER BY seq")
        self.figures["events"] = self._rows("SELECT count(*) AS n FROM event")[0]["n"]
        states = Counter(row["status"] for row in deliveries)
        self.figures.update({f"deliveries {status}": number for status, number in sorted(states.items())})
        twice = lost_answers = 0
        for row in deliveries:
            place = self._place(row["destination"])
            count = arrived.pop((place, row["event_id"]), 0)
            unanswered = [one for one in attempts[row["delivery_id"]] if is_unanswered(one)]
            named = f"{row['kind']} {row['event_id']} to {place}"
            if row["status"] == "delivered" and count == 0 and row["kind"] not in {"digest", "weekly_summary"}:
                self._find(f"{named}: said to be delivered, and nobody has it")
            if row["status"] not in {"delivered", *LISTED}:
                self._find(f"{named} is still {row['status']}")
            if count > 1:
                twice += count - 1
                if count - 1 > len(unanswered):
                    self._find(f"{named} came {count} times, with {len(unanswered)} attempts without an answer")
            lost_answers += len(unanswered)
        self.figures |= {"arrived more than once": twice, "attempts without an answer": lost_answers}
        self.figures["attempts that a crash swallowed"] = sum(
            one["outcome"] == "uncertain" for each in attempts.values() for one in each
        )
        erased = {row["event_id"] for row in self._rows("SELECT event_id FROM event")}
        for (place, event_id), count in sorted(arrived.items()):
            if event_id not in erased:
                self._find(f"{event_id} came to {place} {count} times, and no such event is known")

    def _arrived(self) -> Counter[tuple[str, str]]:
        """What came to each channel and each flow, by the event's id."""
        arrived: Counter[tuple[str, str]] = Counter()
        for card in self.sandbox.teams.cards:
            found = EVENT_ID.search(json.dumps(card.body).replace("\\", ""))
            if found:
                arrived[f"teams:{card.channel}", found[0]] += 1
        for call in self.sandbox.flows.calls:
            headers = {name.lower(): value for name, value in call.headers.items()}
            arrived[f"flow {call.flow}", headers["webhook-id"]] += 1
        self.figures["cards"] = len(self.sandbox.teams.cards)
        self.figures["calls of flows"] = len(self.sandbox.flows.calls)
        if self.sandbox.teams.failed_runs:
            self._find(f"cards that Teams could not show: {self.sandbox.teams.failed_runs[:3]}")
        return arrived

    def _place(self, destination: str) -> str:
        return self._subscriptions.get(destination, destination)

    @cached_property
    def _subscriptions(self) -> dict[str, str]:
        rows = self._rows("SELECT subscription_id, trigger_name FROM subscription")
        return {
            f"subscription:{row['subscription_id']}": f"flow {row['trigger_name'].replace('_', '-')}" for row in rows
        }

    # --- what is left over -----------------------------------------------------------------------------------------

    def _leftovers(self) -> None:
        """No job, lease, plan, run or session is left."""
        questions = {
            "planned decisions": "SELECT decision_id AS it FROM decision WHERE status = 'planned'",
            "leases": "SELECT job_id AS it FROM job WHERE status = 'leased'",
            "kinds of dead jobs": "SELECT concat(count(*), ' ', kind, ' after ', attempts, ': ', left(reason, 300))"
            " AS it FROM job WHERE status = 'dead' AND NOT EXISTS"
            " (SELECT 1 FROM run WHERE run_id = payload->>'run_id' AND run.status = 'failed')"
            " GROUP BY kind, attempts, left(reason, 300)",
            "jobs that wait": "SELECT job_id AS it FROM job j WHERE finished_at IS NULL"
            " AND put_at < now() - interval '60 seconds' AND status <> 'sleeping'"
            " AND NOT EXISTS (SELECT 1 FROM job s WHERE s.kind = j.kind AND s.key = j.key"
            " AND s.status = 'sleeping')",
            "runs under way": "SELECT concat_ws(' ', r.kind, r.run_id, r.started_at, j.status, j.attempts, j.reason)"
            " AS it FROM run r LEFT JOIN job j ON j.payload->>'run_id' = r.run_id WHERE r.status = 'running'",
            "deliveries in somebody's hands": "SELECT delivery_id AS it FROM delivery WHERE status = 'sending'",
            "paused destinations": "SELECT name AS it FROM destination WHERE paused IS NOT NULL",
            "sessions": "SELECT pid AS it FROM pg_stat_activity"
            " WHERE client_port IS NOT NULL AND application_name <> 'soak'",
            "advisory locks": "SELECT pid AS it FROM pg_locks WHERE locktype = 'advisory'",
        }  # fmt: skip
        for what, question in questions.items():
            left = [str(row["it"]) for row in self._rows(question)]
            if left:
                self._find(f"{len(left)} {what} are left: {', '.join(left[:5])}")
        runs = self._rows("SELECT status, count(*) AS n FROM run GROUP BY status")
        self.figures |= {f"runs {row['status']}": row["n"] for row in runs}
        self.figures["jobs"] = self._rows("SELECT count(*) AS n FROM job")[0]["n"]
        sleeping = self._rows("SELECT count(*) AS n FROM job WHERE status IN ('sleeping', 'blocked')")
        self.figures["jobs that sleep until their next try"] = sleeping[0]["n"]

    def _said(self) -> None:
        """No process ended by itself, fell over something unexpected, or broke the sandbox."""
        ends = Counter((one.name, one.code, one.said) for one in self.installation.ended)
        for (name, code, said), count in ends.items():
            self._find(f"{name} ended by itself with {code}, {count} times: {said}")
        for path in sorted(self.installation.folder.glob("*.log")):
            text = path.read_text(encoding="utf-8", errors="replace")
            for trace in list(_traces(text))[:3]:
                self._find(f"{path.name}: {trace}")
        for crash in self.sandbox.calls.crashes[:3]:
            self._find(f"the sandbox itself failed: {crash[-400:]}")


def is_unanswered(attempt: Mapping[str, Any]) -> bool:
    """Tell whether nobody can know what became of an attempt: no answer, or one that speaks of a time-out."""
    return attempt["outcome"] != "delivered" and attempt["status"] in LOST


def possible_crossings(
    rows: Iterable[Mapping[str, Any]], baselines: Mapping[int, datetime | None] = MappingProxyType({})
) -> set[int]:
    """How often a lead with this history of scores may have crossed the mark of our own alert.

    A first score by a new version is a baseline, or it is not, and a rise before its baseline was complete (that is
    `baselines`, by version) is told or not: then both are possible.
    """
    states = {(0, True)}  # how often, and whether the next rise counts
    before: Mapping[str, Any] | None = None
    for row in rows:
        score, version = row["score"], row["version"]
        same = before is not None and before["version"] == version
        complete = baselines.get(version)
        certain = same and complete is not None and row["at"] > complete
        if not same:
            states = {(count, True) for count, _ in states}
        rises = (score or 0) >= HOT and not (same and before is not None and (before["score"] or 0) >= HOT)
        after: set[tuple[int, bool]] = set()
        for count, armed in states:
            counts = armed or score is None or score < COLD
            if rises and counts:
                after.add((count + 1, False))
                after |= set() if certain else {(count, True)}
            else:
                after.add((count, counts))
        states, before = after, row
    return {count for count, _ in states}


def _traces(text: str) -> Iterator[str]:
    """The ends of tracebacks in a log."""
    for part in text.split("Traceback (most recent call last):")[1:]:
        yield " ".join(part.split())[:900]


def now() -> datetime:
    """The moment of the comparison."""
    return datetime.now(UTC)
