"""Every form of alert over any sequence of clicks, edits, times, versions and deaths: none twice, none lost.

A machine drives decisions about one lead, with the memory that a store would keep of those that took effect. It is held
against an oracle that knows nothing of memories: it reads the whole history of looks and says what was to be told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from connector.pipeline.decide import decide
from connector.pipeline.rulebook import Rulebook
from connector.pipeline.values import Crossing, Decision, Event, Interaction, NewScore, StoredScore
from connector.scoring.rules import GradeChanges
from tests.unit.pipeline.casework import case, dossier, rulebook
from tests.unit.pipeline.world import START, A, heat_model

CLICKS = (
    "model: engagement\ndimension: engagement\npurpose: p\nlawful_basis: b\nwrite: {score: lc_score}\ngroups:\n"
    "  - {name: Click, points: 35, each: true, cap: 105, when: {interaction: email_click, within: 2d}}\n"
    "grades:\n  - {name: Hot, from: 70}\n  - {name: Warm, from: 35}\n  - {name: Cold}\n"
)
FIT = heat_model("fit", write="{score: lc_other}")
CROSSES = "on: {model: engagement, crosses: 70}\nchannels: [sales]\n"
ALERTS = (
    f"alert: once\n{CROSSES}",
    f"alert: leave\n{CROSSES}leave: 40\n",
    f"alert: rest\n{CROSSES}rearm_after: 30h\n",
    "alert: warm\non: {model: engagement, grade: Warm}\nrearm_below: 1\nchannels: [sales]\n",
    "alert: any\non: {model: any, crosses: 70}\nleave: 40\nchannels: [sales]\n",
    "alert: cold\non: {model: engagement, goes_cold: true}\nchannels: [sales]\n",
    "alert: cool\non: {model: any, goes_cold: true, below: 70}\nrearm_after: 30h\nchannels: [sales]\n",
    "alert: changes\non: {model: engagement, grade: Hot}\nchannels: [sales]\n",  # made into a subscription below
)
DAY = timedelta(hours=24)


@cache
def book_of(engagement: int, fit: int, pending: tuple[str, ...]) -> Rulebook:
    """The rulebook of two versions; `changes` listens to every change of a grade, as a subscription would."""
    book = rulebook(CLICKS, FIT, *ALERTS, versions={"engagement": engagement, "fit": fit}, pending=pending)
    *rest, last = book.alerts
    listening = replace(last, alert=replace(last.alert, on=GradeChanges("engagement")))
    return replace(book, alerts=(*rest, listening))


# --- the oracle -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the lead that took effect: what a model said, by which version, in a baseline or not, told or not."""

    at: datetime
    version: int
    score: int
    is_baseline: bool
    is_told: bool  # a write that somebody else had made brings no events


def steps(history: list[Look]) -> Iterator[tuple[Look | None, Look, bool]]:
    """Each look with the one before by the same version, and whether it may be announced at all."""
    for place, now in enumerate(history):
        before = history[place - 1] if place else None
        is_same = before is not None and before.version == now.version
        yield before if is_same else None, now, not now.is_baseline and (before is None or is_same)


def rises(history: list[Look], mark: int, *, below: int | None = None, rest: timedelta | None = None) -> int:
    """How often a score rises to a mark, not counting what came before it was armed again."""
    count = 0
    fired: dict[int, datetime] = {}
    quiet: set[int] = set()  # versions that fired and are not armed again
    for before, now, may in steps(history):
        if below is not None and now.score < below:
            quiet.discard(now.version)
        if rest is not None and now.version in fired and now.at - fired[now.version] >= rest:
            quiet.discard(now.version)
        if may and now.version not in quiet and now.score >= mark and (before is None or before.score < mark):
            quiet.add(now.version)
            fired[now.version] = now.at
            count += now.is_told
    return count


def coolings(history: list[Look], mark: int, *, rest: timedelta | None = None) -> int:
    """How often a score falls below a mark that it was at, each time, or at the earliest after a rest."""
    count = 0
    fired: dict[int, datetime] = {}
    for before, now, may in steps(history):
        is_free = rest is None or now.version not in fired or now.at - fired[now.version] >= rest
        if may and is_free and before is not None and before.score >= mark > now.score:
            fired[now.version] = now.at
            count += now.is_told
    return count


def changes(history: list[Look]) -> int:
    """How often the grade is another one; before the first look it was the lowest."""
    graded = [(one.score >= 70) + (one.score >= 35) for one in history]
    return sum(
        now.is_told and may and graded[place] != (graded[place - 1] if before is not None else 0)
        for place, (before, now, may) in enumerate(steps(history))
    )


