"""What a run did, counted while it goes: the shape that `sync --json` prints, and a little more for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.pipeline.sources.harvest import Harvest
from connector.pipeline.values import Decision, Dossier, Json, Table
from connector.scoring.score import Cause

_COUNTS = ("scored", "without_account", "unknown_titles", "resumed")
_WRITE_COUNTS = ("applied", "unchanged", "refused", "stale")
_SAID = ("rejected", "failed")
_LEADS = ("left", "forbidden")
_READ = "Give the application user's security role organization-level Read on {table}."
ALERT_STATES = ("delivered", "queued", "held", "uncertain", "dead")


@dataclass(frozen=True, slots=True)
class Warned:
    """One kind of thing that somebody should look at, and how often it was met."""

    code: str
    message: str
    count: int


@dataclass(slots=True)
class WriteTally:
    """What became of the writes of a run; `stale` counts leads that met a 412, however they ended.

    `marked` are the decisions that gave a lead its mark. `left` are the leads that wait for the next run: they
    changed at every try, the server failed on them (`failed` says how), or they are not ours to write (`forbidden`).
    """

    applied: int = 0
    unchanged: int = 0
    refused: int = 0
    stale: int = 0
    rejected: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    marked: list[Decision] = field(default_factory=list)
    left: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Report:
    """The counts of one run.

    `unsettled_documents` says that documents were published again and again while it scored, so that leads wait.
    `harvest` is what reading the sources of interactions brought. `qualified_apart` counts leads that took the mark in
    partitions: of those only counts are known here. `withheld` are tables that may not be read, and what was said.
    """

    run_id: str
    pulled: int = 0
    accounts: int = 0
    scored: int = 0
    grades: dict[str, Counter[str]] = field(default_factory=dict)
    writes: WriteTally = field(default_factory=WriteTally)
    alerts: Mapping[str, int] = field(default_factory=dict)
    without_account: int = 0
    unknown_titles: int = 0
    opted_out: int = 0
    resumed: int = 0
    unsettled_documents: bool = False
    remarks: list[Warned] = field(default_factory=list)
    harvest: Harvest = field(default_factory=Harvest)
    withheld: dict[Table, str] = field(default_factory=dict)
    qualified_apart: int = 0

    @property
    def marked(self) -> list[Decision]:
        """The decisions by which leads took the mark in this run."""
        return self.writes.marked

    def count(self, dossiers: Iterable[Dossier], decisions: Iterable[Decision]) -> None:
        """Count leads as scored."""
        self.without_account += sum(1 for dossier in dossiers if dossier.account is None)
        for decision in decisions:
            self.scored += 1
            causes = {cause for score in decision.scores for _, cause in score.unknown}
            self.unknown_titles += Cause.UNRECOGNISED_TITLE in causes
            for score in decision.scores:
                if score.score is not None:
                    self.grades.setdefault(score.model, Counter())[score.grade or ""] += 1

    def tally(self) -> dict[str, Json]:
        """What was counted by scoring and writing, for whoever adds it to the counts of the whole run."""
        writes = self.writes
        return {
            **{name: getattr(self, name) for name in _COUNTS},
            "qualified": len(self.marked) + self.qualified_apart,
            "grades": {model: dict(grades) for model, grades in self.grades.items()},
            "writes": {name: getattr(writes, name) for name in _WRITE_COUNTS},
            **{name: list(getattr(writes, name)) for name in _SAID},
            **{name: sorted(getattr(writes, name)) for name in _LEADS},
        }

    def add(self, tally: Mapping[str, Any]) -> None:
        """Add what a part of the run counted; nothing where that is empty."""
        if not tally:
            return
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + tally[name])
        self.qualified_apart += tally["qualified"]
        for model, grades in tally["grades"].items():
            self.grades.setdefault(model, Counter()).update(grades)
        for name in _WRITE_COUNTS:
            setattr(self.writes, name, getattr(self.writes, name) + tally["writes"][name])
        for name in _SAID:
            getattr(self.writes, name).extend(tally[name])
        for name in _LEADS:
            getattr(self.writes, name).update(tally[name])

    def warnings(self) -> list[Warned]:
        """What somebody should look at."""
        found = (*self._lead_warnings(), *self._write_warnings(), *self._reading_warnings(), *self.remarks)
        return [warned for warned in found if warned.count]

    def _lead_warnings(self) -> list[Warned]:
        return [
            Warned(
                "no-account",
                "leads have no account: account facts are unknown for them, not low. Link them for a full score.",
                self.without_account,
            ),
            Warned(
                "unrecognised-title",
                "leads have a job title that was not recognised. Add it to titles.yaml.",
                self.unknown_titles,
            ),
            Warned("opted-out", "people have opted out: they are not scored, written or announced.", self.opted_out),
        ]

    def _write_warnings(self) -> list[Warned]:
        return [
            Warned(
                "write-rejected",
                "leads could not be written: " + "; ".join(sorted(set(self.writes.rejected))[:3]),
                len(self.writes.rejected),
            ),
            Warned(
                "write-failed",
                "leads met an error of the server and are tried again by the next run: "
                + "; ".join(sorted(set(self.writes.failed))[:3]),
                len(self.writes.failed),
            ),
            Warned(
                "changing-leads",
                "leads changed at every try to write them and are tried again by the next run.",
                len(self.writes.left) - len(self.writes.failed) - len(self.writes.forbidden),
            ),
            Warned("resumed", "decisions that an interrupted run had planned were settled first.", self.resumed),
        ]

    def _reading_warnings(self) -> list[Warned]:
        return [
            Warned(
                "documents-changed",
                "run met documents being published all the while; the leads that wait are scored by the next one.",
                int(self.unsettled_documents),
            ),
            Warned(
                "accounts-forbidden",
                "table may not be read: leads are scored with what is known of their accounts from before, else with "
                f"the account unknown. {self.withheld.get(Table.ACCOUNT)} {_READ.format(table='Account')}",
                int(Table.ACCOUNT in self.withheld),
            ),
            Warned(
                "contacts-forbidden",
                "table may not be read: leads that are linked to an account by their contact alone are scored with "
                f"the account unknown. {self.withheld.get(Table.CONTACT)} {_READ.format(table='Contact')}",
                int(Table.CONTACT in self.withheld),
            ),
            Warned(
                "source-unreadable",
                "tables with interactions could not be read, what they held before counts: "
                + "; ".join(f"{table}: {why}" for table, why in sorted(self.harvest.unreadable.items())),
                len(self.harvest.unreadable),
            ),
            Warned(
                "rows-without-time",
                "rows of sources have no time, or no id, where the source says, and are no interactions: "
                + ", ".join(sorted(self.harvest.defects)),
                self.harvest.defects.total(),
            ),
        ]

    def summary(self) -> dict[str, Any]:
        """The keys of `sync --json`."""
        return {
            "run": self.run_id,
            "pulled": self.pulled,
            "accounts": self.accounts,
            "scored": self.scored,
            "grades": {model: dict(sorted(grades.items())) for model, grades in sorted(self.grades.items())},
            "qualified": len(self.marked) + self.qualified_apart,
            "writes": {
                "applied": self.writes.applied,
                "unchanged": self.writes.unchanged,
                "refused": self.writes.refused,
                "stale": self.writes.stale,
            },
            "alerts": {state: self.alerts.get(state, 0) for state in ALERT_STATES},
            "warnings": [
                {"code": warned.code, "message": warned.message, "count": warned.count} for warned in self.warnings()
            ],
        }