def expected(engagement: list[Look], fit: list[Look]) -> Counter[str]:
    """How many events each alert was to have."""
    rest = timedelta(hours=30)
    return +Counter(
        once=rises(engagement, 70),
        leave=rises(engagement, 70, below=40),
        rest=rises(engagement, 70, rest=rest),
        warm=rises(engagement, 35, below=1),
        any=rises(engagement, 70, below=40) + rises(fit, 70, below=40),
        cold=coolings(engagement, 35),
        cool=coolings(engagement, 70, rest=rest),
        changes=changes(engagement),
    )


# --- the machine ----------------------------------------------------------------------------------------------------

HOURS = st.sampled_from([0, 1, 20, 40, 80])
ENDS = st.sampled_from(["settled", "settled", "settled", "anticipated", "died before the write", "died after it"])


class Alerts(RuleBasedStateMachine):
    """One lead, two models, eight alerts; a store's memory of what took effect."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.clicks: list[datetime] = []
        self.heat = 0
        self.versions = {"engagement": 1, "fit": 1}
        self.pending: set[str] = {"engagement", "fit"}
        self.scores: dict[str, StoredScore] = {}
        self.crossings: dict[tuple[str, str], Crossing] = {}
        self.planned: Decision | None = None  # written, and never settled
        self.history: dict[str, list[Look]] = {"engagement": [], "fit": []}
        self.left: dict[str, Look] = {}
        self.events: list[Event] = []

    def look(self, end: str) -> None:
        """A run: what an earlier one wrote is settled, then the lead is decided about, and the run ends somehow."""
        if self.planned is not None:
            self.settle(self.planned, self.left, is_told=True)
            self.planned = None
        decision = self.decide()
        looks = {new.model: self.seen(new, is_told=end != "anticipated") for new in decision.scores}
        match end:
            case "died before the write":
                return
            case "died after it":
                self.planned, self.left = decision, looks
                return
        self.settle(decision, looks, is_told=end == "settled")
        self.pending.clear()

    def decide(self) -> Decision:
        """What the rules make of the lead now."""
        book = book_of(self.versions["engagement"], self.versions["fit"], tuple(sorted(self.pending)))
        seen = dossier(heat=self.heat, scores={}, crossings=list(self.crossings.values()))
        acts = tuple(Interaction(str(at), A, "email_click", at) for at in self.clicks)
        return decide(case(book, replace(seen, interactions=acts, scores=self.scores), now=self.now))

    def seen(self, new: NewScore, *, is_told: bool) -> Look:
        """A look for the history."""
        return Look(self.now, new.version, new.score or 0, new.model in self.pending, is_told)

    def settle(self, decision: Decision, looks: dict[str, Look], *, is_told: bool) -> None:
        """What a store does with a decision that took effect."""
        for new in decision.scores:
            before = self.scores.get(new.model)
            is_other = before is None or (before.score, before.grade) != (new.score, new.grade)
            changed_at = decision.decided_at if before is None or is_other else before.changed_at
            self.scores[new.model] = StoredScore(new.model, new.version, new.score, new.grade, changed_at)
        self.crossings |= {(one.rule, one.rule_version): one for one in decision.crossings}
        for name, look in looks.items():
            self.history[name].append(look)
        self.events += decision.events if is_told else ()

    @rule(number=st.integers(0, 3), hours=HOURS, end=ENDS)
    def the_person_clicks(self, number: int, hours: int, end: str) -> None:
        """Time passes, and the person clicks, or does not."""
        self.now += timedelta(hours=hours, seconds=1)
        self.clicks += [self.now - timedelta(seconds=one) for one in range(number)]
        self.look(end)

    @rule(heat=st.sampled_from([0, 30, 70, 90]), end=ENDS)
    def the_lead_is_edited(self, heat: int, end: str) -> None:
        """Somebody types another value."""
        self.now += timedelta(seconds=1)
        self.heat = heat
        self.look(end)

    @rule(end=ENDS)
    def nothing_happened(self, end: str) -> None:
        """The same again."""
        self.look(end)

    @rule(model=st.sampled_from(["engagement", "fit"]), happens=st.integers(0, 3), end=ENDS)
    def a_new_version(self, model: str, happens: int, end: str) -> None:
        """A model is published again, at times."""
        if happens == 0:
            self.versions[model] += 1
            self.pending.add(model)
        self.look(end)

    @invariant()
    def every_event_has_an_id_of_its_own(self) -> None:
        """No two events have one id."""
        ids = Counter(one.event_id for one in self.events)
        assert not ids or max(ids.values()) == 1

    @invariant()
    def the_events_are_those_of_the_history(self) -> None:
        """Each alert told what the history says, no more and no less."""
        told = Counter(str(one.payload["alert"]) for one in self.events)
        assert told == expected(self.history["engagement"], self.history["fit"])


def test_no_crossing_is_told_twice_and_none_is_lost() -> None:
    """Whatever happens, each alert has told exactly what the history of looks says."""
    run_state_machine_as_test(Alerts, settings=settings(max_examples=60, stateful_step_count=30, deadline=None))
